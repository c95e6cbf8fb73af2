"""Pages of the desk: routes only."""

from backend.workbench.http import (
    cases,
    counter,
    help_requests,
    listing,
    mandates,
    reviews,
    sitting,
    wishes,
)
from backend.workbench.http.desk import pages

__all__ = [
    "cases",
    "counter",
    "help_requests",
    "listing",
    "mandates",
    "pages",
    "reviews",
    "sitting",
    "wishes",
]
