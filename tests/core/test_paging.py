"""Keyset pages stay right while rows arrive, and no forged cursor gets further than a 422."""

import base64
import json
from datetime import date, datetime
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from backend.core.attempts import AttemptCount
from backend.core.paging import CursorInvalid, PageRequest, keyset
from backend.relay.models import OutboxRow


def put(work, number):
    work.session.add(
        OutboxRow(
            id=UUID(int=number), aggregatetype="t", aggregateid=UUID(int=number % 3), type="t",
            payload={}, county="610303", created_at=work.wall.now(),
        )
    )  # fmt: skip


def page(work, cursor=None, limit=3, descending=True):
    return keyset(
        work.session, select(OutboxRow), [OutboxRow.aggregateid, OutboxRow.id], [UUID, UUID],
        PageRequest(limit, cursor), descending=descending,
    )  # fmt: skip


@pytest.mark.parametrize("descending", [True, False])
def test_every_row_comes_once_though_rows_arrive_and_go(work, descending):
    for number in range(30, 50):
        put(work, number)
    work.session.flush()
    seen, cursor, turn = [], None, 0
    while True:
        found = page(work, cursor, descending=descending)
        seen += [row.id.int for row in found.items]
        for arrival in (turn, 100 + turn):
            put(work, arrival)
        work.session.flush()
        turn, cursor = turn + 1, found.next_cursor
        if cursor is None:
            break
    assert len(seen) == len(set(seen))
    assert set(range(30, 50)) <= set(seen)
    keys = [(n % 3, n) for n in seen]
    assert keys == sorted(keys, reverse=descending)


def test_the_last_page_says_so(work):
    for number in range(6):
        put(work, number)
    work.session.flush()
    first = page(work)
    assert len(first.items) == 3
    assert page(work, first.next_cursor).next_cursor is None
    assert page(work, limit=6).next_cursor is None


def forged(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


ID = str(UUID(int=1))
FORGED = [
    "x", "=", "ü", "\x00", "AAAA", "!!!!", forged(5), forged({}), forged([]), forged([ID]),
    forged([ID, ID, ID]), forged([None, None]), forged([1, 2]), forged(["x", "y"]),
    forged([[ID], ID]), forged({ID: 1, "y": 2}), "a" * 400,
]  # fmt: skip


@pytest.mark.parametrize("cursor", FORGED)
def test_a_forged_cursor_is_refused_by_name(work, cursor):
    with pytest.raises(CursorInvalid) as refused:
        page(work, cursor)
    assert refused.value.path == "/cursor"


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60))
def test_no_text_is_a_fault(work, cursor):
    if cursor:
        with pytest.raises(CursorInvalid):
            page(work, cursor)


@pytest.mark.parametrize(
    ("value", "column", "codec"),
    [
        (10**30, AttemptCount.count, int),
        (float("1e300"), AttemptCount.count, int),
        ("2026-01-01T00:00:00", AttemptCount.began_at, datetime.fromisoformat),
        ("nul\x00", AttemptCount.kind, str),
        ("2026-01-01", AttemptCount.began_at, date.fromisoformat),
    ],
)
def test_values_that_no_column_takes_are_refused_by_name(units, value, column, codec):
    with pytest.raises(CursorInvalid), units.read() as work:
        keyset(
            work.session, select(AttemptCount), [column], [codec],
            PageRequest(3, forged([value])),
        )  # fmt: skip
