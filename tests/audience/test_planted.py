"""The matrix finds what it is there for: a route that nobody placed, an audience that reaches
further than it may, and a refusal that writes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import marshmallow as ma

from backend.app import create_app
from backend.applications import queries
from backend.core.errors import NotFound
from backend.web import Doors, Schema, api, units, work
from backend.web.context import WebKit
from backend.web.doors import CITIZENS, EVERYBODY, STAFF
from tests.audience.judge import judge
from tests.audience.scenes import SCENES
from tests.audience.table import Operation, Row, faults, operations_of, rows
from tests.audience.world import World
from tests.factories.documented import DocumentedClient

ROOM = Doors("novelties", __name__, url_prefix="/api/v1/novelties")
PLANTED = "applications.get_checklist"


class Novelty(Schema):
    name = ma.fields.String()


@ROOM.get("")
@ROOM.door("listNovelties", CITIZENS)
@ROOM.response(200, Novelty)
def novelties() -> dict[str, Any]:
    """A new route."""
    return {"name": "planted"}


@ROOM.door("leak", EVERYBODY)
def leak(application_id: UUID) -> dict[str, Any]:
    """Looks for the case and asks nobody whose it is."""
    assert queries.get(work(), application_id).state == "awaiting_consent"
    return {"complete": True, "sections": [], "missing": []}


@ROOM.door("harm", CITIZENS | STAFF)
def harm(application_id: UUID) -> dict[str, Any]:
    """Writes in a unit of its own, and refuses only then."""
    with units().write() as unit:
        queries.get(unit, application_id).area = "rural"
    raise NotFound()


@contextmanager
def planted(world: World, view: Any) -> Iterator[None]:
    """The same house behind an app in which one door was built wrongly."""
    app, client = create_app(world.town.house), world.town.client
    app.view_functions[PLANTED] = view
    world.town.client = DocumentedClient(app)
    try:
        yield
    finally:
        world.town.client = client


def line_of(paper: str, label: str) -> Row:
    return next(row for row in rows(paper) if row.label == label)


def test_a_route_that_nobody_placed_is_named(world: World, paper: str) -> None:
    kit: WebKit = world.app.extensions["zhangban"]
    bigger = api.build(kit, [ROOM], trusted_proxies=0, limit=1000)
    spec = bigger.test_client().get("/openapi.json").get_json()
    found = [told for told in faults(operations_of(spec), paper, []) if "listNovelties" in told]
    assert found == [
        "listNovelties (GET /api/v1/novelties) is in no table of docs/audience.md: add a line in "
        "`novelties` that says who may, and its scene in tests/audience/scenes/."
    ]


def test_a_line_whose_route_is_gone_is_named(operations: dict[str, Operation], paper: str) -> None:
    left = {name: one for name, one in operations.items() if name != "getTimeline"}
    told = faults(left, paper, SCENES)
    assert [fault.partition(":")[0] for fault in told] == ["getTimeline", "getTimeline, a draft"]


def test_a_table_with_a_hole_is_named(operations: dict[str, Operation], paper: str) -> None:
    cut = paper.replace("| getChecklist ", "| getWorklist ").replace("| 404 ", "| 418 ", 1)
    told = "\n".join(faults(operations, cut, SCENES))
    for fault in (
        "getChecklist (GET ",
        "getWorklist stands under `applications` and belongs to `staff`.",
        "getWorklist: two lines.",
        "getChecklist: a scene without a line.",
        "{'418'} is no answer.",
    ):
        assert fault in told


def test_a_widened_audience_is_caught(
    world: World, operations: dict[str, Operation], paper: str
) -> None:
    row = line_of(paper, "getChecklist")
    with planted(world, leak):
        told = judge(world, operations["getChecklist"], row)
    reached = {fault.partition(" as ")[2].partition(":")[0] for fault in told}
    assert reached == set(row.cells) - set(row.allowed)
    assert "getChecklist as citizen: yes, and the table says 404." in told


def test_a_refusal_that_writes_is_caught(
    world: World, operations: dict[str, Operation], paper: str
) -> None:
    row = line_of(paper, "getChecklist")
    with planted(world, harm):
        told = judge(world, operations["getChecklist"], row, ["citizen"])
    assert told == [
        "getChecklist as citizen: 404, which changed ['applications'], and the table says 404."
    ]
    assert world.own.filer.case(world.own.waiting["id"])["area"] == "urban", "it was wiped again"
