"""Nothing real starts unsafely: each danger is refused with a sentence that says what to do."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from backend.core.crypto import KeyFileError, KeyRing
from backend.core.safety import DEBUG_FLAGS, require_safe
from backend.core.settings import Settings, SettingsError

ROOT = Path(__file__).parents[2]
SAFE = {"ZHANGBAN_WECHAT_APPID": "wx1", "ZHANGBAN_WECHAT_SECRET": "hush"}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home and a key file as `migrate --new-keys` leaves them."""
    KeyRing.generate().save(tmp_path / "secret" / "keys.json")
    (tmp_path / "home").mkdir(mode=0o700)
    return tmp_path / "home"


def env_of(home: Path, **more: str) -> dict[str, str]:
    keys = home.parent / "secret" / "keys.json"
    return {**SAFE, "ZHANGBAN_HOME": str(home), "ZHANGBAN_KEY_FILE": str(keys), **more}


def check(env: dict[str, str]) -> None:
    require_safe(Settings.from_env(env), env)


def nothing(home: Path) -> None:
    pass


def chmod(name: str, mode: int) -> Callable[[Path], None]:
    return lambda home: (home.parent / name).chmod(mode)


def give_away(home: Path) -> None:
    os.chown(home.parent / "secret" / "keys.json", 12345, -1)


DANGERS: list[tuple[str, Callable[[Path], None], dict[str, str], str]] = [
    ("demo mode", nothing, {"ZHANGBAN_DEMO": "1"}, "unset ZHANGBAN_DEMO"),
    (
        "demo, listening to others",
        nothing,
        {"ZHANGBAN_DEMO": "1", "ZHANGBAN_HOST": "192.168.1.7"},
        "unset ZHANGBAN_HOST",
    ),
    (
        "demo, public",
        nothing,
        {"ZHANGBAN_DEMO": "1", "ZHANGBAN_PUBLIC_URL": "https://zb.example"},
        "unset ZHANGBAN_PUBLIC_URL",
    ),
    ("a demo's home", lambda home: (home / "demo.json").touch(), {}, "set ZHANGBAN_HOME"),
    *((f"{flag}", nothing, {flag: "1"}, f"{flag} .* unset it") for flag in DEBUG_FLAGS),
    ("plain http", nothing, {"ZHANGBAN_PUBLIC_URL": "http://zb.example"}, "https://"),
    ("no scheme", nothing, {"ZHANGBAN_PUBLIC_URL": "zb.example"}, "https://"),
    ("no host", nothing, {"ZHANGBAN_PUBLIC_URL": "https://"}, "https://"),
    ("no URL at all", nothing, {"ZHANGBAN_PUBLIC_URL": "https://[zb"}, "https://"),
    ("home that others enter", chmod("home", 0o711), {}, "chmod 700"),
    ("home that the group reads", chmod("home", 0o750), {}, "chmod 700"),
    ("key folder that all read", chmod("secret", 0o704), {}, "chmod 700"),
    ("key folder that the group writes", chmod("secret", 0o720), {}, "chmod 700"),
    ("no keys", lambda home: (home.parent / "secret/keys.json").unlink(), {}, "No key file"),
    ("keys that all read", chmod("secret/keys.json", 0o604), {}, "chmod 600"),
    ("keys that the group reads", chmod("secret/keys.json", 0o640), {}, "chmod 600"),
    ("cut keys", lambda home: os.truncate(home.parent / "secret/keys.json", 9), {}, "restore it"),
    *([("keys of another user", give_away, {}, "chown")] if os.geteuid() == 0 else []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("spoil", "env", "sentence"), [d[1:] for d in DANGERS], ids=[d[0] for d in DANGERS]
)
def test_each_danger_is_refused_in_words(
    home: Path, spoil: Callable[[Path], None], env: dict[str, str], sentence: str
) -> None:
    spoil(home)
    with pytest.raises((SettingsError, KeyFileError), match=sentence):
        check(env_of(home, **env))


@pytest.mark.parametrize(
    "env",
    [
        {},
        {"ZHANGBAN_PUBLIC_URL": "https://zb.example", "ZHANGBAN_HOST": "0.0.0.0"},  # noqa: S104
        {"ZHANGBAN_PUBLIC_URL": "http://localhost:8000", "FLASK_DEBUG": "0", "PYTHONDEVMODE": ""},
    ],
)
def test_what_is_safe_starts(home: Path, env: dict[str, str]) -> None:
    check(env_of(home, **env))


def test_faces_are_never_taken_without_looking_for_life(home: Path) -> None:
    env = env_of(home)
    with pytest.raises(SettingsError, match="living person"):
        require_safe(replace(Settings.from_env(env), liveness="fake-demo"), env)


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_both_doors_ask(home: Path, command: str) -> None:
    for more in ({"ZHANGBAN_DEBUG": "1"}, {"ZHANGBAN_DEMO": "1"}, {"PYTHONDEVMODE": "1"}):
        env = env_of(home, PATH=os.environ["PATH"], PYTHONWARNINGS="ignore", **more)
        told = subprocess.run(
            [sys.executable, "-m", "backend.cli", command],
            cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert (told.returncode, told.stderr.count("\n")) == (1, 1), told.stderr
        assert "unset" in told.stderr
