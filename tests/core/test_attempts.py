"""Attempt limits: neither a restart nor a second process nor a race forgets a try."""

import gc
import importlib
import pkgutil
import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

import backend
from backend.core.attempts import (
    KEPT,
    AttemptCount,
    Limit,
    clear,
    forget_old,
    spend,
    wait_in_window,
)
from backend.core.db import Database
from backend.core.errors import TooManyAttempts
from backend.core.uow import Kit, Units

LIMIT = Limit("login", 3, timedelta(minutes=10))


def tries(units, subject="a", limit=LIMIT):
    """How many tries are let through, at most 20."""
    for number in range(20):
        try:
            spend(units, limit, subject)
        except TooManyAttempts:
            return number
    return 20


def test_as_many_as_the_limit_and_no_more(units):
    assert tries(units) == 3
    assert tries(units, "b") == 3
    assert tries(units, limit=Limit("look-up", 1, timedelta(minutes=1))) == 1


def test_the_wait_is_told_and_the_window_passes_by_the_clock(units, clock):
    assert tries(units) == 3
    clock.advance(minutes=4)
    with pytest.raises(TooManyAttempts) as refused:
        spend(units, LIMIT, "a")
    assert refused.value.retry_after == 360
    clock.advance(minutes=5, seconds=59.5)
    with pytest.raises(TooManyAttempts) as refused:
        spend(units, LIMIT, "a")
    assert refused.value.retry_after == 1
    clock.advance(seconds=1)
    assert tries(units) == 3


def test_a_restart_forgets_nothing(units, database_url, clock):
    assert tries(units) == 3
    again = Database(database_url)
    assert tries(Units(Kit(again, units.vault, units.kit.listeners, clock))) == 0
    again.close()


def test_a_success_clears_the_tries_of_its_subject_only(units):
    assert (tries(units), tries(units, "b")) == (3, 3)
    with units.write() as work:
        clear(work, LIMIT, "a")
    assert (tries(units), tries(units, "b")) == (3, 0)


def test_counts_are_forgotten_after_two_days_and_not_before(units, clock):
    assert (tries(units), tries(units, "b")) == (3, 3)
    clock.advance(days=2)
    assert tries(units, "b") == 3
    sizes = []
    for _ in range(2):
        with units.write() as work:
            forget_old(work)
        with units.read() as work:
            sizes.append(len(work.session.scalars(select(AttemptCount)).all()))
        clock.advance(seconds=1)
    assert sizes == [2, 1]
    assert tries(units, "b") == 0


def test_no_window_is_longer_than_a_count_is_kept():
    """Else a sweep would give somebody their tries back too early."""
    for module in pkgutil.walk_packages(backend.__path__, "backend."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    limits = [found for found in gc.get_objects() if isinstance(found, Limit)]
    assert len(limits) > 5
    assert max(limit.window for limit in limits) < KEPT


def test_tries_at_once_are_all_counted(units):
    """Even the very first: two that both find no row yet."""
    passed, faults, start = [], [], threading.Barrier(6)

    def one():
        start.wait()
        try:
            spend(units, LIMIT, "a")
            passed.append(1)
        except TooManyAttempts:
            pass
        except Exception as fault:
            faults.append(fault)

    threads = [threading.Thread(target=one) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert len(passed) == 3


NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minutes_ago", "wait"),
    [
        ([], None),
        ([1, 2], None),
        ([1, 2, 3], 57 * 60),
        ([3, 1, 2], 57 * 60),  # in whichever order they are read
        ([1, 2, 3, 50], 57 * 60),  # one that is older ends nothing
        ([1, 2, 60], None),  # just out of the window
        ([0, 0, 59.999], 1),
    ],
)
def test_the_wait_is_until_one_of_the_latest_leaves_the_window(
    minutes_ago: list[float], wait: int | None
) -> None:
    moments = [NOON - timedelta(minutes=ago) for ago in minutes_ago]
    assert wait_in_window(moments, 3, NOON, timedelta(hours=1)) == wait
