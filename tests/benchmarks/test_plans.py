"""Queries that must not look at more as the cases of other places and years become more."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from backend.audit import service as audit
from backend.consent import queries as consent
from backend.core.clocks import FixedClock
from backend.core.crypto import KeyRing, Vault
from backend.core.db import Database
from backend.core.paging import PageRequest
from backend.core.uow import Kit, Listeners, Units, Work
from backend.identity import queries as identity
from backend.staff import queries as staff
from backend.wishes import queries as wishes
from benchmarks.growth.asking import Question, plans_of


@pytest.fixture
def sqlite_units(sqlite_template: Path, tmp_path: Path, ring: KeyRing) -> Iterator[Units]:
    """SQLite, whose planner follows the query and not what the tables hold by chance."""
    shutil.copy(sqlite_template, tmp_path / "test.db")
    database = Database(f"sqlite:///{tmp_path}/test.db")
    yield Units(Kit(database, Vault(ring), Listeners(), FixedClock()))
    database.close()


@pytest.mark.parametrize(
    ("look", "found_by"),
    [
        (
            lambda work: staff.worklist(work, "610304101", [], PageRequest()),
            "ix_applications_desk (state=? AND division>? AND division<?)",
        ),
        (
            lambda work: consent.open_reviews(work, "610304101", PageRequest()),
            "ix_face_reviews_",
        ),
        (
            lambda work: identity.mandates_to_check(work, "610304101", ["active"], PageRequest()),
            "ix_mandates_division (division>? AND division<?)",
        ),
        (
            lambda work: consent.overdue(work, 20),
            "ix_consent_invitations_due (state=? AND expires_at<?)",
        ),
        (
            lambda work: wishes.at_desk(work, "610304101", ["submitted"], PageRequest()),
            "ix_wishes_desk (state=? AND division>? AND division<?)",
        ),
        (audit.anchor, "ix_audit_heads_moved"),
    ],
    ids=["worklist", "reviews", "mandates", "overdue", "wishes", "anchor"],
)
def test_a_query_of_the_desk_or_the_worker_finds_its_rows_by_an_index(
    sqlite_units: Units, look: Callable[[Work], object], found_by: str
) -> None:
    def ask() -> None:
        with sqlite_units.write() as work:
            look(work)

    plans = plans_of(sqlite_units, Question("one", 1, ask))
    assert any(found_by in plan for plan in plans), plans
