"""Structured logs: one JSON line each, with the request's id and never a value that a person
gave.
"""

from __future__ import annotations

import contextlib
import io
import logging
import sys
from typing import TextIO, cast

import structlog


def configure() -> None:
    """Log JSON lines to standard error; a fault's traceback shows places, never local values."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            fault_without_values,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(cast(TextIO, Voice(sys.stderr))),
        cache_logger_on_first_use=True,
    )


class Voice(io.TextIOBase):
    """Standard error for a logger: where a full disk or a broken pipe takes no words, they are
    lost, never the request that they are about.
    """

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream

    def write(self, text: str) -> int:
        with contextlib.suppress(OSError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError):
            self._stream.flush()


def fault_without_values(
    _: object, __: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """An exception as its type and the lines it went through: messages of libraries quote
    values.
    """
    found = event.pop("exc_info", None)
    if found is True:
        found = sys.exc_info()[1]
    if isinstance(found, BaseException):
        event["fault"] = type(found).__name__
        event["at"] = _places(found)
    return event


def _places(fault: BaseException) -> list[str]:
    places, step = [], fault.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        places.append(f"{code.co_filename.rpartition('/site-packages/')[2]}:{step.tb_lineno}")
        step = step.tb_next
    return places[-12:]
