"""The people of a case over HTTP: kept sealed, changed one by one, never another case's."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from backend.households import service
from backend.households.errors import HouseholdImplausible, MemberNotFound
from backend.households.models import HouseholdMember
from backend.tables import metadata
from tests.factories import people
from tests.factories.house import Town, draft_body, member_of
from tests.factories.people import APPLICANT, HUSBAND, SON, STRANGER


def test_people_come_back_as_they_went_in(town: Town) -> None:
    wages = people.wages(123_400)
    deductions = [{"kind": "illness", "amountFen": 5_000, "period": "year"}]
    body = APPLICANT.body(
        "01",
        phone="13912345678",
        work="farming",
        health="chronic",
        incomes=wages,
        deductions=deductions,
    )
    case = town.citizen(APPLICANT).draft([body])
    [shown] = case["members"]
    assert {key: shown[key] for key in ("name", "relation", "work", "health")} == {
        "name": "王秀英",
        "relation": "01",
        "work": "farming",
        "health": "chronic",
    }
    assert (shown["incomes"], shown["deductions"]) == (wages, deductions)
    assert shown["idNumber"] != APPLICANT.number
    assert shown["phone"] != "13912345678"
    with town.units.read() as work:
        row = work.session.scalars(select(HouseholdMember)).one()
        [person] = service.people_of(work, row.case_id)
    assert (person.id_number, person.phone) == (APPLICANT.number, "13912345678")


def test_no_table_holds_a_name_a_number_or_a_phone_in_clear(town: Town) -> None:
    me = town.citizen(APPLICANT)
    me.submitted(staffRelatives=[{"name": "钱多多", "workplace": "虢镇街道办"}])
    secrets = [
        secret.encode() for who in (APPLICANT, HUSBAND, SON) for secret in (who.name, who.number)
    ]
    secrets += [b"13800138000", "钱多多".encode()]
    with town.units.read() as work:
        for table in metadata.sorted_tables:
            for row in work.session.execute(select(table)):
                raw = b"".join(
                    bytes(v) if isinstance(v, (bytes, memoryview)) else str(v).encode() for v in row
                )
                found = [s.decode() for s in secrets if s in raw]
                assert not found, table.name


def put(town: Town, me: Any, case: dict[str, Any], who: Any, **more: Any) -> Any:
    member = more.pop("member", str(uuid4()))
    version = more.pop("version", me.case(case["id"])["version"])
    path = f"/applications/{case['id']}/members/{member}"
    return me.put(path, who, version=version)


def test_somebody_is_added_replaced_and_taken_out(town: Town) -> None:
    me = town.citizen(APPLICANT)
    case = me.draft([APPLICANT.body("01")])
    member = str(uuid4())
    added = put(town, me, case, HUSBAND.body("11"), member=member).get_json()
    assert [m["name"] for m in added["members"]] != []
    assert added["version"] == case["version"] + 1
    changed = put(town, me, case, HUSBAND.body("11", work="retired"), member=member).get_json()
    assert member_of(changed, HUSBAND)["work"] == "retired"
    assert changed["version"] == case["version"] + 2
    path = f"/applications/{case['id']}/members/{member}"
    gone = me.delete(path, version=changed["version"]).get_json()
    assert [m["name"] for m in gone["members"]] == ["王秀英"]
    assert gone["version"] == case["version"] + 3
    assert me.delete(path, version=gone["version"]).status_code == 404


def test_every_change_names_its_version(town: Town) -> None:
    me = town.citizen(APPLICANT)
    case = me.draft()
    path = f"/applications/{case['id']}/members/{case['members'][1]['id']}"
    for send in (
        lambda version: me.put(path, HUSBAND.body("11"), version=version),
        lambda version: me.delete(path, version=version),
    ):
        assert send(None).status_code == 428
        assert send(case["version"] + 7).status_code == 412
        assert send('W/"1"').status_code == 412
        assert send("1").status_code == 412


def test_another_cases_person_cannot_be_reached(town: Town) -> None:
    me, other = town.citizen(APPLICANT), town.citizen(STRANGER)
    mine, theirs = me.draft(), other.draft([STRANGER.body("01")])
    victim = theirs["members"][0]["id"]
    assert put(town, me, mine, SON.body("20"), member=victim).status_code == 404
    path = f"/applications/{mine['id']}/members/{victim}"
    assert me.delete(path, version=mine["version"]).status_code == 404
    assert other.case(theirs["id"])["members"] == theirs["members"]
    path = f"/applications/{theirs['id']}/members/{victim}"
    assert me.put(path, SON.body("20"), version=1).status_code == 404
    assert me.delete(path, version=1).status_code == 404


def test_a_fault_points_at_the_field_that_was_sent(town: Town) -> None:
    me = town.citizen(APPLICANT)
    case = me.draft()
    old = people.Human("李老", HUSBAND.born.replace(year=1950), people.MALE)
    response = put(town, me, case, old.body("20"))
    assert response.status_code == 422
    assert [(e["path"], e["code"]) for e in response.get_json()["errors"]] == [
        ("/idNumber", "child_older_than_parent")
    ]
    twice = put(town, me, case, SON.body("99"))
    assert [(e["path"], e["code"]) for e in twice.get_json()["errors"]] == [
        ("/idNumber", "person_twice")
    ]
    second = put(town, me, case, STRANGER.body("01"))
    assert [(e["path"], e["code"]) for e in second.get_json()["errors"]] == [
        ("/relation", "applicant_twice")
    ]


def test_a_new_draft_names_the_place_in_the_list(town: Town) -> None:
    old = people.Human("李老", HUSBAND.born.replace(year=1950), people.MALE)
    members = [APPLICANT.body("01"), HUSBAND.body("11"), old.body("20")]
    response = town.citizen(APPLICANT).once("/applications", draft_body(members))
    assert response.status_code == 422
    problem = response.get_json()
    assert problem["code"] == "household_implausible"
    assert [(e["path"], e["code"]) for e in problem["errors"]] == [
        ("/members/2/idNumber", "child_older_than_parent")
    ]


@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        (
            {"idNumber": SON.number[:-1] + ("0" if SON.number[-1] != "0" else "1")},
            "/idNumber",
            "id_number_check_character",
        ),
        ({"name": "李<b>"}, "/name", "name_invalid"),
        ({"name": ""}, "/name", "name_invalid"),
        ({"relation": "88"}, "/relation", "field_invalid"),
        ({"phone": "12345"}, "/phone", "field_shape"),
        ({"role": "boss"}, "/role", "field_invalid"),
        ({"surname": "李"}, "/surname", "field_unknown"),
        (
            {"incomes": [{"kind": "wages", "amountFen": 1.5, "period": "month"}]},
            "/incomes/0/amountFen",
            "field_invalid",
        ),
        (
            {"incomes": [{"kind": "wages", "amountFen": 10**11, "period": "month"}]},
            "/incomes/0/amountFen",
            "field_invalid",
        ),
        (
            {"incomes": [{"kind": "wages", "amountFen": 1, "period": "day"}]},
            "/incomes/0/period",
            "field_invalid",
        ),
        ({"incomes": people.wages(1) * 21}, "/incomes", "field_invalid"),
    ],
)
def test_each_wrong_field_is_named(
    town: Town, change: dict[str, Any], path: str, code: str
) -> None:
    me = town.citizen(APPLICANT)
    case = me.draft([APPLICANT.body("01")])
    response = put(town, me, case, {**SON.body("20", role="supporter"), **change})
    assert response.status_code == 422
    assert (path, code) in [(e["path"], e["code"]) for e in response.get_json()["errors"]]


def test_rare_characters_and_long_names_are_kept_as_typed(town: Town) -> None:
    me = town.citizen(APPLICANT)
    rare = people.Human("𬭎㐂", SON.born, people.MALE)
    long = people.Human("买买提·阿卜杜热合曼·吐尔逊尼亚孜", STRANGER.born, people.MALE)
    case = me.draft([APPLICANT.body("01"), rare.body("20"), long.body("28")])
    assert [m["name"] for m in case["members"]][1:] == [rare.name, long.name]


def test_the_service_refuses_what_the_rules_refuse(town: Town) -> None:
    case = town.citizen(APPLICANT).draft()
    with town.units.write() as work:
        row = work.session.scalars(select(HouseholdMember)).first()
        assert row is not None
        with pytest.raises(HouseholdImplausible):
            service.put_person(work, row.case_id, row.county, STRANGER.person("01"))
        with pytest.raises(MemberNotFound):
            service.remove_person(work, row.case_id, uuid4())
    assert len(case["members"]) == 4
