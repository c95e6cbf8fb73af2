"""Wishes from post to thanks through HTTP: a citizen's, one of a person without a phone, a
minor's.
"""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from backend.audit.models import AuditRow
from backend.audit.service import verify
from tests.factories import people
from tests.factories.house import Town, Visitor
from tests.factories.people import APPLICANT, DAUGHTER, STRANGER
from tests.factories.wishes import OLD_WOMAN, TEXT, Street, confirm, named, ok


@pytest.fixture
def street(town: Town) -> Street:
    return Street(town)


def board(town: Town, **query: str) -> list[dict[str, Any]]:
    """What somebody without a log-in sees."""
    found = town.client.send("GET", "/wishes", query_string=query)
    return list(ok(found)["items"])


def actions(town: Town, wish: dict[str, Any]) -> list[str]:
    """The wish's audit chain, which holds."""
    with town.units.read() as work:
        assert verify(work) == []
        rows = select(AuditRow.action).where(AuditRow.chain == f"case:{wish['id']}")
        return list(work.session.scalars(rows.order_by(AuditRow.seq)))


def told(visitor: Visitor) -> list[str]:
    found = visitor.get("/me").get_json()["messages"]
    codes = [message["code"] for message in reversed(found)]
    return [code for code in codes if code.startswith(("told_wish", "told_claim"))]


def test_a_citizens_wish_from_post_to_thanks(street: Street) -> None:
    town, owner, giver = street.town, street.owner, street.giver
    wish = street.posted(phone="13800138000", mayShowPhone=True)
    assert (wish["state"], wish["moves"]) == ("submitted", ["edit", "withdraw"])
    assert board(town) == []
    path = f"/wishes/{wish['id']}"
    assert giver.get(path).status_code == 404

    (waiting,) = ok(street.desk.get("/staff/wishes"))["items"]
    assert (waiting["id"], waiting["name"], waiting["text"]) == (wish["id"], "王*", TEXT)
    ok(street.decide(wish, "publication", {"publicText": "一位大姐想要一床厚被子。"}))
    (card,) = board(town)
    assert card.pop("publishedAt")
    assert card == {
        "id": wish["id"],
        "kind": "clothing",
        "text": "一位大姐想要一床厚被子。",
        "valueFen": 20_000,
        "division": "610304001000",
        "place": "虢镇街道",
    }
    seen = ok(giver.get(path))
    assert (seen["asked"], seen["handover"], seen["claim"]) == (None, None, None)
    assert seen["moves"] == ["claim"]

    taken = ok(giver.post(f"{path}/claim"))
    assert board(town) == []
    assert taken["handover"]["name"] == APPLICANT.name
    assert taken["handover"]["phone"] == "13800138000"
    assert taken["handover"]["place"].startswith("虢镇街道")
    assert ok(giver.get(path))["handover"] == taken["handover"]
    assert ok(owner.get(path))["claim"]["until"] == "2026-03-17"
    (mine,) = ok(giver.get("/wishes/mine?side=given"))["items"]
    assert (mine["id"], mine["until"]) == (wish["id"], "2026-03-17")

    sent = ok(giver.once(f"{path}/delivery", {"note": "放在村委会。"}))
    assert sent["state"] == "delivered"
    assert giver.upload(wish["id"], "delivery_photo").status_code == 201
    photo = ok(owner.get(path))["claim"]["photos"][0]
    assert owner.get(f"/documents/{photo}/content").mimetype == "image/jpeg"
    half = ok(confirm(giver, wish))
    assert (half["state"], half["claim"]["giverConfirmed"]) == ("delivered", True)
    done = ok(confirm(owner, wish))
    assert (done["state"], done["moves"]) == ("fulfilled", ["thank"])

    ok(owner.once(f"{path}/feedback", {"text": "被子很暖和，谢谢您。"}))
    after = ok(giver.get(path))
    assert after["claim"]["thanks"] == "被子很暖和，谢谢您。"
    assert (after["handover"], after["asked"]) == (None, None)
    assert told(owner) == ["told_wish_news"] * 2 + ["told_wish_confirm", "told_wish_news"]
    assert told(giver) == ["told_claim_news", "told_claim_thanked"]
    assert actions(town, wish) == [
        "wish.posted",
        "wish.read",
        "wish.published",
        "wish.claimed",
        "wish.name_read",
        "wish.delivered",
        "document.stored",
        "wish.confirmed",
        "wish.confirmed",
        "wish.fulfilled",
        "wish.thanked",
    ]


