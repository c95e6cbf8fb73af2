"""Who an account says it is: a claim opens nothing, a proof opens what concerns the person."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from sqlalchemy import select

from backend.core import messages
from backend.core.access import Actor, Role
from backend.identity import service
from backend.identity.models import Account, InboxMessage, Person
from tests.factories import people
from tests.factories.house import Town, Visitor


def claim(visitor: Visitor, who: people.Human) -> int:
    body = {"name": who.name, "idNumber": who.number}
    return visitor.put("/me/identity", body).status_code


def codes(visitor: Visitor) -> list[str]:
    return [m["code"] for m in visitor.get("/me").get_json()["messages"]]


def test_a_claim_is_shown_masked_and_is_no_proof(town: Town) -> None:
    me = town.citizen(people.APPLICANT).get("/me").get_json()
    assert me["assurance"] is None
    assert me["name"] != people.APPLICANT.name
    assert people.APPLICANT.number[6:14] not in me["idNumber"]


def test_who_claimed_sees_only_what_the_account_created(town: Town) -> None:
    case = town.citizen(people.APPLICANT).draft()
    other = town.citizen("another phone")
    assert claim(other, people.APPLICANT) == 200
    assert other.get("/applications").get_json()["items"] == []
    assert other.get(f"/applications/{case['id']}").status_code == 404
    town.prove(other)
    assert [c["id"] for c in other.get("/applications").get_json()["items"]] == [case["id"]]
    assert other.get(f"/applications/{case['id']}").status_code == 200


def test_a_second_claim_alerts_the_first_holder_once(town: Town) -> None:
    first, second = town.citizen(people.APPLICANT), town.citizen("another phone")
    assert claim(second, people.APPLICANT) == 200
    assert claim(second, people.APPLICANT) == 200
    assert codes(first) == ["told_second_claim"]
    assert codes(second) == []


def test_the_same_person_again_alarms_nobody(town: Town) -> None:
    me = town.citizen(people.APPLICANT)
    assert claim(me, people.APPLICANT) == 200
    assert codes(me) == []


def test_a_claim_can_be_mended_until_it_is_proven(town: Town) -> None:
    me = town.citizen(people.STRANGER)
    assert claim(me, people.APPLICANT) == 200
    town.prove(me)
    assert me.get("/me").get_json()["assurance"] == "C"
    response = me.put(
        "/me/identity", {"name": people.STRANGER.name, "idNumber": people.STRANGER.number}
    )
    assert (response.status_code, response.get_json()["code"]) == (409, "identity_already_proven")


def test_a_proof_of_somebody_else_does_not_stick(town: Town) -> None:
    me = town.citizen(people.APPLICANT)
    with town.units.write() as work:
        before = work.session.get_one(Account, me.id).person_id
    assert before is not None
    assert claim(me, people.STRANGER) == 200  # the claim changed while the desk was looking
    with town.units.write() as work:
        service.prove(work, town_desk(), me.id, before, "C")
    assert me.get("/me").get_json()["assurance"] is None


def town_desk() -> Actor:
    return Actor(frozenset({Role.TOWNSHIP}), uuid4(), scope="610304")


def test_claims_are_limited(town: Town) -> None:
    me = town.citizen("wang")
    found = [claim(me, people.Human("王小明", people.SON.born, turn=n)) for n in range(11)]
    assert found == [200] * 10 + [429]


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("610304196805170", "id_number_fifteen_digits"),
        (people.APPLICANT.number[:-1] + "A", "id_number_characters"),
        ("6103041968", "id_number_length"),
        (people.id_number(people.DAUGHTER.born.replace(year=2026, month=3, day=3)), "born"),
    ],
)
def test_a_wrong_number_says_why(town: Town, number: str, code: str) -> None:
    wanted = "id_number_born_later" if code == "born" else code
    response = town.citizen("wang").put("/me/identity", {"name": "王秀英", "idNumber": number})
    assert response.status_code == 422
    assert [(e["path"], e["code"]) for e in response.get_json()["errors"]] == [
        ("/idNumber", wanted)
    ]


def test_one_person_has_one_row_and_no_number_in_clear(town: Town) -> None:
    town.citizen(people.APPLICANT)
    other = town.citizen("another phone")
    number = people.APPLICANT.number.lower()
    spaced = f" {number[:6]} {number[6:]}"
    assert other.put("/me/identity", {"name": "王秀英", "idNumber": spaced}).status_code == 200
    with town.units.read() as work:
        [row] = work.session.scalars(select(Person)).all()
        assert people.APPLICANT.number.encode() not in row.id_number + row.id_number_digest


def test_the_inbox_shows_the_newest_fifty(town: Town) -> None:
    me = town.citizen("wang")
    with town.units.write() as work:
        for _ in range(60):
            service.tell(work, "told_case_news", account=me.id)
        service.tell(work, "told_case_correction", account=me.id)
    found = codes(me)
    assert len(found) == 50
    assert found[0] == "told_case_correction"


def test_messages_for_a_person_wait_for_the_proof(town: Town) -> None:
    me = town.citizen(people.APPLICANT)
    with town.units.write() as work:
        person = work.session.scalars(select(Person.id)).one()
        service.tell(work, "told_case_news", person=person)
    assert codes(me) == []
    town.prove(me)
    assert codes(me) == ["told_case_news"]


def test_no_notice_names_a_programme_an_illness_or_an_amount() -> None:
    told = {c: s for c, s in messages.catalogue().items() if c.startswith("told_")}
    assert len(told) >= 12
    for code, words in told.items():
        text = words.zh + words.zh_next + words.en + words.en_next
        assert not re.search(r"低保|边缘|特困|残疾|病|元|\d|\{|allowance|illness|yuan", text), code


def test_a_message_that_is_not_in_the_catalogue_fails_when_it_is_told(town: Town) -> None:
    with town.units.write() as work, pytest.raises(KeyError):
        service.tell(work, "told_nothing", account=uuid4())
    with town.units.read() as work:
        assert work.session.scalars(select(InboxMessage)).all() == []


def test_the_desk_proves_whoever_stands_before_it_and_takes_it_back(town: Town) -> None:
    me, desk = town.citizen(people.HUSBAND), town.staff()
    path, body = f"/staff/accounts/{me.id}/proof", {"papersSeen": "身份证原件"}
    wrong = desk.post(path, {**body, "idNumber": people.SON.number})
    assert (wrong.status_code, wrong.get_json()["code"]) == (409, "claim_not_matching")
    assert desk.post(path, {**body, "idNumber": people.HUSBAND.number}).status_code == 200
    assert me.get("/me").get_json()["assurance"] == "C"
    again = desk.post(path, {**body, "idNumber": people.HUSBAND.number})
    assert (again.status_code, again.get_json()["code"]) == (409, "identity_already_proven")
    assert desk.delete(path).status_code == 200
    assert me.get("/me").get_json()["assurance"] is None
    assert codes(me)[:2] == ["told_identity_unproven", "told_identity_proven"]
    assert claim(me, people.HUSBAND) == 200


def test_only_the_township_proves_accounts(town: Town) -> None:
    me = town.citizen(people.HUSBAND)
    body = {"idNumber": people.HUSBAND.number, "papersSeen": "身份证原件"}
    for nobody in (me, town.staff(Role.COUNTY), town.staff(Role.AUDITOR)):
        assert nobody.post(f"/staff/accounts/{me.id}/proof", body).status_code == 403
        assert nobody.delete(f"/staff/accounts/{me.id}/proof").status_code == 403
