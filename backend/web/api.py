"""The Flask app as every room finds it: problems, OpenAPI 3.1, request log, method override,
security headers.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

import structlog
from flask import Flask, Response, g, render_template, request
from flask_smorest import Api
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import Rule

from backend.core import figures, logs
from backend.core.errors import BadRequest
from backend.web import mini, problems
from backend.web.context import WebKit, context, operation
from backend.web.doors import Doors
from backend.web.rate import limit_by_address

log = structlog.get_logger("zhangban.web")
BASE = "/api/v1"
_SECURITY_HEADERS = [
    (name.lower(), (name, value))
    for name, value in {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "X-Frame-Options": "DENY",
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'",
    }.items()
]


class ProblemApi(Api):
    """flask-smorest with problem details instead of its own errors, and no catch-all answer."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def handle_http_exception(self, error: HTTPException) -> Response:
        return problems.from_http_exception(error)

    def _register_responses(self) -> None:
        """Register none: each operation lists its own problems."""

    def _register_pagination_header(self) -> None:
        """Register none: pages are ours."""


def build(kit: WebKit, rooms: Iterable[Doors], *, trusted_proxies: int, limit: int) -> Flask:
    """An app with the rooms' doors under `/api/v1` and the OpenAPI beside them."""
    app = Flask("backend.web", template_folder="templates", static_folder=None)
    app.extensions["zhangban"] = kit
    # else `//me` is answered by a link that names the host which the caller named
    app.url_map.merge_slashes = app.url_map.redirect_defaults = False
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.config.update(
        MAX_CONTENT_LENGTH=64 * 1024,
        MAX_FORM_PARTS=20,
        API_TITLE="Zhangban 掌办",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/",
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={
            "info": {
                "description": "Social assistance from the phone: apply, consent, follow, forward.",
                "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            },
            "servers": [{"url": "/"}],
        },
    )
    app.wsgi_app = MethodOverride(SecurityHeaders(app.wsgi_app))  # type: ignore[method-assign]
    if trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=trusted_proxies, x_proto=trusted_proxies
        )
    problems.register(app)
    _log_requests(app)  # before the limiter: what it refuses is logged too
    _refuse_nul(app)
    limit_by_address(app, limit)
    api = ProblemApi(app)
    api.spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
    for doors in rooms:
        api.register_blueprint(doors)
    _serve_docs(app, api)
    if kit.demo:
        mini.register(app, kit.wechat_url)
    else:
        _serve_pages_of_codes(app)
    return app


def _serve_docs(app: Flask, api: Api) -> None:
    @app.get("/")
    def index() -> str:
        kit = context().kit
        messages = mini.messages_url(kit.wechat_url)
        return render_template("index.html", demo=kit.demo, messages=messages)

    @app.get("/style.css")
    def style() -> Response:
        return Response(render_template("style.css"), mimetype="text/css")

    @app.get("/favicon.ico")
    def icon() -> Response:
        return Response(render_template("icon.svg"), mimetype="image/svg+xml")

    @app.get("/docs")
    def docs() -> str:
        return render_template("docs.html", spec=api.spec.to_dict(), demo=context().kit.demo)


def _serve_pages_of_codes(app: Flask) -> None:
    @app.get("/mini/sign")
    def sign() -> str:
        # Where a consent's QR code leads outside WeChat. The link's token is not looked at.
        return render_template("sign.html")

    @app.get("/mini/lookup")
    def lookup() -> str:
        # Where a letter's QR code leads outside WeChat; its receipt code is not looked at.
        return render_template("lookup.html")


def _log_requests(app: Flask) -> None:
    """One line and one figure a request: the route's template, never its values."""
    operations: dict[str, str] = {}

    def operation_of(rule: Rule | None) -> str:
        if rule is None:
            return "none"
        found = operations.get(rule.endpoint)
        if found is None:
            found = operations[rule.endpoint] = operation()
        return found

    @app.before_request
    def start() -> None:
        g.started = time.perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=context().request_id)
        case_id = (request.view_args or {}).get("application_id")
        if case_id is not None:
            logs.about_case(case_id)

    @app.after_request
    def finish(response: Response) -> Response:
        response.headers["X-Request-Id"] = context().request_id
        took = time.perf_counter() - g.started
        rule, status = request.url_rule, response.status_code
        figures.request_ended(operation_of(rule), status, took)
        log.info(
            "request",
            method=request.method,
            route=rule.rule if rule else "unknown",
            status=status,
            ms=round(took * 1000, 1),
        )
        return response


def _refuse_nul(app: Flask) -> None:
    """No text holds a NUL, and PostgreSQL takes none."""

    @app.before_request
    def refuse() -> None:
        if "\0" in request.path or b"%00" in request.query_string:
            raise BadRequest()


class SecurityHeaders:
    """Every answer carries them, whoever made it; one that an answer sets itself stays."""

    def __init__(self, app: Callable[..., Any]) -> None:
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        def start(status: str, headers: list[tuple[str, str]], fault: Any = None) -> Any:
            given = {name.lower() for name, _ in headers}
            more = [pair for name, pair in _SECURITY_HEADERS if name not in given]
            return start_response(status, headers + more, fault)

        return self._app(environ, start)


class MethodOverride:
    """`POST` with `X-HTTP-Method-Override: PATCH` for clients that cannot PATCH (wx.request);
    nothing else.
    """

    def __init__(self, app: Callable[..., Any]) -> None:
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        if (
            environ.get("REQUEST_METHOD") == "POST"
            and environ.get("HTTP_X_HTTP_METHOD_OVERRIDE", "").upper() == "PATCH"
        ):
            environ["REQUEST_METHOD"] = "PATCH"
        return self._app(environ, start_response)
