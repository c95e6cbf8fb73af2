"""A policy version knows what people may say is hard."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("policy_versions", sa.Column("needs", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("policy_versions", "needs")
