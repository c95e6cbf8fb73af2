"""Doors of a case, from the first draft to its withdrawal."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from flask import Response

from backend.applications import errors, schemas, service
from backend.applications.http.doors import blp
from backend.applications.models import Case
from backend.applications.rules import SECTIONS, Form
from backend.core.paging import CursorInvalid, PageRequest
from backend.core.transitions import IllegalMove
from backend.households.errors import HouseholdImplausible, MemberNotFound
from backend.identity.errors import IdentityMissing
from backend.policy.errors import ProgrammeUnknown
from backend.regions.errors import DivisionTooWide, DivisionUnknown
from backend.web import PageQuery, actor, if_match, with_etag, work
from backend.web.answers import answer
from backend.web.doors import CITIZENS, STAFF, TOWNSHIP
from backend.web.leads import current, first, lead

_ID, _NOW = lead(application_id="id"), current(application_id="id")
_FILED = current(application_id="applicationId")
_CHANGING = [
    errors.NotEditable,
    errors.ChangedTooOften,
    errors.MandateNotActive,
    errors.ForeignApplicant,
]


@blp.post("/applications")
@blp.door(
    "createApplication",
    CITIZENS,
    problems=[
        ProgrammeUnknown,
        DivisionUnknown,
        DivisionTooWide,
        IdentityMissing,
        HouseholdImplausible,
        errors.AreaNotOffered,
        errors.MandateNotActive,
        errors.ForeignApplicant,
        errors.DraftsFull,
        errors.TooManyToday,
    ],
    idempotent=True,
    etag=True,
    leads={
        "getApplication": _ID,
        "patchApplication": _NOW,
        "putMember": {**_NOW, **lead(member_id="members/0/id")},
        "getChecklist": _ID,
        "listDocuments": _ID,
        "inviteConsent": _ID,
        "submitApplication": _NOW,
        "withdrawApplication": _NOW,
    },
    body_kb=256,
)
@blp.arguments(schemas.NewApplicationBody)
@blp.response(201, schemas.ApplicationView)
def create_application(body: dict[str, Any]) -> Response:
    """Begin an application for myself, or with a mandate for somebody else."""
    changes = schemas.form_changes(body)
    changes = {k: v for k, v in changes.items() if k not in {"area", "division"}}
    new = service.NewApplication(
        programme=body["programme"],
        division=body["division"],
        area=body["area"],
        mandate_id=body["mandate_id"],
        people=[schemas.person_from(p) for p in body["members"]],
        form=Form(**changes),
    )
    return _shown(service.create(work(), actor(), new), 201)


@blp.post("/staff/applications")
@blp.door(
    "createCounterApplication",
    TOWNSHIP,
    problems=[
        ProgrammeUnknown,
        DivisionUnknown,
        DivisionTooWide,
        errors.AreaNotOffered,
        errors.CounterTooManyToday,
    ],
    idempotent=True,
    etag=True,
    leads={
        "patchApplication": _NOW,
        "putMember": {**_NOW, **lead(member_id="members/0/id")},
        "getChecklist": _ID,
        "listDocuments": _ID,
        "submitApplication": _NOW,
        "withdrawApplication": _NOW,
    },
)
@blp.arguments(schemas.CounterApplicationBody)
@blp.response(201, schemas.ApplicationView)
def create_counter_application(body: dict[str, Any]) -> Response:
    """Begin an application for somebody at my counter who needs no phone (窗口代录).

    It is that person's own. Change it, add papers, hand it in as an applicant would.
    """
    return _shown(service.create_at_counter(work(), actor(), service.CounterFiling(**body)), 201)


@blp.get("/applications")
@blp.door(
    "listApplications",
    CITIZENS,
    problems=[CursorInvalid],
    leads={"getApplication": first(application_id="id")},
)
@blp.arguments(PageQuery, location="query")
@blp.response(200, schemas.ApplicationPage)
def list_applications(page: PageRequest) -> Response:
    """My applications, newest first."""
    mine = service.list_mine(work(), actor(), page)
    return answer(schemas.application_list(work(), mine, actor().id))


@blp.get("/applications/<uuid:application_id>")
@blp.door("getApplication", CITIZENS | STAFF, problems=[errors.ApplicationNotFound], etag=True)
@blp.response(200, schemas.ApplicationView)
def get_application(application_id: UUID) -> Response:
    """One application."""
    return view(service.get(work(), actor(), application_id))


@blp.patch("/applications/<uuid:application_id>")
@blp.door(
    "patchApplication",
    CITIZENS | TOWNSHIP,
    problems=[
        errors.ApplicationNotFound,
        errors.AreaNotOffered,
        errors.OtherCounty,
        DivisionUnknown,
        DivisionTooWide,
        *_CHANGING,
    ],
    versioned=True,
    etag=True,
)
@blp.arguments(schemas.ApplicationPatch)
@blp.response(200, schemas.ApplicationView)
def patch_application(body: dict[str, Any], application_id: UUID) -> Response:
    """Change the form of a draft."""
    version = if_match()
    return view(service.patch(work(), actor(), application_id, version, schemas.form_changes(body)))


@blp.put("/applications/<uuid:application_id>/members/<uuid:member_id>")
@blp.door(
    "putMember",
    CITIZENS | TOWNSHIP,
    problems=[
        errors.ApplicationNotFound,
        errors.SignerInvited,
        HouseholdImplausible,
        MemberNotFound,
        *_CHANGING,
    ],
    body_kb=128,
    versioned=True,
    etag=True,
)
@blp.arguments(schemas.PersonChangeBody)
@blp.response(200, schemas.ApplicationView)
def put_member(body: dict[str, Any], application_id: UUID, member_id: UUID) -> Response:
    """Add one person, or change one."""
    changed = partial(schemas.changed_person, body, member_id)
    return view(service.put_member(work(), actor(), application_id, if_match(), member_id, changed))


@blp.delete("/applications/<uuid:application_id>/members/<uuid:member_id>")
@blp.door(
    "deleteMember",
    CITIZENS | TOWNSHIP,
    problems=[errors.ApplicationNotFound, MemberNotFound, *_CHANGING],
    versioned=True,
    etag=True,
)
@blp.response(200, schemas.ApplicationView)
def delete_member(application_id: UUID, member_id: UUID) -> Response:
    """Take one person out."""
    return view(service.remove_member(work(), actor(), application_id, if_match(), member_id))


@blp.get("/applications/<uuid:application_id>/checklist")
@blp.door("getChecklist", CITIZENS | STAFF, problems=[errors.ApplicationNotFound])
@blp.response(200, schemas.ChecklistView)
def get_checklist(application_id: UUID) -> dict[str, Any]:
    """What is still missing, all of it at once."""
    missing = service.checklist(work(), actor(), application_id)
    sections = [
        {"code": code, "missing": sum(gap.section == code for gap in missing)} for code in SECTIONS
    ]
    return {"complete": not missing, "sections": sections, "missing": missing}


@blp.get("/applications/<uuid:application_id>/documents")
@blp.door("listDocuments", CITIZENS | STAFF, problems=[errors.ApplicationNotFound])
@blp.response(200, schemas.DocumentList)
def list_documents(application_id: UUID) -> dict[str, Any]:
    """The photos and papers of a case, in the order in which they came."""
    case = service.get(work(), actor(), application_id)
    return {"items": service.shown_documents(work(), actor(), case)}


@blp.post("/applications/<uuid:application_id>/submission")
@blp.door(
    "submitApplication",
    CITIZENS | TOWNSHIP,
    problems=[
        errors.ApplicationNotFound,
        errors.ApplicationIncomplete,
        IllegalMove,
        *_CHANGING,
    ],
    idempotent=True,
    versioned=True,
    etag=True,
    leads={
        "getTimeline": lead(application_id="applicationId"),
        "inviteConsent": lead(application_id="applicationId"),
        "withdrawApplication": _FILED,
        "acceptApplication": _FILED,
        "requestCorrection": _FILED,
        "rejectApplication": _FILED,
    },
)
@blp.response(200, schemas.ReceiptView)
def submit_application(application_id: UUID) -> service.Receipt:
    """Hand it in; the answer is the receipt."""
    return with_etag(service.submit(work(), actor(), application_id, if_match()))


@blp.post("/applications/<uuid:application_id>/withdrawal")
@blp.door(
    "withdrawApplication",
    CITIZENS | TOWNSHIP,
    problems=[errors.ApplicationNotFound, errors.MandateNotActive, IllegalMove],
    versioned=True,
    etag=True,
)
@blp.response(200, schemas.ApplicationView)
def withdraw_application(application_id: UUID) -> Response:
    """Take it back at any time before the decision; a county that has it is told."""
    return view(service.withdraw(work(), actor(), application_id, if_match()))


def view(case: Case) -> Response:
    """The case as whoever asks sees it, with its version."""
    return _shown(service.facts(work(), case))


def _shown(found: service.CaseFacts, status: int = 200) -> Response:
    with_etag(found.case)
    return answer(schemas.shown_to(work(), actor(), found), status)
