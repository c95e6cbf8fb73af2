"""What keeps a real system from starting: each danger with the sentence that says what to do."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from backend.core.crypto import KeyRing
from backend.core.settings import DEMO_APPID, Settings, SettingsError, host_of, is_loopback

# Each shows values of requests, opens a door for whoever meets a fault, or runs other code.
DEBUG_FLAGS: Final = (
    "FLASK_DEBUG",
    "PYTHONASYNCIODEBUG",
    "PYTHONBREAKPOINT",
    "PYTHONDEVMODE",
    "PYTHONINSPECT",
    "WERKZEUG_DEBUG_PIN",
    "ZHANGBAN_DEBUG",
)
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_READ_OR_WRITTEN: Final = stat.S_IROTH | stat.S_IWOTH | stat.S_IWGRP

Danger = Callable[[Settings, Mapping[str, str]], str | None]


def require_safe(settings: Settings, env: Mapping[str, str] = os.environ) -> None:
    """Refuse to run the web process or the worker for real people with what only a demo or a
    developer may have; raises SettingsError, KeyFileError.
    """
    for danger in (_demo, _debug, _liveness, _public_url, _home, _key_folder):
        told = danger(settings, env)
        if told:
            raise SettingsError(told)
    KeyRing.load(settings.key_file)  # missing, of another user, open to others, damaged


def require_log_in(settings: Settings) -> None:
    """Refuse to serve where nobody could log in; raises SettingsError."""
    if settings.wechat_appid in {"", DEMO_APPID}:
        raise SettingsError(
            "Nobody could log in: set ZHANGBAN_WECHAT_APPID to the mini-program's AppID."
        )
    if not settings.wechat_secret:
        raise SettingsError(
            "Nobody could log in: set ZHANGBAN_WECHAT_SECRET to the mini-program's AppSecret."
        )


def _demo(settings: Settings, _: Mapping[str, str]) -> str | None:
    if settings.demo:
        return "A real system never runs in demo mode: unset ZHANGBAN_DEMO."
    if (settings.home / "demo.json").exists():  # its keys, staff and cases are invented
        return f"{settings.home} was made by a demonstration: set ZHANGBAN_HOME to another folder."
    return None


def _debug(_: Settings, env: Mapping[str, str]) -> str | None:
    for name in DEBUG_FLAGS:
        if env.get(name, "") not in {"", "0"}:
            return f"{name} is for developers and shows what people typed: unset it."
    if sys.flags.dev_mode:
        return "Python's development mode is for developers: leave `-X dev` away."
    return None


def _liveness(settings: Settings, _: Mapping[str, str]) -> str | None:
    if settings.liveness != "pose":
        return "Faces would be taken without looking for a living person: unset ZHANGBAN_DEMO."
    return None


def _public_url(settings: Settings, _: Mapping[str, str]) -> str | None:
    url = settings.public_url
    if is_loopback(url):
        return None
    if not url.startswith("https://") or host_of(url) is None:
        return "What people send would be readable on the way: begin ZHANGBAN_PUBLIC_URL with https://."
    return None


def _home(settings: Settings, _: Mapping[str, str]) -> str | None:
    if _mode(settings.home) & _OTHERS:
        return f"{settings.home} is open to other users of this machine: chmod 700 it."
    return None


def _key_folder(settings: Settings, _: Mapping[str, str]) -> str | None:
    folder = settings.key_file.absolute().parent
    if _mode(folder) & _READ_OR_WRITTEN:
        return f"Others can look into {folder} or change the keys there: chmod 700 it."
    return None


def _mode(path: Path) -> int:
    return path.stat().st_mode if path.exists() else 0
