"""The township's desk: what waits, what it publishes, whom it lets decide."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from backend.audit.models import AuditRow
from backend.core.access import Role
from tests.factories.house import ELSEWHERE, TOWNSHIP, VILLAGE
from tests.factories.people import APPLICANT, DAUGHTER
from tests.factories.wishes import OLD_WOMAN, TEXT, Street, named, ok, refused

REASON = {"reason": "请写清楚。"}
DECISIONS: list[tuple[str, dict[str, Any]]] = [
    ("publication", {}),
    ("return", REASON),
    ("rejection", REASON),
    ("settlement", {"received": True, **REASON}),
]


def test_decisions_name_the_version_they_were_made_on(street: Street) -> None:
    wish = street.posted()
    for how, body in DECISIONS:
        path = f"/staff/wishes/{wish['id']}/{how}"
        refused(street.desk.post(path, body), 428, "version_missing")
        refused(street.desk.post(path, body, version=wish["version"] + 1), 412, "version_stale")


def test_only_the_township_of_the_place_decides(street: Street) -> None:
    wish = street.posted()
    others = [
        street.owner,
        street.town.staff(Role.TOWNSHIP, ELSEWHERE),
        street.town.staff(Role.VILLAGE, VILLAGE),
        street.town.staff(Role.COUNTY, TOWNSHIP[:6]),
        street.town.staff(Role.CITY, "6103"),
        street.town.staff(Role.AUDITOR, "6103"),
    ]
    for how, body in DECISIONS:
        path = f"/staff/wishes/{wish['id']}/{how}"
        for other in others:
            refused(other.post(path, body, version=wish["version"]), 403, "not_allowed")


def test_nobody_reviews_what_he_posted_himself(street: Street) -> None:
    wish = street.posted(street.desk, beneficiary=named(OLD_WOMAN))
    refused(street.decide(wish, "publication", {}), 403, "not_allowed")
    colleague = street.town.staff()
    assert ok(street.decide(wish, "publication", {}, colleague))["state"] == "published"


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"text": f"{APPLICANT.name}想要被子"}, None),
        ({"text": "秀英想要被子"}, None),
        ({}, f"{APPLICANT.name}想要被子"),
        ({"beneficiary": named(DAUGHTER)}, f"{DAUGHTER.name}的书包"),
        ({"beneficiary": named(DAUGHTER)}, f"{APPLICANT.name}家孩子的书包"),
    ],
)
def test_no_name_gets_onto_the_board(street: Street, more: Any, text: str | None) -> None:
    wish = street.posted(**more)
    answer = street.decide(wish, "publication", {"publicText": text} if text else {})
    refused(answer, 422, "wish_text_name", "/publicText")
    ok(street.decide(wish, "publication", {"publicText": "想要一床厚被子"}))


@pytest.mark.parametrize(
    ("body", "path", "code"),
    [
        ({"publicText": "给钱也行"}, "/publicText", "wish_text_money"),
        ({"publicText": "打13800138000"}, "/publicText", "wish_text_contact"),
        ({"valueFen": 60_000}, "/valueFen", "wish_too_dear"),
    ],
)
def test_what_the_township_writes_obeys_the_same_rules(
    street: Street, body: dict[str, Any], path: str, code: str
) -> None:
    refused(street.decide(street.posted(), "publication", body), 422, code, path)


def test_the_township_may_correct_text_and_value(street: Street) -> None:
    body = {"publicText": "一位大姐想要被子", "valueFen": 15_000}
    shown = ok(street.decide(street.posted(), "publication", body))
    assert (shown["publicText"], shown["valueFen"]) == (body["publicText"], 15_000)
    assert shown["asked"]["text"] == TEXT


def test_the_desk_lists_its_own_place_by_state(street: Street) -> None:
    first = street.posted()
    second = street.posted(text="想要一双棉鞋")
    street.decide(second, "return", REASON)

    def listed(**query: str) -> list[str]:
        found = street.desk.get("/staff/wishes", query_string=query)
        return [one["id"] for one in ok(found)["items"]]

    assert listed() == [first["id"]]
    assert listed(state="returned") == [second["id"]]
    assert listed(state="published") == []
    for role, scope, count in (
        (Role.VILLAGE, VILLAGE, 1),
        (Role.VILLAGE, "610304001002", 0),
        (Role.TOWNSHIP, ELSEWHERE, 0),
    ):
        found = street.town.staff(role, scope).get("/staff/wishes")
        assert len(ok(found)["items"]) == count
    refused(street.county().get("/staff/wishes"), 403, "not_allowed")
    refused(street.owner.get("/staff/wishes"), 403, "not_allowed")
    wrong = street.desk.get("/staff/wishes?state=lost")
    assert wrong.status_code == 422


def test_the_desks_list_is_paged(street: Street) -> None:
    wishes = [street.posted(), street.posted(text="想要一双棉鞋")]
    first = ok(street.desk.get("/staff/wishes?limit=1"))
    second = ok(street.desk.get(f"/staff/wishes?limit=1&cursor={first['nextCursor']}"))
    found = [one["id"] for page in (first, second) for one in page["items"]]
    assert found == [wish["id"] for wish in wishes]
    assert second["nextCursor"] is None
    broken = street.desk.get("/staff/wishes?cursor=bm90aGluZw")
    refused(broken, 422, "cursor_invalid", "/cursor")


def test_a_published_wish_can_be_taken_off_the_board(street: Street) -> None:
    wish = street.published()
    back = ok(street.decide(wish, "return", REASON))
    assert (back["state"], back["publishedAt"], back["publicText"]) == ("returned", None, None)
    assert ok(street.town.client.send("GET", "/wishes"))["items"] == []


def test_a_wish_that_is_held_can_be_ended_and_its_giver_is_told(street: Street) -> None:
    wish = street.claimed()
    ended = ok(street.decide(wish, "rejection", {"reason": "老人已经去世。"}))
    assert ended["state"] == "rejected"
    assert street.giver.get(f"/wishes/{wish['id']}").status_code == 404
    codes = [m["code"] for m in street.giver.get("/me").get_json()["messages"]]
    assert codes[0] == "told_claim_over"
    assert ok(street.owner.get(f"/wishes/{wish['id']}"))["asked"]["reason"] == "老人已经去世。"


def test_the_township_sees_who_gives_and_settles(street: Street) -> None:
    wish = street.checking()
    seen = ok(street.desk.get(f"/wishes/{wish['id']}"))
    assert seen["claim"]["denied"] is True
    assert seen["claim"]["giverName"] == "赵大山"
    assert ok(street.owner.get(f"/wishes/{wish['id']}"))["claim"]["giverName"] is None
    assert "settle" in seen["moves"]
    done = ok(street.decide(wish, "settlement", {"received": True, **REASON}))
    assert done["state"] == "fulfilled"
    assert ok(street.giver.get(f"/wishes/{wish['id']}"))["state"] == "fulfilled"


def test_what_did_not_arrive_hangs_on_the_board_again(street: Street) -> None:
    wish = street.checking()
    back = ok(street.decide(wish, "settlement", {"received": False, **REASON}))
    assert (back["state"], back["claim"]) == ("published", None)
    (card,) = ok(street.town.client.send("GET", "/wishes"))["items"]
    assert card["id"] == wish["id"]
    assert ok(street.giver.get("/wishes/mine?side=given"))["items"] == []
    assert ok(street.giver.post(f"/wishes/{wish['id']}/claim"))["state"] == "claimed"


def test_a_look_by_staff_is_recorded_and_its_refusal_too(street: Street) -> None:
    wish = street.posted()
    ok(street.desk.get(f"/wishes/{wish['id']}"))
    street.town.staff(scope=ELSEWHERE).get(f"/wishes/{wish['id']}")
    with street.town.units.read() as work:
        rows = work.session.scalars(select(AuditRow).order_by(AuditRow.id)).all()
    read = [row for row in rows if row.action == "wish.read"]
    assert [(row.actor_id, row.county) for row in read] == [(street.desk.id, "610304")]
    denied = [row.subject for row in rows if row.action == "access.refused"]
    assert denied == ["wish.read"]
