"""A browser without a screen: it keeps cookies, shows one page, fills in and sends its forms, and
counts what a person would have clicked.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import lxml.html
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories.house import Town, Visitor


@dataclass
class Browser:
    """One window at the desk."""

    client: FlaskClient
    address: str
    answer: TestResponse | None = None
    clicks: int = 0
    visited: list[str] = field(default_factory=list)

    @property
    def status(self) -> int:
        assert self.answer is not None
        return self.answer.status_code

    @property
    def text(self) -> str:
        assert self.answer is not None
        return self.answer.get_data(as_text=True)

    @property
    def data(self) -> bytes:
        assert self.answer is not None
        return bytes(self.answer.data)

    @property
    def page(self) -> Any:
        return lxml.html.fromstring(self.text)

    @property
    def words(self) -> str:
        """What a person reads."""
        return " ".join(self.page.find("body").text_content().split())

    def open(self, path: str, **more: Any) -> Browser:
        """Type an address; redirects are followed."""
        return self._go("GET", path, **more)

    def click(self, link: str) -> Browser:
        """Follow the first link whose words hold `link`."""
        self.clicks += 1
        found = [a for a in self.page.iter("a") if link in " ".join(a.text_content().split())]
        assert found, (link, self.words[:2000])
        return self.open(found[0].get("href"))

    def form(self, action: str) -> Any:
        """The form that is sent to an address that ends so."""
        found = [f for f in self.page.forms if (f.get("action") or "").endswith(action)]
        assert found, (action, [f.get("action") for f in self.page.forms], self.words[:2000])
        return found[0]

    def fields(self, action: str, **typed: Any) -> dict[str, Any]:
        """What a browser would send: what stands in the form, and what was typed."""
        sent = dict(self.form(action).form_values())
        sent.update({name: value for name, value in typed.items() if value is not None})
        return sent

    def send(self, action: str, typed: dict[str, Any] | None = None, **more: Any) -> Browser:
        """Fill in and press the button; each box that is marked is a click of its own."""
        given = {**(typed or {}), **more}
        marked = [name for name in given if self._is_box(action, name)]
        self.clicks += 1 + len(marked)
        path = self.form(action).get("action")
        return self._go("POST", path, data=self.fields(action, **given))

    def post(self, path: str, data: dict[str, Any]) -> Browser:
        """Send something that no page offered."""
        return self._go("POST", path, data=data)

    def _is_box(self, action: str, name: str) -> bool:
        found = self.form(action).inputs
        return name in list(found) and getattr(found[name], "type", "") == "checkbox"

    def _go(self, method: str, path: str, **more: Any) -> Browser:
        environ = {"REMOTE_ADDR": self.address}
        path = path.partition("#")[0]
        self.answer = self.client.open(path, method=method, environ_base=environ, **more)
        self.visited.append(path)
        for _ in range(5):
            if self.answer.status_code not in (301, 302, 303, 307, 308):
                break
            where = self.answer.headers["Location"].partition("#")[0]
            self.visited.append(where)
            self.answer = self.client.get(where, environ_base=environ)
        return self

    def cookie(self, name: str, path: str = "/desk") -> Any:
        return self.client.get_cookie(name, path=path)


_ADDRESSES = iter(range(1, 60_000))


def new_browser(town: Town) -> Browser:
    """Somebody else's window."""
    n = next(_ADDRESSES)
    return Browser(town.client.flask_app.test_client(), f"10.200.{n >> 8}.{n & 255}")


def at_desk(town: Town, officer: Visitor) -> Browser:
    """A window where this officer sits; how one logs in has tests of its own."""
    browser = new_browser(town)
    browser.client.set_cookie("desk", officer.token, path="/desk")
    return browser
