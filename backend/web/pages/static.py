"""The files of the look: this kit's, those that a desk adds, and what set-up built for browsers.

An address that names a file's hash may be kept for ever; one that does not is asked about again.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Final

from flask import Flask, request, send_from_directory
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

PREFIX: Final = "/desk/static"
_BUILT: Final = Path(__file__).resolve().parents[3] / "build" / "browser" / "desk"
_BACKEND: Final = Path(__file__).resolve().parents[2]
FOLDERS: Final = (
    Path(__file__).with_name("static"),
    _BACKEND / "workbench" / "static",
    _BACKEND / "backoffice" / "static",
    _BUILT,
)
_TYPES: Final = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
_YEAR: Final = 31_536_000


def serve_static(app: Flask) -> None:
    """Serve them to everybody: nothing in them is anybody's."""

    @app.get(f"{PREFIX}/<name>", endpoint="desk_static")
    def static(name: str) -> Response:
        found = _find(name)
        if found is None:
            raise NotFound
        answer = send_from_directory(found.parent, found.name, mimetype=_TYPES[found.suffix])
        kept = request.args.get("v") == _hash(found, found.stat().st_mtime_ns)
        answer.headers["Cache-Control"] = (
            f"public, max-age={_YEAR}, immutable" if kept else "no-cache"
        )
        return answer


def asset(name: str) -> str | None:
    """Where a browser finds a file; None where it was not built: a page works without."""
    found = _find(name)
    if found is None:
        return None
    return f"{PREFIX}/{name}?v={_hash(found, found.stat().st_mtime_ns)}"


def _find(name: str) -> Path | None:
    if Path(name).suffix not in _TYPES or "/" in name or name.startswith("."):
        return None
    return next((folder / name for folder in FOLDERS if (folder / name).is_file()), None)


@lru_cache(maxsize=64)
def _hash(path: Path, _: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
