"""The blueprint of applications."""

from __future__ import annotations

from backend.web import Doors

blp = Doors("applications", __name__, url_prefix="/api/v1", description="申请")
