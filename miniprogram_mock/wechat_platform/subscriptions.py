"""Subscribe messages: one accepted subscription is one message, as WeChat counts."""

from __future__ import annotations

import itertools
import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Any, Final

from flask import Blueprint, Response

from miniprogram_mock.wechat_platform.bounded import Bounded
from miniprogram_mock.wechat_platform.calls import Gate, answer, text_of
from miniprogram_mock.wechat_platform.errcodes import (
    INVALID_OPENID,
    INVALID_PAGE,
    INVALID_TEMPLATE,
    INVALID_TEMPLATE_DATA,
    REFUSED_BY_USER,
    WechatError,
)
from miniprogram_mock.wechat_platform.people import MOST_PEOPLE, People

MOST_MESSAGES = 500
MOST_ACCEPTED = 100  # of one template by one person
STATES: Final = frozenset({"developer", "trial", "formal"})
LANGUAGES: Final = frozenset({"zh_CN", "en_US", "zh_HK", "zh_TW"})
# What WeChat lets a keyword of each kind hold.
KINDS: Final = {
    "thing": re.compile(r".{1,20}", re.DOTALL),
    "character_string": re.compile(r"[\x21-\x7e]{1,32}"),
    "time": re.compile(r"(\d{4}年\d{1,2}月\d{1,2}日|\d{4}-\d{2}-\d{2})( \d{1,2}:\d{2}(:\d{2})?)?"),
    "date": re.compile(r"\d{4}年\d{1,2}月\d{1,2}日|\d{4}-\d{2}-\d{2}"),
    "number": re.compile(r"\d{1,32}"),
    "phrase": re.compile(r"[\u4e00-\u9fff]{1,5}"),
    "name": re.compile(r"[\u4e00-\u9fff]{1,10}|[A-Za-z ]{1,20}"),
}


@dataclass(frozen=True)
class Template:
    """A message as it was chosen in WeChat's console: its title and its keywords by key."""

    title: str
    keywords: Mapping[str, str]


@dataclass(frozen=True)
class Sent:
    """One message as the person's WeChat shows it."""

    number: int
    user: str
    title: str
    rows: tuple[tuple[str, str], ...]
    page: str
    at: datetime = field(default_factory=lambda: datetime.now().astimezone())


class Subscriptions:
    """What people accepted, and what was sent to them."""

    def __init__(self, templates: Mapping[str, Template]) -> None:
        self.templates = templates
        self._lock = Lock()
        self._accepted: Bounded[tuple[str, str], int] = Bounded(MOST_PEOPLE)
        self._sent: deque[Sent] = deque(maxlen=MOST_MESSAGES)
        self._numbers = itertools.count(1)

    def accept(self, user: str, template: str) -> bool:
        """One more message of this template may go to this person; False for no such template."""
        if template not in self.templates:
            return False
        with self._lock:
            before = self._accepted.get((user, template)) or 0
            self._accepted.put((user, template), min(before + 1, MOST_ACCEPTED))
        return True

    def send(self, user: str, template: str, values: Mapping[str, str], page: str) -> int:
        """Show the message to its person and use one acceptance up; the message's number."""
        shown = self.templates[template]
        with self._lock:
            left = self._accepted.get((user, template)) or 0
            if left == 0:
                raise WechatError(REFUSED_BY_USER)
            self._accepted.put((user, template), left - 1)
            rows = tuple((label, values[key]) for key, label in shown.keywords.items())
            self._sent.append(Sent(next(self._numbers), user, shown.title, rows, page))
            return self._sent[-1].number

    def newest(self, user: str | None = None) -> list[Sent]:
        """The messages of everybody or of one person, the newest first."""
        with self._lock:
            found = list(reversed(self._sent))
        return [sent for sent in found if user in (None, sent.user)]


def blueprint(gate: Gate, people: People, kept: Subscriptions, pages: frozenset[str]) -> Blueprint:
    """POST /cgi-bin/message/subscribe/send."""
    blp = Blueprint("subscriptions", __name__)

    @blp.post("/cgi-bin/message/subscribe/send")
    def send() -> Response:
        body = gate.enter("subscribe")
        user = people.of(text_of(body, "touser", INVALID_OPENID)).user
        gate.about("subscribe", user)
        template = text_of(body, "template_id", INVALID_TEMPLATE)
        if template not in kept.templates:
            raise WechatError(INVALID_TEMPLATE)
        values = _values(body.get("data"), kept.templates[template].keywords)
        _require_one_of("miniprogram_state", body, STATES)
        _require_one_of("lang", body, LANGUAGES)
        return answer(msgid=kept.send(user, template, values, _page(body, pages)))

    return blp


def _values(data: Any, keywords: Mapping[str, str]) -> dict[str, str]:
    """The text of each keyword; each must be there and fit its kind."""
    if not isinstance(data, dict):
        raise WechatError(INVALID_TEMPLATE_DATA, "! data is empty")
    for key in data:
        if key not in keywords:
            raise WechatError(INVALID_TEMPLATE_DATA, f"! data.{str(key)[:32]} is not expected")
    found = {}
    for key in keywords:
        given = data.get(key)
        value = given.get("value") if isinstance(given, dict) else None
        if not isinstance(value, str) or not value:
            raise WechatError(INVALID_TEMPLATE_DATA, f"! data.{key}.value is empty")
        if not KINDS[key.rstrip("0123456789")].fullmatch(value):
            raise WechatError(INVALID_TEMPLATE_DATA, f"! data.{key}.value invalid")
        found[key] = value
    return found


def _require_one_of(name: str, body: Mapping[str, Any], values: frozenset[str]) -> None:
    if name in body and body[name] not in values:
        raise WechatError(INVALID_TEMPLATE_DATA, f"! {name} is invalid")


def _page(body: Mapping[str, Any], pages: frozenset[str]) -> str:
    """The page that the message opens, `""` for none; no leading slash."""
    page = body.get("page", "")
    if not isinstance(page, str) or (page and page.partition("?")[0] not in pages):
        raise WechatError(INVALID_PAGE)
    return page
