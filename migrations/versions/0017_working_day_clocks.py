"""The calendar is kept by staff, for their place; each case keeps its clock."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_YEARS = sa.table("calendar_years", sa.column("prefix"), sa.column("year"), sa.column("source"))


def upgrade() -> None:
    _years_with("prefix", "year")
    op.create_table(
        "calendar_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_head")),
    )
    op.execute("INSERT INTO calendar_head (id, revision) VALUES (1, 0)")
    op.create_table(
        "calendar_changes",
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("prefix", sa.String(12), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("revision", name=op.f("pk_calendar_changes")),
    )
    op.create_index("ix_calendar_changes_open", "calendar_changes", ["settled", "revision"])
    op.create_index("ix_calendar_changes_year", "calendar_changes", ["year", "prefix"])
    op.create_table(
        "case_clocks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("county", sa.String(6), nullable=False),
        sa.Column("calendar_revision", sa.Integer(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("publicity", sa.JSON(), nullable=False),
        sa.Column("extended_on", sa.Date(), nullable=True),
        sa.Column("extended_by", sa.Uuid(), nullable=True),
        sa.Column("extension_reason", sa.String(40), nullable=True),
        sa.Column("extension_note", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["applications.id"], name=op.f("fk_case_clocks_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_clocks")),
    )
    op.create_table(
        "case_pauses",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("county", sa.String(6), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("paused_by", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["applications.id"], name=op.f("fk_case_pauses_case_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_pauses")),
    )
    op.create_index(op.f("ix_case_pauses_case_id"), "case_pauses", ["case_id"])
    _reckon_what_runs()


def _reckon_what_runs() -> None:
    """Cases under way get their clocks from the worker, as after a change of the calendar."""
    op.execute(
        "INSERT INTO calendar_changes"
        " (revision, prefix, year, reason, changed_at, settled)"
        " SELECT 1, '', 0, 'zhangban migrate', CURRENT_TIMESTAMP, false WHERE EXISTS"
        " (SELECT 1 FROM applications WHERE state IN ('accepted', 'in_review'))"
    )
    op.execute("UPDATE calendar_head SET revision = (SELECT count(*) FROM calendar_changes)")


def downgrade() -> None:
    op.drop_table("case_pauses")
    op.drop_table("case_clocks")
    op.drop_table("calendar_changes")
    op.drop_table("calendar_head")
    _years_with("year")


def _years_with(*key: str) -> None:
    """Make the few rows anew under another key; the release before reads and writes on: it knows
    the whole country only, which is what an absent prefix means.
    """
    bind = op.get_bind()
    kept = ["year", "source"] if len(key) == 2 else ["prefix", "year", "source"]
    rows = [dict(row) for row in bind.execute(sa.select(*(_YEARS.c[n] for n in kept))).mappings()]
    op.drop_table("calendar_years")
    columns: list[sa.Column[Any]] = [
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
    ]
    if "prefix" in key:
        columns.insert(0, sa.Column("prefix", sa.String(12), nullable=False, server_default=""))
    primary = sa.PrimaryKeyConstraint(*key, name=op.f("pk_calendar_years"))
    op.create_table("calendar_years", *columns, primary)
    if "prefix" not in key:  # the release before knows the country's years only
        rows = [{"year": r["year"], "source": r["source"]} for r in rows if not r["prefix"]]
    if rows:
        op.bulk_insert(sa.table("calendar_years", *map(sa.column, rows[0])), rows)
