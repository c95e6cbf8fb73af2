"""Loading policy and checking households, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from backend.core.uow import Units, Work
from backend.policy import queries, service
from backend.policy.errors import (
    HouseholdWrong,
    PolicyDataError,
    PolicyMissing,
    ProgrammeUnknown,
    StandardUnknown,
)
from backend.policy.models import PolicyVersion, StandardRow
from backend.policy.rules.income import Household, Item, Member
from backend.policy.rules.values import Area, Outcome, Period
from backend.policy.service import CheckInput
from backend.regions import service as regions
from backend.regions.errors import DivisionUnknown

Seed = Callable[[Work], str]
JINTAI = "610303000000"


def three_in(division: str, area: Area = Area.URBAN, on: date | None = None) -> CheckInput:
    wages = Item("wages", 180000, Period.MONTH)
    return CheckInput(division, area, Household((Member((wages,)), Member(), Member())), on)


def test_baoji_gets_186_yuan_and_nothing_is_kept(units: Units, seed: Seed) -> None:
    with units.write() as work:
        seed(work)
    with units.read() as reading:
        found = service.check_eligibility(reading, three_in(JINTAI))
    assert (found.outcome, found.amount_fen_per_month) == (Outcome.DIBAO, 18600)


def test_a_village_uses_the_standard_of_its_city(work: Work, seed: Seed) -> None:
    seed(work)
    village = "610303001002"
    found = service.check_eligibility(work, three_in(village, Area.RURAL))
    assert found.standard_fen == 49700
    assert found.outcome is Outcome.EDGE


def test_kunming_has_no_known_standard(work: Work, seed: Seed) -> None:
    regions.load_divisions(work, regions.DATA / "divisions-5301.tsv")
    seed(work)
    with pytest.raises(StandardUnknown):
        service.check_eligibility(work, three_in("530102000000"))


def test_a_day_before_all_standards(work: Work, seed: Seed) -> None:
    seed(work)
    with pytest.raises(StandardUnknown):
        service.check_eligibility(work, three_in(JINTAI, on=date(2022, 12, 31)))


def test_wrong_questions_are_named(work: Work, seed: Seed) -> None:
    seed(work)
    with pytest.raises(DivisionUnknown):
        service.check_eligibility(work, three_in("610399000000"))
    bad = CheckInput(JINTAI, Area.URBAN, Household((Member((Item("wages", -1, Period.MONTH),)),)))
    with pytest.raises(HouseholdWrong) as wrong:
        service.check_eligibility(work, bad)
    assert [f.code for f in wrong.value.errors] == ["amount_negative"]


def test_before_any_load_everything_says_so(work: Work) -> None:
    with pytest.raises(PolicyMissing):
        queries.programmes(work)
    with pytest.raises(PolicyMissing):
        service.check_eligibility(work, three_in(JINTAI))


def test_programmes(work: Work, seed: Seed) -> None:
    seed(work)
    assert [p.code for p in queries.programmes(work)] == ["dibao", "dibao-edge", "rigid-expense"]
    assert queries.programmes(work, date(2021, 6, 30)) == []
    assert queries.programme(work, "dibao").clocks.decision_wd == 10
    for code, day in (("dibao", date(2020, 1, 1)), ("nothing", None), ("di\0bao", None)):
        with pytest.raises(ProgrammeUnknown):
            queries.programme(work, code, day)


def test_loading_again_changes_nothing(units: Units, seed: Seed) -> None:
    with units.write() as work:
        version = seed(work)
    with units.write() as work:
        assert service.load_policy(work) == service.Loaded(version, changed=False)
        assert work.session.scalar(select(func.count()).select_from(PolicyVersion)) == 1
        assert work.session.scalar(select(func.count()).select_from(StandardRow)) == 4


def test_a_case_is_reckoned_by_the_version_that_decided_it(
    units: Units, seed: Seed, folder: Path
) -> None:
    """A new standard replaces the old one for new questions only; going back needs no new rows."""
    with units.write() as work:
        old = seed(work)
    standards = folder / "regions/6103/standards.toml"
    standards.write_text(standards.read_text().replace("yuan = 662", "yuan = 702"))
    with units.write() as work:
        new = service.load_policy(work, folder)
        assert new.changed
        assert new.version != old
        assert queries.policy_version(work) == new.version
        assert service.check_eligibility(work, three_in(JINTAI)).amount_fen_per_month == 30600
        kept = service.assess_household(work, three_in(JINTAI), old)
        assert kept.amount_fen_per_month == 18600
    with units.write() as work:
        back = service.load_policy(work)
        assert (back.version, back.changed) == (old, True)
        assert queries.policy_version(work) == old
        assert work.session.scalar(select(func.count()).select_from(PolicyVersion)) == 2


def test_a_county_is_added_with_data_files_alone(work: Work, seed: Seed, folder: Path) -> None:
    seed(work)
    county = folder / "regions/610303"
    county.mkdir()
    (county / "rules.toml").write_text(
        "[[rules]]\nvalid_from = 2026-01-01\nsource = '金台区规定'\n"
        "edge_multiplier = 2\ncash_assets_cap = { months_of_standard = 24 }\n"
    )
    service.load_policy(work, folder)
    rules = queries.rules_for(work, "610303001002", date(2026, 11, 22))
    assert rules.edge_multiplier == 2
    assert rules.obligor_consent, "from the city"
    assert rules.sources["edge_multiplier"] == "金台区规定"
    earns = Household((Member((Item("wages", 132399, Period.MONTH),)),))
    found = service.check_eligibility(work, CheckInput("610303001002", Area.URBAN, earns))
    assert found.outcome is Outcome.EDGE
    assert "assets_not_given" in [line.rule for line in found.lines]
    next_door = service.check_eligibility(work, CheckInput("610304000000", Area.URBAN, earns))
    assert next_door.outcome is Outcome.NONE


def test_a_wrong_folder_loads_nothing(units: Units, seed: Seed, folder: Path) -> None:
    with units.write() as work:
        version = seed(work)
    (folder / "regions/6103/standards.toml").write_text("[[standards]]\nyuan = 1\n")
    with (
        pytest.raises(PolicyDataError, match=r"regions/6103/standards.toml:1: "),
        units.write() as w,
    ):
        service.load_policy(w, folder)
    with units.read() as work:
        assert queries.policy_version(work) == version


def test_a_folder_named_after_no_division_is_refused(work: Work, seed: Seed, folder: Path) -> None:
    seed(work)
    (folder / "regions/6103").rename(folder / "regions/610399")
    with pytest.raises(PolicyDataError, match=r"regions/610399:1: there is no division"):
        service.load_policy(work, folder)


def test_remarks_beside_the_files_are_left_alone(work: Work, seed: Seed, folder: Path) -> None:
    version = seed(work)
    (folder / "README.md").write_text("notes")
    (folder / ".hidden").write_text("notes")
    assert service.load_policy(work, folder) == service.Loaded(version, changed=False)
