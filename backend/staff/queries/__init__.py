"""Reads other rooms' tables for the desk."""

from backend.staff.queries.cases import (
    OPEN_AT_DESK,
    DeskItem,
    DeskNote,
    WaitingRecord,
    case_by_receipt,
    correction_asked_on,
    counter_record,
    notes,
    records_of_case,
    reviews_of_case,
    waiting_at_counter,
    worklist,
)
from backend.staff.queries.people import (
    demo_people,
    filed_by,
    place_name,
    staff_name,
    staff_names,
    username,
)
from backend.staff.queries.waiting import (
    KINDS,
    Narrowing,
    Waiting,
    count,
    position_of,
    waiting,
)

__all__ = [
    "KINDS",
    "OPEN_AT_DESK",
    "DeskItem",
    "DeskNote",
    "Narrowing",
    "Waiting",
    "WaitingRecord",
    "case_by_receipt",
    "correction_asked_on",
    "count",
    "counter_record",
    "demo_people",
    "filed_by",
    "notes",
    "place_name",
    "position_of",
    "records_of_case",
    "reviews_of_case",
    "staff_name",
    "staff_names",
    "username",
    "waiting",
    "waiting_at_counter",
    "worklist",
]