def test_a_villages_wish_for_a_person_without_a_phone(street: Street) -> None:
    village, giver = street.village, street.giver
    wish = street.posted(village, beneficiary=named(OLD_WOMAN), kind="aid", valueFen=80_000)
    path = f"/wishes/{wish['id']}"
    assert village.upload(wish["id"], "wish_photo").status_code == 201
    seen = ok(street.desk.get(path))["asked"]
    assert (seen["byDesk"], seen["vouched"], seen["name"]) == (True, True, OLD_WOMAN.name)
    (photo,) = seen["photos"]
    assert street.desk.get(f"/documents/{photo}/content").status_code == 200
    street.published(wish)
    assert street.claimed(wish)["handover"]["phone"] is None
    assert giver.get(f"/documents/{photo}").status_code == 404
    street.delivered(wish)
    ok(confirm(giver, wish))
    assert ok(confirm(village, wish))["state"] == "fulfilled"
    ok(village.once(f"{path}/feedback", {"text": "老人家说谢谢。"}))
    she = street.proven(OLD_WOMAN)  # years later she has a phone after all
    assert ok(she.get(path))["asked"]["name"] == OLD_WOMAN.name
    assert told(she)[0] == "told_wish_posted_for_you"


def test_a_minors_wish_is_the_guardians_to_ask_and_to_confirm(street: Street) -> None:
    guardian = street.owner
    wish = street.posted(beneficiary=named(DAUGHTER), kind="study", text="想要一个新书包。")
    assert wish["asked"]["minor"] is True
    assert wish["asked"]["guardianName"] == APPLICANT.name
    street.published(wish)
    (card,) = board(street.town)
    assert set(card) == {
        "id", "kind", "text", "valueFen", "division", "place", "publishedAt",
    }  # fmt: skip
    handover = street.claimed(wish)["handover"]
    assert (handover["name"], handover["guardianName"]) == ("李*", APPLICANT.name)
    street.delivered(wish)
    ok(confirm(street.giver, wish))
    child = street.proven(DAUGHTER)
    assert confirm(child, wish).status_code == 404
    assert ok(confirm(guardian, wish))["state"] == "fulfilled"
    assert [one["id"] for one in ok(guardian.get("/wishes/mine"))["items"]] == [wish["id"]]
    assert people.HUSBAND.name not in str(ok(guardian.get(f"/wishes/{wish['id']}")))


def test_nobody_else_ever_sees_the_name(street: Street) -> None:
    wish = street.published()
    path = f"/wishes/{wish['id']}"
    other = street.proven(people.HELPER)
    above = street.county()
    elsewhere = street.town.staff(scope="610304101")
    for state in ("published", "claimed", "delivered", "fulfilled"):
        if state == "claimed":
            street.claimed(wish)
        elif state == "delivered":
            street.delivered(wish)
        elif state == "fulfilled":
            confirm(street.giver, wish)
            confirm(street.owner, wish)
        answers = [other.get(path), above.get(path), elsewhere.get(path)]
        answers.append(street.town.client.send("GET", "/wishes"))
        for answer in answers:
            assert APPLICANT.name not in answer.get_data(as_text=True), state
        assert STRANGER.name not in street.owner.get(path).get_data(as_text=True)
        assert above.get(path).status_code == 200
