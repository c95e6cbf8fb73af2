"""Two houses of real processes: Zhangban, and the reference back office with its own database."""

from __future__ import annotations

import contextlib
import json
import secrets
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from backend.core.crypto import USES, KeyRing
from miniprogram_mock.demo.server import Server
from tests.crash.forks import Forks
from tests.crash.parts import Forked, Part, Postgres, answers, wait_until
from tests.crash.town import LOOPBACK, listening, wechat_platform
from tests.crash.wire import Wire

LEASE_S = 1


@dataclass
class House:
    """One side: its web behind a wire, its worker, its home and what `demo.json` says."""

    home: Path
    env: Mapping[str, str]
    wire: Wire
    web: Part
    worker: Part
    forks: Forks
    credentials: dict[str, Any] = field(repr=False, default_factory=dict)

    @property
    def parts(self) -> tuple[Part, Part]:
        return self.web, self.worker

    def run(self, what: str, *arguments: str) -> tuple[int, str]:
        """Exit code and words of one command (`cli`) or of the demo's preparation (`prepare`)."""
        log = self.home / f"{what}-{secrets.token_hex(3)}.out"
        pid = self.forks.start(what, arguments, self.env, log)
        codes: list[int] = []

        def ended() -> bool:
            code = self.forks.ended(pid)
            codes.extend([] if code is None else [code])
            return bool(codes)

        wait_until(f"{what} {arguments} ends", ended, 120)
        said = log.read_text()
        log.unlink()
        return codes[0], said


@dataclass
class Pair:
    """Ours and the county's."""

    ours: House
    theirs: House
    server: Server

    @property
    def parts(self) -> list[Part]:
        """web, worker, and the receiver's two."""
        return [*self.ours.parts, *self.theirs.parts]


@contextlib.contextmanager
def opened(kind: str, home: Path) -> Iterator[Pair]:
    """Both in demo mode, since only there a publication of seven days may pass."""
    with contextlib.ExitStack() as ends:
        forks = Forks(home / "forks.log")
        ends.callback(forks.close)
        urls = [f"sqlite:///{home}/{side}/zhangban.db" for side in ("ours", "theirs")]
        if kind == "postgresql":
            postgres = Postgres(home / "pg")
            ends.callback(postgres.close)
            urls = [postgres.url(side) for side in ("ours", "theirs")]
        sockets = [ends.enter_context(listening()) for _ in range(3)]
        wires = [Wire(one.getsockname()) for one in sockets[:2]]
        for wire in wires:
            ends.callback(wire.close)
        wechat_url = f"http://{LOOPBACK}:{sockets[2].getsockname()[1]}"
        common = {
            "ZHANGBAN_DEMO": "1",
            "ZHANGBAN_INTERNAL_URL": wires[0].url,
            "ZHANGBAN_WECHAT_URL": wechat_url,
            "ZHANGBAN_WECHAT_APPID": "wx-crash",
            "ZHANGBAN_WECHAT_SECRET": secrets.token_hex(16),
            "ZHANGBAN_LEASE_SECONDS": str(LEASE_S),
        }
        inbox = {"ZHANGBAN_BACKOFFICE_URL": f"{wires[1].url}/api/v1/backoffice/inbox"}
        houses = [
            _house(home / side, {**common, **more}, url, wire, open_socket, forks)
            for side, more, url, wire, open_socket in zip(
                ("ours", "theirs"), (inbox, {}), urls, wires, sockets[:2], strict=True
            )
        ]
        _give_keys(*houses)
        wechat = wechat_platform(home, common, sockets[2])
        parts = [wechat, *(part for house in houses for part in house.parts)]
        for part in parts:
            ends.callback(part.kill)
        for house in houses:
            code, said = house.run("prepare")
            if code != 0:
                raise RuntimeError(said)
            house.credentials = json.loads((house.home / "demo.json").read_text())
        for part in parts:
            part.start()
        for house in houses:
            wait_until("web answers", lambda house=house: answers(house.wire.url))
        ours, theirs = houses
        credentials = {**ours.credentials, "backoffice": theirs.credentials["backoffice"]}
        yield Pair(ours, theirs, Server(wires[0].url, ours.home, credentials))


def _house(
    home: Path,
    env: Mapping[str, str],
    database_url: str,
    wire: Wire,
    open_socket: socket.socket,
    forks: Forks,
) -> House:
    home.mkdir(mode=0o700)
    env = {
        **env,
        "ZHANGBAN_HOME": str(home),
        "ZHANGBAN_DATABASE_URL": database_url,
        "ZHANGBAN_PUBLIC_URL": wire.url,
    }
    name = home.name
    web = Forked(f"{name} web", forks, env, home / "web.log", listening=open_socket)
    worker = Forked(f"{name} worker", forks, env, home / "worker.log")
    return House(home, env, wire, web, worker, forks)


def _give_keys(ours: House, theirs: House) -> None:
    """Nothing is shared but the webhook secret."""
    one, other = KeyRing.generate(), KeyRing.generate()
    one.save(ours.home / "keys.json")
    mixed = {use: list((one if use == "webhook" else other).all(use)) for use in USES}
    KeyRing(mixed).save(theirs.home / "keys.json")
