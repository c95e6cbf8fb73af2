"""A case that moves to another township of its county takes invitations and consents along."""

from __future__ import annotations

from tests.factories.house import ELSEWHERE, Town
from tests.factories.people import APPLICANT


def test_the_new_township_accepts_what_was_consented_before_the_move(town: Town) -> None:
    me = town.citizen(APPLICANT)
    villages = me.get(f"/divisions?parent={ELSEWHERE}000").get_json()["items"]
    village = villages[0]["code"]
    case = me.draft(members=[APPLICANT.body("01")])
    link = me.invite(case["id"], case["members"][0]["id"])
    given = town.consent_by_face(link["token"], APPLICANT).get_json()
    version = me.case(case["id"])["version"]
    moved = me.patch(
        f"/applications/{case['id']}", {"division": village}, version=version
    ).get_json()
    assert moved["division"] == village
    me.papers(moved)
    assert me.submit(case["id"]).status_code == 200

    old, new = town.staff(), town.staff(scope=ELSEWHERE)
    evidence = f"/consents/{given['id']}/evidence"
    assert old.get(evidence).status_code == 403
    assert new.get(evidence).status_code == 200
    accepted = new.post(
        f"/staff/applications/{case['id']}/acceptance",
        {"personsConfirmed": True},
        version=me.case(case["id"])["version"],
    )
    assert accepted.status_code == 200, accepted.get_json()
