"""Time limits, findings, notices and moves as plain functions."""

from __future__ import annotations

import uuid
from datetime import date

import pytest

from backend.backoffice.rules import deadlines
from backend.backoffice.rules.completion import RESULTS, Completion, field_errors, process_values
from backend.backoffice.rules.findings import (
    MAX_LOST_CONSENTS,
    Findings,
    LostConsent,
    may_approve,
    notice,
    pay_from,
)
from backend.backoffice.states import (
    CASE_MOVES,
    ROLE_OF,
    STAGE_OF,
    TASK_MOVES,
    CaseState,
    TaskName,
    TaskState,
)
from backend.core.transitions import IllegalMove, next_state
from backend.regions.rules import Calendar

NATIONAL = deadlines.shipped()[0]
LOCAL = """
[[deadlines]]
division = "{division}"
valid_from = {valid_from}
case = {case}
publicity_days = 5
[deadlines.tasks]
verification = 1
recheck = 1
survey = 1
first_opinion = 1
start_publicity = 1
county_decision = 1
township_decision = 1
"""


def test_the_nearest_place_wins_then_the_latest_day():
    known = (
        NATIONAL,
        *deadlines.read(LOCAL.format(division="6103", valid_from="2024-01-01", case=25)),
        *deadlines.read(LOCAL.format(division="6103", valid_from="2026-01-01", case=20)),
        *deadlines.read(LOCAL.format(division="610322", valid_from="2027-01-01", case=15)),
    )

    def case_days(division, on):
        return deadlines.limits_for(known, division, on).case

    assert case_days("610322100201", date(2025, 12, 31)) == 25
    assert case_days("610322100201", date(2026, 1, 1)) == 20
    assert case_days("610322100201", date(2027, 1, 1)) == 15
    assert case_days("530102001001", date(2027, 1, 1)) == 30
    with pytest.raises(LookupError):
        case_days("530102001001", date(2021, 6, 30))


def test_a_file_without_a_task_is_refused():
    text = LOCAL.format(division="", valid_from="2026-01-01", case=30)
    with pytest.raises(KeyError):
        deadlines.read(text.replace("survey = 1\n", ""))


@pytest.mark.parametrize(
    ("posted", "last"),
    [
        (date(2026, 11, 22), date(2026, 11, 29)),
        (date(2026, 12, 31), date(2027, 1, 7)),
        (date(2028, 2, 25), date(2028, 3, 3)),
        (date(2026, 10, 1), date(2026, 10, 8)),  # days off count
    ],
)
def test_publicity_is_shown_for_seven_whole_days(posted, last):
    until = deadlines.publicity_until(NATIONAL, posted)
    assert until == last
    assert not deadlines.is_publicity_over(until, last)
    assert deadlines.is_publicity_over(until, date.fromordinal(last.toordinal() + 1))


def test_a_case_over_a_holiday_takes_longer_and_an_unknown_year_is_provisional():
    holidays = {date(2026, 10, day): False for day in (1, 2, 5, 6, 7)}
    calendar = Calendar(holidays, frozenset({2026}))
    due = deadlines.case_due(NATIONAL, date(2026, 9, 1), calendar)
    assert (due.date, due.provisional) == (date(2026, 10, 20), False)
    late = deadlines.case_due(NATIONAL, date(2026, 12, 1), calendar)
    assert (late.date, late.provisional) == (date(2027, 1, 12), True)


def test_a_task_is_due_by_its_own_limit_by_the_case_or_today():
    def due(case_due_on):
        opened = date(2026, 3, 2)
        return deadlines.task_due(NATIONAL, TaskName.SURVEY, opened, case_due_on, Calendar())

    assert due(date(2026, 4, 1)) == date(2026, 3, 5)
    assert due(date(2026, 3, 4)) == date(2026, 3, 4)
    assert due(date(2026, 2, 27)) == date(2026, 3, 2)


def test_findings_survive_their_json():
    full = (
        Findings()
        .visited((uuid.uuid4(), uuid.uuid4()))
        .judged("positive", 18600, ())
        .objected("a")
        .lost_consent(LostConsent(uuid.uuid4(), date(2026, 3, 4)))
        .shown_in_full()
        .returned(("b",))
        .decided(date(2026, 3, 10), ("c",))
    )
    assert Findings.from_json(full.to_json()) == full
    assert Findings.from_json(Findings().to_json()) == Findings()
    before = {k: v for k, v in full.to_json().items() if k != "lostConsents"}
    assert Findings.from_json(before).lost_consents == ()  # kept before there was such an event


