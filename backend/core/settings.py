"""Settings: one frozen value, read once from `ZHANGBAN_*`; rooms receive what they need of it."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from backend.core.logs import LEVELS

DEMO_APPID = "wx-demo"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32,64}")
_TEMPLATE = re.compile(r"([A-Za-z0-9_-]{10,64})(?::(thing[0-9]{1,2}),((?:time|date)[0-9]{1,2}))?")
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})


class SettingsError(Exception):
    """A setting is missing or unsafe; the text says which and what to do."""


@dataclass(frozen=True, slots=True)
class MessageTemplate:
    """A subscribe message as it was chosen in WeChat's console: its id and two of its keywords."""

    id: str
    text_key: str = "thing1"
    time_key: str = "time2"


@dataclass(frozen=True, slots=True)
class Settings:
    """What a deployment chooses. Every field is a `ZHANGBAN_<NAME>` variable; see
    docs/runbook.md.
    """

    home: Path
    database_url: str = field(repr=False)  # may hold a password
    key_file: Path
    public_url: str
    demo: bool
    host: str
    port: int
    wechat_url: str
    wechat_appid: str
    wechat_secret: str = field(repr=False)
    wechat_template: MessageTemplate | None  # None: no WeChat messages are sent
    mini_codes: bool  # the signing code is WeChat's own, not a QR code of the link
    internal_url: str  # where the worker reaches the web process
    backoffice_url: str
    backoffice_embedded: bool
    liveness: Literal["pose", "fake-demo"]
    trusted_proxies: int
    log_level: str
    metrics_token: str | None = field(repr=False)  # None: nobody may read them
    lease_seconds: int  # how long a worker that died keeps what it was about to send

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> Settings:
        """Read and check the environment; raises SettingsError."""
        home = Path(env.get("ZHANGBAN_HOME", "var")).absolute()
        host = env.get("ZHANGBAN_HOST", "127.0.0.1")
        port = _whole_number(env, "PORT", "8000")
        demo = env.get("ZHANGBAN_DEMO") == "1"
        public_url = env.get("ZHANGBAN_PUBLIC_URL", f"http://127.0.0.1:{port}").rstrip("/")
        if demo and host not in LOOPBACK_HOSTS:
            raise SettingsError("Demo mode listens on this machine only: unset ZHANGBAN_HOST.")
        lease_seconds = _whole_number(env, "ZHANGBAN_LEASE_SECONDS", "30")
        if lease_seconds == 0:
            raise SettingsError("ZHANGBAN_LEASE_SECONDS must be at least 1, or nothing is sent.")
        if demo and not is_loopback(public_url):
            raise SettingsError("Demo mode is for this machine only: unset ZHANGBAN_PUBLIC_URL.")
        internal_url = env.get("ZHANGBAN_INTERNAL_URL", f"http://127.0.0.1:{port}").rstrip("/")
        embedded = env.get("ZHANGBAN_BACKOFFICE_URL") is None
        return cls(
            home=home,
            database_url=env.get("ZHANGBAN_DATABASE_URL", f"sqlite:///{home}/zhangban.db"),
            key_file=Path(env.get("ZHANGBAN_KEY_FILE", str(home / "keys.json"))),
            public_url=public_url,
            demo=demo,
            host=host,
            port=port,
            wechat_url=env.get("ZHANGBAN_WECHAT_URL", "https://api.weixin.qq.com").rstrip("/"),
            wechat_appid=env.get("ZHANGBAN_WECHAT_APPID", DEMO_APPID),
            wechat_secret=env.get("ZHANGBAN_WECHAT_SECRET", ""),
            wechat_template=_template(env),
            mini_codes=_mini_codes(env),
            internal_url=internal_url,
            backoffice_url=env.get(
                "ZHANGBAN_BACKOFFICE_URL", f"{internal_url}/api/v1/backoffice/inbox"
            ),
            backoffice_embedded=embedded,
            liveness="fake-demo" if demo else "pose",
            trusted_proxies=_whole_number(env, "ZHANGBAN_TRUSTED_PROXIES", "0"),
            log_level=_log_level(env),
            metrics_token=_metrics_token(env),
            lease_seconds=lease_seconds,
        )

    @property
    def backoffice_api(self) -> str:
        """Where the back office answers its own staff: beside its inbox."""
        return self.backoffice_url.removesuffix("/inbox")


def host_of(url: str) -> str | None:
    """The host that a URL names; None where it is no URL."""
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def is_loopback(url: str) -> bool:
    """Whether a URL leads to this machine."""
    return host_of(url) in LOOPBACK_HOSTS


def _log_level(env: Mapping[str, str]) -> str:
    given = env.get("ZHANGBAN_LOG_LEVEL") or "info"
    if given not in LEVELS:
        raise SettingsError(f"ZHANGBAN_LOG_LEVEL must be one of {', '.join(LEVELS)}.")
    return given


def _template(env: Mapping[str, str]) -> MessageTemplate | None:
    given = env.get("ZHANGBAN_WECHAT_TEMPLATE") or None
    if given is None:
        return None
    found = _TEMPLATE.fullmatch(given)
    if found is None:
        raise SettingsError(
            "ZHANGBAN_WECHAT_TEMPLATE must be the template's id, or the id with the keywords for "
            "text and time: ID:thing1,time2"
        )
    return MessageTemplate(*(part for part in found.groups() if part))


def _mini_codes(env: Mapping[str, str]) -> bool:
    given = env.get("ZHANGBAN_SIGNING_CODES") or "link"
    if given not in {"link", "wechat"}:
        raise SettingsError("ZHANGBAN_SIGNING_CODES must be link or wechat.")
    return given == "wechat"


def _metrics_token(env: Mapping[str, str]) -> str | None:
    given = env.get("ZHANGBAN_METRICS_TOKEN") or None
    if given is not None and not _TOKEN.fullmatch(given):
        raise SettingsError(
            "ZHANGBAN_METRICS_TOKEN must be 32 to 64 letters, digits, - or _, "
            "for example what `openssl rand -hex 24` prints."
        )
    return given


def _whole_number(env: Mapping[str, str], name: str, default: str) -> int:
    given = env.get(name) or default
    if not given.isascii() or not given.isdigit() or int(given[:6]) > 65535:
        raise SettingsError(f"{name} must be a whole number from 0 to 65535.")
    return int(given)
