"""Reads docs/audience.md: who may do what, as people review it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PAPER = Path(__file__).parents[2] / "docs" / "audience.md"
EVERYBODY = "everybody"
SUCCESS = frozenset({"yes", "own"})
OUTCOMES = SUCCESS | {"401", "403", "404", "409", "422"}
METHODS = frozenset({"get", "put", "post", "delete", "patch", "head"})
_ROOM = re.compile(r"## `(\w+)`")
_RULE = re.compile(r"\|[ :|-]+\|")


@dataclass(frozen=True, slots=True)
class Row:
    """One line: an operation, in one state of its matter where it has several lines, and what
    each audience gets.
    """

    room: str
    label: str
    cells: Mapping[str, str]

    @property
    def operation(self) -> str:
        return self.label.partition(",")[0]

    @property
    def allowed(self) -> list[str]:
        return [who for who, outcome in self.cells.items() if outcome in SUCCESS]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the OpenAPI document."""

    name: str
    method: str
    path: str
    room: str
    doc: Mapping[str, Any]

    @property
    def open_to_everybody(self) -> bool:
        return bool(self.doc["x-audience"] == [EVERYBODY])

    def wants(self, header: str) -> bool:
        return any(p["name"] == header for p in self.doc.get("parameters", []))


def operations_of(spec: Mapping[str, Any]) -> dict[str, Operation]:
    """The rows that the OpenAPI document asks for."""
    found = (
        Operation(doc["operationId"], method.upper(), path, doc["tags"][0], doc)
        for path, item in spec["paths"].items()
        for method, doc in item.items()
        if method in METHODS
    )
    return {operation.name: operation for operation in found}


def audiences(paper: str) -> dict[str, str]:
    """The audiences that the paper's first table explains, each with its kind."""
    return {cells[0]: cells[1] for _, cells in list(_lines(paper, before_rooms=True))[1:]}


def rows(paper: str) -> list[Row]:
    """Every line of every room's table, the columns spread out to single audiences."""
    kinds = audiences(paper)
    found: list[Row] = []
    columns: list[list[str]] = []
    for room, cells in _lines(paper):
        if cells[0] == "operation":
            columns = _spread(cells[1:], kinds)
            continue
        by_audience: dict[str, str] = {}
        for column, cell in zip(columns, cells[1:], strict=True):
            by_audience |= dict.fromkeys(column, cell)
        found.append(Row(room, cells[0], by_audience))
    return found


def _spread(header: Sequence[str], kinds: Mapping[str, str]) -> list[list[str]]:
    """Each column's audiences: `a / b` is both, a kind is all of it who have no column here."""
    named = {name for column in header for name in column.split(" / ")}
    found = []
    for column in header:
        if column == EVERYBODY:
            found.append(list(kinds))
        elif column in kinds.values():
            rest = [who for who, kind in kinds.items() if kind == column and who not in named]
            found.append(rest)
        else:
            found.append(column.split(" / "))
    return found


def _lines(paper: str, *, before_rooms: bool = False) -> Iterator[tuple[str, list[str]]]:
    """Room and cells of each table line, either those before the first room or those after."""
    room = ""
    for line in paper.splitlines():
        heading = _ROOM.match(line)
        room = heading[1] if heading else room
        is_line = line.startswith("|") and not _RULE.fullmatch(line)
        if is_line and before_rooms == (not room):
            yield room, [cell.strip().strip("`") for cell in line.strip("|").split("|")]


def faults(operations: Mapping[str, Operation], paper: str, scenes: Collection[str]) -> list[str]:
    """What keeps the table from being whole, each with what to do about it."""
    placed = rows(paper)
    named = {row.operation for row in placed}
    told = [
        f"{one.name} ({one.method} {one.path}) is in no table of docs/audience.md: add a line in "
        f"`{one.room}` that says who may, and its scene in tests/audience/scenes/."
        for one in operations.values()
        if one.name not in named
    ]
    for row in placed:
        told += _row_faults(row, operations, scenes, audiences(paper))
    told += [f"{label}: a scene without a line." for label in sorted(set(scenes) - _labels(placed))]
    told += [f"{label}: two lines." for label in _twice(placed)]
    return told


def _row_faults(
    row: Row,
    operations: Mapping[str, Operation],
    scenes: Collection[str],
    everybody: Collection[str],
) -> Iterator[str]:
    operation = operations.get(row.operation)
    if operation is None:
        yield f"{row.label}: the OpenAPI has no such operation any more: take its line out."
        return
    if operation.room != row.room:
        yield f"{row.label} stands under `{row.room}` and belongs to `{operation.room}`."
    if row.label not in scenes:
        yield f"{row.label} has no scene in tests/audience/scenes/."
    if set(row.cells) != set(everybody):
        yield f"{row.label}: not every audience has one answer: {set(row.cells) ^ set(everybody)}"
    if wrong := set(row.cells.values()) - OUTCOMES:
        yield f"{row.label}: {wrong} is no answer."
    if row.label == row.operation and "yes" not in row.cells.values():
        yield f"{row.label}: nobody may, so nothing shows that it works."


def _labels(placed: Sequence[Row]) -> set[str]:
    return {row.label for row in placed}


def _twice(placed: Sequence[Row]) -> set[str]:
    labels = [row.label for row in placed]
    return {label for label in labels if labels.count(label) > 1}
