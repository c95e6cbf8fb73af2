"""ETag and If-Match: a change names the version it was made on."""

from __future__ import annotations

import re
from typing import TypeVar

from flask import request

from backend.core.db import Row, Versioned
from backend.core.errors import StaleVersion, VersionMissing
from backend.web.context import context

R = TypeVar("R", bound=Versioned)
_STRONG = re.compile(r'"(\d{1,12})"')


def with_etag(row: R) -> R:
    """Send the row's version along as its ETag (after what is pending was flushed)."""
    ctx = context()
    if isinstance(row, Row):
        ctx.work().session.flush()  # the version counts up with the UPDATE
    ctx.etag = row.version
    return row


def if_match() -> int:
    """The version that the caller saw; raises VersionMissing (428), StaleVersion (412) for one
    that never was.
    """
    given = request.headers.get("If-Match")
    if given is None:
        raise VersionMissing()
    found = _STRONG.fullmatch(given.strip())
    if found is None:
        raise StaleVersion()
    return int(found[1])
