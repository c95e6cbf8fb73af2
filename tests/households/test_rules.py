"""What cannot be one household, and who of it must sign."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.households import rules
from backend.households.rules import PersonData
from backend.identity.rules import birth_date, is_valid_id_number, sex
from tests.factories import people
from tests.factories.people import APPLICANT, DAUGHTER, HUSBAND, MALE, SON, STRANGER, Human

TODAY = date(2026, 3, 2)
FATHER = Human("王福贵", date(1942, 2, 3), MALE)


def faults(*persons: PersonData) -> list[tuple[str, str]]:
    return [(fault.path, fault.code) for fault in rules.household_faults(persons)]


def test_the_usual_household_is_plausible() -> None:
    assert (
        faults(
            APPLICANT.person("01"),
            HUSBAND.person("11"),
            DAUGHTER.person("30"),
            SON.person("20", role="supporter"),
            FATHER.person("51", role="supporter"),
        )
        == []
    )


@pytest.mark.parametrize("relation", ["20", "30", "41"])
def test_a_child_cannot_be_older_than_the_applicant(relation: str) -> None:
    found = faults(APPLICANT.person("01"), HUSBAND.person("11"), FATHER.person(relation))
    assert found == [("/members/2/idNumber", "child_older_than_parent")]


@pytest.mark.parametrize("relation", ["51", "52", "61"])
def test_a_parent_cannot_be_younger_than_the_applicant(relation: str) -> None:
    found = faults(SON.person(relation), APPLICANT.person("01"))
    assert found == [("/members/0/idNumber", "parent_younger_than_child")]


@pytest.mark.parametrize("relation", ["27", "28", "38", "57"])
def test_a_step_or_in_law_relation_says_nothing_about_age(relation: str) -> None:
    assert faults(APPLICANT.person("01"), FATHER.person(relation)) == []


def test_born_on_the_same_day_is_no_child() -> None:
    twin = Human("王秀兰", APPLICANT.born, turn=2)
    assert faults(APPLICANT.person("01"), twin.person("30")) == [
        ("/members/1/idNumber", "child_older_than_parent")
    ]
    assert faults(APPLICANT.person("01"), twin.person("77")) == []


def test_everything_wrong_is_told_at_once() -> None:
    found = faults(
        APPLICANT.person("01", role="supporter"),
        HUSBAND.person("01"),
        FATHER.person("20"),
        FATHER.person("51"),
    )
    assert sorted(found) == [
        ("/members/0/role", "applicant_lives_apart"),
        ("/members/1/relation", "applicant_twice"),
        ("/members/2/idNumber", "child_older_than_parent"),
        ("/members/3/idNumber", "person_twice"),
    ]


def test_thirty_people_are_a_household_and_thirty_one_are_too_many() -> None:
    many = [Human("王五", date(1960, 1, 1), turn=n).person("99") for n in range(31)]
    assert faults(*many[:30]) == []
    assert faults(*many) == [("/members", "household_too_large")]


def test_without_an_applicant_ages_cannot_be_compared() -> None:
    assert faults(FATHER.person("20"), SON.person("51")) == []


@given(st.lists(st.sampled_from([APPLICANT, HUSBAND, SON, STRANGER, FATHER]), max_size=6))
def test_a_person_stands_there_once(chosen: list[Human]) -> None:
    found = faults(*[who.person("99") for who in chosen])
    assert len(found) == len(chosen) - len(set(chosen))


# Who must sign.


def signers(*persons: PersonData, obligors: bool = True, today: date = TODAY) -> list[Any]:
    by_id = {p.id: p.name for p in persons}
    return [
        (s.person.name, s.capacity, [by_id[w] for w in s.also_for])
        for s in rules.required_signers(persons, today, obligor_consent=obligors)
    ]


def test_adults_sign_and_the_applicant_for_the_minors() -> None:
    household = (APPLICANT.person("01"), HUSBAND.person("11"), DAUGHTER.person("30"))
    assert signers(*household) == [
        ("王秀英", "adult_member", ["李小梅"]),
        ("李建国", "adult_member", []),
    ]


def test_supporters_sign_where_the_county_says_so() -> None:
    household = (APPLICANT.person("01"), SON.person("20", role="supporter"))
    assert signers(*household) == [
        ("王秀英", "adult_member", []),
        ("李志强", "legal_supporter", []),
    ]
    assert signers(*household, obligors=False) == [("王秀英", "adult_member", [])]


def test_somebody_signs_for_an_incapable_applicant() -> None:
    household = (APPLICANT.person("01", incapable=True), HUSBAND.person("11"))
    assert signers(*household) == [("李建国", "adult_member", ["王秀英"])]


@pytest.mark.parametrize(
    ("today", "signs"),
    [(date(2030, 11, 29), False), (date(2030, 11, 30), True)],
)
def test_whoever_turns_eighteen_today_signs(today: date, signs: bool) -> None:
    found = signers(APPLICANT.person("01"), DAUGHTER.person("30"), today=today)
    assert (("李小梅", "adult_member", []) in found) is signs


@pytest.mark.parametrize("obligors", [True, False])
def test_children_alone_are_signed_for_from_outside(obligors: bool) -> None:
    uncle = STRANGER.person("99", role="supporter")
    household = (DAUGHTER.person("01"), uncle, SON.person("71", role="supporter"))
    found = signers(*household, obligors=obligors)
    assert found[0] == ("赵大山", "guardian", ["李小梅"])
    assert found[1:] == ([("李志强", "legal_supporter", [])] if obligors else [])


def test_nobody_can_sign_for_children_without_anybody() -> None:
    assert signers(DAUGHTER.person("01")) == []


def test_supporters_who_cannot_sign_are_not_asked() -> None:
    small = DAUGHTER.person("30", role="supporter")
    ill = SON.person("20", role="supporter", incapable=True)
    assert signers(APPLICANT.person("01"), small, ill) == [("王秀英", "adult_member", [])]


@given(st.integers(0, 499), st.dates(date(1900, 1, 1), date(2026, 1, 1)), st.booleans())
def test_invented_numbers_are_valid(turn: int, born: date, male: bool) -> None:
    number = people.id_number(born, people.MALE if male else people.FEMALE, turn)
    assert is_valid_id_number(number, TODAY)
    assert birth_date(number) == born
    assert sex(number) == (people.MALE if male else people.FEMALE)
