"""The giver's part: who may take a wish up, what follows, what both sides say."""

from __future__ import annotations

import pytest

from backend.core.access import Role
from tests.factories.house import VILLAGE
from tests.factories.people import APPLICANT, DAUGHTER, HELPER, HUSBAND, SON
from tests.factories.wishes import OLD_WOMAN, Street, confirm, named, ok, refused
from tests.wishes.test_states import ALLOWED


def test_a_giver_whose_identity_is_not_proven_is_told_what_to_do(street: Street) -> None:
    wish = street.published()
    for giver in (street.town.citizen(HELPER), street.town.citizen("nobody")):
        refused(giver.post(f"/wishes/{wish['id']}/claim"), 403, "giver_not_proven")


def test_nobody_takes_up_his_own_wish_or_his_wards(street: Street) -> None:
    owner = street.proven(APPLICANT)
    wish = street.published(street.posted(owner))
    refused(owner.post(f"/wishes/{wish['id']}/claim"), 409, "wish_own")
    second = street.town.citizen("second phone")
    ok(second.put("/me/identity", named(APPLICANT)))
    street.town.prove(second)
    refused(second.post(f"/wishes/{wish['id']}/claim"), 409, "wish_own")
    child = street.published(street.posted(owner, beneficiary=named(DAUGHTER)))
    for who in (owner, street.proven(DAUGHTER)):
        refused(who.post(f"/wishes/{child['id']}/claim"), 409, "wish_own")
    unpublished = street.posted(street.village, beneficiary=named(APPLICANT))
    refused(owner.post(f"/wishes/{unpublished['id']}/claim"), 409, "wish_own")


def test_the_second_giver_is_told_that_it_is_taken(street: Street) -> None:
    wish, other = street.claimed(), street.proven(HELPER)
    path = f"/wishes/{wish['id']}"
    refused(other.post(f"{path}/claim"), 409, "wish_taken")
    refused(other.get(path), 404, "not_found")
    again = ok(street.giver.post(f"{path}/claim"))  # a retry after a dead network
    assert (again["state"], again["version"]) == ("claimed", wish["version"])
    street.delivered(wish)
    confirm(street.giver, wish)
    confirm(street.owner, wish)
    refused(other.post(f"{path}/claim"), 409, "wish_taken")


def test_a_giver_holds_three_wishes_at_most(street: Street) -> None:
    wishes = [
        street.published(street.posted(street.town.citizen(who)))
        for who in (APPLICANT, HUSBAND, SON, HELPER)
    ]
    for wish in wishes[:3]:
        street.claimed(wish)
    refused(street.giver.post(f"/wishes/{wishes[3]['id']}/claim"), 409, "claims_used_up")
    ok(street.giver.once(f"/wishes/{wishes[0]['id']}/return"))
    street.claimed(wishes[3])


def test_a_wish_that_was_given_back_is_free_and_its_name_hidden_again(street: Street) -> None:
    wish = street.claimed(phone="13800138000", mayShowPhone=True)
    path = f"/wishes/{wish['id']}"
    back = ok(street.giver.once(f"{path}/return"))
    assert (back["state"], back["handover"]) == ("published", None)
    assert ok(street.giver.get(path))["handover"] is None
    assert ok(street.giver.get("/wishes/mine?side=given"))["items"] == []
    codes = [m["code"] for m in street.owner.get("/me").get_json()["messages"]]
    assert codes[0] == "told_wish_back_on_board"
    other = street.proven(HELPER)
    assert ok(other.post(f"{path}/claim"))["handover"]["name"] == APPLICANT.name
    refused(street.giver.once(f"{path}/return"), 404, "not_found")


def test_a_phone_shows_only_with_consent(street: Street) -> None:
    wish = street.claimed(phone="13800138000", mayShowPhone=False)
    assert wish["handover"]["phone"] is None
    assert "13800138000" not in street.giver.get(f"/wishes/{wish['id']}").get_data(as_text=True)


