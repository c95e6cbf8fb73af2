"""A link once more: who waits for what, shown again, reminded, renewed after it ran out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from backend.applications.rules import wait_code
from backend.audit.models import AuditRow
from backend.consent.models import ConsentInvitation
from backend.core.access import Role
from tests.factories.house import ELSEWHERE, Town, Visitor, member_of, signers
from tests.factories.people import APPLICANT, HUSBAND, SON, STRANGER

PAST_ALL = 31
LONG_AGO = 62


@pytest.fixture
def me(town: Town) -> Visitor:
    return town.citizen(APPLICANT)


@pytest.fixture
def case(me: Visitor) -> dict[str, Any]:
    return me.submitted()


@pytest.fixture
def son(case: dict[str, Any]) -> str:
    return str(member_of(case, SON)["id"])


def opened(town: Town, token: str) -> TestResponse:
    return town.client.send("GET", f"/consent-invitations/{token}")


def renewed(town: Town, token: str) -> TestResponse:
    return town.client.send("POST", f"/consent-invitations/{token}/renewal")


def codes(who: Visitor) -> list[str]:
    return [message["code"] for message in who.get("/me").get_json()["messages"]]


def refused(response: TestResponse, status: int, code: str) -> None:
    assert (response.status_code, response.get_json()["code"]) == (status, code)


def waits(who: Visitor, case_id: str) -> dict[str, str | None]:
    members = signers(who.case(case_id))
    return {m["name"]: m["signer"]["waitsFor"] and m["signer"]["waitsFor"]["code"] for m in members}


# Who waits for what


@pytest.mark.parametrize(
    ("state", "counts", "for_all", "review", "other", "code"),
    [
        ("open", False, True, False, False, "waits_open"),
        ("open", False, True, False, True, "waits_other_way"),
        ("identified", False, True, True, True, "waits_look"),
        ("verified", False, True, False, False, "waits_started"),
        ("given", False, True, True, False, "waits_look"),
        ("given", True, True, False, False, None),
        ("given", True, False, False, False, "waits_again"),
        ("refused", False, True, False, True, "waits_refused"),
        ("expired", False, True, False, True, "waits_expired"),
        ("withdrawn", False, True, False, False, "waits_withdrawn"),
        ("superseded", False, True, False, False, "waits_not_invited"),
    ],
)
def test_each_standing_waits_for_something(
    state: str, counts: bool, for_all: bool, review: bool, other: bool, code: str | None
) -> None:
    found = wait_code(state, counts=counts, for_all=for_all, under_review=review, other_way=other)
    assert found == code


def test_how_many_have_signed_and_what_each_waits_for(
    town: Town, me: Visitor, case: dict[str, Any], son: str
) -> None:
    assert case["consents"] == {"needed": 3, "counted": 0}
    assert set(waits(me, case["id"]).values()) == {"waits_not_invited"}
    husband = me.invite(case["id"], member_of(case, HUSBAND)["id"])["token"]
    assert town.consent_by_face(husband, HUSBAND).status_code == 201
    link = me.invite(case["id"], son)["token"]
    assert waits(me, case["id"]) == {
        APPLICANT.name: "waits_not_invited",
        HUSBAND.name: None,
        SON.name: "waits_open",
    }
    assert me.case(case["id"])["consents"] == {"needed": 3, "counted": 1}
    assert town.refuse(link, SON).status_code == 200
    shown = member_of(me.case(case["id"]), SON)["signer"]["waitsFor"]
    assert shown["code"] == "waits_refused"
    assert shown["text"]
    assert shown["next"]


# Shown again, reminded


def test_the_same_link_is_shown_again_and_written_down(
    town: Town, me: Visitor, case: dict[str, Any], son: str
) -> None:
    path = f"/applications/{case['id']}/consent-invitations/{son}"
    refused(me.get(path), 404, "invitation_not_found")
    made = me.invite(case["id"], son)
    assert me.get(path).get_json() == made
    assert town.staff().get(path).get_json() == made
    refused(town.citizen(STRANGER).get(path), 404, "not_found")
    refused(town.staff(Role.TOWNSHIP, ELSEWHERE).get(path), 403, "not_allowed")
    with town.units.read() as work:
        shown = select(AuditRow).where(AuditRow.action == "consent.link_shown")
        assert len(work.session.scalars(shown).all()) == 2
    town.clock.advance(days=PAST_ALL)
    me = town.citizen(APPLICANT)
    refused(me.get(path), 404, "invitation_not_found")


def test_a_link_of_an_older_release_was_not_kept(
    town: Town, me: Visitor, case: dict[str, Any], son: str
) -> None:
    made = me.invite(case["id"], son)
    with town.units.write() as work:
        row = work.session.get_one(ConsentInvitation, UUID(made["invitationId"]))
        row.link = None
    path = f"/applications/{case['id']}/consent-invitations/{son}"
    refused(me.get(path), 404, "invitation_not_found")
    assert opened(town, made["token"]).status_code == 200


def test_a_reminder_once_a_day_shows_the_same_link(
    town: Town, me: Visitor, case: dict[str, Any], son: str
) -> None:
    far = town.citizen(SON)
    town.prove(far)
    path = f"/applications/{case['id']}/consent-invitations/{son}/reminder"
    refused(me.post(path), 404, "invitation_not_found")
    made = me.invite(case["id"], son)
    first = me.post(path)
    assert first.status_code == 200, first.get_json()
    assert {**made, "nextAt": first.get_json()["nextAt"]} == first.get_json()
    assert codes(far) == ["told_consent_waits"]
    again = me.post(path)
    refused(again, 429, "reminded_lately")
    assert 0 < int(again.headers["Retry-After"]) <= 24 * 3600
    assert codes(far) == ["told_consent_waits"]
    assert member_of(me.case(case["id"]), SON)["signer"]["remindedAt"]
    town.clock.advance(hours=24)
    assert me.post(path).status_code == 200
    assert len(codes(far)) == 2


# Renewed


def test_a_link_that_ran_out_is_renewed_in_one_tap_and_the_family_hears_it(
    town: Town, me: Visitor, case: dict[str, Any], son: str
) -> None:
    old = me.invite(case["id"], son)["token"]
    refused(renewed(town, old), 409, "invitation_still_good")
    town.clock.advance(days=PAST_ALL)
    refused(opened(town, old), 409, "invitation_expired")
    answer = renewed(town, old)
    assert answer.status_code == 200, answer.get_json()
    fresh = answer.get_json()
    assert (fresh["outcome"], "新的链接" in fresh["text"]) == ("renewed", True)
    refused(opened(town, old), 409, "invitation_replaced")
    assert opened(town, fresh["token"]).status_code == 200
    assert renewed(town, old).get_json() == fresh  # who taps twice has one link
    me = town.citizen(APPLICANT)
    assert codes(me)[0] == "told_link_renewed"
    assert codes(me).count("told_link_renewed") == 1
    assert town.consent_by_face(fresh["token"], SON).status_code == 201
    refused(renewed(town, old), 409, "invitation_replaced")
    refused(renewed(town, fresh["token"]), 409, "invitation_given")


def test_a_renewed_link_is_not_renewed_again_but_asked_for_once_a_day(
    town: Town, me: Visitor, case: dict[str, Any], son: str
) -> None:
    old = me.invite(case["id"], son)["token"]
    town.clock.advance(days=PAST_ALL)
    fresh = renewed(town, old).get_json()["token"]
    town.clock.advance(days=PAST_ALL)
    for _ in range(3):
        answer = renewed(town, fresh)
        assert (answer.status_code, answer.get_json()["outcome"]) == (200, "asked")
        assert set(answer.get_json()) == {"outcome", "text", "textEn"}
    assert codes(town.citizen(APPLICANT)).count("told_link_wanted") == 1
    town.clock.advance(days=1, seconds=1)
    assert renewed(town, fresh).status_code == 200
    assert codes(town.citizen(APPLICANT)).count("told_link_wanted") == 2


def test_a_link_that_ran_out_long_ago_is_only_asked_for(
    town: Town, me: Visitor, case: dict[str, Any], son: str
) -> None:
    old = me.invite(case["id"], son)["token"]
    town.clock.advance(days=LONG_AGO)
    assert renewed(town, old).get_json()["outcome"] == "asked"
    refused(opened(town, old), 409, "invitation_expired")


def test_nothing_is_renewed_that_nobody_waits_for(
    town: Town, me: Visitor, case: dict[str, Any], son: str
) -> None:
    old = me.invite(case["id"], son)["token"]
    version = me.case(case["id"])["version"]
    withdrawn = me.post(f"/applications/{case['id']}/withdrawal", version=version)
    assert withdrawn.status_code == 200
    town.clock.advance(days=PAST_ALL)
    refused(renewed(town, old), 409, "renewal_closed")


def test_answered_replaced_and_guessed_links_are_not_renewed(
    town: Town, me: Visitor, case: dict[str, Any], son: str
) -> None:
    replaced = me.invite(case["id"], son)["token"]
    refusing = me.invite(case["id"], son)["token"]
    refused(renewed(town, replaced), 409, "invitation_replaced")
    assert town.refuse(refusing, SON).status_code == 200
    refused(renewed(town, refusing), 409, "invitation_refused")
    for _ in range(30):
        refused(renewed(town, "guess"), 404, "invitation_not_found")
    refused(renewed(town, "guess"), 429, "too_many_attempts")


def test_the_applicant_invites_anew_from_every_state(
    town: Town, me: Visitor, case: dict[str, Any], son: str
) -> None:
    expired = me.invite(case["id"], son)["token"]
    with town.units.write() as work:
        row = work.session.scalars(select(ConsentInvitation)).one()
        row.created_at = datetime(2026, 1, 1, tzinfo=UTC)
        row.expires_at = row.created_at + timedelta(days=30)
    assert waits(me, case["id"])[SON.name] == "waits_expired"
    refusing = me.invite(case["id"], son)["token"]
    refused(opened(town, expired), 409, "invitation_replaced")
    assert town.refuse(refusing, SON).status_code == 200
    looked_at = me.invite(case["id"], son)["token"]
    assert town.consent_by_face(looked_at, SON, 0.45).status_code == 201
    assert waits(me, case["id"])[SON.name] == "waits_look"
