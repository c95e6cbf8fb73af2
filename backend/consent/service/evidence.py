"""Write the evidence of a consent, let a consent count, and export the file that anybody can
check.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from backend.audit import service as audit
from backend.consent import queries
from backend.consent.events import ConsentCounted
from backend.consent.models import Consent, EvidenceHead, EvidenceRow
from backend.consent.permissions import EVIDENCE_READ
from backend.consent.rules.evidence import (
    FIRST,
    SealedFields,
    Signed,
    commit_fields,
    evidence_file,
    later_entry,
    sign_head,
    sign_record,
)
from backend.consent.service.links import target_of
from backend.core.access import Actor, require
from backend.core.uow import Work


@dataclass(frozen=True, slots=True)
class EvidenceExport:
    """A file for the signer or an authority; it holds personal data."""

    name: str
    content: bytes = field(repr=False)


def append(
    work: Work, actor: Actor, consent: Consent, kind: str, fields: Mapping[str, Any]
) -> EvidenceRow:
    """Add one signed record to the case's chain; its hash goes into the audit and so into the
    daily root.

    The caller has written an audit row of the case before: that row's lock puts two signers of
    one case in line.
    """
    head = queries.evidence_head(work, consent.case_id, lock=True)
    opened = commit_fields(fields)
    signed = sign_record(
        work.vault.ring.current("evidence"),
        case=str(consent.case_id),
        consent=str(consent.id),
        kind=kind,
        sequence=(head.count if head else 0) + 1,
        previous=head.last if head else FIRST,
        fields=opened.hashes,
    )
    row = _row(work, consent, signed)
    row.seal(work.vault, opening={"salts": opened.salts, "values": opened.values})
    work.session.add(row)
    _move_head(work, consent, head, row.sequence, signed)
    audit.record(
        work,
        actor,
        "consent.evidence_added",
        f"consent:{consent.id}",
        case=consent.case_id,
        county=consent.county,
        kind=kind,
        sequence=row.sequence,
        hash=signed.hash,
    )
    return row


def _row(work: Work, consent: Consent, signed: Signed) -> EvidenceRow:
    return EvidenceRow(
        id=work.new_id(),
        created_at=work.wall.now(),
        county=consent.county,
        case_id=consent.case_id,
        consent_id=consent.id,
        sequence=signed.body["sequence"],
        kind=signed.body["kind"],
        record=signed.body,
        signature=signed.signature,
    )


def _move_head(
    work: Work, consent: Consent, head: EvidenceHead | None, sequence: int, last: Signed
) -> None:
    key = work.vault.ring.current("evidence")
    at = work.wall.now().isoformat()
    signed = sign_head(key, case=str(consent.case_id), count=sequence, last=last.hash, at=at)
    if head is None:
        head = EvidenceHead(case_id=consent.case_id, county=consent.county)
        work.session.add(head)
    head.count, head.last = sequence, last.hash
    head.record, head.signature = signed.body, signed.signature


def count(work: Work, actor: Actor, consent: Consent, *, reviewed_by: UUID | None = None) -> None:
    """Let a given consent count from now on and tell the case."""
    consent.counted_at = work.wall.now()
    if reviewed_by is not None:
        fields = {"reviewed_by": str(reviewed_by), "counted_at": consent.counted_at.isoformat()}
        append(work, actor, consent, "counted", fields)
    work.emit(ConsentCounted(consent.case_id, consent.invitation.member_id, consent.assurance))


def evidence_root(work: Work, case_id: UUID) -> dict[str, Any] | None:
    """How a case's evidence stood at its newest daily root, to be published apart from any file.

    None before the first root that covers the case. `evidence-verify --root` reads it.
    """
    found = audit.newest_anchored(work, case_id, "consent.evidence_added")
    if found is None:
        return None
    return {
        "case": str(case_id),
        "count": found.details["sequence"],
        "last": found.details["hash"],
        "legalDate": found.legal_date.isoformat(),
        "root": found.root.hex(),
    }


def get_evidence(work: Work, actor: Actor, consent_id: UUID) -> EvidenceExport:
    """The evidence file of one consent, for its signer and for staff of the place; every export
    is audited.

    It opens the records of this consent; those of other signers that follow in the chain stay
    closed.
    """
    consent = queries.consent(work, consent_id)
    require(EVIDENCE_READ, actor, target_of(work, consent.invitation))
    first = queries.first_evidence(work, consent.id)
    rows = queries.evidence_from(work, consent.case_id, first.sequence)
    head = work.session.get_one(EvidenceHead, consent.case_id)
    case_id, county = consent.case_id, consent.county
    work.after_end(lambda after: _note_export(after, actor, consent_id, case_id, county))
    later = [
        later_entry(_signed(row), _opened(work, row) if row.consent_id == consent.id else None)
        for row in rows[1:]
    ]
    content = evidence_file(
        _signed(first), _opened(work, first), later, Signed(head.record, head.signature)
    )
    return EvidenceExport(f"consent-{consent.id}.json", content)


def _signed(row: EvidenceRow) -> Signed:
    return Signed(row.record, row.signature)


def _opened(work: Work, row: EvidenceRow) -> SealedFields:
    opening = row.unseal(work.vault, "opening")
    return SealedFields(row.record["fields"], opening["salts"], opening["values"])


def _note_export(work: Work, actor: Actor, consent_id: UUID, case_id: UUID, county: str) -> None:
    audit.record(
        work,
        actor,
        "consent.evidence_read",
        f"consent:{consent_id}",
        case=case_id,
        county=county,
    )
