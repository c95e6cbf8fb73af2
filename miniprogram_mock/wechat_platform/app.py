"""The platform as one Flask app; each of WeChat's interfaces is a blueprint of its own."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from flask import Flask, jsonify
from flask.typing import ResponseReturnValue

from miniprogram_mock.wechat_platform import (
    content,
    credentials,
    faces,
    minicodes,
    numbers,
    phone,
    shown,
    sns,
    subscriptions,
)
from miniprogram_mock.wechat_platform.calls import Gate
from miniprogram_mock.wechat_platform.errcodes import WechatError
from miniprogram_mock.wechat_platform.faults import Faults
from miniprogram_mock.wechat_platform.logins import Logins
from miniprogram_mock.wechat_platform.people import People
from miniprogram_mock.wechat_platform.subscriptions import Subscriptions, Template
from miniprogram_mock.wechat_platform.tokens import Tokens

BODY_MOST = 64 * 1024
HOSTS: Final = ["127.0.0.1", "localhost", "[::1]"]
NEWS_TEMPLATE: Final = "zhangban-demo-news"
_TEMPLATES: Final = {
    NEWS_TEMPLATE: Template("事项进展通知", {"thing1": "温馨提示", "time2": "时间"})
}
_SOURCE: Final = Path(__file__).parents[1] / "miniprogram" / "app.json"


def published_pages() -> tuple[str, ...]:
    """The pages of the mini-program as it stands in this project, the first one is its home."""
    return tuple(json.loads(_SOURCE.read_text())["pages"])


@dataclass(frozen=True)
class PlatformConfig:
    """The one mini-program that is registered here, its pages and its message templates.

    `open_platform` adds a unionid to log-ins; `app_url` is where the app serves `/mini/`.
    """

    appid: str
    secret: str = field(repr=False)
    open_platform: bool = False
    app_url: str = "http://127.0.0.1:8000"
    pages: tuple[str, ...] = field(default_factory=published_pages)
    templates: Mapping[str, Template] = field(default_factory=lambda: _TEMPLATES)

    @classmethod
    def from_environment(cls) -> PlatformConfig:
        """Read ZHANGBAN_WECHAT_APPID and ZHANGBAN_WECHAT_SECRET, and where the app is served as the
        app itself reads it; KeyError names the missing one.
        """
        own = f"http://127.0.0.1:{os.environ.get('PORT') or '8000'}"
        return cls(
            appid=os.environ["ZHANGBAN_WECHAT_APPID"],
            secret=os.environ["ZHANGBAN_WECHAT_SECRET"],
            app_url=(os.environ.get("ZHANGBAN_PUBLIC_URL") or own).rstrip("/"),
        )


def create_platform(config: PlatformConfig, clock: Callable[[], float] = time.monotonic) -> Flask:
    """Build the app; `clock` gives seconds and only ever grows."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = BODY_MOST
    app.config["TRUSTED_HOSTS"] = HOSTS  # a name of another site that leads here is refused
    people, tokens, faults = People(config.appid, clock), Tokens(clock), Faults()
    gate = Gate(tokens, faults)
    screens = phone.Screens(
        logins=Logins(clock, faults, people),
        numbers=numbers.Numbers(clock),
        subscriptions=Subscriptions(config.templates),
        faces=faces.Faces(config.appid, clock),
        faults=faults,
    )
    pages = frozenset(config.pages)
    owner = config.appid, config.secret
    for blueprint in (
        sns.blueprint(*owner, config.open_platform, screens.logins),
        credentials.blueprint(*owner, tokens, faults),
        numbers.blueprint(config.appid, gate, screens.numbers),
        subscriptions.blueprint(gate, people, screens.subscriptions, pages),
        minicodes.blueprint(gate, config.app_url, config.pages),
        content.blueprint(gate, people, clock),
        faces.blueprint(gate, people, screens.faces),
        phone.blueprint(screens),
        shown.blueprint(config.app_url, people, screens.subscriptions),
    ):
        app.register_blueprint(blueprint)
    app.register_error_handler(WechatError, _refusal)
    app.add_url_rule("/health", "health", _health)
    return app


def _refusal(error: WechatError) -> ResponseReturnValue:
    return sns.wechat_json({"errcode": error.errcode, "errmsg": str(error)})


def _health() -> ResponseReturnValue:
    return jsonify(status="ok", mock=True)
