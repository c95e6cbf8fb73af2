"""The world that the fuzz walks through: a seeded town behind its doors, put back as it was after
whatever a request changed.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, cast

from flask import Flask

from backend.app import create_app
from backend.core.db import Database
from tests.factories.house import Town
from tests.fakes.wechat import FakeWechatPhone
from tests.fuzz.keeping import Keeper

_addresses = itertools.count(1)


class ManyAddresses:
    """Each request comes from an address of its own: the limit per address is no door."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        n = next(_addresses)
        environ["REMOTE_ADDR"] = f"11.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}"
        return self._app(environ, start_response)


@dataclass
class World:
    """`facts` are what scenes need to know; `tokens` are the sessions by who holds them."""

    town: Town
    keeper: Keeper
    flask: Flask = field(init=False)
    app: ManyAddresses = field(init=False)
    tokens: dict[str, str] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    probed: set[str] = field(default_factory=set)
    scenes: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.flask = create_app(self.town.house)
        self.app = ManyAddresses(self.flask)

    def keep(self) -> None:
        """From now on `put_back` leads here."""
        self.keeper.keep(self._leave)
        self._files = dict(self.town.files.kept)
        self._codes = dict(self.town.wechat._codes)

    def put_back(self) -> None:
        """Everything as it was when it was kept."""
        self.town.face.score = 0.3
        self.town.wechat._codes = dict(self._codes)
        cast(FakeWechatPhone, self.town.house.outside.phone).forget()
        self.keeper.put_back(self._leave)
        self.town.files.kept = dict(self._files)

    def close(self) -> None:
        self._leave()
        self.keeper.close()

    def _leave(self) -> None:
        database: Database = self.town.units.kit.database
        database.engine.dispose()
