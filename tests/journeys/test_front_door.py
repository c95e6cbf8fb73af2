"""Somebody opens the printed address in a browser."""

from __future__ import annotations

import re

from flask.testing import FlaskClient

from backend.web import health
from tests.factories.doors import client_of


def _client(units, demo: bool = True) -> FlaskClient:
    return client_of(units, health.doors({}), demo=demo)


def test_the_front_page_says_what_this_is_and_that_it_is_a_demonstration(units):
    page = _client(units).get("/").get_data(as_text=True)
    assert "演示系统" in page
    assert 'href="/docs"' in page


def test_the_front_page_of_a_demonstration_leads_to_phone_and_desk(units):
    page = _client(units).get("/").get_data(as_text=True)
    assert 'href="/mini/"' in page
    assert 'href="/desk/"' in page


def test_the_front_page_of_a_real_system_knows_no_demonstration(units):
    page = _client(units, demo=False).get("/").get_data(as_text=True)
    assert "演示" not in page
    assert "/mini/" not in page
    assert "demo.json" not in page
    assert "办事窗口" in page
    assert 'href="/docs"' in page


def test_a_signing_link_in_a_browser_says_where_to_go_and_looks_at_no_token(units):
    client = _client(units, demo=False)
    answer = client.get("/mini/sign?t=SECRET-token-of-a-link")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "“掌办”小程序" in page
    assert "办事窗口" in page
    assert "mini-program" in page
    assert "SECRET" not in page
    assert re.findall(r"<(?:script|img|form|iframe)", page) == []
    assert re.findall(r"(?:src|href|style)=\S+", page) == ['href="/style.css">']
    assert client.get("/mini/sign").get_data(as_text=True) == page


def test_a_letters_code_in_a_browser_says_where_to_go(units):
    client = _client(units, demo=False)
    answer = client.get("/mini/lookup?r=7K3M-9QXA-2BFD-W")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "“掌办”小程序" in page
    assert "7K3M" not in page


def test_no_page_loads_anything_from_elsewhere(units):
    client = _client(units, demo=False)
    for path in ("/", "/docs", "/mini/sign", "/mini/lookup"):
        answer = client.get(path)
        assert answer.status_code == 200
        page = answer.get_data(as_text=True)
        assert re.findall(r"(?:src|href)=[\"'](?:https?:)?//", page) == []
        assert "<script" not in page
        (sheet,) = re.findall(r'stylesheet" href="([^"]+)"', page)
        assert client.get(sheet).status_code == 200


def test_a_browsers_tab_has_its_picture(units):
    answer = _client(units, demo=False).get("/favicon.ico")
    assert answer.status_code == 200
    assert answer.mimetype == "image/svg+xml"
    assert answer.data.startswith(b"<svg")
