"""Notices that WeChat is to say, a phone number that its holder gave, what was said of a wish."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_DUE = sa.text("handled < told")


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("handled", sa.Integer(), nullable=False),
        sa.Column("news_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("page", sa.String(length=100), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("inbox_only", sa.Integer(), nullable=False),
        sa.Column("last_outcome", sa.String(length=60), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_notices_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("account_id", name=op.f("uq_notices_account_id")),
    )
    op.create_index(
        "ix_notices_due", "notices", ["next_at"], sqlite_where=_DUE, postgresql_where=_DUE
    )
    op.add_column("accounts", sa.Column("phone", sa.LargeBinary(), nullable=True))
    op.add_column("wishes", sa.Column("text_check", sa.String(length=10), nullable=True))


def downgrade() -> None:
    op.drop_column("wishes", "text_check")
    op.drop_column("accounts", "phone")
    op.drop_table("notices")
