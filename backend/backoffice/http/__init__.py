"""Doors of the reference back office: its API, and the pages of its own staff."""

from backend.backoffice.http import cases, listing, sitting, working
from backend.backoffice.http.api import blp
from backend.backoffice.http.demo import pages as demo_pages
from backend.backoffice.http.office import pages

__all__ = ["blp", "cases", "demo_pages", "listing", "pages", "sitting", "working"]
