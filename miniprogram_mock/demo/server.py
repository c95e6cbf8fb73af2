"""The server that the play is played against: one that runs in demo mode, or one of its own."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

START_SECONDS = 40.0
END_SECONDS = 20.0
_POLL = 0.05
_LOOPBACK = "127.0.0.1"


class NoServer(Exception):
    """There is nothing to play against; the text says why and what to do."""


@dataclass(frozen=True)
class Server:
    """Where it answers, where its data lies, and its generated credentials."""

    url: str
    home: Path
    credentials: dict[str, Any] = field(repr=False)

    @property
    def wechat_url(self) -> str:
        return str(self.credentials["wechatUrl"])

    def staff(self, username: str) -> dict[str, str]:
        """`password` and `totpSecret` of one of the demo's staff."""
        return dict(self.credentials["staff"][username])

    def backoffice_token(self, label: str) -> str:
        return str(self.credentials["backoffice"][label])


@contextlib.contextmanager
def found_or_started() -> Iterator[Server]:
    """The demo on PORT, or wherever our home is served, else one that ends with the play."""
    home = Path(os.environ.get("ZHANGBAN_HOME") or "var").absolute()
    url = f"http://{_LOOPBACK}:{os.environ.get('PORT') or '8000'}"
    health = _health(url)
    if health is not None and not health["demo"]:
        raise NoServer(
            f"{url} 不是演示系统，不能在真系统上演示。\n"
            f"The server on {url} is not in demo mode: nothing is played there. "
            "Choose another port: make demo PORT=8001"
        )
    credentials = _credentials(home)
    if _is_served(home) and credentials and _health(credentials["url"]):
        print(f"演示用的服务器 Server: {credentials['url']} ({home})", flush=True)
        yield Server(credentials["url"], home, credentials)
        return
    with started(home) as own:
        yield own


def _health(url: str) -> dict[str, Any] | None:
    """What /health/ready says; None where no Zhangban answers."""
    try:
        answer = httpx.get(f"{url}/health/ready", timeout=10, trust_env=False)
        health = answer.json()
    except (httpx.HTTPError, ValueError):
        return None
    fits = isinstance(health, dict) and isinstance(health.get("demo"), bool)
    return health if fits else None


def _is_served(home: Path) -> bool:
    """Whether the supervisor that wrote its number into this home still runs."""
    try:
        os.kill(int((home / "supervisor.pid").read_text()), 0)
    except (OSError, ValueError):
        return False
    return True


def _credentials(home: Path) -> dict[str, Any] | None:
    """What a demo's start writes into its home: where it serves, and who may log in how."""
    try:
        found: dict[str, Any] = json.loads((home / "demo.json").read_text())
    except (OSError, ValueError):
        return None
    return found


@contextlib.contextmanager
def started(home: Path) -> Iterator[Server]:
    """A demo of one's own on a free port with its data in `home`; it ends with the context."""
    began = time.monotonic()
    port = _free_port()
    url = f"http://{_LOOPBACK}:{port}"
    print(f"启动演示用的服务器 Starting a server: {url} ({home})", flush=True)
    env = {**os.environ, "ZHANGBAN_DEMO": "1", "ZHANGBAN_HOME": str(home), "PORT": str(port)}
    # A file, not a pipe: nobody has to keep reading it.
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "backend.supervisor"],
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        try:
            if not _becomes_ready(process, url):
                raise NoServer(f"The server did not start.\n{_last_words(said)}")
            found = _credentials(home)
            if found is None or found["url"] != url:
                raise NoServer(f"{home / 'demo.json'} holds no credentials of {url}.")
            print(f"  {time.monotonic() - began:.1f} s", flush=True)
            yield Server(url, home, found)
        finally:
            _end(process)


def _becomes_ready(process: subprocess.Popen[bytes], url: str) -> bool:
    until = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < until:
        health = _health(url)
        if health is not None and health.get("status") in {"ok", "degraded"}:
            return True
        time.sleep(_POLL)
    return False


def _last_words(said: Any) -> str:
    said.seek(0)
    return str(said.read()[-4000:].decode(errors="replace")).strip()


def _end(process: subprocess.Popen[bytes]) -> None:
    """In order; its children have a guard of their own that ends them with it."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.create_server((_LOOPBACK, 0)) as probe:
        return int(probe.getsockname()[1])
