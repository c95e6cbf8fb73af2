"""Evidence against the daily root: what was cut off or replaced after the root is found offline."""

from __future__ import annotations

import json

import pytest

from backend.audit import service as audit
from backend.consent import service
from backend.consent.rules.verify import read_root, verify_evidence
from backend.core.clocks import FixedClock
from backend.core.uow import Units
from tests.factories.consents import CASE, HUSBAND, TOWNSHIP, given


def root_of(units: Units) -> bytes | None:
    with units.read() as work:
        found = service.evidence_root(work, CASE.id)
    return None if found is None else json.dumps(found).encode()


def exported(units: Units, consent_id) -> bytes:
    with units.read() as work:
        return service.get_evidence(work, TOWNSHIP, consent_id).content


def anchor(units: Units, clock: FixedClock) -> None:
    clock.advance(days=1)
    with units.write() as work:
        assert audit.anchor(work) is not None


def test_a_file_is_checked_against_the_days_root(units: Units, clock: FixedClock) -> None:
    _, consent_id = given(units)
    public = service.public_key(units.vault.ring).encode()
    assert root_of(units) is None  # no root covers the case yet
    anchor(units, clock)
    early = exported(units, consent_id)
    first = root_of(units)
    assert first is not None
    assert verify_evidence(early, public, read_root(first)) == []

    # what came after the root is no fault; a file that ends before a later root is one
    given(units, HUSBAND)
    assert verify_evidence(exported(units, consent_id), public, read_root(first)) == []
    assert root_of(units) == first
    anchor(units, clock)
    second = root_of(units)
    assert second is not None
    assert verify_evidence(exported(units, consent_id), public, read_root(second)) == []
    [fault] = verify_evidence(early, public, read_root(second))
    assert fault.startswith("root: the daily root knows")


def test_a_root_of_another_case_or_chain_is_named(units: Units, clock: FixedClock) -> None:
    _, consent_id = given(units)
    anchor(units, clock)
    public = service.public_key(units.vault.ring).encode()
    found = json.loads(root_of(units) or b"")
    content = exported(units, consent_id)
    other = json.dumps({**found, "case": "somebody's"}).encode()
    assert verify_evidence(content, public, read_root(other)) == ["root: belongs to another case"]
    forged = json.dumps({**found, "last": "ab" * 32}).encode()
    assert verify_evidence(content, public, read_root(forged)) == [
        "root: the chain does not contain the daily root"
    ]


@pytest.mark.parametrize("raw", [b"", b"{}", b"[]", b"null", b'{"case":1,"count":1,"last":"x"}'])
def test_what_is_no_root_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match="evidence-root"):
        read_root(raw)
