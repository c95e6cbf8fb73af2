"""What a demonstration offers beside the work: whose turn it is, and days that pass at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from backend.audit import service as audit
from backend.backoffice import queries
from backend.backoffice.errors import NotPublished
from backend.backoffice.models import BoCase, BoStaff, BoTask
from backend.backoffice.permissions import TASK_COMPLETE, allows
from backend.backoffice.rules.findings import Findings
from backend.backoffice.service.completing import end_publicity
from backend.backoffice.service.reading import readable
from backend.backoffice.states import StaffRole, Stage
from backend.core import legal_offset
from backend.core.access import Actor
from backend.core.uow import Units, Work


@dataclass(frozen=True, slots=True)
class DemoSeat:
    """Somebody made-up who can sit down here with one click."""

    username: str
    name: str
    roles: Sequence[str]


def demo_seats(work: Work) -> list[DemoSeat]:
    """Who can, in the order in which a case needs them; empty outside demo mode."""
    if not work.is_demo:
        return []
    order = {str(role): at for at, role in enumerate(StaffRole)}
    found = [_seat(work, one) for one in queries.seated(work)]
    return sorted(found, key=lambda seat: min(order[role] for role in seat.roles))


def next_in_demo(work: Work, case: BoCase, task: BoTask, findings: Findings) -> DemoSeat | None:
    """Whose turn an open task is, of those who can sit down; None outside demo mode."""
    if not work.is_demo:
        return None
    able = queries.colleagues(work, case.division, StaffRole(task.role))
    for one in able:
        if one.username and allows(TASK_COMPLETE, one, task, findings):
            return _seat(work, one)
    return None


def skip_publicity(units: Units, actor: Actor, case_row_id: UUID) -> None:
    """Move the legal date behind the last day of a case's notice, and let the case go on.

    Raises CaseNotFound, and NotPublished where no notice hangs.
    """
    with units.write() as work:
        case = readable(work, actor, case_row_id)
        if case.stage != Stage.PUBLICITY or case.publicity_until is None:
            raise NotPublished()
        left = max((case.publicity_until - work.legal.today()).days + 1, 0)
        legal_offset.move(work.session, left)
        audit.record(
            work,
            actor,
            "backoffice.demo_days_passed",
            f"bo_case:{case.id}",
            case=case.case_id,
            county=case.county,
            days=left,
        )
    with units.last() as work:  # a unit has one date: the next one has the new
        end_publicity(work, case_row_id)  # the worker may have been faster


def _seat(work: Work, staff: BoStaff) -> DemoSeat:
    return DemoSeat(str(staff.username), str(staff.unseal(work.vault, "name")), staff.roles)
