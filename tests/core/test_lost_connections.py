"""What a request meets when the database server ended the connections of the pool."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.pool import NullPool

from backend.core.clocks import FixedClock
from backend.core.crypto import KeyRing, Vault
from backend.core.db import Database
from backend.core.prepared import Prepared
from backend.core.uow import Kit, Listeners, Units, Work, _raise_named
from backend.core.write_lock import DatabaseBusy
from backend.regions.models import CalendarYear

YEARS = Prepared(select(CalendarYear.year))
Opened = Callable[[], AbstractContextManager[Work]]


def end_all(url: str) -> None:
    """As a restart of the server does: every connection to this database ends."""
    admin = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with admin.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )


@pytest.mark.parametrize("kind", ["read", "glance", "write"])
@pytest.mark.parametrize("asks_the_orm", [False, True])
def test_each_is_told_to_come_again_and_the_pool_mends_itself(
    postgres_url: str, ring: KeyRing, kind: str, asks_the_orm: bool
) -> None:
    if kind == "glance" and asks_the_orm:
        kind = "read"
    units = Units(Kit(Database(postgres_url), Vault(ring), Listeners(), FixedClock()))
    opened: Opened = getattr(units, kind)
    with ExitStack() as many:  # several connections in the pool, and one in use
        for _ in range(3):
            YEARS.rows(many.enter_context(units.read()))
        if asks_the_orm:
            many.enter_context(units.read()).session.execute(select(CalendarYear.year))
        end_all(postgres_url)
    outcomes = [ask(opened, asks_the_orm) for _ in range(8)]
    assert outcomes[-1] == "well"
    units.kit.database.close()


@pytest.mark.parametrize("kind", ["read", "write"])
@pytest.mark.parametrize("asks_the_orm", [False, True])
def test_a_unit_whose_connection_ends_under_it_is_told_so(
    postgres_url: str, ring: KeyRing, kind: str, asks_the_orm: bool
) -> None:
    units = Units(Kit(Database(postgres_url), Vault(ring), Listeners(), FixedClock()))
    opened: Opened = getattr(units, kind)
    with pytest.raises(DatabaseBusy):
        lose_it_in_the_middle(opened, postgres_url, asks_the_orm)
    assert ask(opened, asks_the_orm) == "well"
    units.kit.database.close()


def lose_it_in_the_middle(opened: Opened, url: str, asks_the_orm: bool) -> None:
    with opened() as work:
        YEARS.rows(work)
        if asks_the_orm:
            work.session.execute(select(CalendarYear.year))
        end_all(url)
        if asks_the_orm:
            work.session.execute(select(CalendarYear.year))
        YEARS.rows(work)


def ask(opened: Opened, asks_the_orm: bool) -> str:
    """What a unit comes to; anything but the two is a fault."""
    try:
        with opened() as work:
            if asks_the_orm:
                work.session.execute(select(CalendarYear.year))
            else:
                YEARS.rows(work)
    except DatabaseBusy:
        return "busy"
    return "well"


class Lost(Exception):
    """A driver's fault as a server in trouble gives it."""

    def __init__(self, sqlstate: str | None) -> None:
        super().__init__("gone")
        self.sqlstate = sqlstate


class OperationalError(Lost):
    pass


class CrashShutdown(OperationalError):
    pass


@pytest.mark.parametrize(
    "fault",
    [CrashShutdown("57P02"), OperationalError(None), CrashShutdown(None), Lost("08006")],
    ids=["crash", "no answer", "no answer, by another name", "connection failure"],
)
def test_a_server_in_trouble_is_one_that_is_busy(fault: Exception) -> None:
    with pytest.raises(DatabaseBusy):
        _raise_named(fault)
