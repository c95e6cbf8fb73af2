"""The life of a document (材料)."""

from __future__ import annotations

from enum import StrEnum

from backend.core.transitions import Move


class DocumentState(StrEnum):
    """`deleted` keeps the row for the case's history; its files are gone."""

    STORED = "stored"
    DELETED = "deleted"


MOVES = {
    "delete": Move(to=DocumentState.DELETED, frm=frozenset({DocumentState.STORED})),
}
