"""One case: its way, its snapshot, an objection, and the papers to print."""

from __future__ import annotations

from uuid import UUID

import marshmallow as ma
from flask import request
from werkzeug.wrappers import Response

from backend.backoffice import service
from backend.backoffice.http.office import OWN_STAFF, at_fields, pages, show
from backend.backoffice.schemas import ObjectionBody, SnapshotQuery
from backend.backoffice.service import diagram, papers, reading, showing
from backend.backoffice.states import Stage
from backend.core.errors import Invalid
from backend.web import actor, work
from backend.web.pages import load, to, version


class SnapshotForm(SnapshotQuery):
    """Why the whole data are read."""

    class Meta(SnapshotQuery.Meta):
        unknown = ma.EXCLUDE


@pages.page("/cases/<uuid:case_row_id>", "officeCase", OWN_STAFF)
def case(case_row_id: UUID) -> str:
    """One case: where it stands in the process, what was done, who its people are."""
    page = showing.case_page(work(), actor(), case_row_id)
    return show("case", page=page, file=page.file, today=work().legal.today())


@pages.act("/cases/<uuid:case_row_id>/objections", "officeObjection", OWN_STAFF, shows=case)
def object_to(case_row_id: UUID) -> Response:
    """Enter an objection against a published case."""
    try:
        body = load(ObjectionBody(), {"note": request.form.get("note", "")})
    except Invalid as wrong:
        at_fields(wrong)
    service.raise_objection(work(), actor(), case_row_id, body["note"], version=version())
    return to(f"/desk/office/cases/{case_row_id}", "said_office_objection")


@pages.page("/cases/<uuid:case_row_id>/snapshot", "officeSnapshot", OWN_STAFF)
def snapshot(case_row_id: UUID) -> str:
    """The whole data of the household; who reads them, and why, is audited."""
    purpose = Stage(load(SnapshotForm(), request.args.to_dict())["purpose"])
    found = reading.snapshot_for(work(), actor(), case_row_id, purpose)
    file = reading.case_for(work(), actor(), case_row_id)
    return show("snapshot", snapshot=found, purpose=purpose, file=file)


@pages.page("/cases/<uuid:case_row_id>/notice", "officeNotice", OWN_STAFF)
def notice(case_row_id: UUID) -> str:
    """The notice to print: name, headcount and amount, nothing else."""
    return show("notice", sheet=papers.notice_sheet(work(), actor(), case_row_id))


@pages.page("/cases/<uuid:case_row_id>/letter", "officeLetter", OWN_STAFF)
def letter(case_row_id: UUID) -> str:
    """The letter that tells the applicant the decision."""
    return show("letter", sheet=papers.letter(work(), actor(), case_row_id))


@pages.page("/process.bpmn", "officeProcess", OWN_STAFF)
def process() -> Response:
    """The diagram that office.js draws; nothing in it is about anybody."""
    return Response(diagram.source(), mimetype="application/xml")
