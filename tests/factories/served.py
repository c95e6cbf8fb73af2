"""The real web process over a home of its own, for what only a wire and a process can show."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import resource
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from backend.core.clocks import WallClock
from backend.core.crypto import KeyRing, Vault
from backend.core.db import Database
from backend.core.uow import Kit, Listeners, Units
from backend.identity import service as identity
from backend.supervisor.home import listen
from backend.supervisor.web import web_command
from tests.fakes.wechat import FakeWechatLogin

PATIENCE = 60.0
BASE = "/api/v1"


@dataclass
class Answer:
    """One response as it came over the wire."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str | None:
        kind = self.headers.get("content-type", "")
        return self.json["code"] if kind == "application/problem+json" else None


@dataclass
class Process:
    """One web process of a home: it can be killed, and asked at its own port."""

    run: subprocess.Popen[bytes]
    address: tuple[str, int]
    log: Path

    def send(
        self, method: str, path: str, body: Any = None, *, token: str | None = None, **more: Any
    ) -> Answer:
        """A request that http.client lets through; `path` as it stands."""
        headers: dict[str, str] = {"Content-Type": "application/json", **more.pop("headers", {})}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        if "key" in more:
            headers["Idempotency-Key"] = more.pop("key")
        data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        connection = http.client.HTTPConnection(*self.address, timeout=PATIENCE)
        with contextlib.closing(connection):
            connection.request(method, path, body=data, headers=headers)
            return _read(connection.getresponse())

    def raw(self, sent: bytes, *, close: bool = True) -> list[Answer]:
        """Whatever is answered to these very bytes, until the server hangs up."""
        with socket.create_connection(self.address, timeout=PATIENCE) as connection:
            with contextlib.suppress(ConnectionError):
                connection.sendall(sent)
                if close:
                    connection.shutdown(socket.SHUT_WR)
            found = []
            heard = connection.makefile("rb")
            with contextlib.suppress(ConnectionError):
                while (answer := _parse(heard)) is not None:
                    found.append(answer)
            return found

    def bound_files(self, most: int | None) -> None:
        """No file of the process grows beyond `most` bytes: to it the disk is full. None: room."""
        wanted = resource.RLIM_INFINITY if most is None else most
        for pid in (self.run.pid, *_children(self.run.pid)):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (wanted, resource.RLIM_INFINITY))

    def kill(self) -> None:
        """As `kill -9` does, workers first."""
        for pid in (*_children(self.run.pid), self.run.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, 9)
        self.run.wait(PATIENCE)


@dataclass
class Place:
    """A home with a seeded database and keys, and the processes that serve it."""

    home: Path
    ring: KeyRing
    running: list[Process] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"sqlite:///{self.home}/zhangban.db"

    @contextlib.contextmanager
    def units(self) -> Iterator[Units]:
        """The same database from this process, as a second web process would have it."""
        database = Database(self.url)
        try:
            yield Units(Kit(database, Vault(self.ring), Listeners(), WallClock()))
        finally:
            database.close()

    def citizen(self, label: str) -> str:
        """The token of somebody who logged in through WeChat."""
        wechat = FakeWechatLogin()
        with self.units() as units:
            return identity.log_in_wechat(
                units, wechat, wechat.code_for(label), shared_phone=False, address="192.0.2.9"
            ).token

    def start(self) -> Process:
        """One more web process; it answers when this returns."""
        listening = listen("127.0.0.1", 0)
        fd, address = listening.fileno(), listening.getsockname()
        log = self.home / f"web-{len(self.running)}.log"
        env = {k: v for k, v in os.environ.items() if not k.startswith("ZHANGBAN_")}
        env |= {
            "ZHANGBAN_HOME": str(self.home),
            "ZHANGBAN_DEMO": "1",
            "ZHANGBAN_WECHAT_URL": "http://127.0.0.1:9",
            "ZHANGBAN_WECHAT_SECRET": "x" * 32,
        }
        with listening, log.open("ab") as said:
            run = _run(fd, env, said)
        found = Process(run, address, log)
        self.running.append(found)
        _await(found)
        return found

    def stop(self) -> None:
        for process in self.running:
            process.kill()


def place(folder: Path, seeded: Path, ring: KeyRing) -> Place:
    """A home in `folder` from a seeded database."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(seeded, folder / "zhangban.db")
    ring.save(folder / "keys.json")
    return Place(folder, ring)


def _run(fd: int, env: dict[str, str], said: IO[bytes]) -> subprocess.Popen[bytes]:
    command = web_command(f"fd://{fd}", threads=4)
    return subprocess.Popen(
        command, env=env, pass_fds=(fd,), stdout=said, stderr=said, stdin=subprocess.DEVNULL
    )


def _await(process: Process) -> None:
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        assert process.run.poll() is None, process.log.read_text()
        with contextlib.suppress(OSError, http.client.HTTPException):
            if process.send("GET", "/health/live").status == 200:
                return
    raise AssertionError("the web process did not come up")


def _children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in found.read_text().split()] if found.exists() else []


def _read(response: http.client.HTTPResponse) -> Answer:
    headers = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, headers, response.read())


def _parse(heard: Any) -> Answer | None:
    line = heard.readline()
    if not line:
        return None
    headers = {k.lower(): v for k, v in http.client.parse_headers(heard).items()}
    status = int(line.split()[1])
    if headers.get("transfer-encoding") == "chunked":
        body = b""
        while size := int(heard.readline(), 16):
            body += heard.read(size)
            heard.readline()
        heard.readline()
        return Answer(status, headers, body)
    return Answer(status, headers, heard.read(int(headers.get("content-length", 0))))
