"""The chain holds, and every way of breaking it is named."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import delete, update

from backend.audit import service
from backend.audit.models import AuditHead, AuditRow
from backend.core.access import SYSTEM
from backend.core.uow import Units, Work

CASE = UUID(int=7)


def _three_rows(units: Units) -> None:
    for number in range(3):
        with units.write() as work:
            service.record(work, SYSTEM, f"case.step_{number}", "case", case=CASE, n=number)


def test_an_untouched_chain_verifies(units: Units) -> None:
    _three_rows(units)
    with units.write() as work:
        root = service.anchor(work)
    assert root is not None
    assert root.chains == 1
    with units.read() as work:
        assert service.verify(work) == []


def test_one_root_a_day(units: Units) -> None:
    _three_rows(units)
    with units.write() as work:
        assert service.anchor(work) is not None
    with units.write() as work:
        assert service.anchor(work) is None


def _remove(work: Work) -> None:
    work.session.execute(delete(AuditRow).where(AuditRow.seq == 2))


def _change(work: Work) -> None:
    work.session.execute(update(AuditRow).where(AuditRow.seq == 2).values(action="case.other"))


def _cut_tail(work: Work) -> None:
    work.session.execute(delete(AuditRow).where(AuditRow.seq == 3))


def _cut_whole(work: Work) -> None:
    work.session.execute(delete(AuditRow))
    work.session.execute(delete(AuditHead))


@pytest.mark.parametrize(
    ("damage", "seq", "what"),
    [
        (_remove, 2, "removed"),
        (_change, 2, "changed"),
        (_cut_tail, 3, "removed"),
        (_cut_whole, 3, "removed: the root of 2026-03-02 knows it"),
    ],
)
def test_damage_is_named(units: Units, damage: Callable[[Work], None], seq: int, what: str) -> None:
    _three_rows(units)
    with units.write() as work:
        service.anchor(work)
    with units.write() as work:
        damage(work)
    with units.read() as work:
        breaks = service.verify(work)
    assert (f"case:{CASE}", seq, what) in [(b.chain, b.seq, b.what) for b in breaks]
