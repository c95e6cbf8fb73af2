"""Room for the name of a real face engine: PostgreSQL refused the one that ships."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("face_attempts") as face_attempts:
        face_attempts.alter_column(
            "engine",
            existing_type=sa.String(length=20),
            type_=sa.String(length=60),
            existing_nullable=False,
        )


def downgrade() -> None:
    with op.batch_alter_table("face_attempts") as face_attempts:
        face_attempts.alter_column(
            "engine",
            existing_type=sa.String(length=60),
            type_=sa.String(length=20),
            existing_nullable=False,
        )
