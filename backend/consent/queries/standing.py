"""Where the signers of a case stand, for everybody who looks at the case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, bindparam, select

from backend.consent.models import Consent, ConsentInvitation
from backend.consent.states import LIVE, ConsentState, InvitationState
from backend.core.prepared import Prepared
from backend.core.uow import Work


@dataclass(frozen=True, slots=True)
class SignerStanding:
    """Where one signer of a case stands, by their newest invitation.

    `counts`: the consent is there and nothing of it is under review. `person_confirmed`:
    assurance B or C, or the township confirmed the person of an A. `consent_id` where a consent
    was given. `wards`: the members whom the signer was asked for beside themselves.
    """

    member_id: UUID
    invitation_id: UUID
    state: str
    counts: bool
    assurance: str | None
    under_review: bool
    way_wished: str | None
    expires_at: datetime
    reminded_at: datetime | None
    consent_id: UUID | None
    person_confirmed: bool
    wards: frozenset[UUID]


def ways_wished(work: Work, case_ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """By which other ways signers of these cases wish to sign, until they have: one read.

    Whoever waits for a visit lets the link run out.
    """
    statement = (
        select(ConsentInvitation.case_id, ConsentInvitation.way_wished)
        .where(
            ConsentInvitation.case_id.in_(case_ids),
            ConsentInvitation.way_wished.is_not(None),
            ConsentInvitation.state.in_(LIVE | {InvitationState.EXPIRED}),
        )
        .distinct()
        .order_by(ConsentInvitation.way_wished)
    )
    found: dict[UUID, list[str]] = {}
    for case_id, way in work.session.execute(statement) if case_ids else ():
        found.setdefault(case_id, []).append(str(way))
    return found


_I, _C = ConsentInvitation, Consent
_STANDING = Prepared(
    select(
        _I.member_id,
        _I.id,
        _I.state,
        _I.under_review,
        _I.way_wished,
        _I.expires_at,
        _I.reminded_at,
        _I.wards,
        _C.id,
        _C.state,
        _C.assurance,
        _C.counted_at,
        _C.person_confirmed_at,
    )
    .outerjoin(_C, and_(_C.invitation_id == _I.id, _C.state != ConsentState.VOID))
    .where(_I.case_id == bindparam("case"))
    .order_by(_I.created_at, _I.id, _C.created_at)
)


class _Standing(NamedTuple):
    """A row of `_STANDING`: an invitation, and the consent that came of it."""

    member_id: UUID
    invitation_id: UUID
    state: str
    under_review: bool
    way_wished: str | None
    expires_at: datetime
    reminded_at: datetime | None
    wards: list[str]
    consent_id: UUID | None
    consent_state: str | None
    assurance: str | None
    counted_at: datetime | None
    person_confirmed_at: datetime | None


def standing(work: Work, case_id: UUID) -> list[SignerStanding]:
    """Where every signer of a case stands, in the order they were first invited."""
    newest: dict[UUID, _Standing] = {}
    for found in _STANDING.rows(work, case=case_id):
        row = _Standing(*found)
        # by its state before its time: a clock that was set back makes the last one look older
        if row.state != InvitationState.SUPERSEDED or row.member_id not in newest:
            newest[row.member_id] = row
    return [_standing(row, work) for row in newest.values()]


def _standing(row: _Standing, work: Work) -> SignerStanding:
    given = row.consent_state == ConsentState.GIVEN
    late = row.state in LIVE and row.expires_at <= work.wall.now()
    return SignerStanding(
        member_id=row.member_id,
        invitation_id=row.invitation_id,
        state=_shown_state(row, late=late),
        counts=given and row.counted_at is not None,
        assurance=row.assurance if given else None,
        under_review=row.under_review,
        way_wished=row.way_wished,
        expires_at=row.expires_at,
        reminded_at=row.reminded_at,
        consent_id=row.consent_id,
        person_confirmed=given and _is_known(row.assurance, row.person_confirmed_at),
        wards=frozenset(UUID(ward) for ward in row.wards),
    )


def _shown_state(row: _Standing, *, late: bool) -> str:
    """A withdrawn consent shows as such; an overdue invitation as expired before the job has come
    by.
    """
    if row.state == InvitationState.GIVEN and row.consent_state == ConsentState.WITHDRAWN:
        return ConsentState.WITHDRAWN
    return InvitationState.EXPIRED if late else row.state


def _is_known(assurance: str | None, confirmed_at: datetime | None) -> bool:
    """Assurance B and C know the person; of an A the township has to confirm it (design 5)."""
    return assurance != "A" or confirmed_at is not None
