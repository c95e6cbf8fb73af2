"""One case, and everything killed at each boundary of each of its steps: it reaches its decision
once, and nothing is lost, told twice or left in halves.
"""

from __future__ import annotations

import contextlib
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from backend import house as houses
from backend.applications.models import Application
from backend.audit.models import AuditRow
from backend.backoffice.models import BoCase, BoEvent, BoInbox, BoTask
from backend.core.settings import Settings
from backend.documents.models import Document
from backend.forwarding.models import BackofficeEvent
from backend.relay.models import Delivery, OutboxRow
from tests.crash import pair as pairs
from tests.crash import tale as tales
from tests.crash.pair import House, Pair
from tests.crash.parts import END_SECONDS, NotReady, wait_until
from tests.crash.reckon import ONCE, Faults, files_are_whole
from tests.crash.tale import AMOUNT_FEN, Tale

TOLD = [
    "case.received",
    *["case.stage_changed"] * 5,
    "case.decided",
    "benefit.granted",
]
TASKS = ["verification", "survey", "first_opinion", "start_publicity", "county_decision"]


@pytest.fixture(params=["sqlite", "postgresql"])
def tale(request: pytest.FixtureRequest, town_home: Path) -> Iterator[Tale]:
    with pairs.opened(request.param, town_home) as pair, closing(Tale(pair)) as tale:
        yield tale


def test_a_case_survives_a_kill_at_each_boundary_of_each_step(tale: Tale, tmp_path: Path) -> None:
    pair = tale.pair
    tales.play(tale)
    for house in (pair.ours, pair.theirs):
        wait_until("all is told", lambda house=house: _states(house) <= {"sent", "acknowledged"})
    assert len(tale.steps) == 30
    assert len(tale.messages) == 7
    assert tale.kills >= 6 * len(tale.steps) + 4 * len(tale.messages)
    consents = _what_people_see(tale)
    for number, file in enumerate(consents):
        _verify_offline(tale, tmp_path / f"{number}.json", file)
    _what_is_stored(pair.ours, tale.case_id)
    _what_the_county_did(pair.theirs, tale.case_id)
    for house in (pair.ours, pair.theirs):
        assert house.run("cli", "audit-verify") == (0, "audit: every chain holds\n")
    for part in pair.parts:
        part.kill()
    with contextlib.suppress(NotReady):  # all were killed, one after the other they are gone
        wait_until("nothing runs on", lambda: not _left_running(pair), END_SECONDS)
    assert _left_running(pair) == []


def _states(house: House) -> set[str]:
    opened = houses.build(Settings.from_env(house.env))
    try:
        with opened.units.read() as work:
            return set(work.session.scalars(select(Delivery.state)))
    finally:
        opened.close()


def _what_people_see(tale: Tale) -> list[bytes]:
    """The citizen and the desk; gives the evidence of all who signed."""
    timeline = tale.phone.get(f"{tale.case}/timeline")
    assert timeline["state"] == "approved"
    assert sum("186.00" in step["text"] for step in timeline["steps"]) == 1
    case = tale.phone.get(tale.case)
    assert (case["outcome"]["decision"], case["outcome"]["amountFen"]) == ("approved", AMOUNT_FEN)
    assert [one["id"] for one in tale.phone.get("/applications")["items"]] == [tale.case_id]
    (sent,) = tale.desk.get("/staff/deliveries")["items"]
    assert sent["state"] == "acknowledged"
    signers = [m["signer"] for m in tale.desk.get(tale.case)["members"] if m["signer"]]
    assert [one["counts"] for one in signers] == [True, True, True]
    return [tale.desk.get(f"/consents/{one['consentId']}/evidence").content for one in signers]


def _verify_offline(tale: Tale, path: Path, file: bytes) -> None:
    house = tale.pair.ours
    key = path.with_suffix(".pub")
    key.write_text(house.run("cli", "evidence-key")[1])
    path.write_bytes(file)
    code, said = house.run("cli", "evidence-verify", str(path), "--key", str(key))
    assert (code, said) == (0, "evidence: whole and signed\n")


def _what_is_stored(ours: House, case_id: str) -> None:
    faults = Faults()
    house = houses.build(Settings.from_env(ours.env))
    try:
        files_are_whole(faults, house)
        with house.units.read() as work:

            def all_of(model: Any) -> list[Any]:
                return list(work.session.scalars(select(model)).unique())

            (case,) = all_of(Application)
            slots = Counter(document.slot for document in all_of(Document))
            outbox, deliveries = all_of(OutboxRow), all_of(Delivery)
            events = sorted(all_of(BackofficeEvent), key=lambda event: event.sequence)
            actions = Counter(row.action for row in all_of(AuditRow) if row.chain.endswith(case_id))
    finally:
        house.close()
    assert faults.found == Faults().found
    assert (str(case.id), case.heard_sequence) == (case_id, len(TOLD))
    assert slots == {"id_card": 2, "household_register": 1}
    assert [row.type for row in outbox] == ["case.submitted_for_review"]
    assert [row.state for row in deliveries] == ["acknowledged"]
    assert [event.type for event in events] == TOLD
    assert all(event.applied for event in events)
    assert {action: actions[action] for action in ONCE} == {
        "case.created": 1,
        "case.submitted": 1,
        "case.accepted": 1,
        "case.approved": 1,
        "case.withdrawn": 0,
    }


def _what_the_county_did(theirs: House, case_id: str) -> None:
    house = houses.build(Settings.from_env(theirs.env))
    try:
        with house.units.read() as work:

            def all_of(model: Any) -> list[Any]:
                return list(work.session.scalars(select(model).order_by(model.id)).unique())

            (case,) = all_of(BoCase)
            heard = [(row.sequence, row.outcome) for row in all_of(BoInbox)]
            tasks = [(row.name, row.state) for row in all_of(BoTask)]
            events = [row.type for row in sorted(all_of(BoEvent), key=lambda row: row.sequence)]
            states = [row.state for row in all_of(Delivery)]
    finally:
        house.close()
    assert (str(case.case_id), case.state) == (case_id, "approved")
    assert heard == [(1, "accepted")]
    assert tasks == [(name, "done") for name in TASKS]
    assert events == TOLD
    assert states == ["sent"] * len(TOLD)


def _left_running(pair: Pair) -> list[str]:
    """Processes of lives that were killed, face engines among them. Numbers come again, to others:
    ours write their errors into a home of ours.
    """
    homes = (str(pair.ours.home), str(pair.theirs.home))
    groups = {str(pid) for part in pair.parts for pid in part.former}
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                after_name = (folder / "stat").read_text().rpartition(")")[2].split()
                is_ours = os.readlink(folder / "fd" / "2").startswith(homes)
            except OSError:
                continue
            if is_ours and after_name[2] in groups and after_name[0] != "Z":
                found.append(f"{folder.name} of group {after_name[2]}")
    return found
