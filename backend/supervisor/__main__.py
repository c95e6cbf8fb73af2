"""`python -m backend.supervisor`: what `make run` runs."""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import sys

from backend.core.settings import Settings, SettingsError
from backend.supervisor.children import ChildSpec
from backend.supervisor.gate import Gate
from backend.supervisor.home import Refused, listen, owned
from backend.supervisor.run import HttpReady, Plan, serve
from backend.supervisor.web import web_command

ANY_HOST = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared with, never bound here


def main() -> int:
    """0 after a signal, 1 when a part does not start, 2 when the settings or the machine refuse."""
    os.umask(0o077)
    try:
        settings = Settings.from_env()
        with (
            owned(settings.home) as lock_fd,
            listen(settings.host, settings.port) as web_socket,
        ):
            return serve(_plan(settings, web_socket), tell, lock_fd)
    except (Refused, SettingsError) as refusal:
        tell(str(refusal))
        return 2


def tell(sentence: str) -> None:
    """To the terminal, at once."""
    # A closed terminal is no reason to end the server.
    with contextlib.suppress(OSError):
        sys.stdout.write(sentence + "\n")
        sys.stdout.flush()


def _plan(settings: Settings, web_socket: socket.socket) -> Plan:
    os.environ["ZHANGBAN_HOME"] = str(settings.home)
    early = [_mock_platform()] if _wants_mock(settings) else []
    gate = Gate()
    return Plan(
        home=settings.home,
        early=[*early, _web(web_socket, gate, settings.log_level)],
        prepare=lambda: _prepare(gate),
        children=[ChildSpec("worker", (sys.executable, "-m", "backend.worker"))],
        ready=HttpReady(_reachable(settings.host), settings.port, "/health/ready"),
        greeting=lambda: _greeting(settings),
    )


def _prepare(gate: Gate) -> None:
    # Here and not above: it loads half the application, and the others start meanwhile.
    from backend.preparing import prepare

    try:
        prepare(Settings.from_env())
    finally:
        gate.open()


def _web(listening: socket.socket, gate: Gate, log_level: str) -> ChildSpec:
    fd = listening.fileno()
    command = web_command(f"fd://{fd}", log_level=log_level)
    return ChildSpec("web", command, gate.env, fds=(fd, gate.fd))


def _wants_mock(settings: Settings) -> bool:
    return settings.demo and "ZHANGBAN_WECHAT_URL" not in os.environ


def _mock_platform() -> ChildSpec:
    """The mock on a free port, and the settings by which everybody else finds it."""
    listening = listen("127.0.0.1", 0)
    fd = listening.detach()
    os.environ["ZHANGBAN_WECHAT_URL"] = f"http://127.0.0.1:{_port(fd)}"
    os.environ.setdefault("ZHANGBAN_WECHAT_APPID", "wx-demo")
    os.environ.setdefault("ZHANGBAN_WECHAT_SECRET", secrets.token_hex(16))
    os.environ.setdefault("ZHANGBAN_WECHAT_TEMPLATE", "zhangban-demo-news")  # the mock's
    command = (sys.executable, "-m", "miniprogram_mock.wechat_platform", "--fd", str(fd))
    return ChildSpec("wechat", command, fds=(fd,))


def _port(fd: int) -> int:
    with socket.socket(fileno=os.dup(fd)) as listening:
        return int(listening.getsockname()[1])


def _reachable(host: str) -> str:
    return "127.0.0.1" if host in ANY_HOST else host


def _greeting(settings: Settings) -> str:
    lines = [
        f"Zhangban 掌办 is ready: {settings.public_url}",
        f"  API and its pages  {settings.public_url}/docs",
    ]
    if settings.demo:
        lines.insert(
            1, f"  Begin here 从这里开始  {settings.public_url}/ (a case in five sentences)"
        )
    credentials = settings.home / "demo.json"
    if credentials.exists():
        lines.append(f"  Credentials        {credentials}")
    lines.append(f"  Logs               {settings.home / 'logs'}")
    if settings.demo:
        lines.append("Demo mode: made-up data, this machine only. Ctrl-C ends it.")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
