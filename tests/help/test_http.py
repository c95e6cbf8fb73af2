"""Asking for help over HTTP: the asker, village, township, and whoever has no part in it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from backend.audit.models import AuditRow
from backend.core.access import Role
from backend.help.models import HelpRequest
from tests.factories.house import ELSEWHERE, TOWNSHIP, VILLAGE, Town, Visitor
from tests.factories.people import APPLICANT, STRANGER

PHONE = "13912345678"


def ask(who: Visitor, **more: Any) -> TestResponse:
    return who.once("/help-requests", {"division": VILLAGE, **more})


def asked(who: Visitor, **more: Any) -> dict[str, Any]:
    response = ask(who, **more)
    assert response.status_code == 201, response.get_json()
    return dict(response.get_json())


def deed(who: Visitor, found: dict[str, Any], what: str, body: Any = None) -> TestResponse:
    side = "" if what == "withdrawal" else "/staff"
    path = f"{side}/help-requests/{found['id']}/{what}"
    return who.post(path, body, version=found["version"])


def done(response: TestResponse) -> dict[str, Any]:
    assert response.status_code == 200, response.get_json()
    return dict(response.get_json())


def refused(response: TestResponse, status: int, code: str) -> None:
    assert (response.status_code, response.get_json()["code"]) == (status, code)


@pytest.fixture
def me(town: Town) -> Visitor:
    return town.citizen(APPLICANT)


@pytest.fixture
def village(town: Town) -> Visitor:
    return town.staff(Role.VILLAGE, VILLAGE)


def listed(who: Visitor, query: str = "") -> list[dict[str, Any]]:
    return list(who.get(f"/staff/help-requests{query}").get_json()["items"])


def test_from_the_first_word_to_the_end(town: Town, me: Visitor, village: Visitor) -> None:
    mine = asked(me, phone=PHONE, note="眼睛看不清，不会填。")
    assert (mine["state"], mine["phone"], mine["moves"]) == ("open", "139******78", ["withdraw"])
    assert mine["place"]
    [task] = listed(village)
    assert (task["name"], task["phone"], task["byMe"]) == (APPLICANT.name, "139******78", False)
    assert task["moves"] == ["claim"]
    taken = done(deed(village, task, "claim"))
    assert (taken["phone"], taken["byMe"], taken["moves"]) == (PHONE, True, ["claim", "finish"])
    assert listed(town.staff())[0]["phone"] == "139******78"
    [seen] = me.get("/help-requests/mine").get_json()["items"]
    assert (seen["state"], seen["takenAs"]) == ("taken", "village")
    finished = done(deed(village, taken, "done", {"answer": "上门填好了。"}))
    assert finished["state"] == "done"
    [seen] = me.get("/help-requests/mine").get_json()["items"]
    assert (seen["state"], seen["answer"], seen["moves"]) == ("done", "上门填好了。", [])
    told = [m["code"] for m in me.get("/me").get_json()["messages"]]
    assert told == ["told_help_done", "told_help_taken"]
    assert listed(village) == []
    assert [task["id"] for task in listed(village, "?state=done")] == [mine["id"]]
    with town.units.read() as work:
        deeds = select(AuditRow.action).where(AuditRow.subject == f"help_request:{mine['id']}")
        assert list(work.session.scalars(deeds.order_by(AuditRow.seq))) == [
            "help.asked", "help.claimed", "help.done",
        ]  # fmt: skip


def test_nothing_lies_in_clear(town: Town, me: Visitor) -> None:
    asked(me, phone=PHONE, note="住在沟东边。")
    with town.units.read() as work:
        row = work.session.scalars(select(HelpRequest)).one()
        raw = b"".join(column or b"" for column in (row.name, row.phone, row.note))
    assert all(word.encode() not in raw for word in (PHONE, "沟东边", APPLICANT.name))


def test_one_at_a_time_and_five_a_day(town: Town, me: Visitor) -> None:
    for _ in range(5):
        mine = asked(me)
        refused(ask(me), 409, "help_already_asked")
        assert done(deed(me, mine, "withdrawal"))["state"] == "withdrawn"
    response = ask(me)
    refused(response, 429, "help_too_often")
    assert 0 < int(response.headers["Retry-After"]) <= 24 * 3600
    town.clock.advance(days=1, seconds=1)
    asked(me)


def test_the_same_key_asks_once(town: Town, me: Visitor) -> None:
    body = {"division": VILLAGE}
    first = me.post("/help-requests", body, key="the-same-key-twice")
    again = me.post("/help-requests", body, key="the-same-key-twice")
    assert first.status_code == again.status_code == 201
    assert first.get_json()["id"] == again.get_json()["id"]


def test_whoever_has_not_said_who_he_is_leaves_a_trace(town: Town) -> None:
    somebody = town.citizen("somebody")
    refused(ask(somebody), 422, "help_nobody_to_find")
    mine = asked(somebody, note="村东头第三家。")
    [task] = listed(town.staff())
    assert (task["id"], task["name"], task["phone"]) == (mine["id"], None, None)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"division": "610304000000"}, "/division"),
        ({"division": "610304999999"}, "/division"),
        ({"phone": "12345"}, "/phone"),
        ({"note": "长" * 201}, "/note"),
        ({"note": "\u202e"}, "/note"),
        ({"state": "done"}, "/state"),
    ],
)
def test_wrong_fields_are_named(me: Visitor, change: dict[str, Any], path: str) -> None:
    response = ask(me, **change)
    assert response.status_code == 422
    assert [e["path"] for e in response.get_json()["errors"]] == [path]
    assert me.get("/help-requests/mine").get_json()["items"] == []


def test_others_have_no_part_in_it(town: Town, me: Visitor, village: Visitor) -> None:
    mine = asked(me)
    refused(deed(town.citizen(STRANGER), mine, "withdrawal"), 404, "not_found")
    for role, scope in ((Role.TOWNSHIP, ELSEWHERE), (Role.VILLAGE, f"{TOWNSHIP}002")):
        elsewhere = town.staff(role, scope)
        assert listed(elsewhere) == []
        refused(deed(elsewhere, mine, "claim"), 403, "not_allowed")
    county = town.staff(Role.COUNTY, TOWNSHIP[:6])
    refused(county.get("/staff/help-requests"), 403, "not_allowed")
    refused(deed(me, mine, "claim"), 403, "not_allowed")
    refused(village.get("/help-requests/mine"), 403, "not_allowed")


def test_of_two_who_take_it_up_one_is_told_so(town: Town, me: Visitor, village: Visitor) -> None:
    mine = asked(me)
    taken = done(deed(village, mine, "claim"))
    township = town.staff()
    refused(deed(township, mine, "claim"), 412, "version_stale")
    over = done(deed(township, taken, "claim"))
    assert (over["byMe"], over["takenAs"]) == (True, "township")
    refused(township.post(f"/staff/help-requests/{mine['id']}/claim"), 428, "version_missing")


def test_what_is_over_stays_over(town: Town, me: Visitor, village: Visitor) -> None:
    mine = asked(me)
    refused(deed(village, mine, "done", {}), 409, "move_not_possible")
    back = done(deed(me, mine, "withdrawal"))
    refused(deed(village, back, "claim"), 409, "move_not_possible")
    refused(deed(me, back, "withdrawal"), 409, "move_not_possible")
    missing = {**mine, "id": "0198a5c2-7b3e-7c41-9d52-6e8f0a1b2c3d"}
    refused(deed(village, missing, "claim"), 404, "not_found")
