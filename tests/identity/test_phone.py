"""The number that somebody chose to give."""

from __future__ import annotations

from sqlalchemy import select

from backend.audit.models import AuditRow
from backend.identity.models import Account
from tests.factories.house import Town
from tests.factories.people import APPLICANT

NUMBER = "13912345678"


def test_a_number_is_kept_masked_and_opens_nothing(town: Town) -> None:
    me = town.citizen(APPLICANT)
    assert me.get("/me").get_json()["phone"] is None
    shown = me.post("/me/phone", {"code": f"phone-{NUMBER}"}).get_json()
    assert shown["phone"] == "139******78"
    assert shown["assurance"] is None
    with town.units.read() as work:
        account = work.session.get_one(Account, me.id)
        assert account.unseal(work.vault, "phone") == NUMBER
        assert NUMBER.encode() not in (account.phone or b"")
        rows = work.session.scalars(
            select(AuditRow).where(AuditRow.action == "identity.phone_given")
        ).all()
    assert len(rows) == 1
    assert NUMBER not in repr(rows[0].details)


def test_another_number_replaces_it_and_a_used_code_does_not(town: Town) -> None:
    me = town.citizen(APPLICANT)
    me.post("/me/phone", {"code": f"phone-{NUMBER}"})
    again = me.post("/me/phone", {"code": f"phone-{NUMBER}"})
    assert (again.status_code, again.get_json()["code"]) == (422, "wechat_code_invalid")
    assert me.post("/me/phone", {"code": "phone-13800000000"}).get_json()["phone"] == "138******00"


def test_numbers_are_limited(town: Town) -> None:
    me = town.citizen(APPLICANT)
    for n in range(10):
        assert me.post("/me/phone", {"code": f"phone-1391234567{n}"}).status_code == 200
    assert me.post("/me/phone", {"code": "phone-13800000000"}).status_code == 429
    town.clock.advance(days=1)
    assert me.post("/me/phone", {"code": "phone-13800000001"}).status_code == 200
