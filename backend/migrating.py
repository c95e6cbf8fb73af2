"""Brings a database to this release's schema with the numbered migrations."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

_FOLDER = Path(__file__).resolve().parent.parent / "migrations"


def config(database_url: str) -> Config:
    """Alembic's configuration, without a file."""
    found = Config()
    found.set_main_option("script_location", str(_FOLDER))
    found.attributes["database_url"] = database_url
    return found


def upgrade(database_url: str, revision: str = "head") -> None:
    """Run every migration that is missing."""
    command.upgrade(config(database_url), revision)


def head() -> str:
    """This release's revision."""
    return str(_scripts().get_current_head())


def knows(revision: str) -> bool:
    """Whether this release can bring a database of that revision forward."""
    return any(script.revision == revision for script in _scripts().walk_revisions())


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(config("sqlite://"))
