"""Issue a letter in the commit of what it tells: its words, number and code are kept for good; an
older one of the same kind is replaced.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, update

from backend.applications import queries as applications
from backend.applications import service as cases
from backend.applications.service import CaseFacts
from backend.consent import service as consents
from backend.core.ids import new_code
from backend.core.paper import Block, Sheet
from backend.core.prepared import Prepared, inserting
from backend.core.uow import Work
from backend.documents import queries as documents
from backend.households.rules import PersonRole, applicant_of
from backend.letters.models import Letter, LetterSerial
from backend.letters.rules import compose
from backend.letters.rules.compose import AuthorisationSaid, CaseSaid, Item
from backend.letters.rules.kinds import (
    EndedAs,
    Kind,
    long_day,
    number,
    office_code,
    office_name,
)
from backend.letters.rules.places import places
from backend.letters.rules.words import said
from backend.policy import queries as policy
from backend.policy.rules.values import Programme
from backend.regions import queries as regions
from backend.regions.errors import DivisionUnknown
from backend.regions.rules import Level


def issue_receipt(work: Work, case_id: UUID) -> None:
    """收件回执, on every handing in: after a correction it replaces the first one."""
    found = _facts(work, case_id)
    _to_applicant(work, found, Kind.RECEIPT, compose.receipt(_said(work, found)))


def issue_acceptance(work: Work, case_id: UUID) -> None:
    """受理通知书."""
    found = _facts(work, case_id)
    _to_applicant(work, found, Kind.ACCEPTANCE, compose.acceptance(_said(work, found)))


def issue_notice(work: Work, case_id: UUID) -> None:
    """一次性告知书, with what the desk wrote to each part of the form."""
    found = _facts(work, case_id)
    labels = {one.path: one.label for one in places(found.people, _programme(work, found))}
    asked = found.case.unseal(work.vault, "correction") or []
    items = [
        Item(labels.get(one["path"], one["path"]), said("fault", one["reason"]), one["note"])
        for one in asked
    ]
    _to_applicant(work, found, Kind.NOTICE, compose.notice(_said(work, found), items))


def issue_refusal(work: Work, case_id: UUID) -> None:
    """不予受理通知书."""
    found = _facts(work, case_id)
    reasons = (found.outcome or {}).get("reasons", [])
    _to_applicant(work, found, Kind.REFUSAL, compose.refusal(_said(work, found), reasons))


def issue_decision(work: Work, case_id: UUID) -> None:
    """确认告知书 or 不予确认告知书, from what the back office told, by the office that decided."""
    found = _facts(work, case_id)
    outcome = found.outcome or {}
    day = outcome.get("decided_on")
    decided_on = date.fromisoformat(day) if day else work.legal.today()
    told, by_township = _said(work, found), outcome.get("decided_by") == "township"
    level = Level.TOWNSHIP if by_township else Level.COUNTY
    if outcome.get("decision") == "approved":
        blocks = compose.approval(told, outcome, decided_on)
        _to_applicant(work, found, Kind.APPROVAL, blocks, level=level, on=decided_on)
    else:
        blocks = compose.denial(told, outcome.get("reasons", []))
        _to_applicant(work, found, Kind.DENIAL, blocks, level=level, on=decided_on)


def issue_authorisation(work: Work, case_id: UUID, member_id: UUID) -> None:
    """授权书, when a signer's consent counts; nothing where none stands."""
    given = consents.authorisation(work, case_id, member_id)
    if given is None:
        return
    found = _facts(work, case_id)
    applicant = applicant_of(found.people)
    told = AuthorisationSaid(
        signer=given.signer_name,
        number=given.signer_number,
        applicant=given.applicant_name,
        capacity=given.capacity,
        is_applicant=applicant is not None and applicant.id == member_id,
        statement=given.statement.zh,
        version=given.statement.version,
        hash=given.statement.hash,
        given_on=given.given_on,
        way=given.way,
        assisted=given.assisted,
        strokes=given.strokes,
    )
    signed = {"consent_id": given.consent_id, "member_id": member_id}
    letter = _letter(work, found, Kind.AUTHORISATION, Level.TOWNSHIP, given.given_on, **signed)
    sheet = Sheet(
        title=said(Kind.AUTHORISATION, "title"),
        number=letter["number"],
        to=given.authority.zh,
        blocks=compose.authorisation(told),
        office=said(Kind.AUTHORISATION, "by", signer=given.signer_name),
        day=long_day(given.given_on),
    )
    _keep(work, letter, sheet)


