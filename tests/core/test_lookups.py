"""The range of a code's beginning, on both databases."""

import pytest
from sqlalchemy import select

from backend.core.lookups import begins_with
from backend.regions.models import Division


@pytest.mark.parametrize(
    ("prefix", "finds"),
    [
        ("610303", True), ("610303100000", True), ("", True), ("610304", False),
        ("none", False), ("61%", False), ("６１", False), ("6103031000000", False),
    ],
)  # fmt: skip
def test_a_place_is_found_by_the_beginning_of_its_code(units, prefix, finds):
    with units.write() as work:
        work.session.add(Division(code="610303100000", name="陈仓镇", level=4, parent=None))
    with units.read() as work:
        wanted = select(Division.code).where(begins_with(Division.code, prefix, 12))
        assert bool(work.session.scalar(wanted)) == finds
