"""Pages for staff with a browser: a session in a cookie, forms that lose nothing, one look."""

from backend.web.pages.forms import load, typed, version
from backend.web.pages.kit import Pages, say, to
from backend.web.pages.seat import Seat
from backend.web.pages.static import asset, serve_static

__all__ = [
    "Pages",
    "Seat",
    "asset",
    "load",
    "say",
    "serve_static",
    "to",
    "typed",
    "version",
]
