"""The applicant's page of who has signed: states in words, and links kept for forwarding."""

from __future__ import annotations

from typing import Any

import pytest

from backend.consent.rules.statements import ways
from backend.consent.states import ConsentState, InvitationState
from tests.miniprogram.parts import answer

LINK = {
    "invitationId": "i1",
    "memberId": "m1",
    "token": "abcDEF_-0123456789abcdef01234567",
    "link": "https://zhangban.example/mini/sign?t=abcDEF_-0123456789abcdef01234567",
    "qrPath": "/api/v1/consent-invitations/abcDEF_-0123456789abcdef01234567/qr.png",
    "expiresAt": "2126-12-24T00:00:00+00:00",
}


def _member(state: str, **signer: object) -> dict[str, Any]:
    whole = {"state": state, "counts": False, "wayWished": None, "invitationId": "i1"}
    whole |= {"expiresAt": LINK["expiresAt"], **signer}
    return {"id": "m1", "name": "赵远航", "relation": "20", "signer": whole}


def _card(
    member: dict[str, Any], link: object = None, *, by_helper: bool = False
) -> dict[str, Any]:
    given = {"found": {"members": [member], "byHelper": by_helper}, "link": link}
    found = answer('return part("family").signers(given.found, () => given.link)', given)
    return dict(found[0])


STATES = ["not_invited", *InvitationState, ConsentState.WITHDRAWN]


@pytest.mark.parametrize("state", [str(one) for one in STATES])
def test_every_state_of_a_signer_has_words_and_something_to_do(state: str) -> None:
    card = _card(_member(state))
    assert card["text"]
    assert card["next"]
    assert card["done"] is (state == "given")
    assert bool(card["ask"]) is (state != "given"), "nobody is a dead end"
    assert state not in card["text"]


def test_a_link_that_this_phone_holds_is_forwarded_again_and_not_replaced() -> None:
    card = _card(_member("identified"), LINK)
    assert card["link"] == LINK["link"]
    assert card["ask"] == ""
    assert _card(_member("expired"), LINK)["link"] == "", "an ended one is not"


def test_a_new_link_that_ends_an_old_one_is_asked_about_first() -> None:
    assert _card(_member("open"))["replaces"] is True
    assert _card(_member("expired"))["replaces"] is False


@pytest.mark.parametrize("way", [one.code for one in ways()[1:]])
def test_another_way_that_the_signer_wished_is_told(way: str) -> None:
    assert _card(_member("open", wayWished=way))["way"]


def test_one_is_addressed_as_oneself_only_on_ones_own_phone() -> None:
    applicant = {**_member("open"), "relation": "01"}
    assert _card(applicant)["self"] is True
    helped = _card(applicant, by_helper=True)
    assert (helped["self"], helped["who"]) == (False, "申请人")
    mother = _card({**_member("open"), "relation": "52"})
    assert mother["text"] == "等她打开链接"


def test_what_counts_and_what_waits_for_a_look_are_counted_apart() -> None:
    members = [
        _member("given", counts=True),
        _member("given"),
        _member("open"),
        {"id": "m4", "name": "小雨", "relation": "30", "signer": None},
    ]
    script = 'const { signers, counted } = part("family");'
    script += "return counted(signers({ members: given, byHelper: false }, () => null));"
    assert answer(script, members) == {"signed": 1, "all": 3, "looked": 1, "done": False}


def test_a_link_outlives_a_restart_on_ones_own_phone_only() -> None:
    script = """
        if (given.shared) part("store").put("phone.shared", true);
        part("links").keep(given.link);
        return [part("links").of("i1"), fresh("links").of("i1")].map(Boolean);
    """
    assert answer(script, {"link": LINK, "shared": False}) == [True, True]
    assert answer(script, {"link": LINK, "shared": True}) == [True, False]


def test_a_link_is_forgotten_when_it_ended() -> None:
    script = """
        part("links").keep(given);
        const later = Date.parse("2127-01-01");
        const over = part("links").of("i1", later);
        part("links").tidy(["i1"], []);
        return [over, part("links").of("i1"), fresh("links").of("i1")];
    """
    assert answer(script, LINK) == [None, None, None]