def test_fulfilled_needs_both_in_any_order_and_twice_is_once(street: Street) -> None:
    wish = street.delivered()
    first = ok(confirm(street.owner, wish))
    again = ok(confirm(street.owner, wish))
    assert (first["state"], again["version"]) == ("delivered", first["version"])
    codes = [m["code"] for m in street.giver.get("/me").get_json()["messages"]]
    assert codes[0] == "told_claim_confirm"
    done = ok(confirm(street.giver, wish))
    assert (done["state"], done["handover"]) == ("fulfilled", None)
    assert ok(confirm(street.giver, wish))["version"] == done["version"]


def test_what_is_denied_goes_to_the_township_and_may_still_arrive(street: Street) -> None:
    wish = street.delivered()
    ok(confirm(street.owner, wish))
    denied = ok(confirm(street.owner, wish, received=False))
    assert (denied["state"], denied["claim"]["received"]) == ("checking", False)
    (waiting,) = ok(street.desk.get("/staff/wishes?state=checking"))["items"]
    assert waiting["id"] == wish["id"]
    refused(confirm(street.owner, wish, received=False), 409, "move_not_possible")
    ok(confirm(street.giver, wish))
    assert ok(confirm(street.owner, wish))["state"] == "fulfilled"


def test_a_giver_may_say_that_it_was_lost(street: Street) -> None:
    wish = street.delivered()
    assert ok(confirm(street.giver, wish, received=False))["state"] == "checking"


def test_who_confirms_for_a_person_without_a_phone(street: Street) -> None:
    wish = street.published(street.posted(street.village, beneficiary=named(OLD_WOMAN)))
    street.delivered(street.claimed(wish))
    ok(confirm(street.giver, wish))
    other_village = street.town.staff(Role.VILLAGE, "610304001002")
    refused(confirm(other_village, wish), 403, "not_allowed")
    refused(confirm(street.proven(HELPER), wish), 404, "not_found")
    assert ok(confirm(street.desk, wish))["state"] == "fulfilled"


def test_a_desk_does_not_confirm_for_a_citizen(street: Street) -> None:
    wish = street.delivered()
    refused(confirm(street.desk, wish), 403, "not_allowed")
    refused(confirm(street.town.staff(Role.VILLAGE, VILLAGE), wish), 403, "not_allowed")


def test_thanks_are_sent_once_and_hold_no_money_and_no_number(street: Street) -> None:
    wish = street.fulfilled()
    path = f"/wishes/{wish['id']}/feedback"
    for text, code in (
        ("再给我钱吧", "wish_text_money"),
        ("打13800138000", "wish_text_contact"),
        ("谢" * 201, "field_invalid"),
    ):
        refused(street.owner.once(path, {"text": text}), 422, code, "/text")
    refused(street.giver.once(path, {"text": "谢谢我"}), 404, "not_found")
    ok(street.owner.once(path, {"text": "谢谢您"}))
    refused(street.owner.once(path, {"text": "谢谢您"}), 409, "wish_thanked")


def test_a_word_with_the_delivery_holds_no_money_and_no_number(street: Street) -> None:
    wish = street.claimed()
    path = f"/wishes/{wish['id']}/delivery"
    for note, code in (
        ("请给我钱", "wish_text_money"),
        ("加我微信", "wish_text_contact"),
        ("打13800138000", "wish_text_contact"),
        ("放" * 201, "field_invalid"),
    ):
        refused(street.giver.once(path, {"note": note}), 422, code, "/note")
    assert ok(street.giver.once(path, {"note": ""}))["claim"]["note"] is None


def test_a_proven_person_finds_what_others_posted_for_her(street: Street) -> None:
    wish = street.posted(street.village, beneficiary=named(OLD_WOMAN))
    claims = street.town.citizen(OLD_WOMAN)
    assert ok(claims.get("/wishes/mine"))["items"] == []
    refused(claims.get(f"/wishes/{wish['id']}"), 404, "not_found")
    street.town.prove(claims)
    assert [one["id"] for one in ok(claims.get("/wishes/mine"))["items"]] == [wish["id"]]
    path, version = f"/wishes/{wish['id']}/withdrawal", wish["version"]
    assert ok(claims.post(path, version=version))["state"] == "withdrawn"


