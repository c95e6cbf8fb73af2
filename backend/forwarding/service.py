"""Forward cases and what becomes of them, apply what comes back, show and repeat deliveries."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend.applications import queries as applications
from backend.applications.service import apply_event, cascade_of, pays, snapshot
from backend.applications.states import FORWARDED, ApplicationState
from backend.audit import service as audit
from backend.core.access import Actor, Role, require
from backend.core.errors import FieldError
from backend.core.paging import Page, PageRequest
from backend.core.uow import Work
from backend.forwarding.errors import DeliveryNotFound, EventContradicts, EventUnknown
from backend.forwarding.models import BackofficeEvent, CaseSnapshot
from backend.forwarding.permissions import DELIVERY_RESEND
from backend.households import service as households
from backend.households.rules import applicant_of
from backend.relay import service as relay
from backend.relay.ports import OutboxMessage
from backend.relay.service import DeliveryView

DESTINATION = "backoffice"
AGGREGATE = "application"
SUBMITTED_FOR_REVIEW = "case.submitted_for_review"
WITHDRAWN = "case.withdrawn"
CONSENT_WITHDRAWN = "consent.withdrawn"
DUE_CHANGED = "case.due_changed"
# Aid is checked again as long as it lasts, so an approved case's consents matter, too.
_AT_COUNTY = FORWARDED | {ApplicationState.APPROVED}
_FIRST = 1  # what `case.received` answers: the case's first message
BACKOFFICE = Actor(roles=frozenset({Role.BACKOFFICE}))


def forward(work: Work, case_id: UUID) -> None:
    """Put an accepted case into the outbox, its snapshot sealed beside it, in the caller's
    commit.
    """
    case = applications.get(work, case_id)
    work.session.flush()  # the version that the receiver is told is the accepted one
    outbox_id = _enqueue(work, case_id, case.county, SUBMITTED_FOR_REVIEW, version=case.version)
    picture = snapshot(work, case)
    body = {
        "division": case.division,
        "programme": case.programme,
        "area": case.area,
        "decidedBy": picture["decidedBy"],
        "acceptedOn": picture["acceptedOn"],
        "dueOn": picture["dueOn"],
        "dueProvisional": case.due_provisional,
        "publicityExempt": _is_of_a_minor(work, case_id),
        "pays": pays(work, case),
        "snapshot": picture,
    }
    kept = CaseSnapshot(id=work.new_id(), outbox_id=outbox_id, case_id=case_id, county=case.county)
    kept.seal(work.vault, body=body)
    work.session.add(kept)
    _record(work, "case.forwarded", outbox_id, case_id, case.county)


def tell_withdrawn(work: Work, case_id: UUID) -> None:
    """Tell the county that the applicant took a forwarded case back, in the caller's commit."""
    case = applications.get(work, case_id)
    outbox_id = _enqueue(work, case_id, case.county, WITHDRAWN)
    _record(work, "case.withdrawal_forwarded", outbox_id, case_id, case.county)


def tell_due_moved(work: Work, case_id: UUID, cause: str) -> None:
    """Tell the county by when a forwarded case must be done now, in the caller's commit."""
    case = applications.get(work, case_id)
    if ApplicationState(case.state) not in FORWARDED or case.due_on is None:
        return
    outbox_id = _enqueue(
        work,
        case_id,
        case.county,
        DUE_CHANGED,
        cause=cause,
        dueOn=case.due_on.isoformat(),
        dueProvisional=case.due_provisional,
    )
    _record(work, "case.due_forwarded", outbox_id, case_id, case.county)


def tell_consent_lost(work: Work, case_id: UUID, member_id: UUID) -> None:
    """Tell the county that a signer took a consent back or refused it, in the caller's commit.

    Nothing leaves where the county does not have the case, or has ended it without aid.
    """
    case = applications.get(work, case_id, lock=True)
    if ApplicationState(case.state) not in _AT_COUNTY:
        return
    said = {"memberId": str(member_id), "withdrawnOn": work.legal.today().isoformat()}
    outbox_id = _enqueue(work, case_id, case.county, CONSENT_WITHDRAWN, **said)
    _record(work, "consent.withdrawal_forwarded", outbox_id, case_id, case.county)


