"""The public door of the reference back office."""

from backend.backoffice.service.completing import complete_task, end_publicity, raise_objection
from backend.backoffice.service.demo import demo_seats, next_in_demo, skip_publicity
from backend.backoffice.service.inbox import CaseMessage, Outcome, Submission, receive
from backend.backoffice.service.sessions import log_in, log_out
from backend.backoffice.service.staff import (
    Colleague,
    Issued,
    Seat,
    add_staff,
    demo_staff,
    hire,
    resolve_staff,
    seat_staff,
    seed_demo_staff,
)
from backend.backoffice.service.telling import AGGREGATE, DESTINATION, build_body

__all__ = [
    "AGGREGATE",
    "DESTINATION",
    "CaseMessage",
    "Colleague",
    "Issued",
    "Outcome",
    "Seat",
    "Submission",
    "add_staff",
    "build_body",
    "complete_task",
    "demo_seats",
    "demo_staff",
    "end_publicity",
    "hire",
    "log_in",
    "log_out",
    "next_in_demo",
    "raise_objection",
    "receive",
    "resolve_staff",
    "seat_staff",
    "seed_demo_staff",
    "skip_publicity",
]
