"""Tell the main system what happened to a case, in order, through the relay."""

from collections.abc import Mapping
from typing import Any, Final

from backend.backoffice import queries
from backend.backoffice.models import BoCase, BoEvent
from backend.core.uow import Work
from backend.relay import service as relay
from backend.relay.ports import OutboxMessage

DESTINATION: Final = "zhangban"
AGGREGATE: Final = "backoffice_case"


def tell(work: Work, case: BoCase, kind: str, body: Mapping[str, Any]) -> None:
    """Put one event of the forwarding contract into the outbox within the caller's commit.

    The body may hold reasons and amounts: it is sealed in a row of ours, and the outbox row only
    names it.
    """
    row = relay.enqueue(
        work,
        destination=DESTINATION,
        aggregatetype=AGGREGATE,
        aggregateid=case.case_id,
        type=kind,
        county=case.county,
        payload={"caseId": str(case.case_id), "type": kind},
    )
    case.sequence_out = int(row.payload["sequence"])
    event = BoEvent(
        id=work.new_id(),
        case_id=case.case_id,
        county=case.county,
        sequence=case.sequence_out,
        type=kind,
    )
    event.seal(work.vault, body=dict(body))
    work.session.add(event)


def build_body(work: Work, message: OutboxMessage) -> dict[str, Any]:
    """The relay's body builder for AGGREGATE: the `data` of the CloudEvent."""
    sequence = int(message.payload["sequence"])
    event = queries.event(work, message.aggregateid, sequence)
    if event is None:
        raise LookupError("an event of the back office lost its body")
    return {
        "caseId": str(message.aggregateid),
        "county": message.county,
        "sequence": sequence,
        **event.unseal(work.vault, "body"),
    }
