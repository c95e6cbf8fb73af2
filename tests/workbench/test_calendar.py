"""The calendar on the desk's wall, and a case's clock on its page."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from backend.applications import tasks
from backend.core.access import Role
from backend.regions import queries
from backend.workbench.rules.months import months_of, year_of_form
from tests.factories.house import TOWNSHIP, VILLAGE, Town
from tests.factories.people import APPLICANT
from tests.workbench.browser import Browser, at_desk

COUNTY, CITY = TOWNSHIP[:6], TOWNSHIP[:4]


@pytest.fixture
def keeper(town: Town) -> Browser:
    return at_desk(town, town.staff(Role.COUNTY, COUNTY))


def accepted(town: Town) -> str:
    me = town.citizen(APPLICANT)
    case = me.submitted(members=[APPLICANT.body("01")])
    town.all_consent_at_counter(case)
    path = f"/staff/applications/{case['id']}/acceptance"
    done = town.staff().post(path, {}, version=me.case(case["id"])["version"])
    assert done.status_code == 200, done.get_json()
    return str(case["id"])


def test_a_wall_calendar_marks_what_is_not_as_its_weekday_is() -> None:
    exceptions = {date(2026, 2, 14): (True, "调休"), date(2026, 2, 16): (False, "春节")}
    february = months_of(2026, exceptions)[1]
    days = {cell.day.day: cell for week in february.weeks for cell in week if cell}
    assert len(days) == 28
    assert [days[n].mark for n in (13, 14, 15, 16)] == ["", "班", "", "休"]
    assert [days[n].off for n in (13, 14, 15, 16)] == [False, False, True, True]
    assert february.weeks[0][:6] == [None] * 6  # 1 February 2026 is a Sunday


def test_the_year_as_the_notice_writes_it() -> None:
    form = {
        "1/from": "2027-02-05",
        "1/to": "2027-02-11",
        "1/work1": "2027-01-30",
        "0/from": "2027-01-01",
    }
    entries, faults = year_of_form(2027, form)
    assert faults == []
    assert [(str(e.day)[5:], e.kind, e.note) for e in entries] == [
        ("01-01", "rest", "元旦放假"),
        *((f"02-{n:02}", "rest", "春节放假") for n in (5, 8, 9, 10, 11)),  # no weekend
        ("01-30", "work", "春节调休上班"),
    ]


def test_each_wrong_field_of_a_year_is_told_where_it_is() -> None:
    form = {
        "0/from": "2027-01-03", "0/to": "2027-01-01", "1/from": "2027-02-01",
        "1/to": "2027-03-01", "2/work1": "2027-04-05", "3/to": "2027-05-01", "4/from": "yesterday",
        "5/from": "2026-09-25",
    }  # fmt: skip
    _, faults = year_of_form(2027, form)
    assert {(fault.path, fault.code) for fault in faults} == {
        ("/0/to", "calendar_range_turned"),
        ("/1/to", "calendar_range_long"),
        ("/2/work1", "calendar_day_works"),  # a Monday
        ("/3/from", "field_required"),
        ("/4/from", "field_invalid"),
        ("/5/from", "calendar_other_year"),
    }


def test_a_day_is_changed_by_click_and_the_case_follows(town: Town, keeper: Browser) -> None:
    case = accepted(town)
    keeper.open("/desk/calendar")
    assert "2026 年工作日历" in keeper.words
    assert "春节放假" in keeper.text
    keeper.open("/desk/calendar/2026?day=2026-03-03")
    wrong = keeper.send("/day", kind="rest", note="暴雪停工", reason="县")
    assert wrong.status == 422
    assert wrong.page.get_element_by_id("deskCalendarDay-reason").value == "县"
    keeper.send("/day", kind="rest", reason="县政府通知，当天停止办公。")
    assert "日历已改" in keeper.words
    assert "县政府通知，当天停止办公。 正在重新算期限" in keeper.words
    with town.units.read() as work:
        assert not queries.calendar(work, VILLAGE).is_working(date(2026, 3, 3))
    window = at_desk(town, town.staff()).open(f"/desk/cases/{case}")
    assert "日历刚改过，正在按新日历重新算" in window.words
    assert tasks.reckon_again(town.units) == 1
    window.open(f"/desk/cases/{case}")
    assert "不算：2026年3月3日（暴雪停工）、2026年4月6日（清明节放假）" in window.words
    # another's click on the page as it was changes nothing
    late = at_desk(town, town.staff(Role.COUNTY, COUNTY)).open("/desk/calendar/2026")
    keeper.send("/day", date="2026-03-05", kind="rest", note="停工", reason="通知。")
    late.send("/day", date="2026-03-04", kind="rest", note="停工", reason="通知。")
    assert (late.status, "同事比您先动了这一件" in late.words) == (412, True)


def test_a_year_is_entered_on_the_page_and_the_guess_becomes_a_day(town: Town) -> None:
    town.clock.at = datetime(2026, 11, 24, 1, tzinfo=UTC)
    case = accepted(town)
    window = at_desk(town, town.staff()).open(f"/desk/cases/{case}")
    assert "大约 2027年1月5日 暂定" in window.words
    keeper = at_desk(town, town.staff(Role.CITY, CITY)).open("/desk/calendar/2027")
    assert "放假安排还没有录入" in keeper.words
    assert keeper.send("/calendar/2027").status == 422  # nothing was filled in
    keeper.send("/calendar/2027", {"0/from": "2027-01-01", "0/to": "2027-01-03"})
    assert "日历已改" in keeper.words
    assert "国务院办公厅关于2027年部分节假日安排的通知" in keeper.words
    tasks.reckon_again(town.units)
    window.open(f"/desk/cases/{case}")
    assert "2027年1月6日从2026年11月24日的第二天起，数 30 个工作日" in window.words
    assert "暂定" not in window.words


def test_who_does_not_keep_the_calendar_sees_no_form(town: Town) -> None:
    for role, scope in ((Role.TOWNSHIP, TOWNSHIP), (Role.VILLAGE, VILLAGE), (Role.AUDITOR, CITY)):
        window = at_desk(town, town.staff(role, scope)).open("/desk/calendar/2026")
        assert window.status == 200
        assert [form.get("action") for form in window.page.forms] == ["/desk/logout"]
    assert window.open("/desk/calendar/2099").status == 404


def test_a_clock_is_made_longer_at_the_desk(town: Town) -> None:
    case = accepted(town)
    window = at_desk(town, town.staff()).open(f"/desk/cases/{case}")
    refused = window.send("/extension", note="长子在外省，要去函核实。")
    assert refused.status == 422
    window.send("/extension", reason="elsewhere", note="长子在外省，要去函核实。")
    assert "期限已延长" in window.words
    assert "延长过一次：有家庭成员在外地，要到外地核实。 长子在外省" in window.words.replace(
        "。长", "。 长"
    )
    assert "2026年5月8日" in window.words
    assert not [f for f in window.page.forms if (f.get("action") or "").endswith("/extension")]


def test_the_county_may_extend_and_the_city_looks(town: Town) -> None:
    case = accepted(town)
    county = at_desk(town, town.staff(Role.COUNTY, COUNTY)).open(f"/desk/cases/{case}")
    assert county.form("/extension") is not None
    city: Any = at_desk(town, town.staff(Role.CITY, CITY)).open(f"/desk/cases/{case}")
    assert [form.get("action") for form in city.page.forms] == ["/desk/logout"]
    assert "办理时限" in city.words
