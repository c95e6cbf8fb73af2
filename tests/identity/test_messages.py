"""Messages that were seen: a number for the phone to show."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from tests.factories.house import Town, Visitor
from tests.factories.people import APPLICANT, SON


def inbox(who: Visitor) -> tuple[int, list[dict[str, Any]]]:
    me = who.get("/me").get_json()
    return me["unread"], me["messages"]


def read(who: Visitor, up_to: str) -> int:
    response = who.post("/me/messages/read", {"upTo": up_to})
    assert response.status_code == 200, response.get_json()
    return int(response.get_json()["unread"])


def test_what_was_seen_is_read_and_what_comes_later_is_new(town: Town) -> None:
    me = town.citizen(APPLICANT)
    assert inbox(me) == (0, [])
    assert read(me, str(UUID(int=2**128 - 1))) == 0
    first = me.submitted()
    second = me.submitted()
    unread, shown = inbox(me)
    assert (unread, [m["read"] for m in shown]) == (2, [False, False])
    assert [m["about"] for m in shown] == [second["id"], first["id"]]
    assert read(me, shown[1]["id"]) == 1
    assert [m["read"] for m in inbox(me)[1]] == [False, True]
    assert read(me, shown[0]["id"]) == 0
    assert read(me, shown[1]["id"]) == 0  # the mark does not go back
    me.submitted()
    assert inbox(me)[0] == 1


def test_an_id_from_the_future_hides_nothing_that_comes(town: Town) -> None:
    me = town.citizen(APPLICANT)
    me.submitted()
    assert read(me, str(UUID(int=2**128 - 1))) == 0
    me.submitted()
    assert inbox(me)[0] == 1


def test_what_waits_for_the_person_is_counted_once_proven(town: Town) -> None:
    me, son = town.citizen(APPLICANT), town.citizen(SON)
    case = me.submitted()
    member = next(m["id"] for m in case["members"] if m["name"] == SON.name)
    me.invite(case["id"], member)
    path = f"/applications/{case['id']}/consent-invitations/{member}/reminder"
    assert me.post(path).status_code == 200
    assert inbox(son)[0] == 0
    town.prove(son)
    unread, [message] = inbox(son)
    assert (unread, message["code"]) == (1, "told_consent_waits")
    assert read(son, message["id"]) == 0


def test_a_mark_that_is_none_is_refused(town: Town) -> None:
    me = town.citizen(APPLICANT)
    for body in ({}, {"upTo": "x"}, {"upTo": None}):
        assert me.post("/me/messages/read", body).status_code == 422
