"""One case in its process: every path, saved and restored before each step."""

from typing import Any

import orjson
import pytest

from backend.backoffice.service import engine
from backend.backoffice.service.engine import EngineError, Run
from backend.backoffice.states import Message

PROCESS = engine.current_process()
TO_PUBLICITY = [
    ("verification", {"verification_result": "passed"}),
    ("survey", {}),
    ("first_opinion", {"opinion": "positive"}),
    ("start_publicity", {}),
]


class Case:
    """A run that is written to JSON and read back before every step."""

    def __init__(self, **start):
        begin: dict[str, Any] = {
            "publicity_exempt": False,
            "decided_by": "county",
            "objections_used": 0,
        }
        self.state = orjson.dumps(Run.start(PROCESS, begin | start).state()).decode()
        self.sizes = [len(self.state)]

    def run(self):
        return Run.restore(PROCESS, orjson.loads(self.state))

    def keep(self, run):
        self.state = orjson.dumps(run.state()).decode()
        self.sizes.append(len(self.state))
        return run.open_task()

    def do(self, name, **data):
        run = self.run()
        assert run.open_task() == name
        run.complete(name, data)
        return self.keep(run)

    def send(self, message, **data):
        run = self.run()
        run.send(message, data)
        return self.keep(run)

    def publish(self):
        for name, data in TO_PUBLICITY[1:]:
            self.do(name, **data)


@pytest.fixture
def case():
    return Case()


@pytest.fixture
def published():
    case = Case()
    for name, data in TO_PUBLICITY:
        case.do(name, **data)
    return case


def test_approval(published):
    run = published.run()
    assert run.open_task() is None
    assert run.awaited_messages() == {"publicity_over", "objection_raised"}
    assert run.outcome() is None
    assert published.send(Message.PUBLICITY_OVER) == "county_decision"
    assert published.do("county_decision", decision="approved") is None
    assert published.run().outcome() == "approved"
    assert published.run().awaited_messages() == frozenset()


def test_denial(published):
    published.send(Message.PUBLICITY_OVER)
    published.do("county_decision", decision="denied")
    assert published.run().outcome() == "denied"


def test_the_delegated_township_decides():
    case = Case(decided_by="township")
    case.do("verification", verification_result="passed")
    case.publish()
    assert case.send(Message.PUBLICITY_OVER) == "township_decision"
    case.do("township_decision", decision="approved")
    assert case.run().outcome() == "approved"


def test_a_failed_check_is_checked_again(case):
    assert case.do("verification", verification_result="failed") == "recheck"
    assert case.do("recheck", recheck_result="passed") == "survey"


def test_a_check_that_failed_twice_goes_to_the_decision(case):
    case.do("verification", verification_result="failed")
    assert case.do("recheck", recheck_result="failed") == "county_decision"
    case.do("county_decision", decision="denied")
    assert case.run().outcome() == "denied"


def test_a_negative_opinion_is_not_published(case):
    case.do("verification", verification_result="passed")
    case.do("survey")
    assert case.do("first_opinion", opinion="negative") == "county_decision"


def test_an_exempt_case_is_not_published():
    case = Case(publicity_exempt=True)
    case.do("verification", verification_result="passed")
    case.do("survey")
    assert case.do("first_opinion", opinion="positive") == "county_decision"


def test_the_first_objection_leads_back_to_the_survey_and_the_second_does_not(published):
    assert published.send(Message.OBJECTION_RAISED, objections_used=1) == "survey"
    published.publish()
    assert published.send(Message.OBJECTION_RAISED, objections_used=2) is None
    assert "publicity_over" in published.run().awaited_messages()
    assert published.send(Message.PUBLICITY_OVER) == "county_decision"


def test_a_returned_case_is_surveyed_and_published_again(published):
    published.send(Message.PUBLICITY_OVER)
    assert published.do("county_decision", decision="returned") == "survey"
    published.publish()
    assert published.send(Message.PUBLICITY_OVER) == "county_decision"
    published.do("county_decision", decision="approved")
    assert published.run().outcome() == "approved"


def test_another_task_than_the_open_one_is_refused(case):
    run = case.run()
    with pytest.raises(EngineError):
        run.complete("county_decision", {"decision": "approved"})
    assert run.open_task() == "verification"


def test_a_message_nobody_waits_for_is_refused(case):
    with pytest.raises(EngineError):
        case.run().send(Message.PUBLICITY_OVER, {})


def test_nothing_moves_after_the_end(published):
    published.send(Message.PUBLICITY_OVER)
    published.do("county_decision", decision="approved")
    with pytest.raises(EngineError):
        published.run().complete("county_decision", {"decision": "denied"})
    with pytest.raises(EngineError):
        published.send(Message.PUBLICITY_OVER)


def test_a_missing_value_is_an_error_and_no_silent_path(case):
    with pytest.raises(EngineError):
        case.run().complete("verification", {})


def test_two_cases_share_one_process_and_nothing_else():
    one, two = Case(), Case(decided_by="township")
    for name, data in TO_PUBLICITY:
        one.do(name, **data)
        two.do(name, **data)
    assert one.send(Message.OBJECTION_RAISED, objections_used=1) == "survey"
    assert two.send(Message.PUBLICITY_OVER) == "township_decision"


def test_the_state_holds_no_diagram_and_stays_small(published):
    published.send(Message.PUBLICITY_OVER)
    published.do("county_decision", decision="approved")
    assert "conditionExpression" not in published.state
    assert "decided_by == 'township'" not in published.state
    assert max(published.sizes) < 12_000


def test_the_stored_text_makes_the_same_process(published):
    again = engine.process_from_text.__wrapped__(PROCESS.version, PROCESS.text)
    run = Run.restore(again, orjson.loads(published.state))
    run.send(Message.PUBLICITY_OVER, {})
    assert run.open_task() == "county_decision"


def test_a_changed_text_is_refused():
    with pytest.raises(EngineError, match="changed"):
        engine.process_from_text(PROCESS.version, PROCESS.text.replace("township", "anybody"))


def test_a_planted_script_in_a_stored_text_is_refused():
    text = PROCESS.text.replace('"typename": "UserTask"', '"typename": "ScriptTask"', 1)
    assert text != PROCESS.text
    with pytest.raises(EngineError, match="not allowed"):
        engine.process_from_text(engine.version_of(text), text)


def test_the_state_of_another_process_or_format_is_refused(case):
    state = orjson.loads(case.state)
    with pytest.raises(EngineError):
        Run.restore(PROCESS, state | {"version": "0" * 64})
    with pytest.raises(EngineError):
        Run.restore(PROCESS, state | {"format": 99})
    with pytest.raises(EngineError):
        Run.restore(PROCESS, orjson.loads(case.state.replace('"survey"', '"nowhere"')))
