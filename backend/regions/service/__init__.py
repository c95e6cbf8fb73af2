"""The public door of regions."""

from backend.regions.service.calendar import YearEntry, put_day, put_year
from backend.regions.service.changes import settle
from backend.regions.service.loading import (
    DATA,
    Loaded,
    load_calendar,
    load_divisions,
    load_shipped,
)

__all__ = [
    "DATA",
    "Loaded",
    "YearEntry",
    "load_calendar",
    "load_divisions",
    "load_shipped",
    "put_day",
    "put_year",
    "settle",
]
