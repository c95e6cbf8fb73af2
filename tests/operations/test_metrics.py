"""Figures: who may read them, what they say on both databases, and that nobody can grow them."""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from backend.app import DESTINATIONS, create_app
from backend.core import figures, pulse
from backend.core.access import Role
from backend.core.clocks import FixedClock
from backend.core.db import Database
from backend.core.messages import catalogue
from backend.core.pulse import Beat, JobRuns
from backend.core.settings import Settings, SettingsError
from backend.core.uow import Units
from backend.core.write_lock import DatabaseBusy
from backend.openapi import document
from backend.operations.gauges import Exposition
from backend.operations.heartbeat import COUNTED
from backend.relay import service as relay
from backend.relay.models import Delivery
from tests.factories.house import MONITOR_TOKEN, Town, draft_body
from tests.factories.people import APPLICANT

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]
COUNTY = DESTINATIONS[0]


def samples(told: bytes | str) -> Samples:
    """Every sample of a text as Prometheus reads it."""
    whole = told.decode() if isinstance(told, bytes) else told
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(whole)
        for sample in family.samples
    }


def scraped(town: Town) -> Samples:
    """What the monitoring gets; each time a fresh look at the database."""
    answer = scrape(town, MONITOR_TOKEN)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    return samples(answer.get_data(as_text=True))


def scrape(town: Town, token: str | None):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return create_app(town.house).test_client().get("/metrics", headers=headers)


def value(found: Samples, name: str, **labels: str) -> float:
    return found[f"zhangban_{name}", tuple(sorted(labels.items()))]


# Who may read them


def test_nobody_but_the_monitoring_reads_the_figures(town: Town) -> None:
    me, desk = town.citizen(APPLICANT), town.staff(Role.COUNTY, "610304")
    refused = [scrape(town, token) for token in (None, "m" * 39 + "n", me.token, desk.token)]
    assert [answer.status_code for answer in refused] == [401, 401, 403, 403]
    assert all(answer.mimetype == "application/problem+json" for answer in refused)
    assert scrape(town, MONITOR_TOKEN).status_code == 200


def test_the_monitoring_reads_nothing_else(town: Town) -> None:
    for path in ("/me", "/applications", "/staff/worklist", "/staff/deliveries"):
        assert town.client.send("GET", path, token=MONITOR_TOKEN).status_code == 403


