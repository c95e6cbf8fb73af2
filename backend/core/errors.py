"""Problems by name: rooms raise a code, only the web knows its status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong field: `path` is a JSON pointer into the request body, `code` stands in the
    catalogue.
    """

    path: str
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


class AppError(Exception):
    """A refusal that the user is told about; subclass one of the kinds below and set `code`.

    `params` fill the catalogue's sentences and must never hold personal data.
    """

    code: ClassVar[str]

    def __init__(
        self,
        *,
        path: str | None = None,
        errors: Sequence[FieldError] = (),
        retry_after: int | None = None,
        **params: Any,
    ) -> None:
        super().__init__(self.code)
        self.path = path
        self.errors = tuple(errors)
        self.retry_after = retry_after
        self.params = params


class BadRequest(AppError):
    """The request cannot be read."""

    code = "bad_request"


class Unauthenticated(AppError):
    """Nobody, or nobody any more, is logged in."""

    code = "not_logged_in"


class Forbidden(AppError):
    """This person may not do this."""

    code = "not_allowed"


class NotFound(AppError):
    """There is no such thing, or it is not this person's to see."""

    code = "not_found"


class Conflict(AppError):
    """Somebody else was first, or the thing is in another state by now."""

    code = "conflict"


class StaleVersion(AppError):
    """The row was changed since the caller read it."""

    code = "version_stale"


class TooLarge(AppError):
    """More than the bounds allow."""

    code = "body_too_large"


class UnsupportedMedia(AppError):
    """A kind of body or file that is not taken."""

    code = "media_type_unsupported"


class Invalid(AppError):
    """Readable, but wrong."""

    code = "invalid"


class VersionMissing(AppError):
    """A change that must name the version it was made on (If-Match) did not."""

    code = "version_missing"


class TooManyAttempts(AppError):
    """A counted limit is used up."""

    code = "too_many_attempts"


class Unavailable(AppError):
    """Something that is needed does not answer; nothing was lost."""

    code = "unavailable"


class StorageFull(Unavailable):
    """The disk takes nothing more; what was being written is not there, not even in part."""

    code = "storage_full"


class AccessRefused(Forbidden):
    """The permission table said no; `action` names the permission for the audit."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.action = action


class HiddenRefused(NotFound):
    """The permission table said no to somebody who may not even know that the row exists."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.action = action
