"""A case with an owner, files in memory, and the room around them."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from backend.core.access import Actor, Role
from backend.core.clocks import FixedClock
from backend.documents.ports import CaseRef, DocumentKit
from tests.fakes.documents import FakeCaseAccess, MemoryFileStore

MEMBER = UUID("0190c0de-0000-7000-8000-000000000001")


@pytest.fixture
def owner() -> Actor:
    return Actor(roles=frozenset({Role.CITIZEN}), id=uuid4())


@pytest.fixture
def officer() -> Actor:
    return Actor(roles=frozenset({Role.TOWNSHIP}), id=uuid4(), scope="610303")


@pytest.fixture
def case() -> CaseRef:
    slots = frozenset({"id_card", "household_register", "income_proof", "other"})
    return CaseRef(uuid4(), "610303", slots, frozenset({MEMBER}), photo_only=frozenset({"id_card"}))


@pytest.fixture
def access(case: CaseRef, owner: Actor) -> FakeCaseAccess:
    return FakeCaseAccess(case, owner)


@pytest.fixture
def files(clock: FixedClock) -> MemoryFileStore:
    return MemoryFileStore(clock)


@pytest.fixture
def kit(files: MemoryFileStore, access: FakeCaseAccess) -> DocumentKit:
    return DocumentKit(files, access)
