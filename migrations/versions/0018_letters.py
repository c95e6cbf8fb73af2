"""Letters as they were issued, the hashes of their files, and their numbers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "letters",
        sa.Column("county", sa.String(6), nullable=False),
        sa.Column("division", sa.String(12), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("consent_id", sa.Uuid(), nullable=True),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("office", sa.String(12), nullable=False),
        sa.Column("number", sa.String(60), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("ended_as", sa.String(20), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["applications.id"], name="fk_letters_case_id_applications"
        ),
        sa.ForeignKeyConstraint(
            ["consent_id"], ["consents.id"], name="fk_letters_consent_id_consents"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_letters"),
        sa.UniqueConstraint("code", name="uq_letters_code"),
    )
    op.create_index("ix_letters_case", "letters", ["case_id", "id"])
    op.create_index("ix_letters_day", "letters", ["issued_on", "division", "id"])
    op.create_index("ix_letters_consent_id", "letters", ["consent_id"])
    op.create_table(
        "letter_files",
        sa.Column("county", sa.String(6), nullable=False),
        sa.Column("letter_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(32), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["letters.id"], name="fk_letter_files_letter_id_letters"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_letter_files"),
        sa.UniqueConstraint("letter_id", "sha256", name="uq_letter_files_letter_id_sha256"),
    )
    op.create_table(
        "letter_serials",
        sa.Column("office", sa.String(12), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("office", "kind", "year", name="pk_letter_serials"),
    )


def downgrade() -> None:
    op.drop_table("letter_serials")
    op.drop_table("letter_files")
    op.drop_table("letters")
