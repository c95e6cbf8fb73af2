"""What a look-up can answer."""

from __future__ import annotations

from backend.core.errors import NotFound


class LookupFailed(NotFound):
    """Receipt code and ID number fit no case: the answer does not say which was wrong."""

    code = "lookup_failed"
