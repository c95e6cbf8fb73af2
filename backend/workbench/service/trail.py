"""Who looked at a case and who acted on it, and whether the record of it holds, for the auditor."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from backend.applications import service as applications
from backend.audit import queries as audit
from backend.audit import service as record
from backend.audit.rules import Break, chain_breaks
from backend.core.access import Actor
from backend.core.uow import Work
from backend.staff import queries as staff
from backend.workbench.rules.words import word

_MOST_ROOTS: Final = 60
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Deed:
    """One row of the record. `who` is the name of somebody of staff; of citizens it holds none."""

    seq: int
    at: datetime
    role: str
    who: str
    action: str
    subject: str
    hash: str

    @property
    def is_look(self) -> bool:
        return self.action.endswith(("read", "seen"))


@dataclass(frozen=True)
class Trail:
    """All of a case's record; `breaks` is empty where it holds."""

    case: Any
    deeds: Sequence[Deed]
    breaks: Sequence[Break]


@dataclass(frozen=True, slots=True)
class Root:
    """One day's anchor; `follows`: it names the root before it, where that one is shown."""

    day: date
    at: datetime
    chains: int
    hash: str
    follows: bool


def trail(work: Work, actor: Actor, application_id: UUID) -> Trail:
    """The record of a case for whoever may read the case; the look is recorded in it. Raises
    ApplicationNotFound, AccessRefused.
    """
    case = applications.get(work, actor, application_id)
    rows = audit.chain_of(work, case.id)
    names = staff.staff_names(work, {row.actor_id for row in rows if row.actor_id})
    deeds = [
        Deed(
            row.seq,
            row.at,
            word("who", row.actor_role),
            names.get(row.actor_id, ""),
            row.action,
            row.subject,
            row.hash.hex(),
        )
        for row in rows
    ]
    work.after_end(
        lambda later: record.record(
            later,
            actor,
            "case.trail_read",
            f"application:{case.id}",
            case=case.id,
            county=case.county,
        )
    )
    return Trail(case, deeds, list(chain_breaks(f"case:{case.id}", rows)))


def as_csv(found: Trail) -> str:
    """The same as a table for other programs."""
    written = io.StringIO()
    out = csv.writer(written)
    out.writerow(("序号", "时间", "身份", "姓名", "做了什么", "代码", "对象", "校验值"))
    for one in found.deeds:
        out.writerow(
            (
                one.seq,
                one.at.isoformat(),
                one.role,
                _as_text(one.who),
                word("deed", one.action),
                one.action,
                one.subject,
                one.hash,
            )
        )
    return "\ufeff" + written.getvalue()  # by its mark some programs know what it is written in


def _as_text(name: str) -> str:
    """A name that a spreadsheet would reckon with is shown to it as text."""
    return f"'{name}" if name.startswith(_FORMULA) else name


def roots(work: Work) -> list[Root]:
    """The newest daily roots, the newest first."""
    found = audit.newest_roots(work, _MOST_ROOTS)
    before = [row.hash for row in found[1:]] + [row.previous for row in found[-1:]]
    return [
        Root(row.legal_date, row.at, row.chains, row.hash.hex(), row.previous == known)
        for row, known in zip(found, before, strict=True)
    ]
