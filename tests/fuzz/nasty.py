"""Values that break programs, for every place of a JSON body."""

from __future__ import annotations

from copy import deepcopy
from random import Random
from typing import Any

VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 1.5, -0.0, 1e308, 2**31, 2**53, 2**63, 2**64, -(2**63) - 1, 10**30,
    "", " ", "0", "null", "\n", "\t", "\x7f", "\u0085", "\u2028", "\u202e王", "\ufeff", "\ufffe",
    "\U0010ffff", "𠮷", "e\u0301", "１２３", "٣", "王" * 51, "x" * 5000, "'; DROP TABLE x; --",
    "<script>alert(1)</script>", "${7*7}{{7*7}}", "%s%n%00", "../../etc/passwd", "2026-02-30",
    "9999-12-31", "0001-01-01", "2026-03-02T25:00:00Z", "00000000-0000-0000-0000-000000000000",
    "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF", "11010519491231002x", "１１０１０５１９４９１２",
    "999999999999", "610304001001\n", [], {}, [None], [[]], [[[]]], {"": ""}, {"a": {"b": 1}},
    ["x"] * 300, {"__proto__": 1}, {"$ref": "#"},
)  # fmt: skip


def spoilt(body: Any, random: Random) -> Any:
    """The body with one place of it replaced, doubled, left out or added to."""
    body = deepcopy(body)
    holders = [found for found in _holders(body) if found]
    if not holders:
        return random.choice(VALUES)
    holder = random.choice(holders)
    key: Any = random.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
    match random.randrange(8):
        case 0 if isinstance(holder, dict):
            del holder[key]
        case 1 if isinstance(holder, dict):
            holder[random.choice(["", "id", "version", "__class__", "état", key + " "])] = 1
        case 2 if isinstance(holder, list):
            holder.extend(deepcopy(holder))
        case _:
            holder[key] = deepcopy(random.choice(VALUES))
    return body


def _holders(node: Any) -> list[Any]:
    """Every object and list of the body."""
    if isinstance(node, dict):
        return [node, *(found for value in node.values() for found in _holders(value))]
    if isinstance(node, list):
        return [node, *(found for value in node for found in _holders(value))]
    return []
