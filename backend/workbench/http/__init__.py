"""Pages of the desk: routes only."""

from backend.workbench.http import (
    audit,
    calendar,
    cases,
    clock,
    counter,
    filing,
    filing_money,
    filing_papers,
    help_requests,
    letters,
    listing,
    mandates,
    people,
    reviews,
    sitting,
    wishes,
)
from backend.workbench.http.demo import pages as demo_pages
from backend.workbench.http.desk import pages

__all__ = [
    "audit",
    "calendar",
    "cases",
    "clock",
    "counter",
    "demo_pages",
    "filing",
    "filing_money",
    "filing_papers",
    "help_requests",
    "letters",
    "listing",
    "mandates",
    "pages",
    "people",
    "reviews",
    "sitting",
    "wishes",
]
