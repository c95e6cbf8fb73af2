"""The fields of an evidence record (design 7): scope, how identity was shown, which way, which
times.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from backend.consent.models import ConsentInvitation, FaceAttempt, SigningSession
from backend.consent.rules.scope import Assurance
from backend.consent.rules.statements import CheckStatement, Words
from backend.core.crypto import Vault


def scope_fields(
    vault: Vault, invitation: ConsentInvitation, check: CheckStatement, authority: Words
) -> dict[str, Any]:
    """What the consent binds; the application's hash is recorded, not binding."""
    text = check.text
    return {
        "statement": {"version": text.version, "sha256": text.hash, "zh": text.zh, "en": text.en},
        "signer_name": invitation.unseal(vault, "signer_name"),
        "signer_id_number": invitation.unseal(vault, "signer_id_number"),
        "signer_capacity": invitation.capacity,
        "signer_member": str(invitation.member_id),
        "wards": list(invitation.wards),
        "applicant_name": invitation.unseal(vault, "applicant_name"),
        "purposes": list(invitation.purposes),
        "data_classes": [item.code for item in check.data_classes],
        "sources": [item.code for item in check.sources],
        "authority": {"division": authority.code, "name": authority.zh},
        "period": check.period.zh,
        "application_sha256": invitation.content_hash,
        "invited_at": invitation.created_at.isoformat(),
    }


def face_fields(
    attempt: FaceAttempt, session: SigningSession, *, under_review: bool
) -> dict[str, Any]:
    """A self-photographed card proves the match, not the person: assurance A says so."""
    return {
        "way": "face",
        "assurance": Assurance.A.value,
        "identity_shown": ["name", "id_number", "card_photo"],
        "reference_source": "self_photographed_card",
        "face_engine": attempt.engine,
        "face_model_sha256": attempt.model_sha256,
        "face_threshold_version": attempt.threshold_version,
        "face_score_permille": attempt.score_permille,
        "face_outcome": attempt.outcome,
        "face_reasons": list(attempt.reasons),
        "face_challenge": list(attempt.challenge),
        "face_liveness": attempt.liveness,
        "face_statement": {
            "version": attempt.face_statement,
            "sha256": attempt.face_statement_sha256,
        },
        "under_review": under_review,
        "witnesses": [],
        "papers_seen": None,
        "client": session.client,
        "identified_at": session.created_at.isoformat(),
        "verified_at": attempt.created_at.isoformat(),
    }


def counter_fields(witnesses: Sequence[UUID], papers_seen: str) -> dict[str, Any]:
    """The same names without a face: two people of staff saw the signer and the papers."""
    return {
        "way": "counter",
        "assurance": Assurance.C.value,
        "identity_shown": ["papers_in_person"],
        "reference_source": "original_papers",
        "witnesses": [str(witness) for witness in witnesses],
        "papers_seen": papers_seen,
        "under_review": False,
        "client": "counter",
    }
