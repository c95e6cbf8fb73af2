"""Health: each part says how it does, and asking often makes no work."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text, update

from backend.app import DESTINATIONS, create_app
from backend.core import figures, pulse
from backend.core.clocks import FixedClock
from backend.core.crypto import KeyRing
from backend.core.db import Database
from backend.core.pulse import Beat
from backend.core.uow import Units
from backend.operations import health
from backend.relay import service as relay
from backend.relay.models import Delivery
from backend.web.health import Check, Part, State
from tests.factories.house import Town

PARTS = {
    "database", "keys", "files", "worker", "face", "policy", "regions", "calendar", "wechat",
    "disk", "outbox",
}  # fmt: skip


@pytest.fixture
def healthy(town: Town, ring: KeyRing) -> Town:
    """A town whose every part does well."""
    ring.save(town.house.settings.key_file)
    beat(town)
    figures.WECHAT.answered()
    figures.FACE.answered()
    return town


def beat(town: Town, **turns: timedelta) -> None:
    """A worker beat now; its loops came round so long before."""
    now = town.clock.now()
    ages = {name: now - age for name, age in turns.items()}
    with town.units.write() as work:
        told = Beat(uuid4(), "host", now, ages.get("jobs", now), ages.get("relay", now))
        pulse.record(work, told, [], {})


def ready(town: Town) -> tuple[int, str, dict[str, str]]:
    """Status code, status, and what is not well."""
    answer = create_app(town.house).test_client().get("/health/ready")
    body = answer.get_json()
    assert body["parts"].keys() == PARTS
    ill = {name: part["detail"] for name, part in body["parts"].items() if part["state"] != "ok"}
    return answer.status_code, body["status"], ill


def test_a_whole_house_is_ok(healthy: Town) -> None:
    assert ready(healthy) == (200, "ok", {})


def test_health_says_words_and_shows_nothing_from_inside(healthy: Town) -> None:
    answer = create_app(healthy.house).test_client().get("/health/ready")
    for part in answer.get_json()["parts"].values():
        assert part.keys() == {"state", "detail"}
        assert part["detail"].isidentifier()
    assert str(healthy.house.settings.home) not in answer.get_data(as_text=True)


def test_no_worker_a_dead_one_and_a_stuck_one_are_told_apart(town: Town, ring: KeyRing) -> None:
    ring.save(town.house.settings.key_file)
    assert ready(town)[2]["worker"] == "never"
    beat(town)
    assert "worker" not in ready(town)[2]
    town.clock.advance(seconds=61)
    assert ready(town) == (200, "degraded", {"worker": "stale"})
    for loop in ("jobs", "relay"):
        town.clock.advance(seconds=1)  # so that this one beat last
        beat(town, **{loop: timedelta(minutes=16)})
        assert ready(town)[2] == {"worker": "stuck"}


@pytest.mark.parametrize(
    ("state", "age", "told"),
    [
        ("pending", timedelta(minutes=59), None),
        ("retrying", timedelta(minutes=61), "late"),
        ("dead", timedelta(0), "dead"),
        ("sent", timedelta(days=9), None),
    ],
)
def test_cases_that_do_not_arrive_are_told(
    healthy: Town, state: str, age: timedelta, told: str | None
) -> None:
    with healthy.units.write() as work:
        row = relay.enqueue(
            work, destination=DESTINATIONS[0], aggregatetype="application", aggregateid=uuid4(),
            type="t", county="610304", payload={},
        )  # fmt: skip
        mine = update(Delivery).where(Delivery.outbox_id == row.id)
        work.session.execute(mine.values(state=state, created_at=work.wall.now() - age))
    assert ready(healthy)[2] == ({"outbox": told} if told else {})


def test_a_calendar_that_ends_soon_is_told_in_time(healthy: Town, clock: FixedClock) -> None:
    with healthy.units.read() as work:
        today = work.legal.today()
        years = work.session.scalars(text("SELECT year FROM calendar_years")).all()
    assert max(years) == today.year
    clock.advance(days=(today.replace(month=12, day=1) - today).days)
    assert health.calendar(healthy.units) == Part(State.OK, "known")
    clock.advance(days=1)
    assert health.calendar(healthy.units) == Part(State.DEGRADED, "ends_soon")
    clock.advance(days=30)
    assert health.calendar(healthy.units) == Part(State.DEGRADED, "missing")


def test_an_outside_system_is_judged_by_its_last_answer(healthy: Town) -> None:
    figures.WECHAT.failed()
    figures.FACE.failed()
    assert ready(healthy) == (200, "degraded", {"wechat": "no_answer", "face": "no_answer"})
    figures.WECHAT.answered()
    figures.FACE.answered()
    healthy.face.is_full = True
    assert ready(healthy)[2] == {"face": "queue_full"}


def test_keys_files_and_disk(healthy: Town, tmp_path: Path) -> None:
    key_file = healthy.house.settings.key_file
    key_file.chmod(0o644)
    assert ready(healthy) == (200, "degraded", {"keys": "unreadable"})
    key_file.unlink()
    assert ready(healthy)[2] == {"keys": "unreadable"}

    class FullStore:
        def put(self, key: str, plain: bytes) -> None:
            raise OSError(28, "No space left on device")

    assert health.files(FullStore()) == Part(State.DEGRADED, "not_writable")  # type: ignore[arg-type]
    assert health.files(healthy.files) == Part(State.OK, "writable")
    assert list(healthy.files.keys_before(healthy.clock.now() + timedelta(days=1))) == []
    assert health.disk(tmp_path).state is State.OK


def test_without_a_database_people_cannot_be_served(healthy: Town, tmp_path: Path) -> None:
    (tmp_path / "no.db").mkdir()
    gone = Units(replace(healthy.units.kit, database=Database(f"sqlite:///{tmp_path}/no.db")))
    code, status, ill = ready(replace(healthy, house=replace(healthy.house, units=gone)))
    gone.kit.database.close()
    assert (code, status) == (503, "failing")
    assert ill["database"] == "fault"


def test_tables_of_another_release(units: Units) -> None:
    """A newer database serves the release before it: a rolling change must not take it away."""
    assert health.database(units) == Part(State.OK, "at_head")
    for version, told in (
        ("0001", Part(State.FAILING, "behind")),
        ("9999", Part(State.DEGRADED, "newer")),
    ):
        with units.write() as work:
            was = work.session.scalar(text("SELECT version_num FROM alembic_version"))
            change = text("UPDATE alembic_version SET version_num = :v")
            work.session.execute(change, {"v": version})
        try:
            assert health.database(units) == told
        finally:
            with units.write() as work:
                work.session.execute(change, {"v": was})


def test_an_empty_system_cannot_serve_people(units: Units) -> None:
    assert health.policy_data(units) == Part(State.FAILING, "missing")
    assert health.divisions(units) == Part(State.FAILING, "missing")
    assert health.calendar(units) == Part(State.DEGRADED, "missing")


# Asking makes no work


class Looks:
    """A look that counts, and hangs or fails as it is told."""

    def __init__(self) -> None:
        self.count = 0
        self.fault: Exception | None = None
        self.entered, self.go_on = threading.Event(), threading.Event()
        self.go_on.set()

    def __call__(self, _: Units) -> Part:
        self.count += 1
        self.entered.set()
        self.go_on.wait(20)
        if self.fault:
            raise self.fault
        return Part(State.OK, f"look_{self.count}")


@pytest.fixture(params=["sqlite"])
def nothing(request: pytest.FixtureRequest) -> Units:
    """No look of these tests touches it."""
    return None  # type: ignore[return-value]


def test_a_part_is_looked_at_once_in_its_time(nothing: Units) -> None:
    now, look = [0.0], Looks()
    check = Check(look, every_s=5, clock=lambda: now[0])
    assert {check(nothing).detail for _ in range(100)} == {"look_1"}
    now[0] = 5.0
    assert {check(nothing).detail for _ in range(100)} == {"look_2"}


def test_while_a_look_hangs_the_others_are_told_the_last(nothing: Units) -> None:
    now, look = [0.0], Looks()
    check = Check(look, every_s=5, clock=lambda: now[0])
    check(nothing)
    now[0] = 6.0
    look.entered.clear()
    look.go_on.clear()
    hanging = threading.Thread(target=check, args=(nothing,))
    hanging.start()
    assert look.entered.wait(20)
    assert check(nothing).detail == "look_1"
    look.go_on.set()
    hanging.join(20)
    assert check(nothing).detail == "look_2"


@pytest.mark.parametrize("worst", [State.DEGRADED, State.FAILING])
def test_a_look_that_fails_is_a_fault_as_bad_as_its_part(nothing: Units, worst: State) -> None:
    look = Looks()
    look.fault = ValueError("610303199001011234")
    assert Check(look, worst=worst)(nothing) == Part(worst, "fault")
