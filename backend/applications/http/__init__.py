"""Doors of applications: the case itself, and who signs for it."""

from backend.applications.http import cases, clock, signers  # their routes
from backend.applications.http.doors import blp

__all__ = ["blp", "cases", "clock", "signers"]
