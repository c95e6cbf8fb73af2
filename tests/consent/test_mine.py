"""A proven log-in finds what its person signed, in whatever case, and nobody else does."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from backend.consent import service
from backend.core.access import Actor, Role
from backend.core.paging import PageRequest
from backend.core.uow import Units
from backend.identity import service as identity
from tests.factories.consents import (
    CASE,
    HUSBAND,
    SON,
    TOWNSHIP,
    UNSURE,
    Seat,
    given,
    seat,
)

ELSEWHERE = replace(
    CASE, id=UUID(int=101), county="610303", division="610303001001", applicant_name="赵立"
)


def person(units: Units, number: str, *, proven: bool = True) -> Actor:
    with units.write() as work:
        who = identity.ensure_person(work, number)
    return Actor(frozenset({Role.CITIZEN}), id=UUID(int=5), person_id=who, proven=proven)


def mine(units: Units, actor: Actor) -> list[service.MyConsent]:
    with units.read() as work:
        return service.list_mine(work, actor)


def signed(there: Seat) -> UUID:
    there.identify()
    there.look()
    return there.sign().id


def test_all_that_i_signed_anywhere_newest_first_in_the_words_i_agreed_to(units: Units) -> None:
    first = signed(seat(units, SON))
    second = signed(seat(units, SON, ELSEWHERE))
    signed(seat(units, HUSBAND))
    found = mine(units, person(units, "61030319900101101X"))
    assert [one.consent.id for one in found] == [second, first]
    assert [one.applicant_name for one in found] == ["赵*", "王*"]
    assert [word.code for word in found[0].purposes] == list(CASE.purposes)
    assert found[0].authority.code == "610303"
    assert "收回" in found[0].withdrawal.zh


def test_who_only_typed_my_name_and_number_finds_nothing(units: Units) -> None:
    given(units)
    assert mine(units, person(units, SON.id_number, proven=False)) == []
    assert mine(units, person(units, "11010519491231002X")) == []
    assert mine(units, Actor(frozenset({Role.CITIZEN}), id=UUID(int=5), proven=True)) == []


def test_what_was_taken_back_still_stands_there_as_such(units: Units) -> None:
    _, consent = given(units)
    son = person(units, SON.id_number)
    (before,) = mine(units, son)
    assert (before.consent.state, before.consent.counts) == ("given", True)
    with units.write() as work:
        service.withdraw(work, son, consent, None)
    (after,) = mine(units, son)
    assert after.consent.state == "withdrawn"
    assert after.consent.withdrawn_at is not None


def test_what_a_look_at_the_face_made_void_is_no_consent_of_mine(units: Units) -> None:
    given(units, score=UNSURE)
    son = person(units, SON.id_number)
    (waiting,) = mine(units, son)
    assert waiting.consent.under_review
    with units.read() as work:
        (review,) = service.list_reviews(work, TOWNSHIP.scope or "", PageRequest()).items
    with units.write() as work:
        service.decide_review(work, TOWNSHIP, review.id, False, "不像", review.version)
    assert mine(units, son) == []
