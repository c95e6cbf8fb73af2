"""What templates of every desk can say: dates, money, hidden fields of forms, files of the look."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from flask import request
from markupsafe import Markup

from backend.core.clocks import SHANGHAI
from backend.web.context import actor, context
from backend.web.pages import forms
from backend.web.pages.seat import Seat
from backend.web.pages.static import asset


def helpers(
    *,
    seat: Seat,
    csrf: Callable[[], str],
    once: Callable[[], str],
    typed: forms.Typed,
    said: Callable[[], str | None],
) -> dict[str, Any]:
    """The names that every template knows."""

    def hidden(version: int | None = None) -> Markup:
        """The fields that every form carries; `version` of what it is about."""
        values: dict[str, Any] = {forms.CSRF: csrf(), forms.ONCE: once()}
        if version is not None:
            values[forms.VERSION] = version
        field = Markup('<input type="hidden" name="{}" value="{}">')
        return Markup("").join(field.format(name, value) for name, value in values.items())

    def sent_about(id: object) -> bool:
        """Whether the form that was refused was this one, where a page has several of a kind."""
        return str(id) in {str(value) for value in (request.view_args or {}).values()}

    return {
        "asset": asset,
        "sent_about": sent_about,
        "day": day,
        "moment": moment,
        "yuan": yuan,
        "hidden": hidden,
        "seat": seat,
        "typed": typed,
        "said": said,
        "me": actor(),
        "demo": context().kit.demo,
        "request_id": context().request_id,
    }


def day(value: date | str | None) -> str:
    """2026-03-02 → 2026年3月2日."""
    if value is None or value == "":
        return "—"
    found = date.fromisoformat(value) if isinstance(value, str) else value
    return f"{found.year}年{found.month}月{found.day}日"


def moment(value: datetime | None) -> str:
    """The minute in China."""
    if value is None:
        return "—"
    local = value.astimezone(SHANGHAI)
    return f"{day(local.date())} {local:%H:%M}"


def yuan(fen: int | None) -> str:
    """Fen as yuan: 178950 → 1,789.50."""
    if fen is None:
        return "—"
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"
