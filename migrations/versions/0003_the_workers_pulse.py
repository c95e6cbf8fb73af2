"""What workers tell of themselves, and a small index over deliveries that nobody has heard yet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_UNHEARD = sa.text("state IN ('pending', 'retrying', 'dead')")


def upgrade() -> None:
    op.create_table(
        "worker_beats",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("host", sa.String(length=120), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("jobs_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("relay_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker_beats")),
    )
    op.create_table(
        "worker_counts",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_worker_counts")),
    )
    op.create_table(
        "worker_jobs",
        sa.Column("job", sa.String(length=40), nullable=False),
        sa.Column("runs", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("last_success_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_failure_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("job", name=op.f("pk_worker_jobs")),
    )
    op.create_index(
        "ix_deliveries_unheard",
        "deliveries",
        ["destination", "created_at", "state"],
        unique=False,
        sqlite_where=_UNHEARD,
        postgresql_where=_UNHEARD,
    )


def downgrade() -> None:
    op.drop_index("ix_deliveries_unheard", table_name="deliveries")
    op.drop_table("worker_jobs")
    op.drop_table("worker_counts")
    op.drop_table("worker_beats")
