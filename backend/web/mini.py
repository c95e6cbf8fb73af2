"""The mini-program in a browser, for demonstrations: what set-up built from its source is served at
`/mini/`, with headers under which it can run nothing else.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from flask import Flask, Response, jsonify, render_template, request, send_from_directory
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

BUILT: Final = Path(__file__).resolve().parents[2] / "build" / "browser" / "mini"
_HASHED: Final = re.compile(r"[a-z]+-[0-9a-f]{12}\.(?:js|css)")
_TYPES: Final = {".js": "text/javascript", ".css": "text/css", ".html": "text/html"}
_YEAR: Final = 31_536_000


def register(app: Flask, wechat_url: str, built: Path = BUILT) -> None:
    """Serve the built folder; the pages may call this server and the platform at `wechat_url`."""
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
        f"connect-src 'self' {wechat_url} blob: data:; img-src 'self' blob: data:; "
        "media-src 'self' blob: data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )

    @app.get("/mini/")
    @app.get("/mini/sign", endpoint="mini_sign")  # the code on paper; its token is not looked at
    @app.get("/mini/lookup", endpoint="mini_lookup")  # the code on a letter, likewise
    def mini() -> AnyResponse:
        if not (built / "index.html").is_file():
            page = render_template("unbuilt.html")
            return Response(page, 503, mimetype="text/html")
        answer = _file(built, "index.html")
        answer.headers["Content-Security-Policy"] = policy
        answer.headers["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=()"
        answer.headers["Cache-Control"] = "no-cache"
        return answer

    @app.get("/mini/host.json")
    def mini_host() -> Response:
        return jsonify(wechatUrl=wechat_url, messagesUrl=messages_url(wechat_url))

    @app.get("/mini/<path:name>")
    def mini_file(name: str) -> AnyResponse:
        if not (_HASHED.fullmatch(name) or name.startswith("assets/")):
            raise NotFound
        answer = _file(built, name)
        if _HASHED.fullmatch(name):
            answer.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
        else:
            answer.headers["Cache-Control"] = "no-cache"
        return answer


def messages_url(wechat_url: str) -> str:
    """Where the platform shows the messages that phones were sent."""
    return f"{wechat_url}/mock/messages" if wechat_url else ""


def _file(folder: Path, name: str) -> AnyResponse:
    """A file with its ETag, packed where that was prepared and the caller takes it."""
    packed = f"{name}.gz"
    if (folder / packed).is_file():
        zipped = request.accept_encodings.quality("gzip") > 0
        kind = _TYPES[Path(name).suffix]
        answer = send_from_directory(folder, packed if zipped else name, mimetype=kind)
        if zipped:
            answer.headers["Content-Encoding"] = "gzip"
        answer.vary.add("Accept-Encoding")
        return answer
    return send_from_directory(folder, name)
