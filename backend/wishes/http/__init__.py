"""Doors of wishes."""

from backend.wishes.http import asking, board, desk, giving
from backend.wishes.http.doors import blp

__all__ = ["asking", "blp", "board", "desk", "giving"]
