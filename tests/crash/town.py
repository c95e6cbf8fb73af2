"""A whole town of real processes for a storm: web, worker, the county's receiver, WeChat's mock."""

from __future__ import annotations

import contextlib
import json
import secrets
import socket
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyotp

from miniprogram_mock.client import Client
from tests.crash.forks import Forks
from tests.crash.parts import Forked, Part, Postgres, Program, answers, wait_until

LOOPBACK = "127.0.0.1"
TOWNSHIP = "610303100"
VILLAGE = "610303100001"
LEASE_S = 3


class CountyPart(Program):
    """The receiver; its secret is known once the keys are made."""

    def __init__(self, home: Path, web_url: str, inbox: socket.socket) -> None:
        fd = inbox.fileno()
        events = f"{web_url}/api/v1/backoffice/events"
        path = home / "county.db"
        command = (sys.executable, "-m", "tests.crash.county", str(fd), str(path), events)
        self.secret: dict[str, str] = {}
        super().__init__("county", command, self.secret, home / "county.log", [fd])


@dataclass
class Town:
    """Where everything lies and runs; `parts` are what a storm may kill."""

    home: Path
    database_url: str
    env: Mapping[str, str]
    url: str
    wechat_url: str
    forks: Forks
    web: Part
    worker: Part
    county: CountyPart
    postgres: Postgres | None
    staff: dict[str, dict[str, str]] = field(repr=False, default_factory=dict)

    @property
    def county_file(self) -> Path:
        return self.home / "county.db"

    @property
    def parts(self) -> list[Part]:
        return [self.web, self.worker, self.county]

    def zhangban(self, *arguments: str) -> str:
        """Run one command to its end and give what it said; raises where it did not end well."""
        code, said = self.command(*arguments)
        if code != 0:
            raise RuntimeError(f"zhangban {arguments[0]}: {code}\n{said}")
        return said

    def command(self, *arguments: str) -> tuple[int, str]:
        """Exit code and words of one command."""
        log = self.home / f"{arguments[0]}-{secrets.token_hex(3)}.out"
        pid = self.forks.start("cli", arguments, self.env, log)
        codes: list[int] = []

        def ended() -> bool:
            code = self.forks.ended(pid)
            codes.extend([] if code is None else [code])
            return bool(codes)

        wait_until(f"zhangban {arguments[0]} ends", ended, 300)
        said = log.read_text()
        log.unlink()
        return codes[0], said

    def desk(self, username: str) -> str:
        """A session of one of the township's staff."""
        known = self.staff[username]
        with Client(self.url) as client:
            body = {
                "username": username,
                "password": known["password"],
                "totp": pyotp.TOTP(known["totpSecret"]).now(),
            }
            return str(client.post("/sessions/staff", body)["token"])

    def is_ready(self) -> bool:
        return answers(self.url)


@contextlib.contextmanager
def opened(kind: str, home: Path, *, cold: bool = False) -> Iterator[Town]:
    """A new town in an empty folder, ready to serve as `zhangban serve` and `worker` would."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with contextlib.ExitStack() as ends:
        forks = Forks(home / "forks.log")
        ends.callback(forks.close)
        postgres = None
        database_url = f"sqlite:///{home}/zhangban.db"
        if kind == "postgresql":
            postgres = Postgres(home / "pg")
            ends.callback(postgres.close)
            database_url = postgres.url("zhangban")
        sockets = [ends.enter_context(listening()) for _ in range(3)]
        ports = [int(one.getsockname()[1]) for one in sockets]
        env = _env(home, database_url, ports)
        town = Town(
            home=home,
            database_url=database_url,
            env=env,
            url=f"http://{LOOPBACK}:{ports[0]}",
            wechat_url=f"http://{LOOPBACK}:{ports[1]}",
            forks=forks,
            web=Forked("web", forks, env, home / "web.log", listening=sockets[0], cold=cold),
            worker=Forked("worker", forks, env, home / "worker.log", cold=cold),
            county=CountyPart(home, f"http://{LOOPBACK}:{ports[0]}", sockets[2]),
            postgres=postgres,
        )
        wechat = wechat_platform(home, env, sockets[1])
        for part in (wechat, *town.parts):
            ends.callback(part.kill)
        _prepare(town)
        for part in (wechat, *town.parts):
            part.start()
        wait_until("web answers", town.is_ready)
        yield town


def listening() -> socket.socket:
    """A port that stays ours whoever dies; a connection waits in it for the next life."""
    return socket.create_server((LOOPBACK, 0), backlog=1024)


def wechat_platform(home: Path, env: Mapping[str, str], open_socket: socket.socket) -> Part:
    fd = open_socket.fileno()
    command = (sys.executable, "-m", "miniprogram_mock.wechat_platform", "--fd", str(fd))
    return Program("wechat", command, env, home / "wechat.log", [fd])


def _env(home: Path, database_url: str, ports: list[int]) -> dict[str, str]:
    web, wechat, county = (f"http://{LOOPBACK}:{port}" for port in ports)
    return {
        "ZHANGBAN_HOME": str(home),
        "ZHANGBAN_DATABASE_URL": database_url,
        "ZHANGBAN_PUBLIC_URL": web,
        "ZHANGBAN_INTERNAL_URL": web,
        "ZHANGBAN_WECHAT_URL": wechat,
        "ZHANGBAN_WECHAT_APPID": "wx-storm",
        "ZHANGBAN_WECHAT_SECRET": secrets.token_hex(16),
        "ZHANGBAN_BACKOFFICE_URL": f"{county}/inbox",
        # The clients of a storm stand for hundreds of phones, each with an address of its own: the
        # harness is the proxy that tells it.
        "ZHANGBAN_TRUSTED_PROXIES": "1",
        "ZHANGBAN_LEASE_SECONDS": str(LEASE_S),
    }


def _prepare(town: Town) -> None:
    town.zhangban("migrate", "--new-keys")
    town.zhangban("seed")
    town.county.secret["COUNTY_SECRET"] = town.zhangban("webhook-secret").strip()
    for username in ("one", "two"):
        said = town.zhangban(
            "user-add", username, "--name", "值班员", "--scope", TOWNSHIP, "--role", "township"
        )
        town.staff[username] = json.loads(said)
