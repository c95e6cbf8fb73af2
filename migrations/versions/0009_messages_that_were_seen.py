"""An account knows up to which message its holder has read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("accounts", sa.Column("read_up_to", sa.Uuid(), nullable=True))


def downgrade() -> None:
    op.drop_column("accounts", "read_up_to")
