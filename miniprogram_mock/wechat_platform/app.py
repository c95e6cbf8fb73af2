"""The platform as one Flask app; each of WeChat's interfaces is a blueprint of its own."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from flask import Flask, jsonify
from flask.typing import ResponseReturnValue

from miniprogram_mock.wechat_platform import phone, sns
from miniprogram_mock.wechat_platform.errcodes import WechatError
from miniprogram_mock.wechat_platform.faults import Faults
from miniprogram_mock.wechat_platform.logins import Logins

BODY_MOST = 64 * 1024


@dataclass(frozen=True)
class PlatformConfig:
    """The one mini-program that is registered here; `open_platform` adds a unionid to log-ins."""

    appid: str
    secret: str = field(repr=False)
    open_platform: bool = False

    @classmethod
    def from_environment(cls) -> PlatformConfig:
        """Read ZHANGBAN_WECHAT_APPID and ZHANGBAN_WECHAT_SECRET; KeyError names the missing one."""
        return cls(
            appid=os.environ["ZHANGBAN_WECHAT_APPID"],
            secret=os.environ["ZHANGBAN_WECHAT_SECRET"],
        )


def create_platform(config: PlatformConfig, clock: Callable[[], float] = time.monotonic) -> Flask:
    """Build the app; `clock` gives seconds and only ever grows."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = BODY_MOST
    faults = Faults()
    logins = Logins(clock, faults)
    app.register_blueprint(sns.blueprint(config.appid, config.secret, config.open_platform, logins))
    app.register_blueprint(phone.blueprint(logins, faults))
    app.register_error_handler(WechatError, _refusal)
    app.add_url_rule("/health", "health", _health)
    return app


def _refusal(error: WechatError) -> ResponseReturnValue:
    return sns.wechat_json({"errcode": error.errcode, "errmsg": str(error)})


def _health() -> ResponseReturnValue:
    return jsonify(status="ok", mock=True)
