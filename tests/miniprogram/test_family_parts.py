"""The applicant's page of who has signed: how it is said of whom, and what can be done."""

from __future__ import annotations

from typing import Any

import pytest

from backend.applications.rules import wait_code
from backend.consent.rules.statements import ways
from backend.consent.states import ConsentState, InvitationState
from backend.core import messages
from tests.miniprogram.parts import answer

LINK = {"link": "https://zhangban.example/mini/sign?t=abcDEF_-0123456789abcdef01234567"}
STATES = ["not_invited", *(str(one) for one in InvitationState), str(ConsentState.WITHDRAWN)]


def _member(state: str, *, wished: str | None = None, **more: object) -> dict[str, Any]:
    """As the API answers, by its own rules and sentences."""
    signer: dict[str, Any] = {
        "state": state,
        "counts": False,
        "wayWished": wished,
        "invitationId": "i1",
        "expiresAt": "2126-12-24T00:00:00+00:00",
        "remindedAt": None,
        **more,
    }
    code = wait_code(
        state,
        counts=bool(signer["counts"]),
        for_all=True,
        under_review=False,
        other_way=wished is not None,
    )
    words = messages.say(code) if code else None
    signer["waitsFor"] = words and {"code": code, "text": words.zh, "next": words.zh_next}
    return {"id": "m1", "name": "赵远航", "relation": "20", "signer": signer}


def _card(
    member: dict[str, Any], link: object = None, *, by_helper: bool = False
) -> dict[str, Any]:
    case = {"members": [member], "principalName": "王秀莲" if by_helper else None}
    given = {"found": case, "link": link}
    found = answer('return part("family").signers(given.found, () => given.link)', given)
    return dict(found[0])


@pytest.mark.parametrize("state", STATES)
def test_every_state_of_a_signer_has_words_and_something_to_do(state: str) -> None:
    card = _card(_member(state))
    assert card["text"]
    assert card["next"]
    assert bool(card["ask"]) is (state != "given"), "nobody is a dead end"


def test_who_has_signed_needs_nothing_any_more() -> None:
    card = _card(_member("given", counts=True), LINK)
    assert (card["text"], card["tone"], card["ask"], card["link"]) == ("签好了", "", "", "")


@pytest.mark.parametrize("state", ["open", "identified", "verified"])
def test_a_link_that_works_is_forwarded_again_and_not_replaced(state: str) -> None:
    card = _card(_member(state), LINK)
    assert card["link"] == LINK["link"]
    assert card["ask"] == ""


def test_an_ended_link_is_renewed_by_one_button() -> None:
    card = _card(_member("expired"), LINK)
    assert (card["link"], card["ask"], card["replaces"]) == ("", "换一个新链接", False)


def test_a_new_link_that_ends_one_in_somebodys_hands_is_asked_about_first() -> None:
    """Links of an older release were not kept, so they cannot be shown again."""
    assert _card(_member("open"))["replaces"] is True


@pytest.mark.parametrize("way", [one.code for one in ways()[1:]])
def test_another_way_that_the_signer_wished_is_told_with_what_comes_next(way: str) -> None:
    found = {_card(_member("open", wished=way))["next"], _card(_member("open"))["next"]}
    assert len(found) == 2
    assert "他想" in _card(_member("open", wished=way))["next"]


def test_one_is_addressed_as_oneself_only_on_ones_own_phone() -> None:
    applicant = {**_member("open"), "relation": "01"}
    own = _card(applicant)
    assert (own["self"], own["who"], own["text"]) == (True, "您自己", "等您签字")
    helped = _card(applicant, by_helper=True)
    assert (helped["self"], helped["who"]) == (False, "申请人")
    mother = _card({**_member("open"), "relation": "52"})
    assert "她" in mother["text"]
    assert "他" not in mother["text"] + mother["next"]


def test_what_counts_and_what_waits_for_a_look_are_counted_apart() -> None:
    members = [
        _member("given", counts=True),
        _member("given"),
        _member("open"),
        {"id": "m4", "name": "小雨", "relation": "30", "signer": None},
    ]
    found = {"members": members, "consents": {"needed": 3, "counted": 1}}
    counted = {"signed": 1, "all": 3, "looked": 1, "done": False}
    assert answer('return part("family").counted(given)', found) == counted
