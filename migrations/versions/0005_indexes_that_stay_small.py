"""Indexes for two jobs that looked at every invitation and every chain there ever was."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_MOVED = sa.text("seq > anchored_seq")


def upgrade() -> None:
    op.create_index(
        "ix_consent_invitations_due", "consent_invitations", ["state", "expires_at"], unique=False
    )
    op.drop_index("ix_consent_invitations_expires_at", table_name="consent_invitations")
    op.create_index(
        "ix_audit_heads_moved",
        "audit_heads",
        ["chain"],
        unique=False,
        sqlite_where=_MOVED,
        postgresql_where=_MOVED,
    )


def downgrade() -> None:
    op.drop_index("ix_audit_heads_moved", table_name="audit_heads")
    op.create_index(
        "ix_consent_invitations_expires_at", "consent_invitations", ["expires_at"], unique=False
    )
    op.drop_index("ix_consent_invitations_due", table_name="consent_invitations")
