"""Runs migrations on the database that the caller names."""

from __future__ import annotations

from alembic import context

from backend import tables
from backend.core.db import WRITE_OPTION, migration_engine

engine = migration_engine(context.config.attributes["database_url"])
with engine.connect().execution_options(**{WRITE_OPTION: True}) as connection:
    context.configure(
        connection=connection,
        target_metadata=tables.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
