"""Migrations: one line of them, from nothing to exactly the models, on both databases, and back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from backend import migrating, tables
from backend.core.db import migration_engine

HEAD = "0018"


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with nothing in it."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.db"
        return
    url = request.getfixturevalue("postgres_url")
    name = f"{make_url(url).database}_empty"
    admin = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(url).set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def test_there_is_one_head_and_it_is_written_down() -> None:
    script = ScriptDirectory.from_config(migrating.config("sqlite://"))
    assert script.get_heads() == [HEAD]


def test_migrations_make_what_the_models_say(empty_url: str) -> None:
    migrating.upgrade(empty_url)
    engine = migration_engine(empty_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables.metadata) == []
    engine.dispose()


def test_migrating_twice_changes_nothing_and_down_leaves_nothing(empty_url: str) -> None:
    migrating.upgrade(empty_url)
    migrating.upgrade(empty_url)
    command.downgrade(migrating.config(empty_url), "base")
    engine = migration_engine(empty_url)
    assert inspect(engine).get_table_names() == ["alembic_version"]
    engine.dispose()


_YEAR = "INSERT INTO calendar_years (year, source) VALUES (2026, 'the notice')"
_RUNNING = (
    "INSERT INTO applications (id, created_at, updated_at, version, county, division, area,"
    " programme, state, form, due_provisional, corrections, heard_sequence)"
    " VALUES (:id, '2026-03-02', '2026-03-02', 1, '610304', '610304001001', 'urban', 'dibao',"
    " 'in_review', :form, false, 0, 0)"
)


@pytest.mark.parametrize("running", [False, True])
def test_the_calendar_stays_and_cases_under_way_are_reckoned(empty_url: str, running: bool) -> None:
    """0017: the worker gives the cases of the release before their clocks."""
    config = migrating.config(empty_url)
    command.upgrade(config, "0016")
    engine = migration_engine(empty_url)
    with engine.begin() as connection:
        connection.execute(text(_YEAR))
        if running:
            case = {"id": "01a20ebbfe4e7055b41d62de3df864ea", "form": b"sealed"}
            connection.execute(text(_RUNNING), case)
    command.upgrade(config, "0017")
    with engine.begin() as connection:
        years = connection.execute(text("SELECT prefix, year, source FROM calendar_years")).all()
        assert [tuple(row) for row in years] == [("", 2026, "the notice")]
        waiting = connection.execute(text("SELECT revision FROM calendar_changes")).scalars().all()
        assert waiting == ([1] if running else [])
        head = connection.execute(text("SELECT revision FROM calendar_head")).scalar()
        assert head == len(waiting)
        place = "INSERT INTO calendar_years VALUES ('6103', 2027, 'a city')"
        connection.execute(text(place))
        old = "INSERT INTO calendar_years (year, source) VALUES (2027, 'the release before')"
        connection.execute(text(old))
    command.downgrade(config, "0016")
    with engine.begin() as connection:
        left = connection.execute(text("SELECT year FROM calendar_years ORDER BY year"))
        assert list(left.scalars()) == [2026, 2027]
    engine.dispose()