def test_lost_consents_are_kept_once_a_person_and_bounded():
    one, day = uuid.uuid4(), date(2026, 3, 4)
    later = LostConsent(one, date(2026, 3, 9))
    twice = Findings().lost_consent(LostConsent(one, day)).lost_consent(later)
    assert twice.lost_consents == (later,)
    many = Findings()
    for _ in range(MAX_LOST_CONSENTS + 5):
        many = many.lost_consent(LostConsent(uuid.uuid4(), day))
    assert len(many.lost_consents) == MAX_LOST_CONSENTS


@pytest.mark.parametrize(
    ("findings", "exempt", "may"),
    [
        (Findings(), False, False),
        (Findings(), True, False),
        (Findings().judged("negative", None, ("x",)).shown_in_full(), False, False),
        (Findings().judged("negative", None, ("x",)), True, False),
        (Findings().judged("positive", 1, ()), False, False),
        (Findings().judged("positive", 1, ()), True, True),
        (Findings().judged("positive", 1, ()).shown_in_full(), False, True),
        # a new opinion makes the old notice void
        (
            Findings().judged("positive", 1, ()).shown_in_full().judged("positive", 2, ()),
            False,
            False,
        ),
    ],
)
def test_what_an_approval_needs(findings, exempt, may):
    assert may_approve(findings, publicity_exempt=exempt) is may


def test_a_notice_shows_three_things_whatever_the_snapshot_holds():
    snapshot = {
        "applicantName": "王秀英",
        "headcount": 3,
        "amountFen": 1,
        "idNumber": "x",
        "phone": "y",
        "illness": "z",
    }
    assert notice(snapshot, 18600) == {
        "applicant_name": "王秀英",
        "headcount": 3,
        "amount_fen": 18600,
    }


@pytest.mark.parametrize(
    ("decided", "first"),
    [
        (date(2026, 1, 1), "2026-02"),
        (date(2026, 3, 31), "2026-04"),
        (date(2026, 11, 30), "2026-12"),
        (date(2026, 12, 1), "2027-01"),
    ],
)
def test_pay_from_the_next_month(decided, first):
    assert pay_from(decided) == first


def test_every_task_has_results_role_and_stage():
    assert set(RESULTS) == set(ROLE_OF) == set(STAGE_OF) == set(TaskName)


@pytest.mark.parametrize("task", TaskName)
def test_a_result_of_another_task_is_refused(task):
    for result in {r for results in RESULTS.values() for r in results} | {""}:
        found = field_errors(task, Completion(result), Findings())
        refused = [e.code for e in found] == ["bo_result_not_possible"]
        assert refused is (result not in RESULTS[task])


def test_the_decided_amount_is_the_published_one():
    findings = Findings().judged("positive", 18600, ())
    decision = TaskName.COUNTY_DECISION
    assert not field_errors(decision, Completion("approved"), findings)
    assert not field_errors(decision, Completion("approved", amount_fen=18600), findings)
    (error,) = field_errors(decision, Completion("approved", amount_fen=18601), findings)
    assert error.code == "bo_amount_differs"
    (error,) = field_errors(TaskName.FIRST_OPINION, Completion("positive", amount_fen=0), findings)
    assert error.code == "bo_amount_missing"


def test_what_the_process_learns():
    learned = {task: process_values(task, Completion("x")) for task in TaskName}
    assert learned[TaskName.FIRST_OPINION] == {"opinion": "x"}
    assert learned[TaskName.TOWNSHIP_DECISION] == {"decision": "x"}
    assert learned[TaskName.SURVEY] == learned[TaskName.START_PUBLICITY] == {}


@pytest.mark.parametrize("state", CaseState)
@pytest.mark.parametrize("action", CASE_MOVES)
def test_moves_of_a_case(state, action):
    if state is CaseState.IN_REVIEW:
        assert next_state(CASE_MOVES, state, action) is CASE_MOVES[action].to
    else:
        with pytest.raises(IllegalMove):
            next_state(CASE_MOVES, state, action)


@pytest.mark.parametrize("state", TaskState)
@pytest.mark.parametrize("action", TASK_MOVES)
def test_moves_of_a_task(state, action):
    if state is TaskState.OPEN:
        assert next_state(TASK_MOVES, state, action) is TASK_MOVES[action].to
    else:
        with pytest.raises(IllegalMove):
            next_state(TASK_MOVES, state, action)


def test_no_household_gets_more_than_the_standard_of_all_its_heads():
    opinion = TaskName.FIRST_OPINION
    assert not field_errors(opinion, Completion("positive", amount_fen=198600), Findings(), 198600)
    (error,) = field_errors(opinion, Completion("positive", amount_fen=198601), Findings(), 198600)
    assert (error.path, error.code) == ("/amountFen", "bo_amount_too_high")
    # where the place has no standard on record, the staff reckon
    assert not field_errors(opinion, Completion("positive", amount_fen=198601), Findings())
