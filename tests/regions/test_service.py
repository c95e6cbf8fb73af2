"""Loading and reading divisions and calendars, on both databases."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from backend.core.uow import Units, Work
from backend.regions import queries, service
from backend.regions.errors import DivisionUnknown, RegionDataWrong
from backend.regions.models import CalendarDay, Division
from backend.regions.rules import Level, add_working_days
from backend.regions.service import DATA, Loaded

BAOJI = DATA / "divisions-6103.tsv"
SHORT = "610000000000\t陕西省\n610300000000\t宝鸡市\n610303000000\t金台区\n"


def write(folder: Path, text: str | bytes, name: str = "test.tsv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_all_shipped_files_load_in_a_second_and_only_once(units: Units) -> None:
    began = time.perf_counter()
    with units.write() as work:
        first = service.load_shipped(work)
    took = time.perf_counter() - began
    assert {name: done.added for name, done in first.items()} == {
        "divisions-3714.tsv": 5456,
        "divisions-5301.tsv": 1904,
        "divisions-6103.tsv": 1504,
        "calendar-2026.tsv": 25,
    }
    assert took < 5, "1 s on a quiet machine"
    with units.write() as work:
        second = service.load_shipped(work)
    assert all(done.added == done.changed == 0 and done.unchanged for done in second.values())


def test_every_shipped_division_has_its_parent(work: Work) -> None:
    service.load_shipped(work)
    rows = work.session.scalars(select(Division)).all()
    by_code = {row.code: row for row in rows}
    assert {row.level for row in rows} == set(Level)
    for row in rows:
        if row.parent is None:
            assert row.level == Level.PROVINCE
        else:
            assert by_code[row.parent].level == row.level - 1


def test_a_renamed_division_is_renamed_and_a_vanished_one_stays(work: Work, tmp_path: Path) -> None:
    """Edge case 37: cases hold the code of a village that was merged into another."""
    village = "610303001000\t中山东路街道\n610303001001\t旧社区\n"
    service.load_divisions(work, write(tmp_path, SHORT + village))
    newer = "610303001000\t中山路街道\n610303001002\t新社区\n"
    assert service.load_divisions(work, write(tmp_path, SHORT + newer)) == Loaded(1, 1, 3)
    assert queries.get_division(work, "610303001000").name == "中山路街道"
    assert queries.get_division(work, "610303001001").name == "旧社区"


def test_a_file_may_stand_on_divisions_in_the_database(work: Work, tmp_path: Path) -> None:
    service.load_divisions(work, write(tmp_path, SHORT))
    more = write(tmp_path, "\ufeff610303001000\t中山东路街道\r\n")
    assert service.load_divisions(work, more) == Loaded(added=1)
    assert queries.get_division(work, "610303001000").parent == "610303000000"


@pytest.mark.parametrize(
    ("text", "places"),
    [
        (SHORT + "61030400000\t陈仓区\n", [(4, "12 digits")]),
        (SHORT + "６１０３０４００００００\t陈仓区\n", [(4, "12 digits")]),
        (SHORT + "# note\n\n610304000000 陈仓区\n", [(6, "code<TAB>name")]),
        (SHORT + "610304000000\t\n", [(4, "name is empty")]),
        (SHORT + "610304000000\t" + "长" * 61 + "\n", [(4, "longer than 60")]),
        (SHORT + "610303000000\t金台区\n", [(4, "out of order or there twice")]),
        (SHORT + "610302000000\t渭滨区\n", [(4, "out of order")]),
        ("620303001001\t某村\n", [(1, "nothing above")]),
        ("a\tb\n" + SHORT + "b\n", [(1, "12 digits"), (5, "code<TAB>name")]),
        (b"610000000000\t\xff\xfe\n", [(1, "UTF-8")]),
    ],
)
def test_wrong_lines_are_named_and_nothing_is_loaded(
    units: Units, tmp_path: Path, text: str | bytes, places: list[tuple[int, str]]
) -> None:
    path = write(tmp_path, text)
    with pytest.raises(RegionDataWrong) as wrong, units.write() as work:
        service.load_divisions(work, path)
    assert [p.line for p in wrong.value.problems] == [line for line, _ in places]
    for (line, why), shown in zip(places, str(wrong.value).splitlines(), strict=True):
        assert shown.startswith(f"test.tsv:{line}: ")
        assert why in shown
    with units.read() as work:
        assert queries.list_divisions(work) == []


def test_many_wrong_lines_stop_at_fifty(work: Work, tmp_path: Path) -> None:
    with pytest.raises(RegionDataWrong) as wrong:
        service.load_divisions(work, write(tmp_path, "x\n" * 1000))
    assert len(wrong.value.problems) == 50


def test_a_missing_file_is_a_named_problem(work: Work, tmp_path: Path) -> None:
    with pytest.raises(RegionDataWrong, match=r"gone.tsv:1: the file cannot be read"):
        service.load_divisions(work, tmp_path / "gone.tsv")


def test_reading_divisions(work: Work) -> None:
    service.load_divisions(work, BAOJI)
    provinces = queries.list_divisions(work)
    assert [(p.code, p.name, p.level) for p in provinces] == [
        ("610000000000", "陕西省", Level.PROVINCE)
    ]
    counties = queries.list_divisions(work, "610300000000")
    assert len(counties) == 12
    assert [c.code for c in counties] == sorted(c.code for c in counties)
    found = queries.list_divisions(work, "610300000000", name_contains="陈仓")
    assert [c.name for c in found] == ["陈仓区"]
    assert queries.list_divisions(work, "610300000000", name_contains="%") == []
    path = queries.division_path(work, counties[1].code)
    assert [p.name for p in path] == ["陕西省", "宝鸡市", "金台区"]
    assert queries.division_path(work, "999999999999") == []
    assert queries.division_path(work, "610303") == []
    with pytest.raises(DivisionUnknown):
        queries.list_divisions(work, "619900000000")


def test_a_region_s_own_day_wins_over_the_country_s(work: Work) -> None:
    service.load_calendar(work, DATA / "calendar-2026.tsv")
    fair = date(2026, 3, 3)
    own = {"prefix": "6103", "day": fair, "working": False, "note": "本地放假"}
    work.session.execute(insert(CalendarDay), [own])
    assert not queries.calendar(work, "610303001001").is_working(fair)
    assert queries.calendar(work, "371400000000").is_working(fair)
    assert queries.calendar(work).is_working(fair)
    due = add_working_days(date(2026, 3, 2), 1, queries.calendar(work, "610303001001"))
    assert due.date == date(2026, 3, 4)


def test_a_loaded_year_is_staff_s_to_change(work: Work, tmp_path: Path) -> None:
    service.load_calendar(work, DATA / "calendar-2026.tsv")
    other = write(tmp_path, "year\t2026\t别的\n2026-03-03\trest\t别的放假\n")
    assert service.load_calendar(work, other) == Loaded(unchanged=1)
    assert queries.calendar(work).is_working(date(2026, 3, 3))


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("", 1, "year<TAB>year<TAB>source first"),
        ("2026-01-01\trest\t元旦\n", 1, "year<TAB>year<TAB>source first"),
        ("year\t２０２６\tx\n", 1, "year<TAB>year<TAB>source first"),
        ("year\t2026\tx\n2026-02-30\trest\t春节\n", 2, "no date"),
        ("year\t2026\tx\n2027-01-01\trest\t元旦\n", 2, "not in 2026"),
        ("year\t2026\tx\n2026-01-01\tfree\t元旦\n", 2, "rest|work"),
        ("year\t2026\tx\n2026-01-01\trest\t元旦\n2026-01-01\twork\t元旦\n", 3, "twice"),
    ],
)
def test_wrong_calendar_lines_are_named(
    work: Work, tmp_path: Path, text: str, line: int, why: str
) -> None:
    with pytest.raises(RegionDataWrong) as wrong:
        service.load_calendar(work, write(tmp_path, text))
    assert str(wrong.value).startswith(f"test.tsv:{line}: ")
    assert why in str(wrong.value)
