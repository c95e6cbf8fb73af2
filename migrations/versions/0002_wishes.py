"""Micro-wishes and who took them up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "wishes",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("township", sa.String(length=12), nullable=False),
        sa.Column("division", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("value_fen", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("owner_account_id", sa.Uuid(), nullable=True),
        sa.Column("posted_by", sa.Uuid(), nullable=False),
        sa.Column("vouched", sa.Boolean(), nullable=False),
        sa.Column("beneficiary_person_id", sa.Uuid(), nullable=False),
        sa.Column("guardian_person_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("guardian_name", sa.LargeBinary(), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("may_show_phone", sa.Boolean(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("public_text", sa.String(length=200), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("on_board_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["beneficiary_person_id"], ["persons.id"], name=op.f("fk_wishes_beneficiary_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["guardian_person_id"], ["persons.id"], name=op.f("fk_wishes_guardian_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["owner_account_id"], ["accounts.id"], name=op.f("fk_wishes_owner_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wishes")),
    )
    op.create_index(
        op.f("ix_wishes_beneficiary_person_id"), "wishes", ["beneficiary_person_id"], unique=False
    )
    op.create_index("ix_wishes_board", "wishes", ["on_board_at", "id"], unique=False)
    op.create_index(
        "ix_wishes_board_county", "wishes", ["county", "on_board_at", "id"], unique=False
    )
    op.create_index(
        "ix_wishes_board_township", "wishes", ["township", "on_board_at", "id"], unique=False
    )
    op.create_index("ix_wishes_desk", "wishes", ["state", "division"], unique=False)
    op.create_index(
        op.f("ix_wishes_guardian_person_id"), "wishes", ["guardian_person_id"], unique=False
    )
    op.create_index("ix_wishes_owner", "wishes", ["owner_account_id", "id"], unique=False)

    op.create_table(
        "wish_claims",
        sa.Column("wish_id", sa.Uuid(), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("giver_account_id", sa.Uuid(), nullable=False),
        sa.Column("giver_person_id", sa.Uuid(), nullable=False),
        sa.Column("giver_name", sa.LargeBinary(), nullable=False),
        sa.Column("claimed_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("ended", sa.String(length=12), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("giver_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("denied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("thanks", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["giver_account_id"], ["accounts.id"], name=op.f("fk_wish_claims_giver_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["giver_person_id"], ["persons.id"], name=op.f("fk_wish_claims_giver_person_id")
        ),
        sa.ForeignKeyConstraint(["wish_id"], ["wishes.id"], name=op.f("fk_wish_claims_wish_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wish_claims")),
    )
    op.create_index(
        "ix_wish_claims_due",
        "wish_claims",
        ["until"],
        unique=False,
        sqlite_where=sa.text("ended IS NULL"),
        postgresql_where=sa.text("ended IS NULL"),
    )
    op.create_index("ix_wish_claims_giver", "wish_claims", ["giver_account_id", "id"], unique=False)
    op.create_index(
        op.f("ix_wish_claims_giver_person_id"), "wish_claims", ["giver_person_id"], unique=False
    )
    op.create_index("ix_wish_claims_wish", "wish_claims", ["wish_id", "id"], unique=False)
    op.create_index(
        "uq_wish_claims_live",
        "wish_claims",
        ["wish_id"],
        unique=True,
        sqlite_where=sa.text("ended IS NULL"),
        postgresql_where=sa.text("ended IS NULL"),
    )


def downgrade() -> None:
    op.drop_index(
        "uq_wish_claims_live",
        table_name="wish_claims",
        sqlite_where=sa.text("ended IS NULL"),
        postgresql_where=sa.text("ended IS NULL"),
    )
    op.drop_index("ix_wish_claims_wish", table_name="wish_claims")
    op.drop_index(op.f("ix_wish_claims_giver_person_id"), table_name="wish_claims")
    op.drop_index("ix_wish_claims_giver", table_name="wish_claims")
    op.drop_index(
        "ix_wish_claims_due",
        table_name="wish_claims",
        sqlite_where=sa.text("ended IS NULL"),
        postgresql_where=sa.text("ended IS NULL"),
    )

    op.drop_table("wish_claims")
    op.drop_index("ix_wishes_owner", table_name="wishes")
    op.drop_index(op.f("ix_wishes_guardian_person_id"), table_name="wishes")
    op.drop_index("ix_wishes_desk", table_name="wishes")
    op.drop_index("ix_wishes_board_township", table_name="wishes")
    op.drop_index("ix_wishes_board_county", table_name="wishes")
    op.drop_index("ix_wishes_board", table_name="wishes")
    op.drop_index(op.f("ix_wishes_beneficiary_person_id"), table_name="wishes")

    op.drop_table("wishes")
