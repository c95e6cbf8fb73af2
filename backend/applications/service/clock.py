"""The clock of an accepted case (受理): begun, reckoned again, made longer, let stand.

Its days are kept with the case; by what they were reckoned is kept beside them, so that a changed
calendar loses neither an extension nor a pause (docs/adr/0020-working-day-clocks.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm.attributes import flag_modified

from backend.applications import queries
from backend.applications.errors import (
    ClockExtended,
    ClockNotExtendable,
    ClockNotPaused,
    ClockNotRunning,
    ClockNotYours,
    ClockOver,
    ClockPaused,
    ClockReasonUnknown,
    PauseNotAllowed,
)
from backend.applications.events import DueMoved
from backend.applications.models import Application, Case, CaseClock, CasePause
from backend.applications.permissions import CASE_CLOCK
from backend.applications.service.draft import record, tell_applicant_and_owner
from backend.applications.service.reckoning import (
    DAY,
    as_kept,
    clock_of,
    clocks_of,
    dates_of,
    due_details,
    kept_step,
    new_clock,
    reckon,
    rules_of,
)
from backend.applications.states import FORWARDED, ApplicationState, Stage
from backend.core.access import Actor, require
from backend.core.uow import Work
from backend.policy import queries as policy
from backend.policy.rules.clock import StepDue
from backend.policy.rules.values import RegionRules, Words


def begin(work: Work, case: Application) -> None:
    """Start the clock on the day of the acceptance."""
    kept = new_clock(case)
    work.session.add(kept)
    reckon(work, case, kept)


def reckon_again(work: Work, actor: Actor, case: Application, cause: str) -> bool:
    """Reckon a running case's days once more; whether one of them changed.

    What changed is recorded in the case, its people see it only where the last day is later, and
    the county hears of another last day.
    """
    kept = clock_of(work, case)
    before, due = kept.steps, (case.due_on, case.due_provisional)
    reckon(work, case, kept)
    if kept.steps == before:
        return False
    later = due[0] is not None and case.due_on is not None and case.due_on > due[0]
    action = f"case.due_later_{cause}" if later else "case.due_reckoned"
    record(work, actor, case, action, cause=cause, **due_details(case))
    if due != (case.due_on, case.due_provisional):
        work.emit(DueMoved(case.id, cause))
    return True


def stage_entered(work: Work, actor: Actor, case: Application, since: date) -> None:
    """The case came to another stage on a day: keep when its notice hung, which may move days."""
    if case.accepted_on is None:
        return
    kept = clock_of(work, case)
    notices = [list(one) for one in kept.publicity]
    if case.stage == Stage.PUBLICITY:
        days = clocks_of(work, case).publicity_days
        last = case.stage_until or since + timedelta(days=days)
        first = (since + DAY).isoformat()
        if not notices or notices[-1][0] != first:
            notices.append([first, last.isoformat()])
    elif notices and date.fromisoformat(notices[-1][1]) > since:
        notices[-1][1] = since.isoformat()  # an objection took it down: the rest did not hang
    kept.publicity = notices
    reckon_again(work, actor, case, "publicity")


def decided(work: Work, case: Application, decided_on: date) -> None:
    """The decision is made: by when its people must be told follows from its day."""
    if case.accepted_on is None:
        return
    kept = clock_of(work, case)
    found, _ = dates_of(work, case, kept, decided_on)
    kept.steps = as_kept(found)


def extend(
    work: Work, actor: Actor, application_id: UUID, version: int, reason: str, note: str
) -> Application:
    """Make the time of a case longer, once, for a reason of the law; its people are told.

    Raises ClockNotRunning, ClockNotYours, ClockReasonUnknown, ClockExtended, ClockNotExtendable,
    ClockOver, StaleVersion.
    """
    case, _ = _for_clock(work, actor, application_id, version)
    kept, clocks = clock_of(work, case), clocks_of(work, case)
    words = _reason(policy.vocabulary(work).extension_reasons, reason)
    if kept.extended_on is not None:
        raise ClockExtended()
    if clocks.extended_total_wd <= clocks.total_wd:
        raise ClockNotExtendable()
    _require_time_left(work, case)
    kept.extended_on, kept.extended_by = work.legal.today(), actor.id
    kept.extension_reason = reason
    kept.seal(work.vault, extension_note=note)
    _changed(work, actor, case, kept, "extension", "case.extended", reason, words)
    tell_applicant_and_owner(work, case, "told_case_extended")
    return case


def pause(
    work: Work, actor: Actor, application_id: UUID, version: int, reason: str, note: str
) -> Application:
    """Let the clock stand from today on, where the place's rules allow it.

    Raises as `extend`, and PauseNotAllowed, ClockPaused.
    """
    case, rules = _for_clock(work, actor, application_id, version)
    if not rules.clock_pause_allowed:
        raise PauseNotAllowed()
    words = _reason(policy.vocabulary(work).pause_reasons, reason)
    if _open_pause(work, case) is not None:
        raise ClockPaused()
    _require_time_left(work, case)
    row = CasePause(
        id=work.new_id(),
        case_id=case.id,
        county=case.county,
        since=work.legal.today(),
        paused_by=actor.id,
        reason=reason,
    )
    row.seal(work.vault, note=note)
    work.session.add(row)
    work.session.flush()  # the reckoning reads it
    _changed(work, actor, case, clock_of(work, case), "pause", "case.paused", reason, words)
    tell_applicant_and_owner(work, case, "told_case_paused")
    return case


def resume(work: Work, actor: Actor, application_id: UUID, version: int) -> Application:
    """Let the clock go on: today counts again. Raises ClockNotPaused, and as `extend`."""
    case, _ = _for_clock(work, actor, application_id, version)
    row = _open_pause(work, case)
    if row is None:
        raise ClockNotPaused()
    row.until = work.legal.today()
    work.session.flush()
    _changed(work, actor, case, clock_of(work, case), "resumption", "case.resumed")
    tell_applicant_and_owner(work, case, "told_case_news")
    return case


@dataclass(frozen=True, slots=True)
class ClockFacts:
    """A case's clock for staff. `waiting`: the calendar was changed, and the kept days are older;
    `notes`: what the days are that did not count.
    """

    steps: Sequence[StepDue]
    notes: Mapping[date, str]
    waiting: bool
    clock: CaseClock
    extension_note: str | None
    pauses: Sequence[CasePause]
    pause_notes: Sequence[str]
    may_extend: bool
    may_pause: bool
    may_resume: bool


def clock_facts(work: Work, actor: Actor, case: Case) -> ClockFacts | None:
    """How a case's days were reckoned; None before its acceptance."""
    if case.accepted_on is None:
        return None
    kept = queries.clock_of(work, case.id) or new_clock(case)
    running = ApplicationState(case.state) in FORWARDED
    found: Sequence[StepDue] = [kept_step(case.accepted_on, one) for one in kept.steps]
    notes: Mapping[date, str] = {}
    waiting = False
    if running:
        found, calendar = dates_of(work, case, kept)
        notes, waiting = calendar.notes, bool(kept.steps) and as_kept(found) != kept.steps
    pauses = queries.pauses_of(work, case.id)
    stands = is_paused(work, case)
    mine, rules = _is_mine(work, actor, case), rules_of(work, case)
    in_time = running and mine and case.due_on is not None and work.legal.today() <= case.due_on
    clocks = clocks_of(work, case)
    longer = clocks.extended_total_wd > clocks.total_wd and kept.extended_on is None
    return ClockFacts(
        steps=found,
        notes=notes,
        waiting=waiting,
        clock=kept,
        extension_note=kept.unseal(work.vault, "extension_note"),
        pauses=pauses,
        pause_notes=[str(row.unseal(work.vault, "note")) for row in pauses],
        may_extend=in_time and longer,
        may_pause=in_time and rules.clock_pause_allowed and not stands,
        may_resume=running and mine and stands,
    )