def test_lists_of_mine_are_paged(street: Street) -> None:
    wishes = [street.posted(), street.posted(text="想要一双棉鞋")]
    page = ok(street.owner.get("/wishes/mine?limit=1"))
    rest = ok(street.owner.get(f"/wishes/mine?limit=1&cursor={page['nextCursor']}"))
    assert [page["items"][0]["id"], rest["items"][0]["id"]] == [w["id"] for w in wishes][::-1]
    for wish in wishes:
        street.claimed(street.published(wish))
    page = ok(street.giver.get("/wishes/mine?side=given&limit=1"))
    rest = ok(street.giver.get(f"/wishes/mine?side=given&limit=1&cursor={page['nextCursor']}"))
    assert [page["items"][0]["id"], rest["items"][0]["id"]] == [w["id"] for w in wishes][::-1]
    for side in ("asked", "given"):
        broken = street.giver.get(f"/wishes/mine?side={side}&cursor=bm90aGluZw")
        refused(broken, 422, "cursor_invalid", "/cursor")


# Every action that the owner, the holder of the claim or the township could try, as a request.
def attempts(street: Street, wish: dict) -> dict:  # type: ignore[type-arg]
    path, version = f"/wishes/{wish['id']}", wish["version"]
    reason = {"reason": "看过了。"}
    owner, giver = street.owner, street.giver
    return {
        "publish": lambda: street.decide(wish, "publication", {}),
        "return": lambda: street.decide(wish, "return", reason),
        "reject": lambda: street.decide(wish, "rejection", reason),
        "edit": lambda: owner.patch(path, {"kind": "daily"}, version=version),
        "withdraw": lambda: owner.post(f"{path}/withdrawal", version=version),
        "give_back": lambda: giver.once(f"{path}/return"),
        "deliver": lambda: giver.once(f"{path}/delivery", {}),
        "confirm": lambda: confirm(owner, wish),
        "question": lambda: confirm(owner, wish, received=False),
        "settle": lambda: street.decide(wish, "settlement", {"received": True, **reason}),
        "reopen": lambda: street.decide(wish, "settlement", {"received": False, **reason}),
        "thank": lambda: owner.once(f"{path}/feedback", {"text": "谢谢您"}),
    }


# To whoever holds no claim there is nothing to give back or to deliver.
OF_THE_CLAIM = {"give_back", "deliver"}


@pytest.mark.parametrize("state", list(ALLOWED))
def test_no_door_does_what_the_state_forbids(street: Street, state: str) -> None:
    wish = street.in_state(state)
    wish = ok(street.owner.get(f"/wishes/{wish['id']}"))
    assert wish["state"] == state
    for action, attempt in attempts(street, wish).items():
        if action in ALLOWED[state]:  # type: ignore[index]
            continue
        answer = attempt()
        if action in OF_THE_CLAIM and answer.status_code == 404:
            continue
        if (action, state) == ("confirm", "fulfilled"):  # to say it again is no fault
            ok(answer)
            continue
        refused(answer, 409, "move_not_possible")
    after = ok(street.owner.get(f"/wishes/{wish['id']}"))
    assert (after["state"], after["version"]) == (state, wish["version"])


@pytest.mark.parametrize("state", list(ALLOWED))
def test_the_moves_that_are_shown_are_those_that_work(street: Street, state: str) -> None:
    wish = street.in_state(state)
    path = f"/wishes/{wish['id']}"
    possible = set(ALLOWED[state])  # type: ignore[index]
    shown = {
        "owner": set(ok(street.owner.get(path))["moves"]),
        "desk": set(ok(street.desk.get(path))["moves"]),
    }
    assert shown["owner"] == possible & {"edit", "withdraw", "confirm", "thank"}
    assert shown["desk"] == possible & {"publish", "return", "reject", "settle", "reopen"}
    answer = street.giver.get(path)
    if state in ("claimed", "delivered", "checking", "fulfilled", "published"):
        wanted = possible & {"claim", "deliver", "give_back", "confirm"}
        assert set(ok(answer)["moves"]) == wanted
    else:
        refused(answer, 404, "not_found")
