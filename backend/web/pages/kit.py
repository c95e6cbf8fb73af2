"""Pages as doors: every one says who may come in, runs in one unit, and answers a refusal in words
beside what was typed.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

import structlog
from flask import Blueprint, g, make_response, redirect, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from backend.core import figures, messages
from backend.core.access import Role
from backend.core.errors import AccessRefused, AppError, Forbidden, HiddenRefused, Unauthenticated
from backend.core.ids import new_token
from backend.web import idempotency
from backend.web.context import READING, actor, context
from backend.web.pages import forms, seat
from backend.web.pages.looks import helpers
from backend.web.pages.seat import Seat
from backend.web.problems import code_of, sentence_params, status_of

log = structlog.get_logger("zhangban.web")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
FORM_KB = 64
NOBODY: frozenset[Role] = frozenset()  # whoever comes, logged in or not
View = Callable[..., Any]
_LOCAL = re.compile(r"/desk/[A-Za-z0-9/_.?=&-]{0,300}")


class Pages(Blueprint):
    """The pages of one desk. `page` shows, `act` takes a form and leads on."""

    def __init__(self, name: str, import_name: str, *, prefix: str, seat: Seat, **more: Any):
        super().__init__(name, import_name, url_prefix=prefix, **more)
        self.seat = seat
        self.register_error_handler(AppError, self._refused)
        self.register_error_handler(HTTPException, self._http_fault)
        self.register_error_handler(Exception, self._own_fault)
        self.before_request(self._begin)
        self.after_request(self._finish)
        self.context_processor(self._helpers)

    def page(self, rule: str, operation: str, audience: frozenset[Role]) -> Callable[[View], View]:
        """A page to look at. The view itself stays what it was: forms show it again."""

        def decorate(view: View) -> View:
            @functools.wraps(view)
            def shown(**values: Any) -> Response:
                self._enter(audience)
                return _in_unit(view, values)

            self._open(rule, operation, audience, shown, "GET")
            return view

        return decorate

    def act(
        self,
        rule: str,
        operation: str,
        audience: frozenset[Role],
        *,
        shows: View | None = None,
        once: bool = True,
        form_kb: int = FORM_KB,
    ) -> Callable[[View], View]:
        """A form that was sent: once, from a page of this session. Where it is refused, the page
        `shows` comes again with what was typed; its forms are named by their `operation`.
        `once=False`: a repetition is no harm, and nothing of it may be kept (a password).
        """

        def decorate(view: View) -> View:
            @functools.wraps(view)
            def done(**values: Any) -> Response:
                request.max_content_length = form_kb * 1024
                forms.read_body()
                self._enter(audience)
                try:
                    self._require_own_form()
                    return _once(view, values) if once else _in_unit(view, values)
                except AppError as error:
                    if shows is None:
                        raise
                    return _again(shows, values, operation, error)

            self._open(rule, operation, audience, done, "POST")
            return view

        return decorate

    def _open(
        self, rule: str, operation: str, audience: frozenset[Role], view: View, method: str
    ) -> None:
        view.operation = operation  # type: ignore[attr-defined]
        view.audience = audience  # type: ignore[attr-defined]
        self.add_url_rule(rule, f"{operation}_{method.lower()}", view, methods=[method])

    def _enter(self, audience: frozenset[Role]) -> None:
        ctx, token = context(), self.seat.token()
        found = ctx.kit.resolve(ctx.kit.units, token) if token else None
        if found is not None:
            ctx.actor = found
        if not audience:
            return
        if found is None or found.has(Role.CITIZEN, Role.SIGNER):
            raise Unauthenticated()
        if not found.has(*audience):
            raise Forbidden()

    def _require_own_form(self) -> None:
        given = request.form.get(forms.CSRF, "")
        if not seat.fits(self._secret(), given):
            raise forms.FormTooOld()

    def _secret(self) -> str | None:
        """What the forms of this browser are bound to: its session, before that its own cookie."""
        if actor().id is not None:
            return self.seat.token()
        return request.cookies.get(self.seat.before)

    def csrf(self) -> str:
        """The token for a form on the page that is being made."""
        secret = self._secret()
        if secret is None:
            secret = g.browser_secret = g.get("browser_secret") or seat.new_secret()
        return seat.csrf_of(secret)

    # What surrounds every page.

    def _begin(self) -> None:
        g.pages = self

    def _finish(self, response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        if g.get("browser_secret"):
            self.seat.know_browser(response, g.browser_secret)
        if g.get("said_shown"):
            self.seat.forget_word(response)
        return response

    def _helpers(self) -> dict[str, Any]:
        return helpers(
            seat=self.seat, csrf=self.csrf, once=new_token, typed=forms.typed(), said=self._said
        )

    def _said(self) -> str | None:
        """What is to be said once; only words of the catalogue are."""
        code = request.cookies.get(self.seat.said, "")
        if not code.startswith("said_") or code not in messages.catalogue():
            return None
        g.said_shown = True
        return messages.say(code).zh

    # Refusals.

    def _refused(self, error: AppError) -> Response:
        if isinstance(error, Unauthenticated) and self.seat.log_in != request.path:
            return self._to_log_in(error)
        params = sentence_params(error)
        return self._problem(status_of(type(error)), error.code, params, error.retry_after)

    def _to_log_in(self, error: AppError) -> Response:
        if request.method in READING:
            back = quote(request.full_path.rstrip("?"), safe="/")
            again = f"{self.seat.log_in}?to={back}"
            answer = redirect(again, 303)
            if request.headers.get("HX-Request"):  # it would put the page into a part of this one
                answer = make_response("", 401)
                answer.headers["HX-Redirect"] = again
        else:
            answer = self._problem(401, error.code, {})
        self.seat.get_up(answer)
        return answer

    def _http_fault(self, fault: HTTPException) -> Response:
        if fault.response is not None and (fault.code or 500) < 400:
            return make_response(fault.response)
        status = fault.code or 500
        params = {
            "request_id": context().request_id,
            "max_kb": (request.max_content_length or 0) // 1024,
        }
        return self._problem(status, code_of(status), params)

    def _own_fault(self, fault: Exception) -> Response:
        log.error("request_failed", request_id=context().request_id, exc_info=fault)
        return self._problem(500, "internal_error", {"request_id": context().request_id})

    def _problem(
        self, status: int, code: str, params: Mapping[str, Any], wait: int | None = None
    ) -> Response:
        """A page that says what happened, what to do next, and shows what had been typed."""
        figures.problem(self.name, code)
        if "typed" not in g:
            forms.remember_typed()
        words = messages.say(code, params)
        page = render_template("pages/problem.html", words=words, code=code, status=status)
        answer = make_response(page, status)
        if wait is not None:
            answer.headers["Retry-After"] = str(wait)
        return answer


def to(path: str, word: str | None = None) -> Response:
    """Lead on, and say a word of the catalogue (`said_…`) there."""
    answer = redirect(path, 303)
    if word is not None:
        say(answer, word)
    return answer


def say(answer: Response, code: str) -> None:
    """Let the next page say a word of the catalogue (`said_…`)."""
    pages: Pages = g.pages
    pages.seat.keep_word(answer, code)


def local(path: str) -> str | None:
    """`path` where it leads to a page of a desk, and nowhere else."""
    return path if _LOCAL.fullmatch(path) and "//" not in path and ".." not in path else None


def _in_unit(
    view: View, values: Any, attempt: idempotency.Attempt | None = None, *, reading: bool = False
) -> Response:
    ctx = context()
    try:
        with ctx.scope(reading=reading):
            response = make_response(view(**values))
            if attempt is not None and response.status_code < 400:
                idempotency.keep(ctx.work(), attempt, response)
    except (AccessRefused, HiddenRefused) as refused:
        ctx.kit.record_refusal(ctx.kit.units, ctx.actor, refused)
        raise
    return response


def _once(view: View, values: Any) -> Response:
    """A double click and a page sent again lead to where the first led, and do nothing more."""
    ctx = context()
    attempt = idempotency.attempt(ctx.actor, request.form.get(forms.ONCE, ""))
    kept = idempotency.replay(ctx.kit.units, attempt)
    if kept is None:
        with idempotency.running(attempt):
            kept = idempotency.replay(ctx.kit.units, attempt)
            if kept is None:
                return _in_unit(view, values, attempt)
    figures.REPLAYS.inc()
    return kept


def _again(shows: View, values: Any, form: str, error: AppError) -> Response:
    """The page as it is now, with the form as it was typed."""
    forms.remember(form, error)
    figures.problem(form, error.code)
    answer = _in_unit(shows, values, reading=True)
    if answer.status_code == 200:
        answer.status_code = status_of(type(error))
    if error.retry_after is not None:
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer
