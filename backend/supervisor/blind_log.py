"""A logger for gunicorn: JSON lines like ours, and callers' words kept out of them."""

from __future__ import annotations

import sys
from typing import Any

from gunicorn.glogging import Logger

from backend.core.logs import JsonLines


class BlindLogger(Logger):  # type: ignore[misc]  # gunicorn ships no types
    """Gunicorn quotes request lines and headers it cannot read, and URLs that fail; we never do."""

    def setup(self, cfg: Any) -> None:
        """As gunicorn's, in our form."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(JsonLines())

    def warning(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        """As gunicorn's, without the sender and what was sent."""
        if str(msg).startswith("Invalid request"):
            super().warning("Invalid request")
        else:
            super().warning(msg, *args, **kwargs)

    def exception(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        """As gunicorn's, without the URL."""
        if isinstance(sys.exc_info()[1], BlockingIOError):
            super().warning("The caller fell silent")
        elif str(msg).startswith("Error handling request"):
            super().exception("Error handling request", **kwargs)
        else:
            super().exception(msg, *args, **kwargs)
