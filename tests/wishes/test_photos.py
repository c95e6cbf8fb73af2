"""Photos of a wish: whose, when, and who may look at which."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from werkzeug.test import TestResponse

from backend.core.access import Role
from tests.factories.house import ELSEWHERE, VILLAGE, Visitor
from tests.factories.people import HELPER
from tests.factories.pictures import pdf
from tests.factories.wishes import OLD_WOMAN, Street, confirm, named, ok, refused
from tests.wishes.test_jobs import run


def look(visitor: Visitor, photo: str) -> TestResponse:
    return visitor.get(f"/documents/{photo}/content")


def test_the_asking_side_adds_photos_before_the_review(street: Street) -> None:
    wish = street.posted()
    photo = ok(street.owner.upload(wish["id"], "wish_photo"), 201)
    refused(street.owner.upload(wish["id"], "delivery_photo"), 422, "slot_unknown", "/slot")
    refused(street.owner.upload(wish["id"], "household_register"), 422, "slot_unknown", "/slot")
    refused(street.owner.upload(wish["id"], "other"), 422, "slot_unknown", "/slot")
    refused(street.desk.upload(wish["id"], "wish_photo"), 403, "not_allowed")
    path = f"/documents/{photo['id']}"
    assert street.owner.delete(path, version=1).status_code == 204
    street.owner.upload(wish["id"], "wish_photo")
    street.published(wish)
    (kept,) = ok(street.owner.get(f"/wishes/{wish['id']}"))["asked"]["photos"]
    refused(street.owner.upload(wish["id"], "wish_photo"), 409, "documents_closed")
    closed = street.owner.delete(f"/documents/{kept}", version=1)
    refused(closed, 409, "documents_closed")
    assert kept not in str(ok(street.town.client.send("GET", "/wishes")))


def test_only_photos_are_taken(street: Street) -> None:
    wish = street.posted()
    form: dict[str, Any] = {"caseId": wish["id"], "slot": "wish_photo"}
    answer = street.town.client.send(
        "POST",
        "/documents",
        token=street.owner.token,
        key=str(uuid4()),
        data={**form, "file": (_file(), "1.pdf", "application/pdf")},
        content_type="multipart/form-data",
    )
    refused(answer, 415, "photo_only")


def _file() -> Any:
    return io.BytesIO(pdf())


def test_the_giver_shows_the_delivery_and_sees_no_other_photo(street: Street) -> None:
    wish = street.posted(street.village, beneficiary=named(OLD_WOMAN))
    portrait = ok(street.village.upload(wish["id"], "wish_photo"), 201)["id"]
    street.claimed(street.published(wish))
    giver = street.giver
    for slot in ("wish_photo", "other"):
        refused(giver.upload(wish["id"], slot), 422, "slot_unknown", "/slot")
    delivery = ok(giver.upload(wish["id"], "delivery_photo"), 201)["id"]
    assert ok(giver.get(f"/wishes/{wish['id']}"))["claim"]["photos"] == [delivery]
    assert look(giver, delivery).status_code == 200
    refused(look(giver, portrait), 404, "not_found")
    for visitor in (street.village, street.desk):
        assert look(visitor, delivery).status_code == 200
        assert look(visitor, portrait).status_code == 200
    refused(giver.delete(f"/documents/{delivery}", version=1), 404, "not_found")
    giver.once(f"/wishes/{wish['id']}/return")
    refused(look(giver, delivery), 404, "not_found")
    refused(giver.upload(wish["id"], "delivery_photo"), 404, "not_found")


def given_back(street: Street, wish: dict[str, Any]) -> None:
    ok(street.giver.once(f"/wishes/{wish['id']}/return"))


def lapsed(street: Street, _: dict[str, Any]) -> None:
    street.town.clock.advance(days=16)
    assert run(street.town, "lapse_claims") == 1


def reopened(street: Street, wish: dict[str, Any]) -> None:
    body = {"received": False, "reason": "问过两边，没有收到。"}
    ok(street.decide(street.delivered(wish), "settlement", body))


@pytest.mark.parametrize("ended", [given_back, lapsed, reopened])
def test_the_next_giver_sees_no_photo_of_the_one_before(
    street: Street, ended: Callable[[Street, dict[str, Any]], None]
) -> None:
    wish = street.claimed()
    path = f"/wishes/{wish['id']}"
    earlier = ok(street.giver.upload(wish["id"], "delivery_photo"), 201)["id"]
    ended(street, wish)
    following = street.proven(HELPER)
    assert ok(following.post(f"{path}/claim"))["claim"]["photos"] == []
    refused(look(following, earlier), 404, "not_found")
    refused(following.get(f"/documents/{earlier}"), 404, "not_found")
    own = ok(following.upload(wish["id"], "delivery_photo"), 201)["id"]
    ok(following.once(f"{path}/delivery", {}))
    confirm(following, wish)
    ok(confirm(street.owner, wish))
    desk = street.town.staff()  # sixteen days later nobody's log-in holds
    for visitor in (following, street.owner, desk):
        assert ok(visitor.get(path))["claim"]["photos"] == [own]
        assert look(visitor, own).status_code == 200
    refused(look(following, earlier), 404, "not_found")
    assert look(desk, earlier).status_code == 200  # who must settle a quarrel


def test_a_giver_who_comes_again_begins_without_photos(street: Street) -> None:
    wish = street.claimed()
    earlier = ok(street.giver.upload(wish["id"], "delivery_photo"), 201)["id"]
    given_back(street, wish)
    assert street.claimed(wish)["claim"]["photos"] == []
    refused(look(street.giver, earlier), 404, "not_found")


@pytest.mark.parametrize(
    ("role", "scope"),
    [
        (Role.TOWNSHIP, ELSEWHERE),
        (Role.VILLAGE, "610304001002"),
        (Role.COUNTY, "610304"),
        (Role.AUDITOR, "6103"),
    ],
)
def test_staff_beyond_the_place_see_no_photo(street: Street, role: Role, scope: str) -> None:
    wish = street.posted()
    photo = ok(street.owner.upload(wish["id"], "wish_photo"), 201)["id"]
    refused(look(street.town.staff(role, scope), photo), 403, "not_allowed")
    refused(look(street.proven(HELPER), photo), 404, "not_found")
    assert look(street.town.staff(Role.VILLAGE, VILLAGE), photo).status_code == 200


def test_nobody_adds_photos_to_what_is_over(street: Street) -> None:
    wish = street.fulfilled()
    refused(street.owner.upload(wish["id"], "wish_photo"), 409, "documents_closed")
    refused(street.giver.upload(wish["id"], "delivery_photo"), 404, "not_found")
