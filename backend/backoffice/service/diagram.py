"""The drawing of the process that new cases run on."""

from __future__ import annotations

from functools import cache

from backend.backoffice.service.engine import PROCESS_FILE


@cache
def source() -> bytes:
    """BPMN 2.0 with its diagram interchange."""
    return PROCESS_FILE.read_bytes()
