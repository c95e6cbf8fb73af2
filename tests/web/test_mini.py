"""The mini-program in a browser: for demonstrations only, packed, under a strict policy."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from backend.web import health, mini
from tests.factories.doors import client_of

SCRIPT = "main-0123456789ab.js"
WECHAT = "http://127.0.0.1:8999"


@pytest.fixture
def built(tmp_path: Path) -> Path:
    folder = tmp_path / "mini"
    (folder / "assets" / "images").mkdir(parents=True)
    (folder / "assets" / "images" / "a.png").write_bytes(b"png")
    for name, text in {"index.html": "<!doctype html>", SCRIPT: "start()" * 50}.items():
        (folder / name).write_text(text)
        (folder / f"{name}.gz").write_bytes(gzip.compress(text.encode()))
    (tmp_path / "secret.js").write_text("outside")
    return folder


@pytest.fixture
def client(built: Path) -> FlaskClient:
    app = Flask("backend.web", template_folder="templates", static_folder=None)
    mini.register(app, WECHAT, built)
    return app.test_client()


def test_the_page_may_run_its_own_script_alone_and_call_two_servers(client: FlaskClient) -> None:
    for path in ("/mini/", "/mini/sign?t=SECRET", "/mini/lookup?r=SECRET"):
        answer = client.get(path, buffered=True)
        assert answer.status_code == 200
        policy = answer.headers["Content-Security-Policy"]
        assert "script-src 'self';" in policy
        assert "style-src 'self';" in policy
        assert f"connect-src 'self' {WECHAT} blob: data:;" in policy
        assert "unsafe" not in policy
        assert answer.headers["Permissions-Policy"].startswith("camera=(self), microphone=()")
        assert answer.headers["Cache-Control"] == "no-cache"
        assert "SECRET" not in answer.get_data(as_text=True)


def test_the_page_is_told_where_the_platform_is(client: FlaskClient) -> None:
    answer = client.get("/mini/host.json", buffered=True).get_json()
    assert answer["wechatUrl"] == WECHAT
    assert answer["messagesUrl"].startswith(WECHAT)


def test_files_are_packed_kept_for_good_and_asked_for_again_by_their_tag(
    client: FlaskClient,
) -> None:
    plain = client.get(f"/mini/{SCRIPT}", buffered=True)
    packed = client.get(f"/mini/{SCRIPT}", headers={"Accept-Encoding": "gzip, br"}, buffered=True)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    for answer in (plain, packed):
        assert answer.mimetype == "text/javascript"
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Vary"] == "Accept-Encoding"
    assert plain.headers["ETag"] != packed.headers["ETag"]
    tag = {"If-None-Match": plain.headers["ETag"]}
    again = client.get(f"/mini/{SCRIPT}", headers=tag, buffered=True)
    assert again.status_code == 304
    refused = client.get(f"/mini/{SCRIPT}", headers={"Accept-Encoding": "gzip;q=0"}, buffered=True)
    assert "Content-Encoding" not in refused.headers


def test_pictures_of_the_package_are_served_and_nothing_beside_them(client: FlaskClient) -> None:
    assert client.get("/mini/assets/images/a.png", buffered=True).data == b"png"
    for path in ("index.html", "assets/none.png", "../secret.js", "assets/../../secret.js", "x.js"):
        assert client.get(f"/mini/{path}", buffered=True).status_code in {404, 308}, path


def test_without_a_build_the_page_says_what_to_do(tmp_path: Path) -> None:
    app = Flask("backend.web", template_folder="templates", static_folder=None)
    mini.register(app, WECHAT, tmp_path / "none")
    answer = app.test_client().get("/mini/")
    assert answer.status_code == 503
    assert "make setup" in answer.get_data(as_text=True)


def test_a_real_system_serves_none_of_it(units) -> None:
    client = client_of(units, health.doors({}), demo=False)
    for path in ("/mini/", "/mini/host.json", f"/mini/{SCRIPT}"):
        assert client.get(path).status_code == 404
    assert "请用微信打开" in client.get("/mini/sign").get_data(as_text=True)
