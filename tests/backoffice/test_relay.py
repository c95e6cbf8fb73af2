"""The way back to the main system through the real relay: signed, in order, decided once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from backend.backoffice import service
from backend.relay.ports import Destination
from backend.relay.service import Relay


class Receiver:
    """A main system that answers what the test says and keeps what it took."""

    def __init__(self, *answers: int) -> None:
        self.answers = list(answers)
        self.taken: list[dict[str, Any]] = []

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        status = self.answers.pop(0) if self.answers else 204
        if status < 300:
            self.taken.append(json.loads(body))
            assert headers["webhook-id"] == self.taken[-1]["id"]
        return status


def test_events_go_back_in_order_even_when_one_is_refused_first(office, clock, units):
    case_row_id = office.open_case(publicity_exempt=True)
    for name in ("verification", "survey", "first_opinion", "county_decision"):
        office.do(case_row_id, name)
    receiver = Receiver(503)
    relay = Relay(
        units,
        receiver,
        {service.DESTINATION: Destination(service.DESTINATION, "http://127.0.0.1/x")},
        {service.AGGREGATE: service.build_body},
    )
    for _ in range(12):
        relay.run_once()
        clock.advance(hours=1)
    case = office.case(case_row_id)
    assert [one["type"] for one in receiver.taken] == [
        "case.received",
        "case.stage_changed",
        "case.stage_changed",
        "case.stage_changed",
        "case.stage_changed",
        "case.decided",
        "benefit.granted",
    ]
    assert {one["subject"] for one in receiver.taken} == {str(case.case_id)}
    assert [one["data"]["sequence"] for one in receiver.taken] == list(range(1, 8))
    assert relay.run_once() == 0
