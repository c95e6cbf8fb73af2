"""A link can be shown again, is renewed from one that ran out, and its signer reminded."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("consent_invitations", sa.Column("link", sa.LargeBinary(), nullable=True))
    op.add_column("consent_invitations", sa.Column("renews", sa.Uuid(), nullable=True))
    op.add_column(
        "consent_invitations", sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True)
    )


def downgrade() -> None:
    for name in ("reminded_at", "renews", "link"):
        op.drop_column("consent_invitations", name)
