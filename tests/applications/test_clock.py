"""The clock of an accepted case: kept, reckoned again by a changed calendar, extended, paused."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from backend.applications import queries, tasks
from backend.applications.service import apply_event
from backend.audit.models import AuditRow
from backend.core.access import Actor, Role
from backend.core.crypto import KeyRing
from backend.policy.service import load_policy
from backend.regions import queries as regions
from backend.relay.models import OutboxRow
from tests.factories.house import TOWNSHIP, Town, Visitor
from tests.factories.people import APPLICANT
from tests.factories.policies import county_rules

COUNTY, CITY = TOWNSHIP[:6], TOWNSHIP[:4]
BACKOFFICE = Actor(roles=frozenset({Role.BACKOFFICE}))
NOVEMBER = datetime(2026, 11, 24, 1, tzinfo=UTC)
# Made up: nobody knows 2027 yet.
DAYS_2027 = [("2027-01-01", "rest"), ("2027-01-30", "work"), ("2027-02-05", "rest")]
EXTENSION = {"reason": "hard_to_survey", "note": "长子在外省务工，要去函核实。"}
PAUSE = {"reason": "other_office", "note": "等不动产登记中心回函。"}


@pytest.fixture
def me(town: Town) -> Visitor:
    return town.citizen(APPLICANT)


def at(town: Town, moment: datetime) -> Visitor:
    """The applicant, logged in at another time."""
    town.clock.at = moment
    return town.citizen(APPLICANT)


def accepted(town: Town, me: Visitor) -> dict[str, Any]:
    """A case of one person, accepted today, as the township sees it."""
    case = me.submitted(members=[APPLICANT.body("01")])
    town.all_consent_at_counter(case)
    path = f"/staff/applications/{case['id']}/acceptance"
    answer = town.staff().post(path, {}, version=me.case(case["id"])["version"])
    assert answer.status_code == 200, answer.get_json()
    return dict(answer.get_json())


def enter_2027(town: Town, scope: str = CITY) -> None:
    days = [{"date": day, "kind": kind, "note": "放假安排"} for day, kind in DAYS_2027]
    body = {"source": "国务院办公厅通知", "reason": "通知已经公布。", "days": days}
    done = town.staff(Role.CITY, scope).put("/staff/calendar/2027", body, version=0)
    assert done.status_code == 200, done.get_json()


def change(who: Visitor, case: dict[str, Any], what: str, body: Any = None) -> Any:
    """One deed at the clock, on the case as it stands."""
    version = who.get(f"/applications/{case['id']}").get_json()["version"]
    return who.post(f"/staff/applications/{case['id']}/{what}", body, version=version)


def steps(case: dict[str, Any]) -> dict[str, tuple[str, bool]]:
    return {s["step"]: (s["dueOn"], s["provisional"]) for s in case["clock"]["steps"]}


def audited(town: Town, case: dict[str, Any]) -> list[str]:
    with town.units.read() as work:
        chain = select(AuditRow.action).where(AuditRow.chain == f"case:{case['id']}")
        return list(work.session.scalars(chain.order_by(AuditRow.seq)))


def told_county(town: Town) -> list[dict[str, Any]]:
    with town.units.read() as work:
        rows = select(OutboxRow).where(OutboxRow.type == "case.due_changed")
        return [dict(row.payload) for row in work.session.scalars(rows.order_by(OutboxRow.id))]


def test_a_case_has_every_steps_day_from_its_acceptance_on(town: Town, me: Visitor) -> None:
    case = accepted(town, me)
    assert steps(case) == {
        "check_start": ("2026-03-05", False),
        "survey_start": ("2026-03-05", False),
        "publicity_end": ("2026-03-30", False),
        "decision": ("2026-04-14", False),
        "notice": ("2026-04-17", False),
        "total": ("2026-04-14", False),
    }
    total = case["clock"]["steps"][-1]
    assert total["off"] == [{"first": "2026-04-06", "last": "2026-04-06", "note": "清明节放假"}]
    assert (case["clock"]["waiting"], case["clock"]["moves"]) == (False, ["extend"])
    mine = me.case(case["id"])
    assert "clock" not in mine
    line = me.get(f"/applications/{case['id']}/timeline").get_json()
    assert line["dueText"] == "2026年4月14日前有结果"


def test_edge_26_a_clock_into_2027_becomes_firm_when_the_year_is_entered(
    town: Town, me: Visitor
) -> None:
    me = at(town, NOVEMBER)
    case = accepted(town, me)
    assert steps(case)["total"] == ("2027-01-05", True)
    assert steps(case)["survey_start"] == ("2026-11-27", False)
    line = me.get(f"/applications/{case['id']}/timeline").get_json()
    assert line["dueText"] == "大约2027年1月5日前有结果，日子可能会变"
    enter_2027(town)
    desk = town.staff()
    assert desk.case(case["id"])["clock"]["waiting"]  # the kept day is of the older calendar
    assert tasks.reckon_again(town.units) == 1
    # New Year's Day of 2027 is one day more; the later days lie past the clock
    found = desk.case(case["id"])
    assert (found["dueOn"], found["dueProvisional"]) == ("2027-01-06", False)
    assert steps(found)["total"] == ("2027-01-06", False)
    assert not found["clock"]["waiting"]
    line = me.get(f"/applications/{case['id']}/timeline").get_json()
    assert line["dueText"] == "2027年1月6日前有结果"
    assert line["steps"][-1]["text"] == "放假安排变了，改到2027年1月6日前办完"
    assert told_county(town) == [
        {"caseId": case["id"], "dueOn": "2027-01-06", "dueProvisional": False, "cause": "calendar"}
        | {k: v for k, v in told_county(town)[0].items() if k == "sequence"}
    ]
    assert tasks.reckon_again(town.units) == 0  # settled


def test_an_earlier_day_is_audited_and_not_told(town: Town, me: Visitor) -> None:
    case = accepted(town, me)
    body = {"kind": "work", "note": "调班", "reason": "县政府通知。"}
    county = town.staff(Role.COUNTY, COUNTY)
    done = county.put("/staff/calendar/days/2026-04-11", body, version=0)  # a Saturday
    assert done.status_code == 200, done.get_json()
    before = len(me.get(f"/applications/{case['id']}/timeline").get_json()["steps"])
    assert tasks.reckon_again(town.units) == 1
    assert me.case(case["id"])["dueOn"] == "2026-04-13"
    assert "case.due_reckoned" in audited(town, case)
    line = me.get(f"/applications/{case['id']}/timeline").get_json()
    assert len(line["steps"]) == before


def test_a_change_elsewhere_touches_no_case(town: Town, me: Visitor) -> None:
    case = accepted(town, me)
    body = {"kind": "rest", "note": "停工", "reason": "通知。", "prefix": "610303"}
    city = town.staff(Role.CITY, CITY)
    assert city.put("/staff/calendar/days/2026-03-04", body, version=0).status_code == 200
    assert tasks.reckon_again(town.units) == 0
    with town.units.read() as work:
        assert regions.oldest_unsettled(work) is None
        assert queries.clock_of(work, UUID(case["id"])).calendar_revision == 0  # type: ignore[union-attr]


def test_a_changed_calendar_loses_no_extension(town: Town, me: Visitor) -> None:
    me = at(town, NOVEMBER)
    case = accepted(town, me)
    desk = town.staff()
    longer = change(desk, case, "extension", EXTENSION)
    assert longer.status_code == 200, longer.get_json()
    assert steps(longer.get_json())["total"] == ("2027-01-26", True)
    enter_2027(town)
    tasks.reckon_again(town.units)
    found = desk.case(case["id"])
    assert steps(found)["total"] == ("2027-01-27", False)
    assert found["clock"]["extension"]["on"] == "2026-11-24"
    assert found["clock"]["extension"]["note"] == EXTENSION["note"]


def test_an_extension_is_told_with_its_reason_and_happens_once(town: Town, me: Visitor) -> None:
    case = accepted(town, me)
    county = town.staff(Role.COUNTY, COUNTY)
    longer = change(county, case, "extension", EXTENSION).get_json()
    assert (longer["dueOn"], longer["clock"]["moves"]) == ("2026-05-08", [])
    line = me.get(f"/applications/{case['id']}/timeline").get_json()
    assert line["steps"][-1]["text"] == (
        "把办理时间延长到 2026年5月8日。原因：家里情况复杂，调查比较难"
    )
    assert "case.extended" in audited(town, case)
    assert me.get("/me").get_json()["messages"][0]["code"] == "told_case_extended"
    assert [(e["cause"], e["dueOn"]) for e in told_county(town)] == [("extension", "2026-05-08")]
    again = change(town.staff(), case, "extension", EXTENSION)
    assert (again.status_code, again.get_json()["code"]) == (409, "clock_extended_already")


def test_an_extension_needs_a_reason_of_the_law_and_time_left(town: Town, me: Visitor) -> None:
    case = accepted(town, me)
    desk = town.staff()
    wrong = change(desk, case, "extension", {"reason": "too_busy", "note": "人手不够。"})
    assert wrong.status_code == 422
    assert [(e["path"], e["code"]) for e in wrong.get_json()["errors"]] == [
        ("/reason", "clock_reason_unknown")
    ]
    stale = desk.post(f"/staff/applications/{case['id']}/extension", EXTENSION, version=1)
    assert stale.status_code == 412
    waiting = me.submitted(members=[APPLICANT.body("01")])
    early = change(desk, waiting, "extension", EXTENSION)
    assert (early.status_code, early.get_json()["code"]) == (409, "clock_not_running")
    me = at(town, datetime(2026, 4, 15, 1, tzinfo=UTC))
    desk = town.staff()
    late = change(desk, case, "extension", EXTENSION)
    assert (late.status_code, late.get_json()["code"]) == (409, "clock_over")


def test_a_place_without_pauses_says_so(town: Town, me: Visitor) -> None:
    case = accepted(town, me)
    desk = town.staff()
    refused = change(desk, case, "pause", PAUSE)
    assert (refused.status_code, refused.get_json()["code"]) == (409, "clock_pause_not_allowed")
    going = change(desk, case, "resumption")
    assert (going.status_code, going.get_json()["code"]) == (409, "clock_not_paused")


@pytest.fixture
def with_rules(town: Town, tmp_path: Path) -> Iterator[Any]:
    """Puts rules of the county into force; the shipped ones hold again afterwards."""

    def rule(*lines: str) -> None:
        county_rules(town.units, tmp_path, COUNTY, *lines)

    yield rule
    with town.units.write() as work:
        load_policy(work)


def test_days_of_a_pause_do_not_count(town: Town, me: Visitor, with_rules: Any) -> None:
    with_rules("clock_pause_allowed = true")
    case = accepted(town, me)
    me = at(town, datetime(2026, 3, 9, 1, tzinfo=UTC))
    desk = town.staff()
    stands = change(desk, case, "pause", PAUSE)
    assert stands.status_code == 200, stands.get_json()
    assert steps(stands.get_json())["total"] == ("2026-04-14", True)
    assert stands.get_json()["clock"]["moves"] == ["extend", "resume"]
    line = me.get(f"/applications/{case['id']}/timeline").get_json()
    assert line["dueText"] == "先停着，接着办的时候再定哪天有结果"
    assert line["steps"][-1]["text"].endswith("原因：等别的部门回复核对结果")
    twice = change(desk, case, "pause", PAUSE)
    assert (twice.status_code, twice.get_json()["code"]) == (409, "clock_paused_already")
    me = at(town, datetime(2026, 3, 16, 1, tzinfo=UTC))
    desk = town.staff()
    goes_on = change(desk, case, "resumption").get_json()
    assert steps(goes_on)["total"] == ("2026-04-21", False)
    [pause] = goes_on["clock"]["pauses"]
    assert (pause["since"], pause["until"], pause["note"]) == (
        "2026-03-09", "2026-03-16", PAUSE["note"],
    )  # fmt: skip
    # nor does a change of the calendar forget it
    body = {"kind": "rest", "note": "停工", "reason": "通知。"}
    county = town.staff(Role.COUNTY, COUNTY)
    assert county.put("/staff/calendar/days/2026-03-20", body, version=0).status_code == 200
    tasks.reckon_again(town.units)
    assert me.case(case["id"])["dueOn"] == "2026-04-22"
    assert [e["cause"] for e in told_county(town)] == ["pause", "resumption", "calendar"]


def test_only_the_office_that_the_place_names_changes_a_clock(
    town: Town, me: Visitor, with_rules: Any
) -> None:
    with_rules('clock_changed_by = ["county"]')
    case = accepted(town, me)
    refused = change(town.staff(), case, "extension", EXTENSION)
    assert (refused.status_code, refused.get_json()["code"]) == (403, "clock_not_yours")
    assert town.staff().case(case["id"])["clock"]["moves"] == []
    county = town.staff(Role.COUNTY, COUNTY)
    assert change(county, case, "extension", EXTENSION).status_code == 200


def told(town: Town, case: dict[str, Any], sequence: int, **data: Any) -> None:
    with town.units.write() as work:
        kind = "case.stage_changed"
        assert apply_event(work, BACKOFFICE, UUID(case["id"]), sequence, kind, data)


def test_edge_27_publicity_outside_the_clock_from_31_december_and_an_objection_on_its_last_day(
    town: Town, me: Visitor, with_rules: Any
) -> None:
    with_rules("publicity_inside_clock = false")
    me = at(town, datetime(2026, 12, 1, 1, tzinfo=UTC))
    case = accepted(town, me)
    enter_2027(town)
    tasks.reckon_again(town.units)
    # planned: twenty working days to 29 December, seven days of notice, ten for the decision
    assert steps(town.staff().case(case["id"]))["publicity_end"] == ("2027-01-05", False)
    assert me.case(case["id"])["dueOn"] == "2027-01-19"
    me = at(town, datetime(2026, 12, 31, 1, tzinfo=UTC))
    told(town, case, 1, stage="publicity", since="2026-12-31", publicityUntil="2027-01-07")
    hangs = steps(town.staff().case(case["id"]))
    # New Year's day and the weekend are off anyway: Monday 4 to Thursday 7 January stand
    assert hangs["publicity_end"] == ("2027-01-07", False)
    assert hangs["total"] == ("2027-01-19", False)
    me = at(town, datetime(2027, 1, 7, 9, tzinfo=UTC))
    told(town, case, 2, stage="survey", since="2027-01-07")  # an objection on the last day
    looked_at_again = me.case(case["id"])["dueOn"]
    assert looked_at_again > "2027-01-19"  # a second notice is to come
    told(town, case, 3, stage="decision", since="2027-01-08")  # withdrawn: there is none
    assert me.case(case["id"])["dueOn"] == "2027-01-19"
    with town.units.read() as work:
        kept = queries.clock_of(work, UUID(case["id"]))
        assert kept is not None
        assert kept.publicity == [["2027-01-01", "2027-01-07"]]
        assert date.fromisoformat(kept.steps[-1][1]) == date(2027, 1, 19)


CHILD = Path(__file__).with_name("reckoning_child.py")


@pytest.mark.parametrize(("batch", "done"), [(1, 1), (20, 0)])
def test_a_worker_that_is_killed_goes_on_where_it_stood(
    town: Town, ring: KeyRing, seeded_url: str, tmp_path: Path, batch: int, done: int
) -> None:
    """Killed at its second case, before that is committed: what it did is in the cases, and no
    case is told twice or forgotten.
    """
    me = at(town, NOVEMBER)
    cases = [accepted(town, me) for _ in range(3)]
    enter_2027(town)
    ring.save(tmp_path / "reckoning-keys.json")
    dead = subprocess.run(
        [sys.executable, str(CHILD), seeded_url, str(tmp_path / "reckoning-keys.json"), str(batch)],
        cwd=CHILD.parents[2],
        env={**os.environ, "PYTHONPATH": str(CHILD.parents[2])},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert dead.returncode == -signal.SIGKILL, dead.stderr
    told = [audited(town, case).count("case.due_later_calendar") for case in cases]
    assert sum(told) == len(told_county(town)) == done
    with town.units.read() as work:
        assert regions.oldest_unsettled(work) is not None
    assert tasks.reckon_again(town.units) == 3 - done
    for case in cases:
        assert audited(town, case).count("case.due_later_calendar") == 1
        assert town.staff().case(case["id"])["dueOn"] == "2027-01-06"
    assert sorted(e["caseId"] for e in told_county(town)) == sorted(c["id"] for c in cases)
    with town.units.read() as work:
        assert regions.oldest_unsettled(work) is None
