"""One case on one page, and what the township decides about it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response as FlaskResponse
from flask import request
from werkzeug.wrappers import Response

from backend.applications import service as applications
from backend.applications.schemas import clock_view, invitation_view
from backend.consent import service as consent
from backend.consent.errors import ConsentNotStanding
from backend.core.access import Role
from backend.core.errors import FieldError, Invalid
from backend.documents import service as documents
from backend.staff import schemas
from backend.web import actor, units, work
from backend.web.context import context
from backend.web.pages import load, to, version
from backend.workbench import service
from backend.workbench.errors import NothingToCorrect
from backend.workbench.http.desk import (
    READERS,
    STAFF,
    TOWNSHIP,
    document_kit,
    pages,
    picked,
    show,
)
from backend.workbench.rules.clock import reckoned
from backend.workbench.rules.words import words

_ACCEPTANCE, _CORRECTION = schemas.AcceptanceBody(), schemas.CorrectionBody()
_REASON, _NOTE = schemas.DeskReasonBody(), schemas.NoteBody()
_EVIDENCE = frozenset({Role.TOWNSHIP, Role.COUNTY, Role.AUDITOR})
_MOST_ITEMS = 40
_PICTURE = {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox"}


@pages.page("/cases/<uuid:application_id>", "deskCase", READERS)
def case_page(application_id: UUID) -> str:
    """Everything about a case; the look is recorded."""
    found = service.case_file(work(), actor(), application_id)
    return show(
        "case",
        it=found,
        rows=_rows(found),
        may_evidence=actor().has(*_EVIDENCE),
        clock=clock_view(work(), actor(), found.case),
        reckoned=reckoned,
        clock_options=_clock_options,
        place_options=[(place.path, place.label) for place in found.places],
        fault_options=list(words("fault").items()),
    )


def _clock_options(reasons: list[dict[str, str]]) -> list[tuple[str, str]]:
    return [("", "请选"), *((one["code"], one["zh"]) for one in reasons)]


def _rows(found: service.CaseFile) -> list[dict[str, str]]:
    """The lines of the form for corrections: one for each thing that is missing, and some more."""
    lines = [
        {"path": _offered(gap.path, found), "reason": "incomplete", "note": gap.text}
        for gap in found.missing
    ]
    empty = {"path": "", "reason": "incomplete", "note": ""}
    return [*lines, *([empty] * max(3, 5 - len(lines)))][:_MOST_ITEMS]


def _offered(path: str, found: service.CaseFile) -> str:
    known = {place.path for place in found.places}
    while path and path not in known:
        path = path.rpartition("/")[0]
    return path


@pages.act("/cases/<uuid:application_id>/acceptance", "deskAccept", TOWNSHIP, shows=case_page)
def accept(application_id: UUID) -> Response:
    """Accept (受理)."""
    body = load(
        _ACCEPTANCE,
        {
            "personsConfirmed": "persons_confirmed" in request.form,
            "accountConfirmed": "account_confirmed" in request.form,
        },
    )
    applications.accept(work(), actor(), application_id, version(), **body)
    return _back(application_id, "said_accepted")


@pages.act("/cases/<uuid:application_id>/correction", "deskCorrect", TOWNSHIP, shows=case_page)
def correct(application_id: UUID) -> Response:
    """Send back with everything that is missing, at once (一次性告知)."""
    places = [n for n in range(_MOST_ITEMS) if _is_used(n)]
    if not places:
        raise NothingToCorrect(path="/items/0/note")
    items = load(_CORRECTION, {"items": [_item(n) for n in places]})["items"]
    applications.request_correction(work(), actor(), application_id, version(), items)
    return _back(application_id, "said_correction_sent")


def _is_used(n: int) -> bool:
    return bool(request.form.get(f"items/{n}/path") or picked(f"items/{n}/note"))


def _item(n: int) -> dict[str, Any]:
    """One line; its faults keep the number that it has on the page."""
    path, note = request.form.get(f"items/{n}/path", ""), picked(f"items/{n}/note")
    if len(note) < 2 or not path:
        wrong = "path" if not path else "note"
        raise Invalid(errors=[FieldError(f"/items/{n}/{wrong}", "field_required")])
    return {"path": path, "reason": request.form.get(f"items/{n}/reason", ""), "note": note}


@pages.act("/cases/<uuid:application_id>/rejection", "deskReject", TOWNSHIP, shows=case_page)
def reject(application_id: UUID) -> Response:
    """Do not accept (不予受理)."""
    reason = load(_REASON, {"reason": picked("reason")})["reason"]
    applications.reject(work(), actor(), application_id, version(), reason)
    return _back(application_id, "said_rejected")


@pages.act("/cases/<uuid:application_id>/note", "deskNote", TOWNSHIP, shows=case_page)
def note(application_id: UUID) -> Response:
    """Leave a note for colleagues."""
    text = load(_NOTE, {"text": picked("text")})["text"]
    applications.note(work(), actor(), application_id, text)
    return to(f"/desk/cases/{application_id}#notes", "said_noted")


@pages.act(
    "/cases/<uuid:application_id>/invitations/<uuid:member_id>",
    "deskInvite",
    TOWNSHIP,
    shows=lambda application_id, member_id: case_page(application_id),
)
def invite(application_id: UUID, member_id: UUID) -> str:
    """A fresh link and code for one signer; an older one ends."""
    return _link(application_id, applications.invite(work(), actor(), application_id, member_id))


@pages.act(
    "/cases/<uuid:application_id>/reminders/<uuid:member_id>",
    "deskRemind",
    TOWNSHIP,
    shows=lambda application_id, member_id: case_page(application_id),
)
def remind(application_id: UUID, member_id: UUID) -> str:
    """Leave a word for one signer, and show the link that holds, to be sent once more."""
    reminded = applications.remind(work(), actor(), application_id, member_id)
    return _link(application_id, reminded.issued, reminded=True)


def _link(application_id: UUID, issued: consent.Issued, *, reminded: bool = False) -> str:
    shown = invitation_view(issued, context().kit.public_url)
    case = service.case_file(work(), actor(), application_id)
    signer = next(p for p in case.people if p.id == issued.invitation.member_id)
    return show("invitation", shown=shown, it=case, signer=signer, reminded=reminded)


@pages.act(
    "/cases/<uuid:application_id>/withdrawal/<uuid:member_id>",
    "deskWithdraw",
    TOWNSHIP,
    shows=lambda application_id, member_id: case_page(application_id),
)
def withdraw(application_id: UUID, member_id: UUID) -> Response:
    """A signer takes back what they agreed to, on their own word (个人信息保护法第十五条)."""
    reason = load(_REASON, {"reason": picked("reason")})["reason"]
    standing = {s.member_id: s for s in consent.standing(work(), application_id)}.get(member_id)
    if standing is None or standing.consent_id is None:
        raise ConsentNotStanding()
    consent.withdraw(work(), actor(), standing.consent_id, reason)
    return to(f"/desk/cases/{application_id}#consents", "said_withdrawn")


@pages.page("/documents/<uuid:document_id>/<any(full, thumb):variant>", "deskDocument", STAFF)
def document(document_id: UUID, variant: str) -> Response:
    """A photo or a paper; a look at the whole of it is recorded."""
    found = documents.content(units(), document_kit(), actor(), document_id, variant)
    answer = FlaskResponse(found.data, mimetype=found.media_type, headers=_PICTURE)
    answer.headers["Cache-Control"] = "private, no-store"
    if not found.media_type.startswith("image/"):
        answer.headers["Content-Disposition"] = f'attachment; filename="{document_id}.pdf"'
    return answer


@pages.page("/consents/<uuid:consent_id>/evidence", "deskEvidence", _EVIDENCE)
def evidence(consent_id: UUID) -> Response:
    """The evidence file, which anybody can check offline."""
    found = consent.get_evidence(work(), actor(), consent_id)
    answer = FlaskResponse(found.content, mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.name}"'
    return answer


def _back(application_id: UUID, word: str) -> Response:
    return to(f"/desk/cases/{application_id}", word)
