"""Who may read and change what in this room."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from backend.core.access import Actor, Permission, Role


@dataclass(frozen=True, slots=True)
class Target:
    """What permissions ask about: the invitation, its place, and the person who was invited (if
    known here).
    """

    invitation_id: UUID
    division: str
    signer_person_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Something that only has a place: a case's 12-digit division."""

    division: str


def is_signing_session_of(actor: Actor, target: Target) -> bool:
    return actor.has(Role.SIGNER) and actor.invitation_id == target.invitation_id


def is_signer_in_person(actor: Actor, target: Target) -> bool:
    """A log-in whose person was proven to be the signer; a typed claim is not enough (design 5)."""
    return (
        actor.proven and actor.person_id is not None and actor.person_id == target.signer_person_id
    )


def is_desk_of_place(actor: Actor, target: Target | Place) -> bool:
    return actor.has(Role.TOWNSHIP, Role.COUNTY) and actor.covers(target.division)


def is_auditor_of_place(actor: Actor, target: Target) -> bool:
    return actor.has(Role.AUDITOR) and actor.covers(target.division)


CONSENT_SIGN = Permission("consent.sign", [[is_signing_session_of]])
CONSENT_WITHDRAW = Permission(
    "consent.withdraw", [[is_signing_session_of], [is_signer_in_person], [is_desk_of_place]]
)
# The owner of the case is not in it: a family member's figures are that person's own (domain 2).
EVIDENCE_READ = Permission(
    "consent.evidence.read",
    [[is_signing_session_of], [is_signer_in_person], [is_desk_of_place], [is_auditor_of_place]],
)
FACE_REVIEW = Permission("consent.face.review", [[is_desk_of_place]])
COUNTER_RECORD = Permission("consent.counter.record", [[is_desk_of_place]])
PERSONS_CONFIRM = Permission("consent.persons.confirm", [[is_desk_of_place]])
