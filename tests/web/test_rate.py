"""How often one address may ask."""

from __future__ import annotations

from backend.web import rate
from backend.web.rate import Rate


def test_who_has_used_up_the_window_waits_for_its_end_and_nobody_else() -> None:
    taken = Rate(2)
    assert [taken.take("a"), taken.take("a")] == [None, None]
    wait = taken.take("a")
    assert wait is not None
    assert 0 < wait <= 60
    assert taken.take("b") is None


def test_a_flood_of_addresses_fills_no_memory() -> None:
    taken = Rate(1)
    for number in range(rate._MOST_ADDRESSES + 10):
        taken.take(str(number))
    assert len(taken._counts) <= rate._MOST_ADDRESSES + 1
