"""The back office keeps whether a case's programme pays: a recognition that pays nothing names no
amount.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Cases that came before, and those that the release before writes, are paid as they were.
    op.add_column(
        "bo_cases", sa.Column("pays", sa.Boolean(), nullable=False, server_default=sa.true())
    )


def downgrade() -> None:
    op.drop_column("bo_cases", "pays")
