"""Staff keep the calendar of their place: by whom, for where, and what is told of wrong days."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from backend.audit.models import AuditRow
from backend.core.access import Role
from backend.regions import queries
from backend.regions.models import CalendarChange
from tests.factories.house import TOWNSHIP, VILLAGE, Town, Visitor

COUNTY, CITY = TOWNSHIP[:6], TOWNSHIP[:4]
NOTICE = "国务院办公厅关于2027年部分节假日安排的通知"
STORM = {"kind": "rest", "note": "暴雪停工", "reason": "县政府通知，当天停止办公。"}


@pytest.fixture
def county(town: Town) -> Visitor:
    return town.staff(Role.COUNTY, COUNTY)


def year_body(*days: tuple[str, str], **more: Any) -> dict[str, Any]:
    entered = [{"date": day, "kind": kind, "note": "放假安排"} for day, kind in days]
    return {"source": NOTICE, "reason": "通知已经公布。", "days": entered, **more}


def put_day(who: Visitor, day: str, version: int = 0, **more: Any) -> Any:
    return who.put(f"/staff/calendar/days/{day}", {**STORM, **more}, version=version)


def test_everybody_reads_a_year(town: Town) -> None:
    found = town.client.send("GET", f"/calendar/2026?prefix={VILLAGE}")
    shown = found.get_json()
    assert (found.status_code, found.headers["ETag"]) == (200, '"0"')
    assert (shown["known"], len(shown["days"])) == (True, 25)
    assert shown["days"][3] == {
        "date": "2026-02-14", "kind": "work", "note": "春节调休上班", "prefix": "",
    }  # fmt: skip
    unknown = town.client.send("GET", "/calendar/2027").get_json()
    assert (unknown["known"], unknown["source"], unknown["days"]) == (False, None, [])
    assert town.client.send("GET", "/calendar/1999").status_code == 404


def test_a_county_sets_a_day_of_its_own_and_takes_it_back(town: Town, county: Visitor) -> None:
    done = put_day(county, "2026-03-03")
    assert done.status_code == 200, done.get_json()
    assert done.headers["ETag"] == '"1"'
    assert {"date": "2026-03-03", "kind": "rest", "note": "暴雪停工", "prefix": COUNTY} in (
        done.get_json()["days"]
    )
    with town.units.read() as work:
        day = date(2026, 3, 3)
        assert not queries.calendar(work, VILLAGE).is_working(day)
        assert queries.calendar(work, f"{CITY}03001001").is_working(day)  # not another county's
        [change] = work.session.scalars(select(CalendarChange))
        rows = select(AuditRow).where(AuditRow.action == "calendar.day_set")
        [row] = work.session.scalars(rows)
    assert (change.changed_by, change.reason, change.prefix) == (county.id, STORM["reason"], COUNTY)
    assert (row.actor_id, row.subject) == (county.id, f"calendar:{COUNTY}:2026")
    assert row.details == {"revision": 1, "day": "2026-03-03", "kind": "rest"}
    back = put_day(county, "2026-03-03", 1, kind="usual", note="")
    assert back.status_code == 200
    with town.units.read() as work:
        assert queries.calendar(work, VILLAGE).is_working(day)


@pytest.mark.parametrize(
    ("more", "day", "path", "code"),
    [
        ({"kind": "rest"}, "2026-03-07", "/kind", "calendar_day_rests"),
        ({"kind": "work"}, "2026-03-03", "/kind", "calendar_day_works"),
        ({"kind": "usual"}, "2026-03-03", "/kind", "calendar_day_usual"),
        ({"kind": "holiday"}, "2026-03-03", "/kind", "field_invalid"),
        ({"note": " "}, "2026-03-03", "/note", "field_required"),
        ({"reason": ""}, "2026-03-03", "/reason", "text_too_short"),
        ({"prefix": "6103041"}, "2026-03-03", "/prefix", "field_shape"),
        ({"prefix": f"{COUNTY}999"}, "2026-03-03", "/prefix", "division_unknown"),
        ({}, "2031-03-03", None, "calendar_year_far"),
    ],
)
def test_a_wrong_day_is_told_at_its_field(
    county: Visitor, more: dict[str, Any], day: str, path: str | None, code: str
) -> None:
    answer = put_day(county, day, **more)
    told = answer.get_json()
    assert answer.status_code == 422
    if path is None:
        assert told["code"] == code
    else:
        assert [(e["path"], e["code"]) for e in told["errors"]] == [(path, code)]


def test_a_day_that_is_none_is_nowhere(county: Visitor) -> None:
    assert put_day(county, "2026-02-30").status_code == 404


def test_nobody_changes_the_calendar_of_another_place(town: Town, county: Visitor) -> None:
    for prefix in (CITY, "610303"):
        assert put_day(county, "2026-03-03", prefix=prefix).status_code == 403
    assert put_day(county, "2026-03-03", prefix=TOWNSHIP).status_code == 200
    city = town.staff(Role.CITY, CITY)
    assert put_day(city, "2026-03-04", prefix="610303").status_code == 200
    assert put_day(town.staff(), "2026-03-05").status_code == 403  # a township


def test_a_year_is_entered_whole_and_known_from_then_on(town: Town, county: Visitor) -> None:
    city = town.staff(Role.CITY, CITY)
    body = year_body(("2027-01-01", "rest"), ("2027-01-30", "work"))
    entered = city.put("/staff/calendar/2027", body, version=0)
    assert entered.status_code == 200, entered.get_json()
    shown = entered.get_json()
    assert (shown["known"], shown["source"], len(shown["days"])) == (True, NOTICE, 2)
    with town.units.read() as work:
        calendar = queries.calendar(work, VILLAGE)
        assert calendar.knows(date(2027, 5, 1))
        assert calendar.is_working(date(2027, 1, 30))
        assert not calendar.is_working(date(2027, 1, 1))
        assert not queries.calendar(work, "371400000000").knows(date(2027, 5, 1))
    # the county saw the year before the city entered it
    assert put_day(county, "2027-03-03").status_code == 412
    again = year_body(("2027-01-01", "rest"), reason="第一次抄漏了。")
    assert city.put("/staff/calendar/2027", again, version=0).status_code == 412
    assert city.put("/staff/calendar/2027", again).status_code == 428
    mended = city.put("/staff/calendar/2027", again, version=1)
    assert [day["date"] for day in mended.get_json()["days"]] == ["2027-01-01"]


def test_every_wrong_day_of_a_year_is_told_at_once(town: Town, county: Visitor) -> None:
    body = year_body(
        ("2027-01-01", "rest"), ("2026-01-02", "rest"), ("2027-01-01", "rest"),
        ("2027-01-04", "work"),
    )  # fmt: skip
    told = county.put("/staff/calendar/2027", body, version=0)
    assert told.status_code == 422
    assert [(e["path"], e["code"]) for e in told.get_json()["errors"]] == [
        ("/days/1/date", "calendar_other_year"),
        ("/days/2/date", "calendar_day_twice"),
        ("/days/3/date", "calendar_day_works"),
    ]
    assert not town.client.send("GET", f"/calendar/2027?prefix={COUNTY}").get_json()["known"]
