"""One private helper who acts for many: bounded by county data, seen by staff; a village cadre is
not (edge case 40).
"""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from backend.audit.models import AuditRow
from backend.identity.models import Mandate
from tests.factories.house import ELSEWHERE, VILLAGE, Town, Visitor
from tests.factories.people import APPLICANT, HELPER, HUSBAND, SON, STRANGER, Human
from tests.workbench.browser import at_desk

MOST = 10
OTHERS = [Human("李一", APPLICANT.born, turn=n) for n in range(100, 100 + MOST)]


def handed_in(helper: Visitor, who: Human) -> dict[str, Any]:
    body = {"principalName": who.name, "principalIdNumber": who.number, "division": VILLAGE}
    made = helper.once("/mandates", body).get_json()
    assert helper.upload(made["id"], "mandate_paper").status_code == 201
    items = helper.get("/mandates").get_json()["items"]
    return next(one for one in items if one["id"] == made["id"])


def accept(desk: Visitor, mandate: dict[str, Any], **more: Any) -> Any:
    path = f"/staff/mandates/{mandate['id']}/acceptance"
    return desk.post(path, {"reason": "双方认识。", **more}, version=mandate["version"])


@pytest.fixture
def helper(town: Town) -> Visitor:
    """He acts for as many as he may."""
    found, desk = town.citizen(HELPER), town.staff()
    for who in OTHERS:
        assert accept(desk, handed_in(found, who)).status_code == 200
    return found


def test_one_private_helper_acts_for_so_many_and_no_more(town: Town, helper: Visitor) -> None:
    desk, mandate = town.staff(), handed_in(helper, SON)
    refused = accept(desk, mandate)
    told = refused.get_json()
    assert (refused.status_code, told["code"]) == (409, "helper_holds_many")
    assert f"{MOST} 个人" in told["title"]
    assert "窗口" in told["detail"]
    assert accept(desk, handed_in(town.citizen(STRANGER), SON)).status_code == 200, "his own count"
    with town.units.write() as work:  # a year later the older ones have run out
        active = update(Mandate).where(Mandate.state == "active")
        work.session.execute(active.values(valid_until=work.legal.today().replace(year=2025)))
    assert accept(desk, mandate).status_code == 200


def test_a_village_cadre_acts_for_more_and_it_is_written_down(town: Town, helper: Visitor) -> None:
    desk, mandate = town.staff(), handed_in(helper, HUSBAND)
    assert accept(desk, mandate, villageCadre=True).status_code == 200
    with town.units.read() as work:
        rows = work.session.scalars(select(AuditRow).where(AuditRow.action == "mandate.accepted"))
        told = [row.details.get("village_cadre") for row in rows if desk.id == row.actor_id]
    assert told == [True]


def test_a_mandate_that_is_renewed_is_nobody_more(town: Town, helper: Visitor) -> None:
    assert accept(town.staff(), handed_in(helper, OTHERS[0])).status_code == 200


def test_the_desk_sees_who_acts_for_many(town: Town, helper: Visitor) -> None:
    desk = at_desk(town, town.staff())
    page = desk.open("/desk/helpers").words
    assert HELPER.name in page
    assert f"{MOST} 个人" in page
    other = at_desk(town, town.staff(scope=ELSEWHERE)).open("/desk/helpers").words
    assert HELPER.name not in other
    mandate = handed_in(helper, SON)
    desk.open(f"/desk/mandates/{mandate['id']}")
    desk.send("/acceptance", {"reason": "双方认识。"})
    assert desk.status == 409
    assert "一个人最多替" in desk.words
    desk.send("/acceptance", {"reason": "双方认识。", "village_cadre": "yes"})
    assert desk.status == 200


def test_who_acts_for_few_stands_in_no_list(town: Town) -> None:
    few = town.citizen(HELPER)
    assert accept(town.staff(), handed_in(few, SON)).status_code == 200
    assert HELPER.name not in at_desk(town, town.staff()).open("/desk/helpers").words