def withdraw_authorisation(work: Work, case_id: UUID, member_id: UUID) -> None:
    """A consent was taken back: its letter says so from now on."""
    _end(work, case_id, Kind.AUTHORISATION, member_id, EndedAs.WITHDRAWN)


def _facts(work: Work, case_id: UUID) -> CaseFacts:
    return cases.facts(work, applications.row(work, case_id))


def _programme(work: Work, found: CaseFacts, code: str | None = None) -> Programme:
    case = found.case
    return policy.programme(work, code or case.programme, case.submitted_on, case.policy_version)


def _said(work: Work, found: CaseFacts) -> CaseSaid:
    case, programme = found.case, _programme(work, found)
    applicant = applicant_of(found.people)
    slots = [slot for slot, _ in documents.slots_of(work, case.id)]
    other = (found.outcome or {}).get("recognised_as")
    return CaseSaid(
        applicant=applicant.name if applicant else "",
        programme=programme.name.zh,
        receipt_code=case.receipt_code or "",
        submitted_on=case.submitted_on or work.legal.today(),
        headcount=sum(person.role == PersonRole.MEMBER for person in found.people),
        papers=compose.papers(slots, programme.documents),
        accepted_on=case.accepted_on,
        due_on=case.due_on,
        due_provisional=case.due_provisional,
        recognised=_programme(work, found, other).name.zh if other else "",
    )


def _to_applicant(
    work: Work,
    found: CaseFacts,
    kind: Kind,
    blocks: Sequence[Block],
    *,
    level: Level = Level.TOWNSHIP,
    on: date | None = None,
) -> None:
    applicant, day = applicant_of(found.people), on or work.legal.today()
    letter = _letter(work, found, kind, level, day)
    sheet = Sheet(
        title=said(kind, "title"),
        number=letter["number"],
        to=applicant.name if applicant else "",
        blocks=tuple(blocks),
        office=_office(work, found.case.division, level),
        day=long_day(day),
    )
    _keep(work, letter, sheet)


def _letter(
    work: Work, found: CaseFacts, kind: Kind, level: Level, day: date, **more: UUID
) -> dict[str, Any]:
    """The columns of a letter that is about to be issued."""
    case = found.case
    office = office_code(case.division, level)
    key = {"office": office, "kind": kind, "year": day.year}
    (serial,) = _COUNT.row(work, **key, last=1)
    return {
        "id": work.new_id(),
        "created_at": work.wall.now(),
        "county": case.county,
        "division": case.division,
        "case_id": case.id,
        "kind": kind,
        "office": office,
        "number": number(kind, office, day.year, serial),
        "issued_on": day,
        "code": new_code(),
        **more,
    }


def _keep(work: Work, letter: Mapping[str, Any], sheet: Sheet) -> None:
    _end(work, letter["case_id"], letter["kind"], letter.get("member_id"), EndedAs.REPLACED)
    content = work.vault.seal(Letter.__tablename__, "content", letter["id"], asdict(sheet))
    _KEEP.run(work, **letter, content=content)


def _end(work: Work, case_id: UUID, kind: Kind, member_id: UUID | None, how: EndedAs) -> None:
    told = {"of": case_id, "of_kind": kind, "how": how, "today": work.legal.today()}
    if member_id is None:
        _END.run(work, **told)
    else:
        _END_OF_SIGNER.run(work, **told, signer=member_id)


def _ending(of_signer: ColumnElement[bool]) -> Prepared:
    return Prepared(
        update(Letter)
        .where(Letter.case_id == bindparam("of"), Letter.kind == bindparam("of_kind"), of_signer)
        .where(Letter.ended_as.is_(None))
        .values(ended_as=bindparam("how"), ended_on=bindparam("today"), version=Letter.version + 1)
    )


# The counter's row is held until the commit: two letters never share a number, none is left out.
_COUNT = inserting(
    LetterSerial,
    if_taken=lambda insert: insert.on_conflict_do_update(
        index_elements=["office", "kind", "year"], set_={"last": LetterSerial.last + 1}
    ).returning(LetterSerial.last),
)
_KEEP = inserting(Letter)
_END = _ending(Letter.member_id.is_(None))
_END_OF_SIGNER = _ending(Letter.member_id == bindparam("signer"))


def _office(work: Work, division: str, level: Level) -> str:
    levels = (Level.COUNTY, level) if level == Level.TOWNSHIP else (level,)
    return office_name("".join(_name(work, office_code(division, one)) for one in levels), level)


def _name(work: Work, code: str) -> str:
    try:
        return regions.get_division(work, code).name
    except DivisionUnknown:  # a city without counties (东莞) has none in between
        return ""
