"""The public door of the reference back office."""

from backend.backoffice.service.completing import complete_task, end_publicity, raise_objection
from backend.backoffice.service.inbox import CaseMessage, Outcome, Submission, receive
from backend.backoffice.service.staff import (
    DemoStaff,
    Issued,
    add_staff,
    demo_staff,
    resolve_staff,
    seed_demo_staff,
)
from backend.backoffice.service.telling import AGGREGATE, DESTINATION, build_body

__all__ = [
    "AGGREGATE",
    "DESTINATION",
    "CaseMessage",
    "DemoStaff",
    "Issued",
    "Outcome",
    "Submission",
    "add_staff",
    "build_body",
    "complete_task",
    "demo_staff",
    "end_publicity",
    "raise_objection",
    "receive",
    "resolve_staff",
    "seed_demo_staff",
]