def _enqueue(work: Work, case_id: UUID, county: str, kind: str, **said: str | int) -> UUID:
    row = relay.enqueue(
        work,
        destination=DESTINATION,
        aggregatetype=AGGREGATE,
        aggregateid=case_id,
        type=kind,
        county=county,
        payload={"caseId": str(case_id), **said},
    )
    return row.id


def _record(work: Work, action: str, outbox_id: UUID, case_id: UUID, county: str) -> None:
    audit.record(work, BACKOFFICE, action, f"outbox:{outbox_id}", case=case_id, county=county)


def _is_of_a_minor(work: Work, case_id: UUID) -> bool:
    """Whether the notice would name a minor: such a case is never published (民发〔2021〕57号)."""
    applicant = applicant_of(households.people_of(work, case_id))
    return applicant is not None and not applicant.is_adult(work.legal.today())


def build_body(work: Work, message: OutboxMessage) -> dict[str, Any]:
    """The `data` of a CloudEvent to the back office (relay.ports.BodyBuilder)."""
    data = {**message.payload, "county": message.county}
    if message.type == SUBMITTED_FOR_REVIEW:
        kept = work.session.scalars(
            select(CaseSnapshot).where(CaseSnapshot.outbox_id == message.id)
        ).one()
        data |= kept.unseal(work.vault, "body")
    return data


def receive(
    work: Work, message_id: str, kind: str, case_id: UUID, sequence: int, data: dict[str, Any]
) -> str:
    """Keep one event and apply all whose turn has come; answers `applied`, `kept` or `repeated`.

    The same message twice changes nothing; one that came too early waits for the ones before it.
    Raises ApplicationNotFound, EventContradicts, EventUnknown.
    """
    case = applications.get(work, case_id, lock=True)
    if _by_message(work, message_id) is not None:
        return "repeated"
    if _by_sequence(work, case_id, sequence) is not None:
        raise EventContradicts()
    if data.get("programme") and data["programme"] not in cascade_of(work, case):
        raise EventUnknown(errors=[FieldError("/data/programme", "programme_outside_cascade")])
    event = BackofficeEvent(
        id=work.new_id(),
        message_id=message_id,
        case_id=case_id,
        county=case.county,
        sequence=sequence,
        type=kind,
    )
    event.seal(work.vault, data=data)
    work.session.add(event)
    work.session.flush()
    _apply_in_turn(work, case_id)
    return "applied" if event.applied else "kept"


def _apply_in_turn(work: Work, case_id: UUID) -> None:
    waiting = select(BackofficeEvent).where(
        BackofficeEvent.case_id == case_id, BackofficeEvent.applied.is_(False)
    )
    for event in work.session.scalars(waiting.order_by(BackofficeEvent.sequence)):
        data = event.unseal(work.vault, "data")
        if not apply_event(work, BACKOFFICE, case_id, event.sequence, event.type, data):
            return
        event.applied = True
        if event.type == "case.received":
            relay.acknowledge(work, DESTINATION, case_id, _FIRST)


def list_deliveries(
    work: Work, actor: Actor, states: list[str], wanted: PageRequest
) -> Page[DeliveryView]:
    """The deliveries of the caller's county, newest first."""
    return relay.deliveries(work, actor.scope or "none", states, DESTINATION, wanted)


def resend(work: Work, actor: Actor, delivery_id: UUID, version: int) -> DeliveryView:
    """Give a dead or waiting delivery a fresh set of tries; raises DeliveryNotFound,
    IllegalMove.
    """
    found = relay.delivery(work, delivery_id)
    if found is None or found.destination != DESTINATION:
        raise DeliveryNotFound()
    require(DELIVERY_RESEND, actor, found)
    again = relay.resend(work, delivery_id, version)
    audit.record(
        work,
        actor,
        "delivery.resent",
        f"delivery:{delivery_id}",
        case=found.aggregateid,
        county=found.county,
    )
    return again


def _by_message(work: Work, message_id: str) -> BackofficeEvent | None:
    return work.session.scalar(
        select(BackofficeEvent).where(BackofficeEvent.message_id == message_id)
    )


def _by_sequence(work: Work, case_id: UUID, sequence: int) -> BackofficeEvent | None:
    return work.session.scalar(
        select(BackofficeEvent).where(
            BackofficeEvent.case_id == case_id, BackofficeEvent.sequence == sequence
        )
    )
