"""One person in two live households, two towns at once: shown to staff, never silently dropped."""

from __future__ import annotations

from typing import Any

from tests.factories.house import Town, Visitor
from tests.factories.people import APPLICANT, DAUGHTER, HUSBAND, SON, STRANGER
from tests.workbench.browser import at_desk

NEXT_TOWN = "610304101201"


def found(desk: Visitor, case: dict[str, Any]) -> list[dict[str, Any]]:
    answer = desk.get(f"/staff/applications/{case['id']}/duplicates")
    assert answer.status_code == 200, answer.get_json()
    return list(answer.get_json()["items"])


def couple(town: Town) -> tuple[Visitor, dict[str, Any]]:
    me = town.citizen(APPLICANT)
    return me, me.submitted(members=[APPLICANT.body("01"), HUSBAND.body("11")])


def test_two_towns_at_once_are_seen_by_both(town: Town) -> None:
    """Edge case 22: the husband applies for himself in the next town."""
    _, case = couple(town)
    assert found(town.staff(), case) == []
    his = town.citizen(HUSBAND).submitted(
        members=[HUSBAND.body("01")], division=NEXT_TOWN, area="rural"
    )
    [one] = found(town.staff(), case)
    assert (one["name"], one["state"], one["division"]) == (
        HUSBAND.name,
        "awaiting_consent",
        NEXT_TOWN,
    )
    assert one["applicationId"] is None, "the other town's case is the other town's"
    [other] = found(town.staff(scope="610304101"), his)
    assert (other["name"], other["division"]) == (HUSBAND.name, case["division"])
    county = at_desk(town, town.staff(scope="610304101")).open(f"/desk/cases/{his['id']}").words
    assert "同一个人还在别处" in county
    assert "请先问清楚" in county


def test_in_the_same_town_the_other_case_is_one_step_away(town: Town) -> None:
    """Edge case 22: a daughter who is counted in two families, after a divorce (edge case 19)."""
    first = town.citizen(APPLICANT).submitted(members=[APPLICANT.body("01"), DAUGHTER.body("30")])
    second = town.citizen(HUSBAND).submitted(members=[HUSBAND.body("01"), DAUGHTER.body("30")])
    [one] = found(town.staff(), second)
    assert (one["name"], one["applicationId"]) == (DAUGHTER.name, first["id"])
    page = at_desk(town, town.staff()).open(f"/desk/cases/{second['id']}")
    assert f'href="/desk/cases/{first["id"]}"' in page.text


def test_whoever_owes_support_lives_in_a_household_of_his_own(town: Town) -> None:
    mother = town.citizen(APPLICANT).submitted(
        members=[APPLICANT.body("01"), SON.body("20", role="supporter")]
    )
    own = town.citizen(SON).submitted(members=[SON.body("01")])
    assert found(town.staff(), mother) == []
    assert found(town.staff(), own) == []


def test_what_was_given_up_or_never_handed_in_is_no_second_household(town: Town) -> None:
    _, case = couple(town)
    third = town.citizen(HUSBAND)
    third.draft(members=[HUSBAND.body("01")])
    assert found(town.staff(), case) == []
    his = third.submitted(members=[HUSBAND.body("01")])
    assert len(found(town.staff(), case)) == 1
    gone = third.post(f"/applications/{his['id']}/withdrawal", version=his["version"])
    assert gone.status_code == 200, gone.get_json()
    assert found(town.staff(), case) == []


def test_another_town_learns_nothing_of_a_case_that_is_not_its_own(town: Town) -> None:
    _, case = couple(town)
    other = town.staff(scope="610304101")
    answer = other.get(f"/staff/applications/{case['id']}/duplicates")
    assert answer.status_code in (403, 404)
    stranger = town.citizen(STRANGER)
    assert stranger.get(f"/staff/applications/{case['id']}/duplicates").status_code == 403
