"""Statements that run on the driver: the same values, the same transaction, the same refusals."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import IntegrityError

from backend.core.prepared import Prepared, inserting
from backend.core.uow import Units, Work
from backend.identity.models import InboxMessage, Mandate
from backend.regions.models import CalendarYear

_M = InboxMessage
LEAVE = inserting(InboxMessage)
READ = Prepared(select(_M.id, _M.code, _M.params, _M.about, _M.created_at).order_by(_M.id))
RENAME = Prepared(update(_M).where(_M.id == bindparam("of")).values(code=bindparam("to")))
YEAR = inserting(CalendarYear, unless_taken=True)


def leave(work: Work, code: str = "told_case_news") -> InboxMessage:
    row = InboxMessage(
        id=work.new_id(), code=code, params={"a": "王"}, about=None, created_at=work.wall.now()
    )
    work.session.add(row)
    return row


def write_and_fail(units: Units) -> None:
    with units.write() as work:
        LEAVE.run(work, id=work.new_id(), code="x", params={}, created_at=work.wall.now())
        raise LookupError


def swallow_a_fault_and_go_on(units: Units, there: InboxMessage) -> None:
    with units.write() as work:
        work.session.add(InboxMessage(id=there.id, code="x", params={}))
        with pytest.raises(IntegrityError):
            work.session.flush()
        READ.rows(work)


def test_what_the_orm_wrote_is_read_with_the_same_types(units: Units) -> None:
    with units.write() as work:
        row = leave(work)
    with units.read() as work:
        assert READ.rows(work) == [(row.id, row.code, row.params, None, row.created_at)]
        assert READ.row(work) == READ.rows(work)[0]


def test_what_is_written_the_orm_reads_with_its_defaults(units: Units) -> None:
    with units.write() as work:
        key, now = work.new_id(), work.wall.now()
        LEAVE.run(work, id=key, code="told_case_news", params={"b": 1}, created_at=now)
    with units.read() as work:
        found = work.session.get_one(InboxMessage, key)
        assert (found.code, found.params, found.version) == ("told_case_news", {"b": 1}, 1)
        assert (found.created_at, found.account_id) == (now, None)


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 3, 2, tzinfo=UTC),
        datetime(2026, 3, 2, 23, 59, 59, 999999, UTC),
        datetime(2026, 3, 2, 0, 30, 0, 1, timezone(timedelta(hours=8))),
    ],
)
def test_a_moment_is_read_in_utc_to_the_microsecond(units: Units, moment: datetime) -> None:
    with units.write() as work:
        key = work.new_id()
        LEAVE.run(work, id=key, code="told_case_news", params={}, created_at=moment)
    with units.read() as work:
        read = READ.row(work)[4], work.session.get_one(InboxMessage, key).created_at
    assert [(found, found.tzinfo) for found in read] == [(moment, UTC)] * 2


def test_a_look_sees_what_the_session_has_not_flushed_yet(units: Units) -> None:
    with units.write() as work:
        row = leave(work)
        assert [found[0] for found in READ.rows(work)] == [row.id]


def test_many_rows_go_in_one_call(units: Units) -> None:
    with units.write() as work:
        now = work.wall.now()
        many = [
            {"id": work.new_id(), "code": "told_case_news", "params": {}, "created_at": now}
            for _ in range(3)
        ]
        LEAVE.run_each(work, many)
        assert [row[0] for row in READ.rows(work)] == [values["id"] for values in many]


def test_a_taken_key_changes_nothing_and_is_told(units: Units) -> None:
    with units.write() as work:
        assert YEAR.run(work, year=2031, source="first") == 1
        assert YEAR.run(work, year=2031, source="second") == 0
    with units.read() as work:
        assert work.session.get_one(CalendarYear, ("", 2031)).source == "first"


def test_how_many_rows_an_update_found_is_told(units: Units) -> None:
    with units.write() as work:
        row = leave(work)
        assert RENAME.run(work, of=row.id, to="told_case_submitted") == 1
        assert RENAME.run(work, of=work.new_id(), to="told_case_submitted") == 0


def test_what_was_written_goes_with_the_unit(units: Units) -> None:
    with pytest.raises(LookupError):
        write_and_fail(units)
    with units.read() as work:
        assert READ.rows(work) == []


def test_a_column_that_a_statement_does_not_know_is_refused(units: Units) -> None:
    with units.write() as work, pytest.raises(TypeError, match="accuont_id"):
        LEAVE.run(work, accuont_id=None, id=work.new_id(), code="x", params={})


def test_a_column_without_default_must_be_given(units: Units) -> None:
    with units.write() as work, pytest.raises(KeyError):
        inserting(Mandate).run(work, id=work.new_id(), valid_until=date(2026, 3, 2))


@pytest.mark.parametrize("open_unit", ["read", "glance"])
def test_who_only_reads_writes_nothing(units: Units, open_unit: str) -> None:
    opened = units.read() if open_unit == "read" else units.glance()
    with opened as work, pytest.raises(RuntimeError, match="cannot write"):
        YEAR.run(work, year=2031, source="x")


def test_a_glance_has_no_session(units: Units) -> None:
    with units.glance() as work, pytest.raises(RuntimeError, match="no session"):
        _ = work.session


def test_a_connection_that_glanced_writes_in_a_transaction_again(units: Units) -> None:
    for _ in range(3):
        with units.glance() as work:
            READ.rows(work)
        with pytest.raises(LookupError):
            write_and_fail(units)
    with units.read() as work:
        assert READ.rows(work) == []


def test_a_unit_that_a_swallowed_fault_rolled_back_does_not_go_on(units: Units) -> None:
    with units.write() as work:
        row = leave(work)
    with pytest.raises(RuntimeError, match="rolled back"):
        swallow_a_fault_and_go_on(units, row)
    with units.write() as work:  # the connection is none the worse for it
        assert len(READ.rows(work)) == 1
