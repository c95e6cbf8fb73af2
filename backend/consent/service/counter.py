"""The ways before staff: a consent at the counter with two witnesses, and the person behind an A
confirmed.
"""

from __future__ import annotations

from uuid import UUID

from backend.consent import queries
from backend.consent.errors import ConsentAlreadyGiven, SameWitness
from backend.consent.models import CounterRecord
from backend.consent.permissions import COUNTER_RECORD, PERSONS_CONFIRM, Place
from backend.consent.service.evidence import append
from backend.consent.service.links import note
from backend.consent.service.sign import ConsentView, consent_view, give_before_staff
from backend.consent.states import COUNTER_MOVES, MOVES, CounterState, InvitationState
from backend.core.access import Actor, require
from backend.core.transitions import next_state
from backend.core.uow import Work


def record_at_counter(
    work: Work, actor: Actor, invitation_id: UUID, papers_seen: str, reason: str
) -> CounterRecord:
    """First witness: the signer stands here, read the statement and agreed; these papers were
    seen.

    `reason` says why this way. Nothing counts before a second witness. Raises NotFound,
    AccessRefused, ConsentAlreadyGiven, IllegalMove where the invitation is over.
    """
    invitation = queries.invitation(work, invitation_id, lock=True)
    require(COUNTER_RECORD, actor, Place(invitation.division))
    if invitation.state == InvitationState.GIVEN:
        raise ConsentAlreadyGiven()
    next_state(MOVES, InvitationState(invitation.state), "give_at_counter")
    if actor.id is None:
        raise ValueError("a witness is somebody")
    record = CounterRecord(
        id=work.new_id(),
        created_at=work.wall.now(),
        county=invitation.county,
        invitation=invitation,
        state=CounterState.RECORDED,
        first_witness=actor.id,
    )
    record.seal(work.vault, papers_seen=papers_seen, reason=reason)
    work.session.add(record)
    note(work, actor, "consent.counter_recorded", invitation, record=str(record.id))
    return record


def confirm_at_counter(work: Work, actor: Actor, record_id: UUID) -> ConsentView:
    """Second witness, another person than the first: the consent is given with assurance C and
    counts.

    Raises NotFound, AccessRefused, SameWitness, ConsentAlreadyGiven, IllegalMove.
    """
    record = queries.counter_record(work, record_id)
    invitation = queries.invitation(work, record.invitation_id, lock=True)
    require(COUNTER_RECORD, actor, Place(invitation.division))
    if actor.id is None or actor.id == record.first_witness:
        raise SameWitness()
    record.state = next_state(COUNTER_MOVES, CounterState(record.state), "confirm")
    record.second_witness = actor.id
    papers = str(record.unseal(work.vault, "papers_seen"))
    witnesses = [record.first_witness, actor.id]
    return consent_view(give_before_staff(work, actor, invitation, witnesses, papers))


def confirm_persons(work: Work, actor: Actor, case_id: UUID) -> int:
    """The township, at acceptance, says that the signers of assurance A are who they say; returns
    how many.
    """
    confirmed = queries.consents_to_confirm(work, case_id)
    for consent in confirmed:
        require(PERSONS_CONFIRM, actor, Place(consent.division))
        consent.person_confirmed_at = work.wall.now()
        note(work, actor, "consent.person_confirmed", consent.invitation)
        fields = {
            "confirmed_by": str(actor.id),
            "confirmed_at": consent.person_confirmed_at.isoformat(),
        }
        append(work, actor, consent, "confirmed", fields)
    return len(confirmed)
