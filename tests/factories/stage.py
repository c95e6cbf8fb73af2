"""A room with one door of each kind, for tests of how every door behaves."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import Flask, request
from sqlalchemy import event, select

from backend.core.access import Actor, Permission, Role, require
from backend.core.errors import AppError, Conflict
from backend.core.paging import PageRequest, keyset
from backend.core.uow import Units
from backend.relay import service as relay
from backend.relay.models import Delivery
from backend.web import (
    Doors,
    PageQuery,
    Schema,
    actor,
    client_address,
    if_match,
    page_schema,
    request_id,
    units,
    with_etag,
    work,
)
from backend.web.api import build
from backend.web.context import WebKit
from backend.web.doors import EVERYBODY
from backend.web.schemas import Fen, Shaped, Text

CITIZEN = Actor(roles=frozenset({Role.CITIZEN}), id=UUID(int=1))
OTHER = Actor(roles=frozenset({Role.CITIZEN}), id=UUID(int=2))
TOWNSHIP = Actor(roles=frozenset({Role.TOWNSHIP}), id=UUID(int=3), scope="610303005")
TOKENS = {"citizen-token-000000000": CITIZEN, "other-token-00000000000": OTHER,
          "township-token-00000000": TOWNSHIP}  # fmt: skip
NEVER = Permission("thing.never", [])
THING = UUID(int=77)


class Member(Schema):
    given_name = Text(10, required=True)


class Body(Schema):
    title = Text(20, required=True, least=1)
    amount = Fen()
    code = Shaped(r"[A-Z]{3}")
    members = ma.fields.List(ma.fields.Nested(Member), validate=ma.validate.Length(max=3))


class View(Schema):
    id = ma.fields.UUID(required=True)
    attempts = ma.fields.Integer(required=True)


class Echo(Schema):
    title = ma.fields.String()
    request_id = ma.fields.String()
    address = ma.fields.String()


class Fragile(Schema):
    broken = ma.fields.Function(lambda found: found["missing"])


class TakenError(Conflict):
    code = "conflict"


@dataclass
class Stage:
    """The app, and strings that tests pull: gates at which a request waits, faults it meets."""

    app: Flask
    refusals: list[tuple[Actor, AppError]] = field(default_factory=list)
    entered: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)

    def client(self) -> Any:
        return self.app.test_client()


def room(stage: Stage) -> Doors:  # noqa: C901 - many doors, each of them small
    """Doors under `/api/v1/things`."""
    blp = Doors("things", __name__, url_prefix="/api/v1/things", description="For tests")

    @blp.post("/echo")
    @blp.door("echo", EVERYBODY)
    @blp.arguments(Body)
    @blp.response(200, Echo)
    def echo(body: dict[str, Any]) -> dict[str, Any]:
        """Say it again."""
        return {**body, "request_id": request_id(), "address": client_address()}

    @blp.get("")
    @blp.door("listThings", EVERYBODY)
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, page_schema(View))
    def list_things(page: PageRequest) -> Any:
        """A page of things."""
        return keyset(work().session, select(Delivery), [Delivery.id], [UUID], page)

    @blp.post("")
    @blp.door("createThing", frozenset({Role.CITIZEN}), idempotent=True, problems=[TakenError])
    @blp.arguments(Body)
    @blp.response(201, View)
    def create(body: dict[str, Any]) -> Any:
        """Make a thing."""
        made = put(work(), body["title"])
        match body["title"]:
            case "wait":
                stage.entered.set()
                stage.go_on.wait(20)
            case "taken":
                raise TakenError()
            case "fault":
                raise LookupError("secret-610303199001011234")
            case "commit fails":
                event.listen(work().session, "before_commit", _fail)
        return with_etag(made)

    @blp.post("/fragile")
    @blp.door("fragile", EVERYBODY)
    @blp.response(200, Fragile)
    def fragile() -> dict[str, Any]:
        """Writes, then cannot be dumped."""
        put(work(), "fragile")
        return {}

    @blp.get("/<uuid:thing_id>")
    @blp.door("getThing", EVERYBODY)
    @blp.response(200, View)
    def get_thing(thing_id: UUID) -> Any:
        """One thing."""
        return with_etag(work().session.get_one(Delivery, thing_id))

    @blp.patch("/<uuid:thing_id>")
    @blp.door("changeThing", EVERYBODY, versioned=True)
    @blp.arguments(Body)
    @blp.response(200, View)
    def change(body: dict[str, Any], thing_id: UUID) -> Any:
        """Change a thing."""
        found = work().session.get_one(Delivery, thing_id)
        work().check_version(found, if_match())
        found.attempts += 1
        return with_etag(found)

    @blp.post("/never")
    @blp.door("never", frozenset({Role.CITIZEN, Role.TOWNSHIP}))
    @blp.response(200, View)
    def never() -> Any:
        """Writes, then is refused."""
        put(work(), "never")
        require(NEVER, actor(), None)

    @blp.get("/fault")
    @blp.door("fault", EVERYBODY)
    @blp.response(200, View)
    def fault() -> Any:
        """A fault that quotes what it was given."""
        raise ValueError(f"no such thing as {request.args.get('name')}")

    @blp.get("/by-name/<name>")
    @blp.door("byName", EVERYBODY)
    @blp.response(200, Echo)
    def by_name(name: str) -> Any:
        """Asks the database for a text of the path."""
        with units().read() as read:
            read.session.scalars(select(Delivery).where(Delivery.destination == name)).all()
        return {"title": name}

    return blp


def _fail(_: Any) -> None:
    raise RuntimeError("no commit today")


def put(unit: Any, title: str) -> Delivery:
    """A versioned row to look at."""
    row = relay.enqueue(
        unit, destination="test", aggregatetype="thing", aggregateid=unit.new_id(), type="t",
        county="610303", payload={"title": title},
    )  # fmt: skip
    found: Delivery = unit.session.scalars(
        select(Delivery).where(Delivery.outbox_id == row.id)
    ).one()
    return found


def stage_of(over: Units, *, limit: int = 10000, trusted_proxies: int = 0) -> Stage:
    """An app of this room over these units; `TOKENS` log in."""
    stage = Stage(app=Flask("to-be-replaced"))

    def resolve(units: Units, token: str) -> Actor | None:
        return TOKENS.get(token)

    def record(given: Units, who: Actor, refused: AppError) -> None:
        with given.write() as unit:
            put(unit, "refusal")
        stage.refusals.append((who, refused))

    kit = WebKit(over, resolve, record, public_url="http://127.0.0.1:8000", demo=False)
    stage.app = build(kit, [room(stage)], trusted_proxies=trusted_proxies, limit=limit)
    return stage


def bearer(token: str = "citizen-token-000000000", **headers: str) -> dict[str, str]:
    """Headers of a logged-in request."""
    return {"Authorization": f"Bearer {token}", **headers}
