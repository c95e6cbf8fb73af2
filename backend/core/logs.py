"""Structured logs: one JSON line each, with the ids of its request and its case and never a value
that a person gave.
"""

from __future__ import annotations

import contextlib
import logging
import sys
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
import structlog

LEVELS = ("debug", "info", "warning", "error")
# What these say is known to hold no caller's word; of everybody else only the unfilled sentence.
_OURS = ("backend", "gunicorn")


def configure(level: str = "info") -> None:
    """Log JSON lines to standard error, those of libraries from `warning` on.

    A fault's traceback shows places, never local values.
    """
    structlog.configure(
        processors=_PROCESSORS,
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=_StandardError,
        cache_logger_on_first_use=True,
    )
    root = logging.getLogger()
    if not any(isinstance(handler, _LibraryHandler) for handler in root.handlers):
        root.addHandler(_LibraryHandler())


def about_case(case_id: UUID | str) -> None:
    """Let every further line of this request, delivery or job name the case that it is about."""
    structlog.contextvars.bind_contextvars(case_id=str(case_id))


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


class JsonLines(logging.Formatter):
    """What the standard library's loggers say (gunicorn's, libraries'), in the same form."""

    def format(self, record: logging.LogRecord) -> str:
        ours = record.name.startswith(_OURS)
        line: dict[str, Any] = {
            **structlog.contextvars.get_contextvars(),
            "event": record.getMessage() if ours else str(record.msg),
            "logger": record.name,
            "level": record.levelname.lower(),
            "timestamp": _iso(record.created),
        }
        fault = record.exc_info[1] if record.exc_info else None
        return _dumped(fault_without_values(None, "", {**line, "exc_info": fault})).decode()


def _iso(seconds: float) -> str:
    """As structlog writes it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def _as_json(_: object, __: str, event: structlog.typing.EventDict) -> bytes:
    return _dumped(event)


def _dumped(event: structlog.typing.EventDict) -> bytes:
    try:
        return orjson.dumps(event, default=_kind)
    except orjson.JSONEncodeError:  # half a character of a file name: no reason to lose the line
        return orjson.dumps({name: _whole(value) for name, value in event.items()}, default=_kind)


def _kind(value: object) -> str:
    """What is no JSON is named, not shown."""
    return type(value).__name__


def _whole(value: object) -> object:
    return value.encode(errors="replace").decode() if isinstance(value, str) else value


def _places(fault: BaseException) -> list[str]:
    places, step = [], fault.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        places.append(f"{code.co_filename.rpartition('/site-packages/')[2]}:{step.tb_lineno}")
        step = step.tb_next
    return places[-12:]


class _StandardError:
    """Writes each line in one piece, so that threads do not mix theirs. Where a full disk or a
    broken pipe takes no words, they are lost, never the request that they are about.
    """

    def __init__(self, *_: object) -> None:
        pass

    def msg(self, line: bytes) -> None:
        with contextlib.suppress(OSError):
            out = sys.stderr.buffer
            out.write(line + b"\n")
            out.flush()

    debug = info = warning = error = critical = exception = msg


class _LibraryHandler(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.setFormatter(JsonLines())

    def emit(self, record: logging.LogRecord) -> None:
        with contextlib.suppress(OSError):
            sys.stderr.write(self.format(record) + "\n")


# One list for good: loggers keep hold of it, and tests listen in by changing it.
_PROCESSORS: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    fault_without_values,
    _as_json,
]