def is_paused(work: Work, case: Case) -> bool:
    """Whether the case's clock stands now."""
    return any(row.until is None for row in queries.pauses_of(work, case.id))


def _for_clock(
    work: Work, actor: Actor, application_id: UUID, version: int
) -> tuple[Application, RegionRules]:
    case = queries.get(work, application_id, lock=True)
    require(CASE_CLOCK, actor, case)
    work.check_version(case, version)
    if ApplicationState(case.state) not in FORWARDED:
        raise ClockNotRunning()
    if not _is_mine(work, actor, case):
        raise ClockNotYours()
    return case, rules_of(work, case)


def _is_mine(work: Work, actor: Actor, case: Case) -> bool:
    offices = {str(role) for role in actor.roles} & rules_of(work, case).clock_changed_by
    return bool(offices) and CASE_CLOCK.allows(actor, case)


def _require_time_left(work: Work, case: Case) -> None:
    if case.due_on is not None and work.legal.today() > case.due_on:
        raise ClockOver()


def _reason(known: Mapping[str, Words], code: str) -> Words:
    if code not in known:
        raise ClockReasonUnknown(path="/reason")
    return known[code]


def _open_pause(work: Work, case: Application) -> CasePause | None:
    return next((row for row in queries.pauses_of(work, case.id) if row.until is None), None)


def _changed(
    work: Work,
    actor: Actor,
    case: Application,
    kept: CaseClock,
    cause: str,
    action: str,
    reason: str | None = None,
    words: Words | None = None,
) -> None:
    reckon(work, case, kept)
    case.updated_at = work.wall.now()
    flag_modified(case, "updated_at")  # the version counts up, whether a day moved or not
    said: dict[str, Any] = {}
    if words is not None:
        said = {"reason": reason, "reason_zh": words.zh, "reason_en": words.en}
    record(work, actor, case, action, **said, **due_details(case))
    work.emit(DueMoved(case.id, cause))
