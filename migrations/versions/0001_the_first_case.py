"""Every table that one whole case needs, from log-in to the back office."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attempt_counts",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.LargeBinary(length=32), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject", name=op.f("pk_attempt_counts")),
    )
    op.create_table(
        "audit_heads",
        sa.Column("chain", sa.String(length=60), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("anchored_seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_audit_heads")),
    )
    op.create_table(
        "audit_roots",
        sa.Column("legal_date", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chains", sa.Integer(), nullable=False),
        sa.Column("heads", sa.JSON(), nullable=False),
        sa.Column("previous", sa.LargeBinary(length=32), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("legal_date", name=op.f("pk_audit_roots")),
    )
    op.create_table(
        "audit_rows",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("chain", sa.String(length=60), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("legal_date", sa.Date(), nullable=False),
        sa.Column("actor_role", sa.String(length=20), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("previous", sa.LargeBinary(length=32), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_rows")),
        sa.UniqueConstraint("chain", "seq", name=op.f("uq_audit_rows_chain_seq")),
    )
    op.create_table(
        "bo_events",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=60), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bo_events")),
        sa.UniqueConstraint("case_id", "sequence", name=op.f("uq_bo_events_case_id_sequence")),
    )
    op.create_table(
        "bo_inbox",
        sa.Column("webhook_id", sa.String(length=80), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.String(length=60), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bo_inbox")),
        sa.UniqueConstraint("webhook_id", name=op.f("uq_bo_inbox_webhook_id")),
    )
    op.create_index("ix_bo_inbox_order", "bo_inbox", ["case_id", "sequence"], unique=False)
    op.create_table(
        "bo_specs",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bo_specs")),
        sa.UniqueConstraint("digest", name=op.f("uq_bo_specs_digest")),
    )
    op.create_table(
        "bo_staff",
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("scope", sa.String(length=12), nullable=False),
        sa.Column("delegated", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bo_staff")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_bo_staff_token_hash")),
    )
    op.create_index(op.f("ix_bo_staff_scope"), "bo_staff", ["scope"], unique=False)
    op.create_table(
        "calendar_days",
        sa.Column("prefix", sa.String(length=12), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("prefix", "day", name=op.f("pk_calendar_days")),
    )
    op.create_table(
        "calendar_years",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_calendar_years")),
    )
    op.create_table(
        "consent_evidence_heads",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last", sa.String(length=64), nullable=False),
        sa.Column("record", sa.JSON(), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_consent_evidence_heads")),
    )
    op.create_table(
        "consent_invitations",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("division", sa.String(length=12), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("wards", sa.JSON(), nullable=False),
        sa.Column("capacity", sa.String(length=20), nullable=False),
        sa.Column("purposes", sa.JSON(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("statement_version", sa.String(length=40), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signer_name", sa.LargeBinary(), nullable=False),
        sa.Column("signer_id_number", sa.LargeBinary(), nullable=False),
        sa.Column("signer_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("applicant_name", sa.LargeBinary(), nullable=False),
        sa.Column("identified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("face_failures", sa.Integer(), nullable=False),
        sa.Column("under_review", sa.Boolean(), nullable=False),
        sa.Column("way_wished", sa.String(length=20), nullable=True),
        sa.Column("refusal_reason", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_invitations")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_consent_invitations_token_hash")),
    )
    op.create_index(
        op.f("ix_consent_invitations_case_id"), "consent_invitations", ["case_id"], unique=False
    )
    op.create_index(
        op.f("ix_consent_invitations_division"), "consent_invitations", ["division"], unique=False
    )
    op.create_index(
        op.f("ix_consent_invitations_expires_at"),
        "consent_invitations",
        ["expires_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_consent_invitations_signer_digest"),
        "consent_invitations",
        ["signer_digest"],
        unique=False,
    )
    op.create_index(
        "uq_consent_invitations_live",
        "consent_invitations",
        ["case_id", "member_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('open', 'identified', 'verified', 'given')"),
        postgresql_where=sa.text("state IN ('open', 'identified', 'verified', 'given')"),
    )
    op.create_table(
        "divisions",
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("parent", sa.String(length=12), nullable=True),
        sa.ForeignKeyConstraint(["parent"], ["divisions.code"], name=op.f("fk_divisions_parent")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_divisions")),
    )
    op.create_index(op.f("ix_divisions_parent"), "divisions", ["parent"], unique=False)
    op.create_table(
        "documents",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        sa.Column("slot", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("uploaded_by", sa.Uuid(), nullable=True),
        sa.Column("uploaded_as", sa.String(length=20), nullable=False),
        sa.Column("full_key", sa.String(length=80), nullable=False),
        sa.Column("thumb_key", sa.String(length=80), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.UniqueConstraint("full_key", name=op.f("uq_documents_full_key")),
        sa.UniqueConstraint("thumb_key", name=op.f("uq_documents_thumb_key")),
    )
    op.create_index("ix_documents_case", "documents", ["case_id", "state"], unique=False)
    op.create_table(
        "idempotent_answers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("route", sa.String(length=120), nullable=False),
        sa.Column("body_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotent_answers")),
    )
    op.create_index(
        op.f("ix_idempotent_answers_answered_at"),
        "idempotent_answers",
        ["answered_at"],
        unique=False,
    )
    op.create_table(
        "legal_offset",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_offset")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("aggregatetype", sa.String(length=40), nullable=False),
        sa.Column("aggregateid", sa.Uuid(), nullable=False),
        sa.Column("type", sa.String(length=60), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_table(
        "persons",
        sa.Column("id_number", sa.LargeBinary(), nullable=False),
        sa.Column("id_number_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_persons")),
        sa.UniqueConstraint("id_number_digest", name=op.f("uq_persons_id_number_digest")),
    )
    op.create_table(
        "policy_versions",
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("vocabulary", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_policy_versions")),
        sa.UniqueConstraint("turn", name=op.f("uq_policy_versions_turn")),
    )
    op.create_table(
        "staff_members",
        sa.Column("username", sa.String(length=40), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("totp_secret", sa.LargeBinary(), nullable=False),
        sa.Column("last_totp_step", sa.Integer(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("scope", sa.String(length=12), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_members")),
        sa.UniqueConstraint("username", name=op.f("uq_staff_members_username")),
    )
    op.create_table(
        "accounts",
        sa.Column("openid", sa.LargeBinary(), nullable=False),
        sa.Column("openid_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("assurance", sa.String(length=1), nullable=True),
        sa.Column("proof", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_accounts_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("openid_digest", name=op.f("uq_accounts_openid_digest")),
    )
    op.create_index(op.f("ix_accounts_person_id"), "accounts", ["person_id"], unique=False)
    op.create_table(
        "bo_cases",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("division", sa.String(length=12), nullable=False),
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("area", sa.String(length=10), nullable=False),
        sa.Column("decided_by", sa.String(length=10), nullable=False),
        sa.Column("publicity_exempt", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("accepted_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_provisional", sa.Boolean(), nullable=False),
        sa.Column("publicity_until", sa.Date(), nullable=True),
        sa.Column("spec_id", sa.Uuid(), nullable=False),
        sa.Column("last_sequence_in", sa.Integer(), nullable=False),
        sa.Column("sequence_out", sa.Integer(), nullable=False),
        sa.Column("snapshot", sa.LargeBinary(), nullable=False),
        sa.Column("findings", sa.LargeBinary(), nullable=False),
        sa.Column("workflow_state", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["spec_id"], ["bo_specs.id"], name=op.f("fk_bo_cases_spec_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bo_cases")),
        sa.UniqueConstraint("case_id", name=op.f("uq_bo_cases_case_id")),
    )
    op.create_index("ix_bo_cases_publicity", "bo_cases", ["stage", "publicity_until"], unique=False)
    op.create_table(
        "counter_records",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("invitation_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("first_witness", sa.Uuid(), nullable=False),
        sa.Column("second_witness", sa.Uuid(), nullable=True),
        sa.Column("papers_seen", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["consent_invitations.id"],
            name=op.f("fk_counter_records_invitation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counter_records")),
    )
    op.create_index(
        op.f("ix_counter_records_invitation_id"), "counter_records", ["invitation_id"], unique=False
    )
    op.create_table(
        "county_rules",
        sa.Column("prefix", sa.String(length=12), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["version"], ["policy_versions.version"], name=op.f("fk_county_rules_version")
        ),
        sa.PrimaryKeyConstraint("prefix", "version", "valid_from", name=op.f("pk_county_rules")),
    )
    op.create_table(
        "deliveries",
        sa.Column("outbox_id", sa.Uuid(), nullable=False),
        sa.Column("destination", sa.String(length=40), nullable=False),
        sa.Column("aggregateid", sa.Uuid(), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_status", sa.Integer(), nullable=True),
        sa.Column("last_error", sa.String(length=60), nullable=True),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name=op.f("fk_deliveries_outbox_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint(
            "destination",
            "aggregateid",
            "sequence",
            name=op.f("uq_deliveries_destination_aggregateid_sequence"),
        ),
        sa.UniqueConstraint("outbox_id", name=op.f("uq_deliveries_outbox_id")),
    )
    op.create_index("ix_deliveries_due", "deliveries", ["state", "next_at"], unique=False)
    op.create_table(
        "face_attempts",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("invitation_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("score_permille", sa.Integer(), nullable=False),
        sa.Column("engine", sa.String(length=20), nullable=False),
        sa.Column("model_sha256", sa.String(length=64), nullable=False),
        sa.Column("threshold_version", sa.String(length=40), nullable=False),
        sa.Column("liveness", sa.String(length=40), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("challenge", sa.JSON(), nullable=False),
        sa.Column("face_statement", sa.String(length=40), nullable=False),
        sa.Column("face_statement_sha256", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["consent_invitations.id"],
            name=op.f("fk_face_attempts_invitation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_face_attempts")),
    )
    op.create_index(
        op.f("ix_face_attempts_invitation_id"), "face_attempts", ["invitation_id"], unique=False
    )
    op.create_table(
        "programmes",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["version"], ["policy_versions.version"], name=op.f("fk_programmes_version")
        ),
        sa.PrimaryKeyConstraint("code", "version", "valid_from", name=op.f("pk_programmes")),
    )
    op.create_table(
        "standards",
        sa.Column("prefix", sa.String(length=12), nullable=False),
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("area", sa.String(length=5), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("per", sa.String(length=5), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["version"], ["policy_versions.version"], name=op.f("fk_standards_version")
        ),
        sa.PrimaryKeyConstraint(
            "prefix", "programme", "area", "version", "valid_from", name=op.f("pk_standards")
        ),
    )
    op.create_table(
        "bo_tasks",
        sa.Column("case_row_id", sa.Uuid(), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("division", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_by", sa.Uuid(), nullable=True),
        sa.Column("result", sa.String(length=20), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_row_id"], ["bo_cases.id"], name=op.f("fk_bo_tasks_case_row_id")
        ),
        sa.ForeignKeyConstraint(
            ["completed_by"], ["bo_staff.id"], name=op.f("fk_bo_tasks_completed_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bo_tasks")),
    )
    op.create_index(op.f("ix_bo_tasks_case_row_id"), "bo_tasks", ["case_row_id"], unique=False)
    op.create_index("ix_bo_tasks_open", "bo_tasks", ["state", "due_on", "id"], unique=False)
    op.create_table(
        "consents",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("division", sa.String(length=12), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("invitation_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("way", sa.String(length=20), nullable=False),
        sa.Column("assurance", sa.String(length=1), nullable=False),
        sa.Column("assisted", sa.Boolean(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("person_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawal_reason", sa.LargeBinary(), nullable=True),
        sa.Column("strokes", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["face_attempts.id"], name=op.f("fk_consents_attempt_id")
        ),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["consent_invitations.id"], name=op.f("fk_consents_invitation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index(op.f("ix_consents_case_id"), "consents", ["case_id"], unique=False)
    op.create_index(op.f("ix_consents_invitation_id"), "consents", ["invitation_id"], unique=False)
    op.create_index(
        "uq_consents_given",
        "consents",
        ["invitation_id"],
        unique=True,
        sqlite_where=sa.text("state = 'given'"),
        postgresql_where=sa.text("state = 'given'"),
    )
    op.create_table(
        "face_reviews",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("division", sa.String(length=12), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("invitation_id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("bundle", sa.LargeBinary(), nullable=True),
        sa.Column("bundle_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["face_attempts.id"], name=op.f("fk_face_reviews_attempt_id")
        ),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["consent_invitations.id"],
            name=op.f("fk_face_reviews_invitation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_face_reviews")),
    )
    op.create_index(
        op.f("ix_face_reviews_bundle_until"), "face_reviews", ["bundle_until"], unique=False
    )
    op.create_index(op.f("ix_face_reviews_division"), "face_reviews", ["division"], unique=False)
    op.create_index(
        op.f("ix_face_reviews_invitation_id"), "face_reviews", ["invitation_id"], unique=False
    )
    op.create_index(op.f("ix_face_reviews_state"), "face_reviews", ["state"], unique=False)
    op.create_table(
        "inbox_messages",
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("about", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_inbox_messages_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_inbox_messages_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox_messages")),
    )
    op.create_index(
        op.f("ix_inbox_messages_account_id"), "inbox_messages", ["account_id"], unique=False
    )
    op.create_index(
        op.f("ix_inbox_messages_person_id"), "inbox_messages", ["person_id"], unique=False
    )
    op.create_table(
        "login_sessions",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("idle_seconds", sa.Integer(), nullable=True),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_login_sessions_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff_members.id"], name=op.f("fk_login_sessions_staff_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_login_sessions_token_hash")),
    )
    op.create_index(
        op.f("ix_login_sessions_account_id"), "login_sessions", ["account_id"], unique=False
    )
    op.create_index(
        op.f("ix_login_sessions_expires_at"), "login_sessions", ["expires_at"], unique=False
    )
    op.create_index(
        op.f("ix_login_sessions_staff_id"), "login_sessions", ["staff_id"], unique=False
    )
    op.create_table(
        "mandates",
        sa.Column("helper_account_id", sa.Uuid(), nullable=False),
        sa.Column("principal_person_id", sa.Uuid(), nullable=False),
        sa.Column("principal_name", sa.LargeBinary(), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("division", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("paper_document_id", sa.Uuid(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["helper_account_id"], ["accounts.id"], name=op.f("fk_mandates_helper_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["principal_person_id"], ["persons.id"], name=op.f("fk_mandates_principal_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandates")),
    )
    op.create_index(op.f("ix_mandates_division"), "mandates", ["division"], unique=False)
    op.create_index(
        op.f("ix_mandates_helper_account_id"), "mandates", ["helper_account_id"], unique=False
    )
    op.create_index(
        op.f("ix_mandates_principal_person_id"), "mandates", ["principal_person_id"], unique=False
    )
    op.create_table(
        "signing_sessions",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("invitation_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("client", sa.String(length=20), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["face_attempts.id"], name=op.f("fk_signing_sessions_attempt_id")
        ),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["consent_invitations.id"],
            name=op.f("fk_signing_sessions_invitation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_signing_sessions_token_hash")),
    )
    op.create_index(
        op.f("ix_signing_sessions_expires_at"), "signing_sessions", ["expires_at"], unique=False
    )
    op.create_index(
        op.f("ix_signing_sessions_invitation_id"),
        "signing_sessions",
        ["invitation_id"],
        unique=False,
    )
    op.create_table(
        "applications",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("division", sa.String(length=12), nullable=False),
        sa.Column("area", sa.String(length=5), nullable=False),
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=True),
        sa.Column("stage_until", sa.Date(), nullable=True),
        sa.Column("owner_account_id", sa.Uuid(), nullable=True),
        sa.Column("applicant_person_id", sa.Uuid(), nullable=True),
        sa.Column("mandate_id", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form", sa.LargeBinary(), nullable=False),
        sa.Column("assessment", sa.LargeBinary(), nullable=True),
        sa.Column("policy_version", sa.String(length=64), nullable=True),
        sa.Column("content_hash", sa.String(length=64), nullable=True),
        sa.Column("receipt_code", sa.String(length=20), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_on", sa.Date(), nullable=True),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_provisional", sa.Boolean(), nullable=False),
        sa.Column("correction", sa.LargeBinary(), nullable=True),
        sa.Column("corrections", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.LargeBinary(), nullable=True),
        sa.Column("heard_sequence", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["applicant_person_id"],
            ["persons.id"],
            name=op.f("fk_applications_applicant_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["mandate_id"], ["mandates.id"], name=op.f("fk_applications_mandate_id")
        ),
        sa.ForeignKeyConstraint(
            ["owner_account_id"], ["accounts.id"], name=op.f("fk_applications_owner_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applications")),
        sa.UniqueConstraint("receipt_code", name=op.f("uq_applications_receipt_code")),
    )
    op.create_index(
        op.f("ix_applications_applicant_person_id"),
        "applications",
        ["applicant_person_id"],
        unique=False,
    )
    op.create_index("ix_applications_desk", "applications", ["state", "division"], unique=False)
    op.create_index(op.f("ix_applications_due_on"), "applications", ["due_on"], unique=False)
    op.create_index(
        "ix_applications_owner", "applications", ["owner_account_id", "id"], unique=False
    )
    op.create_table(
        "consent_evidence",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("record", sa.JSON(), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.Column("opening", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consent_id"], ["consents.id"], name=op.f("fk_consent_evidence_consent_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_evidence")),
        sa.UniqueConstraint(
            "case_id", "sequence", name=op.f("uq_consent_evidence_case_id_sequence")
        ),
    )
    op.create_index(
        op.f("ix_consent_evidence_consent_id"), "consent_evidence", ["consent_id"], unique=False
    )
    op.create_table(
        "face_challenges",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("actions", sa.JSON(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["signing_sessions.id"],
            name=op.f("fk_face_challenges_session_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_face_challenges")),
    )
    op.create_index(
        op.f("ix_face_challenges_session_id"), "face_challenges", ["session_id"], unique=False
    )
    op.create_table(
        "backoffice_events",
        sa.Column("message_id", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=60), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("applied", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["applications.id"], name=op.f("fk_backoffice_events_case_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backoffice_events")),
        sa.UniqueConstraint(
            "case_id", "sequence", name=op.f("uq_backoffice_events_case_id_sequence")
        ),
        sa.UniqueConstraint("message_id", name=op.f("uq_backoffice_events_message_id")),
    )
    op.create_table(
        "case_notes",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["applications.id"], name=op.f("fk_case_notes_case_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_notes")),
    )
    op.create_index(op.f("ix_case_notes_case_id"), "case_notes", ["case_id"], unique=False)
    op.create_table(
        "case_snapshots",
        sa.Column("outbox_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["applications.id"], name=op.f("fk_case_snapshots_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["outbox_id"], ["outbox.id"], name=op.f("fk_case_snapshots_outbox_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_snapshots")),
        sa.UniqueConstraint("outbox_id", name=op.f("uq_case_snapshots_outbox_id")),
    )
    op.create_index(op.f("ix_case_snapshots_case_id"), "case_snapshots", ["case_id"], unique=False)
    op.create_table(
        "household_members",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("relation", sa.String(length=2), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("id_number", sa.LargeBinary(), nullable=False),
        sa.Column("id_number_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("details", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["applications.id"], name=op.f("fk_household_members_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_household_members_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_members")),
    )
    op.create_index(
        op.f("ix_household_members_case_id"), "household_members", ["case_id"], unique=False
    )
    op.create_index(
        op.f("ix_household_members_id_number_digest"),
        "household_members",
        ["id_number_digest"],
        unique=False,
    )
    op.create_index(
        op.f("ix_household_members_person_id"), "household_members", ["person_id"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_household_members_person_id"), table_name="household_members")
    op.drop_index(op.f("ix_household_members_id_number_digest"), table_name="household_members")
    op.drop_index(op.f("ix_household_members_case_id"), table_name="household_members")
    op.drop_table("household_members")
    op.drop_index(op.f("ix_case_snapshots_case_id"), table_name="case_snapshots")
    op.drop_table("case_snapshots")
    op.drop_index(op.f("ix_case_notes_case_id"), table_name="case_notes")
    op.drop_table("case_notes")
    op.drop_table("backoffice_events")
    op.drop_index(op.f("ix_face_challenges_session_id"), table_name="face_challenges")
    op.drop_table("face_challenges")
    op.drop_index(op.f("ix_consent_evidence_consent_id"), table_name="consent_evidence")
    op.drop_table("consent_evidence")
    op.drop_index("ix_applications_owner", table_name="applications")
    op.drop_index(op.f("ix_applications_due_on"), table_name="applications")
    op.drop_index("ix_applications_desk", table_name="applications")
    op.drop_index(op.f("ix_applications_applicant_person_id"), table_name="applications")
    op.drop_table("applications")
    op.drop_index(op.f("ix_signing_sessions_invitation_id"), table_name="signing_sessions")
    op.drop_index(op.f("ix_signing_sessions_expires_at"), table_name="signing_sessions")
    op.drop_table("signing_sessions")
    op.drop_index(op.f("ix_mandates_principal_person_id"), table_name="mandates")
    op.drop_index(op.f("ix_mandates_helper_account_id"), table_name="mandates")
    op.drop_index(op.f("ix_mandates_division"), table_name="mandates")
    op.drop_table("mandates")
    op.drop_index(op.f("ix_login_sessions_staff_id"), table_name="login_sessions")
    op.drop_index(op.f("ix_login_sessions_expires_at"), table_name="login_sessions")
    op.drop_index(op.f("ix_login_sessions_account_id"), table_name="login_sessions")
    op.drop_table("login_sessions")
    op.drop_index(op.f("ix_inbox_messages_person_id"), table_name="inbox_messages")
    op.drop_index(op.f("ix_inbox_messages_account_id"), table_name="inbox_messages")
    op.drop_table("inbox_messages")
    op.drop_index(op.f("ix_face_reviews_state"), table_name="face_reviews")
    op.drop_index(op.f("ix_face_reviews_invitation_id"), table_name="face_reviews")
    op.drop_index(op.f("ix_face_reviews_division"), table_name="face_reviews")
    op.drop_index(op.f("ix_face_reviews_bundle_until"), table_name="face_reviews")
    op.drop_table("face_reviews")
    op.drop_index(
        "uq_consents_given",
        table_name="consents",
        sqlite_where=sa.text("state = 'given'"),
        postgresql_where=sa.text("state = 'given'"),
    )
    op.drop_index(op.f("ix_consents_invitation_id"), table_name="consents")
    op.drop_index(op.f("ix_consents_case_id"), table_name="consents")
    op.drop_table("consents")
    op.drop_index("ix_bo_tasks_open", table_name="bo_tasks")
    op.drop_index(op.f("ix_bo_tasks_case_row_id"), table_name="bo_tasks")
    op.drop_table("bo_tasks")
    op.drop_table("standards")
    op.drop_table("programmes")
    op.drop_index(op.f("ix_face_attempts_invitation_id"), table_name="face_attempts")
    op.drop_table("face_attempts")
    op.drop_index("ix_deliveries_due", table_name="deliveries")
    op.drop_table("deliveries")
    op.drop_table("county_rules")
    op.drop_index(op.f("ix_counter_records_invitation_id"), table_name="counter_records")
    op.drop_table("counter_records")
    op.drop_index("ix_bo_cases_publicity", table_name="bo_cases")
    op.drop_table("bo_cases")
    op.drop_index(op.f("ix_accounts_person_id"), table_name="accounts")
    op.drop_table("accounts")
    op.drop_table("staff_members")
    op.drop_table("policy_versions")
    op.drop_table("persons")
    op.drop_table("outbox")
    op.drop_table("legal_offset")
    op.drop_index(op.f("ix_idempotent_answers_answered_at"), table_name="idempotent_answers")
    op.drop_table("idempotent_answers")
    op.drop_index("ix_documents_case", table_name="documents")
    op.drop_table("documents")
    op.drop_index(op.f("ix_divisions_parent"), table_name="divisions")
    op.drop_table("divisions")
    op.drop_index(
        "uq_consent_invitations_live",
        table_name="consent_invitations",
        sqlite_where=sa.text("state IN ('open', 'identified', 'verified', 'given')"),
        postgresql_where=sa.text("state IN ('open', 'identified', 'verified', 'given')"),
    )
    op.drop_index(op.f("ix_consent_invitations_signer_digest"), table_name="consent_invitations")
    op.drop_index(op.f("ix_consent_invitations_expires_at"), table_name="consent_invitations")
    op.drop_index(op.f("ix_consent_invitations_division"), table_name="consent_invitations")
    op.drop_index(op.f("ix_consent_invitations_case_id"), table_name="consent_invitations")
    op.drop_table("consent_invitations")
    op.drop_table("consent_evidence_heads")
    op.drop_table("calendar_years")
    op.drop_table("calendar_days")
    op.drop_index(op.f("ix_bo_staff_scope"), table_name="bo_staff")
    op.drop_table("bo_staff")
    op.drop_table("bo_specs")
    op.drop_index("ix_bo_inbox_order", table_name="bo_inbox")
    op.drop_table("bo_inbox")
    op.drop_table("bo_events")
    op.drop_table("audit_rows")
    op.drop_table("audit_roots")
    op.drop_table("audit_heads")
    op.drop_table("attempt_counts")
