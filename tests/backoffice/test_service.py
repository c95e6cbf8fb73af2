"""Cases on their way through the back office, on both databases."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select, text

from backend.audit.models import AuditRow
from backend.backoffice import queries, service
from backend.backoffice.errors import (
    ApprovalNotPossible,
    CaseNotFound,
    CompletionInvalid,
    DeciderInvestigated,
    EventInvalid,
    NotPublished,
    ObjectionsFull,
    ReturnedAlready,
    RoleMissing,
    SequenceGap,
    StaffInvalid,
    TaskNotFound,
    TaskNotOpen,
)
from backend.backoffice.models import BoCase, BoInbox, BoSpec, BoStaff, BoTask
from backend.backoffice.rules.completion import Completion
from backend.backoffice.rules.findings import LostConsent
from backend.backoffice.service import Outcome, moving, reading
from backend.backoffice.states import StaffRole, Stage
from backend.backoffice.tasks import advance_publicity
from backend.core.access import SYSTEM
from backend.core.errors import Unauthenticated
from backend.core.paging import PageRequest
from backend.core.uow import ChangedMeanwhile
from backend.regions.rules import DueDate
from backend.relay.models import OutboxRow
from tests.backoffice.office import SNAPSHOT

APPROVED, RETURNED = Completion("approved"), Completion("returned", reasons=("金额要重算",))


def test_a_whole_case_from_arrival_to_the_grant(office, published):
    office.wait_for_the_end_of_publicity()
    office.do(published, "county_decision")
    case = office.case(published)
    assert (case.state, office.open_task(published)) == ("approved", None)
    told = office.told(published)
    assert [body["sequence"] for _, body in told] == list(range(1, len(told) + 1))
    assert case.sequence_out == len(told)
    assert {body["caseId"] for _, body in told} == {str(case.case_id)}
    assert [(kind, body.get("stage")) for kind, body in told] == [
        ("case.received", None),
        ("case.stage_changed", "verification"),
        ("case.stage_changed", "survey"),
        ("case.stage_changed", "first_opinion"),
        ("case.stage_changed", "publicity"),
        ("case.stage_changed", "decision"),
        ("case.decided", None),
        ("benefit.granted", None),
    ]
    assert told[4][1]["publicityUntil"] == "2026-03-09"
    decided, granted = told[6][1], told[7][1]
    assert decided["decision"] == "approved"
    assert decided["amountFen"] == granted["amountFen"] == 18600
    assert (decided["decidedBy"], decided["decidedOn"]) == ("county", "2026-03-10")
    assert (granted["headcount"], granted["payFrom"]) == (3, "2026-04")


def test_a_recognition_that_pays_nothing_is_approved_without_an_amount(office):
    edge = office.open_case(programme="dibao-edge", pays=False)
    office.do(edge, "verification")
    office.do(edge, "survey")
    for amount in (1, 0):
        with pytest.raises(CompletionInvalid) as refused:
            office.do(edge, "first_opinion", Completion("positive", amount_fen=amount))
        assert [(e.path, e.code) for e in refused.value.errors] == [
            ("/amountFen", "bo_amount_unpaid")
        ]
    office.do(edge, "first_opinion", Completion("positive"))
    office.do(edge, "start_publicity")
    with office.units.read() as work:
        (hung,) = reading.notices_in(work, "610322", PageRequest()).items
    assert (hung["applicant_name"], hung["amount_fen"]) == ("王秀英", None)
    office.wait_for_the_end_of_publicity()
    office.do(edge, "county_decision")
    kind, decided = office.told(edge)[-1]  # and no grant: there is no money
    assert (kind, decided["decision"]) == ("case.decided", "approved")
    assert (decided["amountFen"], decided["pays"]) == (None, False)


CASCADE = [{"programme": "dibao", "pays": True}, {"programme": "dibao-edge", "pays": False}]


def test_an_opinion_chooses_within_the_cascade_and_may_go_back(office):
    row_id = office.open_case(snapshot={**SNAPSHOT, "appliedFor": "dibao", "cascade": CASCADE})
    office.do(row_id, "verification")
    office.do(row_id, "survey")
    for wrong, path, code in (
        (Completion("positive", programme="tekun"), "/programme", "bo_programme_not_possible"),
        (
            Completion("negative", reasons=("有两套房",), programme="dibao-edge"),
            "/programme",
            "bo_field_not_wanted",
        ),
        (
            Completion("positive", programme="dibao-edge", amount_fen=1),
            "/amountFen",
            "bo_amount_unpaid",
        ),
        (Completion("positive", programme="dibao"), "/amountFen", "bo_amount_missing"),
    ):
        with pytest.raises(CompletionInvalid) as refused:
            office.do(row_id, "first_opinion", wrong)
        assert (path, code) in [(e.path, e.code) for e in refused.value.errors]
    assert office.case(row_id).programme == "dibao"
    office.do(row_id, "first_opinion", Completion("positive", programme="dibao-edge"))
    assert (office.case(row_id).programme, office.case(row_id).pays) == ("dibao-edge", False)
    office.do(row_id, "start_publicity")
    office.wait_for_the_end_of_publicity()
    office.do(row_id, "county_decision", RETURNED)
    office.do(row_id, "survey")
    office.do(row_id, "first_opinion", Completion("positive", programme="dibao", amount_fen=18600))
    assert (office.case(row_id).programme, office.case(row_id).pays) == ("dibao", True)


def test_a_case_without_a_cascade_stays_what_it_is(office):
    row_id = office.open_case()
    office.do(row_id, "verification")
    office.do(row_id, "survey")
    with pytest.raises(CompletionInvalid):
        office.do(row_id, "first_opinion", Completion("positive", programme="dibao-edge"))


def test_denial_needs_reasons_and_tells_them(office, published):
    office.wait_for_the_end_of_publicity()
    task = office.task(published)
    with pytest.raises(CompletionInvalid) as missing:
        office.complete("decider", task.id, Completion("denied"))
    assert [e.code for e in missing.value.errors] == ["bo_reasons_missing"]
    office.complete("decider", task.id, Completion("denied", reasons=("人均收入高于标准",)))
    kind, body = office.told(published)[-1]
    assert kind == "case.decided"
    assert (body["decision"], body["amountFen"]) == ("denied", None)
    assert body["reasons"] == ["人均收入高于标准"]
    assert office.case(published).state == "denied"


def test_a_negative_opinion_skips_the_notice_and_cannot_be_approved(office):
    case_row_id = office.open_case()
    office.do(case_row_id, "verification")
    office.do(case_row_id, "survey")
    office.do(case_row_id, "first_opinion", Completion("negative", reasons=("有两套房",)))
    with pytest.raises(ApprovalNotPossible):
        office.do(case_row_id, "county_decision", APPROVED)
    office.do(case_row_id, "county_decision", RETURNED)
    assert office.task(case_row_id).name == "survey"


def test_a_failed_check_can_be_rechecked_or_ends_in_a_denial(office):
    case_row_id = office.open_case()
    office.do(case_row_id, "verification", Completion("failed", reasons=("有未申报的存款",)))
    assert office.case(case_row_id).stage == Stage.VERIFICATION
    kind, told = office.told(case_row_id)[-1]
    assert (kind, told["stage"], told["recheck"]) == ("case.stage_changed", "verification", True)
    office.do(case_row_id, "recheck", Completion("failed", reasons=("存款属实",)))
    with pytest.raises(ApprovalNotPossible):
        office.do(case_row_id, "county_decision", APPROVED)
    office.do(case_row_id, "county_decision", Completion("denied", reasons=("存款超标",)))
    assert office.case(case_row_id).state == "denied"


def test_the_delegated_township_decides_and_the_county_does_not(office):
    case_row_id = office.open_case(decided_by="township")
    office.do(case_row_id, "verification")
    office.publish(case_row_id)
    office.wait_for_the_end_of_publicity()
    task = office.task(case_row_id)
    assert task.name == "township_decision"
    with pytest.raises(RoleMissing):
        office.complete("decider", task.id, APPROVED)
    office.complete("township-decider", task.id, APPROVED)
    assert office.told(case_row_id)[-2][1]["decidedBy"] == "township"


def test_a_township_without_delegation_decides_nothing(office, units):
    actor = office.hire(StaffRole.DECIDER, scope="610322100")
    case_row_id = office.open_case(decided_by="township", publicity_exempt=True)
    for name in ("verification", "survey", "first_opinion"):
        office.do(case_row_id, name)
    with units.write() as work, pytest.raises(RoleMissing):
        service.complete_task(work, actor, office.task(case_row_id).id, APPROVED)


def test_an_exempt_case_is_never_shown_and_can_be_approved(office):
    case_row_id = office.open_case(publicity_exempt=True)
    for name in ("verification", "survey", "first_opinion", "county_decision"):
        office.do(case_row_id, name)
    assert office.case(case_row_id).state == "approved"
    assert "publicity" not in {body.get("stage") for _, body in office.told(case_row_id)}


# --- publicity and its clock


def test_seven_full_days_whose_first_does_not_count(office, published, clock):
    case = office.case(published)
    assert (case.stage, case.publicity_until) == (Stage.PUBLICITY, date(2026, 3, 9))
    clock.advance(days=7)
    assert office.today() == date(2026, 3, 9)
    assert advance_publicity(office.units) == 0
    clock.advance(days=1)
    assert advance_publicity(office.units) == 1
    assert office.task(published).name == "county_decision"
    assert advance_publicity(office.units) == 0
    assert len([1 for kind, _ in office.told(published) if kind == "case.decided"]) == 0


def test_the_day_turns_at_midnight_in_china(office, published, clock):
    clock.at = clock.at.replace(day=9, hour=15, minute=59)  # 23:59 on the 9th in China
    assert advance_publicity(office.units) == 0
    clock.advance(minutes=1)
    assert advance_publicity(office.units) == 1


def test_a_case_that_cannot_go_on_stops_no_other(office, published, clock):
    other = office.open_case()
    office.do(other, "verification")
    office.publish(other)
    with office.units.write() as work:  # the process forgets that it waits
        broken = queries.locked_case(work, published)
        spec = work.session.get_one(BoSpec, broken.spec_id)
        run = moving.restore(work, broken)
        assert spec.digest == run.process.version
        run.send("publicity_over", {})
        broken.seal(work.vault, workflow_state=run.state())
    clock.advance(days=8)
    assert advance_publicity(office.units) == 1
    assert office.task(other).name == "county_decision"


def test_the_first_objection_leads_to_a_new_survey_and_a_new_full_notice(office, published, clock):
    clock.advance(days=3)
    with office.units.write() as work:
        service.raise_objection(work, office.actor("reviewer"), published, "有车没报")
    case = office.case(published)
    assert (case.stage, case.publicity_until) == (Stage.SURVEY, None)
    office.publish(published)
    assert office.case(published).publicity_until == date(2026, 3, 12)
    with office.units.write() as work:
        service.raise_objection(work, office.actor("reviewer"), published, "还有一辆")
    assert office.case(published).publicity_until == date(2026, 3, 12)
    assert office.case(published).stage == Stage.PUBLICITY
    office.wait_for_the_end_of_publicity()
    with office.units.read() as work:
        seen = reading.case_for(work, office.actor("decider"), published)
    assert list(seen.objections) == ["有车没报", "还有一辆"]
    office.do(published, "county_decision")
    assert office.case(published).state == "approved"


def test_an_objection_needs_a_hanging_notice_and_the_reviewer(office, published):
    with office.units.write() as work, pytest.raises(RoleMissing):
        service.raise_objection(work, office.actor("decider"), published, "x")
    fresh = office.open_case()
    with office.units.write() as work, pytest.raises(NotPublished):
        service.raise_objection(work, office.actor("reviewer"), fresh, "x")
    with office.units.write() as work, pytest.raises(CaseNotFound):
        service.raise_objection(work, office.actor("reviewer"), uuid.uuid4(), "x")


def test_objections_are_bounded_and_so_is_the_state(office, published):
    reviewer = office.actor("reviewer")

    def objections(many):
        with office.units.write() as work:
            for _ in range(many):
                service.raise_objection(work, reviewer, published, "异议")

    objections(1)
    office.publish(published)
    objections(19)
    with pytest.raises(ObjectionsFull):
        objections(1)
    assert len(office.case(published).workflow_state) < 40_000


def test_a_case_goes_back_once(office, published):
    office.wait_for_the_end_of_publicity()
    office.do(published, "county_decision", RETURNED)
    office.publish(published)
    office.wait_for_the_end_of_publicity()
    with pytest.raises(ReturnedAlready):
        office.do(published, "county_decision", RETURNED)
    office.do(published, "county_decision", APPROVED)


def test_the_notice_shows_three_things(office, published):
    with office.units.read() as work:
        page = reading.notices_in(work, "610322", PageRequest())
        elsewhere = reading.notices_in(work, "610303", PageRequest())
    assert page.items == [
        {
            "applicant_name": "王秀英",
            "headcount": 3,
            "amount_fen": 18600,
            "publicity_until": date(2026, 3, 9),
        }
    ]
    assert elsewhere.items == []


# --- who may do what


def test_the_decider_must_not_have_investigated(office, units):
    """Edge case 29."""
    both = office.hire(StaffRole.SURVEYOR, StaffRole.DECIDER)
    case_row_id = office.open_case()
    office.do(case_row_id, "verification")
    visit = Completion("done", investigators=(both.id, office.issued["surveyor-1"].staff_id))
    office.do(case_row_id, "survey", visit)
    office.do(case_row_id, "first_opinion")
    office.do(case_row_id, "start_publicity")
    office.wait_for_the_end_of_publicity()
    with units.write() as work, pytest.raises(DeciderInvestigated):
        service.complete_task(work, both, office.task(case_row_id).id, APPROVED)
    # a second visit by others does not make the first one forgotten
    office.do(case_row_id, "county_decision", RETURNED)
    office.publish(case_row_id)
    office.wait_for_the_end_of_publicity()
    with units.write() as work, pytest.raises(DeciderInvestigated):
        service.complete_task(work, both, office.task(case_row_id).id, APPROVED)


def test_a_survey_needs_two_known_investigators_of_whom_one_reports(office):
    case_row_id = office.open_case()
    office.do(case_row_id, "verification")
    one, two = office.investigators()
    reviewer = office.issued["reviewer"].staff_id

    def codes(*investigators):
        with pytest.raises(CompletionInvalid) as wrong:
            office.do(case_row_id, "survey", Completion("done", investigators=investigators))
        return [(e.path, e.code) for e in wrong.value.errors]

    assert codes() == [("/investigators", "bo_two_investigators")]
    assert codes(one) == [("/investigators", "bo_two_investigators")]
    assert codes(one, one) == [("/investigators", "bo_two_investigators")]
    assert codes(two, reviewer) == [("/investigators", "bo_investigator_self")]
    assert codes(one, reviewer) == [("/investigators/1", "bo_investigator_unknown")]
    assert codes(one, uuid.uuid4()) == [("/investigators/1", "bo_investigator_unknown")]
    office.do(case_row_id, "survey")


def test_tasks_of_another_place_do_not_exist(office, units):
    stranger = office.hire(*StaffRole, scope="610303", delegated=True)
    case_row_id = office.open_case()
    task = office.task(case_row_id)
    with units.write() as work, pytest.raises(TaskNotFound):
        service.complete_task(work, stranger, task.id, Completion("passed"))
    with units.read() as work:
        assert reading.tasks_for(work, stranger, PageRequest()).items == []
        with pytest.raises(CaseNotFound):
            reading.case_for(work, stranger, case_row_id)
        with pytest.raises(CaseNotFound):
            reading.snapshot_for(work, stranger, case_row_id, Stage.SURVEY)


def test_another_role_and_a_second_completion_are_refused(office):
    case_row_id = office.open_case()
    task = office.task(case_row_id)
    with pytest.raises(RoleMissing):
        office.complete("surveyor-1", task.id, Completion("passed"))
    office.complete("verifier", task.id, Completion("passed"))
    with pytest.raises(TaskNotOpen):
        office.complete("verifier", task.id, Completion("failed", reasons=("x",)))
    with pytest.raises(TaskNotFound):
        office.complete("verifier", uuid.uuid4(), Completion("passed"))
    assert office.task(case_row_id).name == "survey"


def test_a_refused_completion_changes_nothing(office, published):
    office.wait_for_the_end_of_publicity()
    before = (office.case(published).version, len(office.told(published)))
    with pytest.raises(CompletionInvalid):
        office.do(published, "county_decision", Completion("approved", amount_fen=99900))
    assert (office.case(published).version, len(office.told(published))) == before


def test_open_tasks_come_by_due_date_in_pages(office, clock):
    first = office.open_case()
    clock.advance(days=1)
    others = {office.open_case() for _ in range(4)}
    verifier = office.actor("verifier")
    with office.units.read() as work:
        page = reading.tasks_for(work, verifier, PageRequest(limit=3))
        rest = reading.tasks_for(work, verifier, PageRequest(3, page.next_cursor))
        got = [task.case_row_id for task in [*page.items, *rest.items]]
    assert got[0] == first
    assert set(got[1:]) == others
    assert rest.next_cursor is None
    with office.units.read() as work:
        assert reading.tasks_for(work, office.actor("decider"), PageRequest()).items == []


def test_colleagues_are_those_of_the_role_and_place(office):
    with office.units.read() as work:
        found = reading.colleagues_for(work, office.actor("surveyor-1"), StaffRole.SURVEYOR)
    assert {one["name"] for one in found} == {"调查员演示甲", "调查员演示乙"}


def test_a_token_of_nobody_or_of_a_leaver_opens_nothing(office, units):
    assert service.resolve_staff(units, "bo_" + "x" * 32) is None
    assert service.resolve_staff(units, "x" * 35) is None
    actor = office.actor("verifier")
    with units.write() as work:
        work.session.get_one(BoStaff, actor.id).active = False
    assert service.resolve_staff(units, office.issued["verifier"].token) is None
    with units.read() as work:
        with pytest.raises(Unauthenticated):
            reading.tasks_for(work, actor, PageRequest())
        with pytest.raises(Unauthenticated):
            reading.tasks_for(work, SYSTEM, PageRequest())


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"name": "长" * 61},
        {"roles": []},
        {"scope": ""},
        {"scope": "61032"},
        {"scope": "６１０３"},
        {"scope": "%"},
    ],
)
def test_staff_is_checked(work, wrong):
    usual = {"name": "张三", "roles": [StaffRole.VERIFIER], "scope": "610322"}
    with pytest.raises(StaffInvalid):
        service.add_staff(work, **usual | wrong)


# --- the inbox


def test_the_same_webhook_is_taken_once(office, units):
    message = office.message()
    assert office.receive(message) is Outcome.ACCEPTED
    assert office.receive(message) is Outcome.DUPLICATE
    with units.read() as work:
        assert work.session.scalar(select(func.count(BoCase.id))) == 1
        assert work.session.scalar(select(func.count(BoInbox.id))) == 1


def test_a_gap_waits_and_an_older_event_is_acknowledged_and_ignored(office, units):
    first = office.message()
    second = replace(first, id="evt-2", type="case.withdrawn", sequence=2, submission=None)
    with pytest.raises(SequenceGap) as gap:
        office.receive(second)
    assert gap.value.retry_after == 5
    assert office.receive(first) is Outcome.ACCEPTED
    assert office.receive(second) is Outcome.ACCEPTED
    again = replace(first, id="evt-1-again")
    assert office.receive(again) is Outcome.OUTDATED
    assert office.case_of(first.case_id).state == "withdrawn"


def test_a_withdrawn_case_has_no_open_task_and_moves_no_more(office):
    message = office.message()
    office.receive(message)
    case_row_id = office.case_of(message.case_id).id
    task = office.task(case_row_id)
    gone = replace(message, id="evt-2", type="case.withdrawn", sequence=2, submission=None)
    assert office.receive(gone) is Outcome.ACCEPTED
    assert office.open_task(case_row_id) is None
    with pytest.raises(TaskNotOpen):
        office.complete("verifier", task.id, Completion("passed"))
    later = replace(message, id="evt-3", sequence=3)
    assert office.receive(later) is Outcome.IGNORED


def test_a_withdrawal_during_the_notice_stops_the_clock(office, published, clock):
    case = office.case(published)
    gone = office.message(case_id=case.case_id, type="case.withdrawn", sequence=2, submission=None)
    office.receive(gone)
    clock.advance(days=10)
    assert advance_publicity(office.units) == 0
    assert office.case(published).state == "withdrawn"


def test_a_withdrawal_after_the_decision_changes_nothing_and_stands_in_the_audit(
    office, published, units
):
    office.wait_for_the_end_of_publicity()
    office.do(published, "county_decision")
    case = office.case(published)
    gone = office.message(case_id=case.case_id, type="case.withdrawn", sequence=2, submission=None)
    assert office.receive(gone) is Outcome.IGNORED
    assert office.case(published).state == "approved"
    assert "backoffice.withdrawn_late" in actions_of(units, case.case_id)


def due_message(office, case_id, on, sequence=2, *, provisional=False):
    due = DueDate(on, provisional)
    return office.message(
        case_id=case_id, type="case.due_changed", sequence=sequence, submission=None, due=due
    )


def test_the_main_systems_last_day_is_kept_and_the_open_task_follows(office, published, units):
    case = office.case(published)
    later = due_message(office, case.case_id, date(2026, 5, 8))
    assert office.receive(later) is Outcome.ACCEPTED
    moved = office.case(published)
    assert (moved.due_on, moved.due_provisional) == (date(2026, 5, 8), False)
    assert "backoffice.due_changed" in actions_of(units, case.case_id)
    office.wait_for_the_end_of_publicity()
    today = office.today()
    soon = due_message(office, case.case_id, today, 3, provisional=True)
    assert office.receive(soon) is Outcome.ACCEPTED
    assert office.task(published).due_on == today
    office.do(published, "county_decision")
    over = due_message(office, case.case_id, date(2026, 6, 1), 4)
    assert office.receive(over) is Outcome.IGNORED


def test_a_case_that_comes_with_its_last_day_keeps_it(office):
    given = replace(office.message().submission, due=DueDate(date(2026, 4, 20), False))
    row = office.open_case(submission=given)
    assert (office.case(row).due_on, office.case(row).due_provisional) == (date(2026, 4, 20), False)


def lost(office, case_id, sequence=2, member=None, on=date(2026, 3, 4)):
    consent = LostConsent(member or uuid.uuid4(), on)
    return office.message(
        case_id=case_id,
        type="consent.withdrawn",
        sequence=sequence,
        submission=None,
        lost_consent=consent,
    )


def actions_of(units, case_id):
    chain = AuditRow.chain == f"case:{case_id}"
    with units.read() as work:
        return list(work.session.scalars(select(AuditRow.action).where(chain)))


def file_of(office, case_row_id):
    with office.units.read() as work:
        return reading.case_for(work, office.actor("decider"), case_row_id)


def test_a_consent_taken_back_is_shown_and_the_staff_decide(office, published, units):
    case, member = office.case(published), uuid.uuid4()
    assert office.receive(lost(office, case.case_id, member=member)) is Outcome.ACCEPTED
    assert file_of(office, published).lost_consents == (LostConsent(member, date(2026, 3, 4)),)
    assert "backoffice.consent_lost" in actions_of(units, case.case_id)
    assert office.case(published).state == "in_review"
    office.wait_for_the_end_of_publicity()
    office.do(published, "county_decision")
    assert office.case(published).state == "approved"
    # aid is checked again as long as it lasts: a consent lost after the approval matters too
    assert office.receive(lost(office, case.case_id, 3)) is Outcome.ACCEPTED
    assert len(file_of(office, published).lost_consents) == 2


def test_a_consent_of_a_case_that_ended_without_aid_is_ignored(office, published):
    case_id = office.case(published).case_id
    office.receive(
        office.message(case_id=case_id, type="case.withdrawn", sequence=2, submission=None)
    )
    assert office.receive(lost(office, case_id, 3)) is Outcome.IGNORED
    assert office.receive(lost(office, uuid.uuid4(), 1)) is Outcome.IGNORED


def test_a_type_from_the_future_is_kept_in_order_and_ignored(office):
    first = office.message(type="case.painted_blue", submission=None)
    assert office.receive(first) is Outcome.IGNORED
    submitted = office.message(case_id=first.case_id, sequence=2)
    assert office.receive(submitted) is Outcome.ACCEPTED


def test_a_corrected_snapshot_replaces_the_old_one(office, units):
    message = office.message()
    office.receive(message)
    corrected = {**dict(message.submission.snapshot), "headcount": 4}
    office.receive(
        replace(
            message,
            id="evt-2",
            sequence=2,
            submission=replace(message.submission, version=2, snapshot=corrected),
        )
    )
    with units.read() as work:
        case = office.case_of(message.case_id)
        assert case.unseal(work.vault, "snapshot")["headcount"] == 4


@pytest.mark.parametrize(
    ("changed", "path"),
    [({"source": "zhangban/610303"}, "/source"), ({"county": "610303"}, "/data/division")],
)
def test_source_county_and_division_must_fit(office, changed, path):
    with pytest.raises(EventInvalid) as wrong:
        office.receive(office.message(**changed))
    assert path in [e.path for e in wrong.value.errors]


def test_the_clock_runs_from_acceptance_and_never_from_the_future(office):
    early = office.case(office.open_case(accepted_on=date(2026, 2, 27)))
    assert (early.accepted_on, early.due_on) == (date(2026, 2, 27), date(2026, 4, 10))
    assert early.due_provisional  # no calendar is loaded here
    future = office.case(office.open_case(accepted_on=date(2027, 1, 1)))
    assert future.accepted_on == date(2026, 3, 2)


def test_a_task_is_due_by_the_case_at_the_latest(office):
    case_row_id = office.open_case(accepted_on=date(2026, 1, 20))
    assert office.case(case_row_id).due_on == date(2026, 3, 3)
    assert office.task(case_row_id).due_on == date(2026, 3, 3)


# --- what lies in the database


def test_nothing_personal_lies_in_clear(office, published):
    with office.units.write() as work:
        service.raise_objection(work, office.actor("reviewer"), published, "秘密的异议")
    with office.units.read() as work:
        for table in (BoCase, BoTask, BoStaff, BoInbox, BoSpec, OutboxRow, AuditRow):
            rows = work.session.execute(text(f"SELECT * FROM {table.__tablename__}"))  # noqa: S608
            seen = " ".join(str(value) for row in rows for value in row)
            for personal in ("王秀英", "\\u738b", "秘密", "演示甲", "18600"):
                assert personal not in seen, table.__tablename__
        events = work.session.execute(text("SELECT body FROM bo_events")).scalars().all()
        assert events
        assert not any("王秀英".encode() in bytes(body) for body in events)


def test_the_process_is_stored_once_for_all_cases(office, units):
    for _ in range(3):
        office.open_case()
    with units.read() as work:
        assert work.session.scalar(select(func.count(BoSpec.id))) == 1
        sizes = [len(case.workflow_state) for case in work.session.scalars(select(BoCase))]
    assert max(sizes) < 12_000


def test_every_move_and_every_read_of_the_snapshot_is_audited(office, published):
    with office.units.read() as work:
        snapshot = reading.snapshot_for(work, office.actor("surveyor-1"), published, Stage.SURVEY)
    assert snapshot["household"]["members"]
    case = office.case(published)
    with office.units.read() as work:
        rows = work.session.scalars(
            select(AuditRow).where(AuditRow.chain == f"case:{case.case_id}").order_by(AuditRow.seq)
        ).all()
        work.session.expunge_all()
    assert [(row.action, row.details.get("task")) for row in rows] == [
        ("backoffice.received", None),
        ("backoffice.task_completed", "verification"),
        ("backoffice.task_completed", "survey"),
        ("backoffice.task_completed", "first_opinion"),
        ("backoffice.task_completed", "start_publicity"),
        ("backoffice.snapshot_read", None),
    ]
    assert rows[-1].details == {"purpose": "survey"}
    assert rows[1].actor_id == office.issued["verifier"].staff_id


# --- two at once


def _race(*calls):
    with ThreadPoolExecutor(len(calls)) as pool:
        running = [pool.submit(call) for call in calls]
    return [one.exception() or one.result() for one in running]


def test_one_of_two_completions_wins(office):
    case_row_id = office.open_case()
    task_id = office.task(case_row_id).id
    actor = office.actor("verifier")

    def complete():
        with office.units.write() as work:
            service.complete_task(work, actor, task_id, Completion("passed"))
        return "done"

    results = _race(complete, complete)
    assert results.count("done") == 1
    assert sum(isinstance(one, TaskNotOpen | ChangedMeanwhile) for one in results) == 1
    assert office.task(case_row_id).name == "survey"


def test_one_webhook_that_arrives_twice_at_once_opens_one_case(office, units):
    message = office.message()
    results = _race(lambda: office.receive(message), lambda: office.receive(message))
    assert results.count(Outcome.ACCEPTED) == 1
    other = next(one for one in results if one is not Outcome.ACCEPTED)
    assert other is Outcome.DUPLICATE or isinstance(other, ChangedMeanwhile)
    with units.read() as work:
        assert work.session.scalar(select(func.count(BoCase.id))) == 1
