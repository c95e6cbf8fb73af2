"""The desk's list of ten thousand cases is chosen, counted and put in order without their rows."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_NAME = "ix_applications_desk"


def upgrade() -> None:
    op.drop_index(_NAME, table_name="applications")
    op.create_index(
        _NAME,
        "applications",
        ["state", "division", "submitted_at", "id", "submitted_on"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_index(_NAME, table_name="applications")
    op.create_index(_NAME, "applications", ["state", "division"], unique=False)
