"""The public board: what it shows to everybody, page by page, and that an index gives it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.dialects import postgresql, sqlite

from backend.wishes.models import Wish
from backend.wishes.queries import board_statement
from tests.factories.house import Town
from tests.factories.people import APPLICANT, HELPER, HUSBAND
from tests.factories.wishes import Street, ok, refused, wish_body

ELSEWHERE_VILLAGE = "610302001001"  # another county of the same city


def board(town: Town, **query: Any) -> dict[str, Any]:
    return ok(town.client.send("GET", "/wishes", query_string=query))


def hang(street: Street, who: Any, division: str) -> str:
    wish = ok(street.town.citizen(who).once("/wishes", wish_body(division=division)), 201)
    desk = street.town.staff(scope=division[:9])
    return str(ok(street.decide(wish, "publication", {}, desk))["id"])


def test_a_prefix_of_any_level_filters_the_board(street: Street) -> None:
    here = hang(street, APPLICANT, "610304001001")
    near = hang(street, HUSBAND, "610304101000")
    far = hang(street, HELPER, ELSEWHERE_VILLAGE)
    for prefix, found in {
        "": {here, near, far},
        "61": {here, near, far},
        "6103": {here, near, far},
        "610304": {here, near},
        "610304001": {here},
        "610304001001": {here},
        "610304001000": {here},
        "610304000000": {here, near},
        "610300000000": {here, near, far},
        "62": set(),
        "3714": set(),
    }.items():
        query = {"division": prefix} if prefix else {}
        assert {card["id"] for card in board(street.town, **query)["items"]} == found, prefix
    for wrong in ("6", "61030", "abcdef", "6103040010011"):
        answer = street.town.client.send("GET", f"/wishes?division={wrong}")
        refused(answer, 422, "field_shape", "/division")


def test_pages_hold_each_wish_once_the_newest_first(street: Street) -> None:
    ids = []
    for who in (APPLICANT, HUSBAND, HELPER):
        ids.append(hang(street, who, "610304001001"))
        street.town.clock.advance(minutes=1)
    found, cursor = [], None
    for _ in ids:
        page = board(street.town, limit=1, **({"cursor": cursor} if cursor else {}))
        found += [card["id"] for card in page["items"]]
        cursor = page["nextCursor"]
    assert (found, cursor) == (ids[::-1], None)
    broken = street.town.client.send("GET", "/wishes?cursor=bm90aGluZw")
    refused(broken, 422, "cursor_invalid", "/cursor")


def test_a_wish_leaves_the_board_when_it_is_taken_and_comes_back_on_top(street: Street) -> None:
    first = hang(street, APPLICANT, "610304001001")
    street.town.clock.advance(minutes=1)
    second = hang(street, HUSBAND, "610304001001")
    ok(street.giver.post(f"/wishes/{first}/claim"))
    assert [card["id"] for card in board(street.town)["items"]] == [second]
    street.town.clock.advance(minutes=1)
    ok(street.giver.once(f"/wishes/{first}/return"))
    assert [card["id"] for card in board(street.town)["items"]] == [first, second]


def test_the_kinds_and_their_caps_are_public(street: Street) -> None:
    kinds = ok(street.town.client.send("GET", "/wish-kinds?division=610304001001"))["items"]
    caps = {kind["code"]: kind["capFen"] for kind in kinds}
    assert (caps["clothing"], caps["aid"], len(caps)) == (50_000, 100_000, 10)
    assert ok(street.town.client.send("GET", "/wish-kinds"))["items"] == kinds
    wrong = street.town.client.send("GET", "/wish-kinds?division=6103")
    refused(wrong, 422, "division_unknown", "/division")


@pytest.mark.parametrize(
    ("prefix", "index"),
    [
        ("", "ix_wishes_board"),
        ("610304", "ix_wishes_board_county"),
        ("610304001", "ix_wishes_board_township"),
    ],
)
def test_an_index_gives_the_board_in_its_order(town: Town, prefix: str, index: str) -> None:
    wanted = board_statement(prefix).order_by(Wish.on_board_at.desc(), Wish.id.desc()).limit(21)
    with town.units.read() as work:
        on_sqlite = town.units.kit.database.is_sqlite
        dialect = sqlite.dialect() if on_sqlite else postgresql.dialect()
        sql = str(wanted.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
        if on_sqlite:
            rows = work.session.execute(text(f"EXPLAIN QUERY PLAN {sql}"))
            plan = " ".join(row.detail for row in rows)
            assert "TEMP B-TREE" not in plan
        else:
            # on an empty table a scan is cheapest: ask what is possible, not what is chosen
            work.session.execute(text("SET LOCAL enable_seqscan = off"))
            work.session.execute(text("SET LOCAL enable_bitmapscan = off"))
            plan = " ".join(row[0] for row in work.session.execute(text(f"EXPLAIN {sql}")))
            assert "Sort" not in plan
        assert f"{index} " in f"{plan} ".replace("(", " ")
