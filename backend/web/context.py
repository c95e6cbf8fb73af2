"""What one request carries: its id, its caller, and its one unit of work, opened when first
needed.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any, Protocol, cast

from flask import current_app, g, request

from backend.core.access import ANONYMOUS, Actor
from backend.core.errors import AppError
from backend.core.uow import Units, Work

_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
READING = frozenset({"GET", "HEAD", "OPTIONS"})


class SessionResolver(Protocol):
    """Finds who a bearer token belongs to; the composition root injects identity's and
    consent's.
    """

    def __call__(self, units: Units, token: str) -> Actor | None: ...


RefusalRecorder = Callable[[Units, Actor, AppError], None]


class WebKit:
    """What the composition root hands to the web: units, resolvers, the recorder of refusals."""

    def __init__(
        self,
        units: Units,
        resolve: SessionResolver,
        record_refusal: RefusalRecorder,
        *,
        public_url: str,
        demo: bool,
        wechat_url: str = "",
    ) -> None:
        self.units = units
        self.resolve = resolve
        self.record_refusal = record_refusal
        self.public_url = public_url
        self.demo = demo
        self.wechat_url = wechat_url


class RequestUnits:
    """Units as a use case in steps sees them inside a request: its last write joins the
    request's own unit.
    """

    def __init__(self, units: Units) -> None:
        self._units = units
        self.kit = units.kit
        self.vault = units.vault
        self.wall = units.wall

    def read(self) -> AbstractContextManager[Work]:
        return self._units.read()

    def write(self) -> AbstractContextManager[Work]:
        return self._units.write()

    @contextmanager
    def last(self) -> Iterator[Work]:
        """The request's unit: it commits after the answer was dumped, so that both share one
        commit.
        """
        yield work()


class RequestContext:
    """The state of one request."""

    def __init__(self, kit: WebKit) -> None:
        self.kit = kit
        self.actor = ANONYMOUS
        given = request.headers.get("X-Request-Id", "")
        self.request_id = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
        self.etag: int | None = None
        self._stack: ExitStack | None = None
        self._work: Work | None = None
        self._reads = request.method in READING

    @contextmanager
    def scope(self, *, reading: bool = False) -> Iterator[None]:
        """The span of the request's unit: left well, it commits; left by an exception, it rolls
        back. `reading`: it only looks, whatever the request's method is.
        """
        with ExitStack() as stack:
            self._stack, self._work = stack, None
            self._reads = reading or request.method in READING
            yield
        self._stack = self._work = None

    def work(self) -> Work:
        """The request's unit: read-only for a GET."""
        if self._work is None:
            if self._stack is None:
                raise RuntimeError("no unit outside a door")
            units = self.kit.units
            opened = units.read() if self._reads else units.write()
            self._work = self._stack.enter_context(opened)
        return self._work


def web_kit() -> WebKit:
    """The kit of the current app."""
    return cast(WebKit, current_app.extensions["zhangban"])


def context() -> RequestContext:
    """The current request's context, made when first asked for."""
    found = g.get("zhangban")
    if found is None:
        found = g.zhangban = RequestContext(web_kit())
    return cast(RequestContext, found)


def work() -> Work:
    """The current request's unit of work."""
    return context().work()


def units() -> Units:
    """Units for a use case in steps."""
    return cast(Units, RequestUnits(context().kit.units))


def actor() -> Actor:
    """Who is calling."""
    return context().actor


def request_id() -> str:
    """The id under which the log knows this request."""
    return context().request_id


def operation() -> str:
    """The operationId of the current request's door, `none` where it has none."""
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "operation", "none")


def client_address() -> str:
    """The caller's address as far as trusted proxies tell it."""
    return request.remote_addr or ""


def extension(name: str) -> Any:
    """A value that the composition root put beside the kit (a port's adapter for a room's door)."""
    return current_app.extensions[name]
