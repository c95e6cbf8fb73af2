"""State moves as data: which action leads from where to where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from backend.core.errors import Conflict


class IllegalMove(Conflict):
    """The action does not fit the state that the row is in."""

    code = "move_not_possible"


S = TypeVar("S", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Move(Generic[S]):
    """One action: from any state of `frm` to the state `to`."""

    to: S
    frm: frozenset[S]


def next_state(moves: Mapping[str, Move[S]], state: S, action: str) -> S:
    """The state that `action` leads to; raises IllegalMove (409) where it does not fit `state`."""
    move = moves[action]
    if state not in move.frm:
        raise IllegalMove(action=action, state=state.value)
    return move.to


def legal_moves(moves: Mapping[str, Move[S]], state: S) -> list[str]:
    """The actions that fit `state`, in the order of the table."""
    return [action for action, move in moves.items() if state in move.frm]
