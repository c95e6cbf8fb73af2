"""The back office's staff log in to its pages, and find its cases there by due date."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # all may be empty: who has a token only has none of them, and the release before adds such
    op.add_column("bo_staff", sa.Column("username", sa.String(length=40), nullable=True))
    op.add_column("bo_staff", sa.Column("password_hash", sa.String(length=200), nullable=True))
    op.add_column("bo_staff", sa.Column("totp_secret", sa.LargeBinary(), nullable=True))
    op.add_column("bo_staff", sa.Column("last_totp_step", sa.Integer(), nullable=True))
    op.create_index("ix_bo_staff_username", "bo_staff", ["username"], unique=True)
    op.create_index("ix_bo_cases_due", "bo_cases", ["state", "due_on", "id"], unique=False)
    op.create_table(
        "bo_sessions",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["bo_staff.id"], name=op.f("fk_bo_sessions_staff_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bo_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_bo_sessions_token_hash")),
    )
    op.create_index("ix_bo_sessions_staff_id", "bo_sessions", ["staff_id"], unique=False)


def downgrade() -> None:
    op.drop_table("bo_sessions")
    op.drop_index("ix_bo_cases_due", table_name="bo_cases")
    op.drop_index("ix_bo_staff_username", table_name="bo_staff")
    for column in ("last_totp_step", "totp_secret", "password_hash", "username"):
        op.drop_column("bo_staff", column)