def test_without_the_setting_no_token_opens_it(town: Town) -> None:
    settings = Settings.from_env({"ZHANGBAN_HOME": str(town.house.settings.home)})
    assert settings.metrics_token is None
    client = create_app(replace(town.house, settings=settings)).test_client()
    for token in ("None", MONITOR_TOKEN, ""):
        answer = client.get("/metrics", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 401


@pytest.mark.parametrize("token", ["short", "x" * 65, "a b" * 12, "密" * 32])
def test_a_weak_token_is_refused_at_the_start(token: str) -> None:
    with pytest.raises(SettingsError, match="ZHANGBAN_METRICS_TOKEN") as refused:
        Settings.from_env({"ZHANGBAN_METRICS_TOKEN": token})
    assert token not in str(refused.value)
    assert MONITOR_TOKEN not in repr(Settings.from_env({"ZHANGBAN_METRICS_TOKEN": MONITOR_TOKEN}))


# What this process counts


def test_requests_problems_replays_and_documents_are_counted(town: Town) -> None:
    before = scraped(town)
    me = town.citizen(APPLICANT)
    for _ in range(2):
        assert me.post("/eligibility-checks", {}).status_code == 422
    body = {"code": "nobody's", "sharedPhone": False}
    assert town.client.send("POST", "/sessions/wechat", json=body).status_code >= 400
    key = str(uuid4())
    first, again = (me.post("/applications", draft_body(), key=key) for _ in range(2))
    assert first.data == again.data
    case = first.get_json()
    assert me.upload(case["id"], "no_such_slot").status_code == 422
    assert me.submit(case["id"]).status_code == 422  # papers are missing
    me.papers(case)
    after = scraped(town)

    def more(name: str, **labels: str) -> float:
        sample = (f"zhangban_{name}", tuple(sorted(labels.items())))
        return after[sample] - before.get(sample, 0.0)

    assert more("request_seconds_count", operation="checkEligibility", status="4xx") == 2
    assert more("request_seconds_count", operation="createApplication", status="2xx") == 2
    assert more("problems_total", operation="checkEligibility", code="invalid") == 2
    assert more("problems_total", operation="createWechatSession", code="wechat_code_invalid") == 1
    assert more("problems_total", operation="uploadDocument", code="slot_unknown") == 1
    assert more("idempotent_replays_total") == 1
    stored = more("request_seconds_count", operation="uploadDocument", status="2xx")
    assert more("documents_stored_total", media_type="image/jpeg") == stored > 0
    assert more("units_total", kind="write", end="committed") > stored
    assert more("units_total", kind="write", end="rolled_back") >= 1
    assert more("units_total", kind="read", end="ended") > stored


def test_waiting_for_the_write_lock_and_holding_it_are_timed(units: Units) -> None:
    database = units.kit.database
    if not database.is_sqlite:
        before = pool_waits()
        with units.read():
            pass
        assert pool_waits() == before + 1
        return
    waits, holds = lock_figures()
    other = Database(str(database.url))
    entered, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        with other.writing():
            entered.set()
            go_on.wait(20)

    holder = threading.Thread(target=hold)
    holder.start()
    assert entered.wait(20)
    with pytest.raises(DatabaseBusy), database.writing(wait_s=0.05):
        pytest.fail("two writers at once")
    go_on.set()
    holder.join()
    other.close()
    waited, held = lock_figures()
    assert (waited[0] - waits[0], held[0] - holds[0]) == (2, 1)
    assert waited[1] - waits[1] >= 0.05
    assert held[1] - holds[1] >= 0.05


def pool_waits() -> float:
    return figures.REGISTRY.get_sample_value("zhangban_connection_wait_seconds_count") or 0.0


def lock_figures() -> list[tuple[float, float]]:
    def read(name: str) -> tuple[float, float]:
        of = figures.REGISTRY.get_sample_value
        return (of(f"{name}_count") or 0.0, of(f"{name}_sum") or 0.0)

    return [read("zhangban_write_lock_wait_seconds"), read("zhangban_write_lock_held_seconds")]


# What the database says


def told_by(town: Town, clock: FixedClock) -> Samples:
    """The figures over this database alone, read now."""
    return samples(Exposition(town.house, DESTINATIONS)(town.units))


def enqueue(town: Town, **more) -> None:
    with town.units.write() as work:
        row = relay.enqueue(
            work, destination=COUNTY, aggregatetype="application", aggregateid=uuid4(), type="t",
            county="610304", payload={},
        )  # fmt: skip
        found = work.session.query(Delivery).where(Delivery.outbox_id == row.id).one()
        found.created_at = work.wall.now()
        for name, what in more.items():
            setattr(found, name, what)


def test_the_queue_shows_its_counts_and_its_oldest(town: Town, clock: FixedClock) -> None:
    empty = told_by(town, clock)
    assert value(empty, "outbox_oldest_unsent_case_seconds", destination=COUNTY) == 0
    enqueue(town, state="dead")
    clock.advance(seconds=100)
    enqueue(town)
    enqueue(town, state="retrying")
    clock.advance(seconds=50)
    enqueue(town, state="sent")
    found = told_by(town, clock)
    for state, count in (("pending", 1), ("retrying", 1), ("dead", 1)):
        assert value(found, "outbox_deliveries", destination=COUNTY, state=state) == count
    assert value(found, "outbox_oldest_waiting_seconds", destination=COUNTY) == 50
    assert value(found, "outbox_oldest_unsent_case_seconds", destination=COUNTY) == 150
    assert value(found, "outbox_oldest_unsent_case_seconds", destination=DESTINATIONS[1]) == 0


def test_the_queue_is_read_from_its_small_index(town: Town) -> None:
    """However many were sent: else a scrape would slow the server down as the years go by."""
    statement = (
        "SELECT created_at FROM deliveries WHERE state IN ('pending', 'retrying', 'dead')"
        " AND destination = 'x' AND state = 'dead' ORDER BY created_at LIMIT 10"
    )
    with town.units.read() as work:
        if town.units.kit.database.is_sqlite:
            plan = str(work.session.execute(text(f"EXPLAIN QUERY PLAN {statement}")).all())
        else:
            work.session.execute(text("SET LOCAL enable_seqscan = off"))
            plan = str(work.session.execute(text(f"EXPLAIN {statement}")).all())
    assert "ix_deliveries_unheard" in plan


def test_the_workers_and_the_anchor_are_shown(town: Town, clock: FixedClock) -> None:
    nobody = told_by(town, clock)
    assert value(nobody, "worker_fresh") == 0
    assert ("zhangban_worker_beat_age_seconds", ()) not in nobody
    now = clock.now()
    with town.units.write() as work:
        runs = JobRuns("sweep_files", 3, 1, 2.5, now, now - timedelta(seconds=30))
        beat = Beat(uuid4(), "a-host", now, now, now)
        pulse.record(work, beat, [runs], {"deliveries_heard": 7.0})
    clock.advance(seconds=20)
    found = told_by(town, clock)
    assert value(found, "worker_fresh") == 1
    assert value(found, "worker_beat_age_seconds") == 20
    assert value(found, "job_runs_total", job="sweep_files") == 3
    assert value(found, "job_failures_total", job="sweep_files") == 1
    assert value(found, "job_seconds_total", job="sweep_files") == 2.5
    assert value(found, "job_last_success_age_seconds", job="sweep_files") == 20
    assert value(found, "job_last_failure_age_seconds", job="sweep_files") == 50
    assert value(found, "worker_deliveries_heard_total") == 7
    assert {name for name, _ in found} >= {f"zhangban_worker_{name}_total" for name in COUNTED}
    assert value(found, "database_up") == 1
    assert value(found, "database_bytes") > 10_000
    assert value(found, "disk_free_bytes") > 0


def test_many_scrapes_look_once(town: Town, clock: FixedClock) -> None:
    now = [0.0]
    told = Exposition(town.house, DESTINATIONS, clock=lambda: now[0])
    dead = ("zhangban_outbox_deliveries", (("destination", COUNTY), ("state", "dead")))
    assert samples(told(town.units))[dead] == 0
    enqueue(town, state="dead")
    now[0] = 4.9
    assert samples(told(town.units))[dead] == 0
    now[0] = 5.1
    assert samples(told(town.units))[dead] == 1


def test_a_database_that_does_not_answer_leaves_the_rest(town: Town, tmp_path: Path) -> None:
    (tmp_path / "no.db").mkdir()
    gone = Units(replace(town.units.kit, database=Database(f"sqlite:///{tmp_path}/no.db")))
    found = samples(Exposition(town.house, DESTINATIONS)(gone))
    gone.kit.database.close()
    assert value(found, "database_up") == 0
    assert ("process_resident_memory_bytes", ()) in found


# Nobody can grow them, and they name nobody


def labels_of(town: Town) -> dict[str, set[str]]:
    """Every label of a scrape with the values that it has."""
    seen: dict[str, set[str]] = {}
    for _, labels in samples(scrape(town, MONITOR_TOKEN).get_data(as_text=True)):
        for name, label in labels:
            seen.setdefault(name, set()).add(label)
    return seen


def test_labels_come_from_fixed_sets_whatever_callers_send(town: Town) -> None:
    me = town.citizen(APPLICANT)
    case = me.submitted()
    before = labels_of(town)  # other tests of this process have doors of their own
    client = create_app(town.house).test_client()
    for n in range(30):
        client.get(f"/no/such/{n}")
        client.open(f"/api/v1/applications/{uuid4()}", method="LOCK")
        client.get("/api/v1/me", headers={"X-Request-Id": f"request-{n:08d}"})
    answer = scrape(town, MONITOR_TOKEN).get_data(as_text=True)
    operations = {
        operation["operationId"]
        for item in document()["paths"].values()
        for operation in item.values()
        if isinstance(operation, dict)
    }
    seen = labels_of(town)
    assert seen["operation"] - before["operation"] <= operations | {"moveLegalClock", "none"}
    assert seen["status"] <= {"2xx", "3xx", "4xx", "5xx"}
    assert seen["code"] <= set(catalogue())
    assert set(seen) <= {
        "operation", "status", "code", "le", "media_type", "kind", "end", "outcome", "system",
        "destination", "state", "job",
    }  # fmt: skip
    for secret in (case["id"], case["receiptCode"], APPLICANT.number, APPLICANT.name, me.token):
        assert secret not in answer
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", answer)
    assert not re.search(r"\d{17}[\dX]", re.sub(r"\d\.\d+", "", answer))
