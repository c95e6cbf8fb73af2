"""WeChat's mock on a real port with the clock in the test's hands, and the phones of its people."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from miniprogram_mock.wechat_platform import PlatformConfig, create_platform
from miniprogram_mock.wechat_platform.app import NEWS_TEMPLATE
from miniprogram_mock.wechat_platform.people import openid_of
from miniprogram_mock.wechat_platform.server import make_platform_server

APPID = "wxtest0000000001"
SECRET = "the-app-secret"
TEMPLATE = NEWS_TEMPLATE
PHONE = httpx.Client(trust_env=False, verify=False)  # noqa: S501 - plain HTTP on loopback


@dataclass
class Platform:
    """A running mock; `now` is its clock in seconds."""

    url: str = ""
    now: float = 1_000.0

    def mock(self, path: str, **body: Any) -> dict[str, Any]:
        """What WeChat's own screens on a phone do."""
        answer = PHONE.post(f"{self.url}/mock/{path}", json=body)
        answer.raise_for_status()
        return dict(answer.json())

    def code(self, user: str) -> str:
        return str(self.mock("login", user=user)["code"])

    def openid(self, user: str) -> str:
        """Of somebody who just opened the mini-program."""
        self.code(user)
        return openid_of(APPID, user)

    def provoke(self, user: str = "", errcode: int = 0, interface: str = "") -> None:
        body = {"user": user, "interface": interface}
        self.mock("provoke", errcode=errcode, **{key: one for key, one in body.items() if one})

    def accept(self, user: str, *templates: str) -> dict[str, Any]:
        return self.mock("subscriptions", user=user, template_ids=list(templates or (TEMPLATE,)))

    def messages(self, user: str) -> list[dict[str, Any]]:
        return list(self.mock("messages", user=user)["messages"])

    def token(self, *, force: bool = False) -> dict[str, Any]:
        body = {"grant_type": "client_credential", "appid": APPID, "secret": SECRET}
        return self.post("/cgi-bin/stable_token", {**body, "force_refresh": force})

    def call(self, path: str, body: Any, token: str | None = None) -> dict[str, Any]:
        """A server's call with a good token."""
        token = str(self.token()["access_token"]) if token is None else token
        return self.post(f"{path}?access_token={token}", body)

    def post(self, path: str, body: Any) -> dict[str, Any]:
        answer = PHONE.post(f"{self.url}{path}", json=body)
        assert answer.status_code == 200
        return dict(answer.json())


@contextmanager
def running_platform() -> Iterator[Platform]:
    """The mock while a test runs."""
    running = Platform()
    config = PlatformConfig(APPID, SECRET, open_platform=True, app_url="http://127.0.0.1:8000")
    server = make_platform_server(create_platform(config, lambda: running.now), "127.0.0.1", 0)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    running.url = f"http://127.0.0.1:{server.port}"
    yield running
    server.shutdown()
    thread.join()
    server.server_close()
