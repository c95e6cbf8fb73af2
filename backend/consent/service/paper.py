"""What a standing consent says on paper (授权书), and who may have it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from backend.audit import service as audit
from backend.consent import queries
from backend.consent.permissions import EVIDENCE_READ
from backend.consent.rules.statements import Statement, Words
from backend.consent.service.invite import authority, check_statement
from backend.consent.service.links import target_of
from backend.core.access import Actor, require
from backend.core.clocks import SHANGHAI
from backend.core.uow import Work
from backend.identity.rules import mask_id_number


@dataclass(frozen=True, slots=True)
class Authorisation:
    """Who agreed to what, when and how; `signer_number` is masked, `way` is `face` or `counter`."""

    consent_id: UUID
    signer_name: str = field(repr=False)
    signer_number: str = field(repr=False)
    applicant_name: str = field(repr=False)
    capacity: str
    authority: Words
    statement: Statement
    given_on: date
    way: str
    assisted: bool
    strokes: tuple[tuple[tuple[int, int], ...], ...] = field(repr=False)


def authorisation(work: Work, case_id: UUID, member_id: UUID) -> Authorisation | None:
    """The consent of one signer of a case that counts; None where none does."""
    standing = next((s for s in queries.standing(work, case_id) if s.member_id == member_id), None)
    if standing is None or not standing.counts or standing.consent_id is None:
        return None
    consent = queries.consent(work, standing.consent_id)
    invitation = consent.invitation
    drawn = consent.unseal(work.vault, "strokes") or ()
    return Authorisation(
        consent_id=consent.id,
        signer_name=str(invitation.unseal(work.vault, "signer_name")),
        signer_number=mask_id_number(str(invitation.unseal(work.vault, "signer_id_number"))),
        applicant_name=str(invitation.unseal(work.vault, "applicant_name")),
        capacity=invitation.capacity,
        authority=authority(work, invitation.division),
        statement=check_statement(invitation).text,
        given_on=consent.given_at.astimezone(SHANGHAI).date(),
        way=consent.way,
        assisted=consent.assisted,
        strokes=tuple(tuple((p[0], p[1]) for p in stroke) for stroke in drawn),
    )


def require_paper(work: Work, actor: Actor, consent_id: UUID) -> None:
    """That the caller may have this consent on paper: its signer, and the desk of the place, whose
    look is recorded. Raises NotFound, AccessRefused.
    """
    consent = queries.consent(work, consent_id)
    require(EVIDENCE_READ, actor, target_of(work, consent.invitation))
    if actor.is_staff:
        case_id, county = consent.case_id, consent.county
        work.after_end(lambda after: _record(after, actor, consent_id, case_id, county))


def _record(work: Work, actor: Actor, consent_id: UUID, case_id: UUID, county: str) -> None:
    audit.record(
        work,
        actor,
        "consent.letter_read",
        f"consent:{consent_id}",
        case=case_id,
        county=county,
    )
