"""Posting, mending and taking back: every refusal at its field, and who may."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from backend.core.access import Role
from tests.factories import people
from tests.factories.house import ELSEWHERE, TOWNSHIP, VILLAGE
from tests.factories.people import DAUGHTER, HELPER, HUSBAND, Human
from tests.factories.wishes import OLD_WOMAN, Street, named, ok, refused, wish_body

SIBLING = Human("李小雨", date(2014, 4, 4), turn=3)


@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        ({"text": "想要现金"}, "/text", "wish_text_money"),
        ({"text": "打 13800138000"}, "/text", "wish_text_contact"),
        ({"text": "被" * 201}, "/text", "field_invalid"),
        ({"text": "被"}, "/text", "text_too_short"),
        ({"text": "被子\u202e"}, "/text", "text_has_control_signs"),
        ({"kind": "money"}, "/kind", "field_invalid"),
        ({"valueFen": 50_001}, "/valueFen", "wish_too_dear"),
        ({"kind": "aid", "valueFen": 100_001}, "/valueFen", "wish_too_dear"),
        ({"valueFen": -1}, "/valueFen", "field_invalid"),
        ({"division": "610304999999"}, "/division", "division_unknown"),
        ({"division": "610304000000"}, "/division", "division_too_wide"),
        ({"phone": "12345"}, "/phone", "field_shape"),
        ({"beneficiary": named(HUSBAND)}, "/beneficiary", "wish_for_another_adult"),
        (
            {"beneficiary": named(DAUGHTER), "guardian": named(HUSBAND)},
            "/guardian",
            "wish_guardian_foreign",
        ),
        ({"amountFen": 5}, "/amountFen", "field_unknown"),
    ],
)
def test_a_wrong_wish_is_named_at_its_field(
    street: Street, change: dict[str, Any], path: str, code: str
) -> None:
    refused(street.owner.once("/wishes", wish_body(**change)), 422, code, path)


@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        ({}, "/beneficiary", "wish_beneficiary_missing"),
        ({"beneficiary": named(DAUGHTER)}, "/guardian", "wish_guardian_missing"),
        (
            {"beneficiary": named(DAUGHTER), "guardian": named(SIBLING)},
            "/guardian/idNumber",
            "wish_guardian_too_young",
        ),
    ],
)
def test_a_desk_says_for_whom_and_who_speaks_for_a_minor(
    street: Street, change: dict[str, Any], path: str, code: str
) -> None:
    refused(street.village.once("/wishes", wish_body(**change)), 422, code, path)


def test_a_minor_with_a_phone_names_the_guardian(street: Street) -> None:
    child = street.town.citizen(DAUGHTER)
    refused(child.once("/wishes", wish_body()), 422, "wish_guardian_missing", "/guardian")
    wish = street.posted(child, guardian=named(HUSBAND))
    assert (wish["asked"]["minor"], wish["asked"]["guardianName"]) == (True, HUSBAND.name)


def test_an_adult_needs_no_guardian_whoever_is_named(street: Street) -> None:
    wish = street.posted(guardian=named(HUSBAND))
    assert (wish["asked"]["minor"], wish["asked"]["guardianName"]) == (False, None)


def test_naming_oneself_is_ones_own_wish(street: Street) -> None:
    assert street.posted(beneficiary=named(people.APPLICANT))["asked"]["byDesk"] is False


def test_somebody_unknown_cannot_post(street: Street) -> None:
    refused(street.town.citizen("wang").once("/wishes", wish_body()), 409, "identity_missing")


@pytest.mark.parametrize(
    ("role", "scope", "status"),
    [
        (Role.VILLAGE, VILLAGE, 201),
        (Role.TOWNSHIP, TOWNSHIP, 201),
        (Role.VILLAGE, "610304001002", 403),
        (Role.TOWNSHIP, ELSEWHERE, 403),
        (Role.COUNTY, TOWNSHIP[:6], 403),
        (Role.AUDITOR, "6103", 403),
    ],
)
def test_a_desk_posts_for_its_own_place(
    street: Street, role: Role, scope: str, status: int
) -> None:
    desk = street.town.staff(role, scope)
    answer = desk.once("/wishes", wish_body(beneficiary=named(OLD_WOMAN)))
    assert answer.status_code == status, answer.get_json()


def test_posting_twice_with_one_key_posts_once(street: Street) -> None:
    key = str(uuid4())
    first = ok(street.owner.post("/wishes", wish_body(), key=key), 201)
    assert ok(street.owner.post("/wishes", wish_body(), key=key), 201) == first
    other = street.owner.post("/wishes", wish_body(text="想要一双棉鞋"), key=key)
    refused(other, 422, "idempotency_key_reused")
    assert len(ok(street.owner.get("/wishes/mine"))["items"]) == 1


def test_a_person_has_two_open_wishes_at_most(street: Street) -> None:
    first = street.posted()
    street.posted(text="想要一双棉鞋")
    refused(street.owner.once("/wishes", wish_body()), 409, "wishes_used_up")
    path = f"/wishes/{first['id']}/withdrawal"
    ok(street.owner.post(path, version=first["version"]))
    street.posted(text="想要一条围巾")


def test_whoever_only_claims_to_be_a_person_uses_up_nothing_of_hers(street: Street) -> None:
    impostor = street.town.citizen("impostor")
    ok(impostor.put("/me/identity", named(people.APPLICANT)))
    for _ in range(2):
        street.posted(impostor)
    refused(impostor.once("/wishes", wish_body()), 409, "wishes_used_up")
    street.posted(street.owner)
    street.posted(street.village, beneficiary=named(people.APPLICANT))
    refused(street.owner.once("/wishes", wish_body()), 409, "wishes_used_up")


def test_an_account_has_six_open_wishes_at_most(street: Street) -> None:
    wards = [Human("李小宝", date(2015, 1, turn + 1), turn=turn) for turn in range(4)]
    for ward in wards[:3]:
        for _ in range(2):
            street.posted(beneficiary=named(ward))
    answer = street.owner.once("/wishes", wish_body(beneficiary=named(wards[3])))
    refused(answer, 409, "wishes_used_up")


def test_a_returned_wish_is_mended_and_goes_to_the_township_again(street: Street) -> None:
    wish = street.returned()
    seen = ok(street.owner.get(f"/wishes/{wish['id']}"))
    assert seen["asked"]["reason"] == "请写大小。"
    path, version = f"/wishes/{wish['id']}", seen["version"]
    change = {"text": "想要一床 1.5 米的厚被子。", "phone": "13800138000", "mayShowPhone": True}
    refused(street.owner.patch(path, change), 428, "version_missing")
    refused(street.owner.patch(path, change, version=version - 1), 412, "version_stale")
    money = street.owner.patch(path, {"text": "给我钱"}, version=version)
    refused(money, 422, "wish_text_money", "/text")
    mended = ok(street.owner.patch(path, change, version=version))
    assert mended["state"] == "submitted"
    assert mended["asked"]["text"] == change["text"]
    assert (mended["asked"]["phone"], mended["asked"]["reason"]) == ("13800138000", None)
    assert mended["version"] > version
    again = ok(street.owner.patch(path, {"phone": None}, version=mended["version"]))
    assert (again["asked"]["phone"], again["asked"]["mayShowPhone"]) == (None, False)
    dear = street.owner.patch(path, {"valueFen": 50_001}, version=again["version"])
    refused(dear, 422, "wish_too_dear", "/valueFen")


def test_mending_takes_a_wish_off_the_board(street: Street) -> None:
    wish = street.published()
    version = ok(street.owner.get(f"/wishes/{wish['id']}"))["version"]
    ok(street.owner.patch(f"/wishes/{wish['id']}", {"kind": "daily"}, version=version))
    assert ok(street.town.client.send("GET", "/wishes"))["items"] == []
    refused(street.giver.post(f"/wishes/{wish['id']}/claim"), 404, "not_found")


def test_a_strangers_wish_does_not_exist(street: Street) -> None:
    wish, other = street.posted(), street.proven(HELPER)
    path, version = f"/wishes/{wish['id']}", wish["version"]
    for answer in (
        other.get(path),
        other.patch(path, {"kind": "daily"}, version=version),
        other.post(f"{path}/withdrawal", version=version),
        other.post(f"{path}/claim"),
        other.once(f"{path}/return"),
        other.once(f"{path}/delivery", {}),
        other.post(f"{path}/confirmation", {"received": True}),
        other.once(f"{path}/feedback", {"text": "谢谢您"}),
        other.upload(wish["id"], "wish_photo"),
        other.get(f"/wishes/{uuid4()}"),
    ):
        refused(answer, 404, "not_found")
    assert ok(other.get("/wishes/mine"))["items"] == []


def test_what_is_kept_in_clear_names_nobody(street: Street) -> None:
    """The row itself: names, phone and typed text are sealed."""
    street.posted(beneficiary=named(DAUGHTER), phone="13800138000")
    with street.town.units.read() as work:
        row = str(work.session.execute(text("SELECT * FROM wishes")).mappings().one())
    for secret in (DAUGHTER.name, people.APPLICANT.name, "13800138000", "厚被子", DAUGHTER.number):
        assert secret not in row
    assert "610304" in row
