"""One account cannot fill the house: everything that it creates is counted and bounded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from backend.applications.models import Application
from backend.applications.rules import MOST_A_DAY, MOST_CHANGES, MOST_DRAFTS
from backend.audit.models import AuditRow
from backend.audit.service import REFUSALS
from backend.consent.service.invite import MOST_INVITATIONS
from backend.core import attempts
from backend.core.ids import new_id
from backend.core.uow import Work
from backend.documents.rules.slots import MAX_DOCUMENTS
from backend.documents.service.upload import UPLOADS
from backend.households.rules import MAX_PEOPLE
from backend.identity.models import Mandate
from backend.identity.service.login import MOST_LOG_INS
from backend.identity.service.mandates import MOST_A_DAY as MANDATES_A_DAY
from backend.identity.service.mandates import MOST_HELD
from backend.openapi import document
from tests.factories.house import VILLAGE, Town, Visitor, draft_body, signers
from tests.factories.people import APPLICANT, HELPER, Human

DAY = 24 * 3600


def until_refused(act: Callable[[], TestResponse], *, most: int) -> tuple[int, dict[str, Any]]:
    """How often it went well (the fixture lets it be `most` times and one), and the refusal."""
    for number in range(most + 1):
        response = act()
        if response.status_code >= 400:
            body = dict(response.get_json())
            wait = response.headers.get("Retry-After")
            return number, {**body, "wait": int(wait) if wait else None}
    pytest.fail("nothing bounds it")


def set_drafts(town: Town, state: str) -> None:
    with town.units.write() as work:
        work.session.execute(update(Application).values(state=state))


def test_drafts_of_an_account_are_bounded_and_one_handed_in_makes_room(town: Town) -> None:
    me = town.citizen(APPLICANT)
    body = draft_body([])
    done, refused = until_refused(lambda: me.once("/applications", body), most=MOST_DRAFTS)
    assert (done, refused["status"], refused["code"]) == (
        MOST_DRAFTS, 409, "application_drafts_full",
    )  # fmt: skip
    assert str(MOST_DRAFTS) in refused["title"]
    assert town.citizen(HELPER).once("/applications", body).status_code == 201, "one's own count"
    one = me.get("/applications").get_json()["items"][0]
    given_up = me.post(f"/applications/{one['id']}/withdrawal", version=one["version"])
    assert given_up.status_code == 200
    assert me.once("/applications", body).status_code == 201


def test_beginning_and_giving_up_all_day_ends_too(town: Town) -> None:
    me = town.citizen(APPLICANT)
    body = draft_body([])
    for _ in range(MOST_A_DAY // MOST_DRAFTS):
        for _ in range(MOST_DRAFTS):
            assert me.once("/applications", body).status_code == 201
        set_drafts(town, "withdrawn")
    town.clock.advance(hours=1)
    refused = me.once("/applications", body)
    assert (refused.status_code, refused.get_json()["code"]) == (429, "application_too_many_today")
    assert int(refused.headers["Retry-After"]) == DAY - 3600
    town.restart()
    assert me.once("/applications", body).status_code == 429
    town.clock.advance(seconds=DAY - 3600)
    assert me.once("/applications", body).status_code == 201


def test_the_people_of_a_case_are_bounded_however_they_are_added(town: Town) -> None:
    me = town.citizen(APPLICANT)
    crowd = [Human("李一", date(1990, 1, 1), turn=n).body("99") for n in range(MAX_PEOPLE + 1)]
    assert me.once("/applications", draft_body(crowd)).status_code == 422
    case = me.draft([APPLICANT.body("01"), *crowd[: MAX_PEOPLE - 1]])
    path = f"/applications/{case['id']}/members/{new_id()}"
    refused = me.put(path, crowd[-1], version=case["version"])
    assert refused.status_code == 422
    assert "household_too_large" in {e["code"] for e in refused.get_json()["errors"]}


def test_changes_of_a_case_are_bounded(town: Town) -> None:
    """Each leaves a row in the case's chain."""
    me = town.citizen(APPLICANT)
    case = me.draft()
    with town.units.write() as work:
        work.session.execute(update(Application).values(version=MOST_CHANGES))
    change = {"cashAssetsFen": 1}
    refused = me.patch(f"/applications/{case['id']}", change, version=MOST_CHANGES)
    assert (refused.status_code, refused.get_json()["code"]) == (
        409, "application_changed_too_often",
    )  # fmt: skip
    given_up = me.post(f"/applications/{case['id']}/withdrawal", version=MOST_CHANGES)
    assert given_up.status_code == 200


def test_links_to_one_signer_are_bounded_a_day(town: Town) -> None:
    me = town.citizen(APPLICANT)
    case = me.submitted()
    path = f"/applications/{case['id']}/consent-invitations"
    first, second = (signer["id"] for signer in signers(case)[:2])
    done, refused = until_refused(lambda: me.post(path, {"memberId": first}), most=MOST_INVITATIONS)
    assert (done, refused["status"], refused["code"], refused["wait"]) == (
        MOST_INVITATIONS, 429, "consent_invitations_too_many", DAY,
    )  # fmt: skip
    assert me.post(path, {"memberId": second}).status_code == 201, "each signer for itself"
    town.clock.advance(seconds=DAY)
    assert me.post(path, {"memberId": first}).status_code == 201


def mandate_for(n: int) -> dict[str, Any]:
    who = Human("李一", date(1950, 1, 1), turn=n)
    return {"principalName": who.name, "principalIdNumber": who.number, "division": VILLAGE}


def test_mandates_of_a_helper_are_bounded(town: Town) -> None:
    helper, turns = town.citizen(HELPER), iter(range(400))

    def begin() -> TestResponse:
        return helper.once("/mandates", mandate_for(next(turns)))

    done, refused = until_refused(begin, most=MANDATES_A_DAY)
    assert (done, refused["status"], refused["code"], refused["wait"]) == (
        MANDATES_A_DAY, 429, "mandates_too_many", DAY,
    )  # fmt: skip
    town.clock.advance(days=1)
    done, refused = until_refused(begin, most=MANDATES_A_DAY)
    assert (done, refused["status"], refused["code"]) == (
        MOST_HELD - MANDATES_A_DAY, 409, "mandates_full",
    )  # fmt: skip
    newest = helper.get("/mandates").get_json()["items"][0]
    assert helper.post(f"/mandates/{newest['id']}/revocation").status_code == 200
    assert begin().status_code == 201
    with town.units.read() as work:
        assert work.session.scalar(select(func.count()).select_from(Mandate)) == MOST_HELD + 1


def use_up(town: Town, limit: attempts.Limit, visitor: Visitor, but: int) -> None:
    """All of a limit's tries but some: each of them counts alike, and there are hundreds."""

    def spend(work: Work) -> None:
        for _ in range(limit.most - but):
            assert attempts.count(work, limit, str(visitor.id)) is None

    with town.units.write() as work:
        spend(work)


def test_uploads_are_bounded_by_case_and_by_day(town: Town) -> None:
    me = town.citizen(APPLICANT)
    case = me.draft()
    use_up(town, UPLOADS, me, but=1)
    assert me.upload(case["id"], "other").status_code == 201
    refused = me.upload(case["id"], "other")
    assert (refused.status_code, refused.get_json()["code"]) == (429, "too_many_attempts")
    assert 0 < int(refused.headers["Retry-After"]) <= DAY
    assert UPLOADS.most > MAX_DOCUMENTS, "the case's own bound comes first for honest people"
    town.clock.advance(days=1)
    assert me.upload(case["id"], "other").status_code == 201


def test_who_tries_doors_all_day_is_told_to_stop_and_does_not_fill_the_chain(town: Town) -> None:
    owner, nosy = town.citizen(APPLICANT), town.citizen(HELPER)
    case = owner.draft()
    use_up(town, REFUSALS, nosy, but=2)
    answers = [nosy.get(f"/applications/{case['id']}") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [404, 404, 429, 429]
    assert int(answers[3].headers["Retry-After"]) <= REFUSALS.window.total_seconds()
    with town.units.read() as work:
        refusals = select(func.count()).where(AuditRow.action == "access.refused")
        assert work.session.scalar(refusals) == 2
    assert owner.get(f"/applications/{case['id']}").status_code == 200
    town.clock.advance(hours=1)
    assert nosy.get(f"/applications/{case['id']}").status_code == 404


def test_log_ins_of_one_account_are_bounded_a_day(town: Town) -> None:
    tokens = []
    for _ in range(MOST_LOG_INS):
        answer = town.log_in("wang")
        assert answer.status_code == 201
        tokens.append(answer.get_json()["token"])
    refused = town.log_in("wang")
    assert (refused.status_code, refused.get_json()["code"]) == (429, "too_many_attempts")
    assert 0 < int(refused.headers["Retry-After"]) <= DAY
    assert town.log_in("li").status_code == 201
    assert town.client.send("GET", "/me", token=tokens[0]).status_code == 200, "nobody is put out"
    town.clock.advance(days=1)
    assert town.log_in("wang").status_code == 201


def test_claims_of_identity_are_bounded_a_day(town: Town) -> None:
    """Each tells whoever claimed the same person before."""
    me = town.citizen("curious")
    crowd = iter([Human("李一", date(1960, 2, 2), turn=n) for n in range(40)])

    def claim() -> TestResponse:
        who = next(crowd)
        return me.put("/me/identity", {"name": who.name, "idNumber": who.number})

    done, refused = until_refused(claim, most=39)
    assert (done, refused["status"]) == (10, 429)
    town.restart()
    assert claim().status_code == 429


# Not paged: places, programmes, kinds of wishes and the colleagues of one office are what a county
# has; of mandates and of one's own consents the newest hundred are shown, of calls for help the
# newest twenty, of a case's letters the newest two hundred; a case has at most sixty files.
SHORT = {
    "listConsents",
    "listDivisions",
    "listDocuments",
    "listDuplicates",
    "listLetters",
    "listMyHelp",
    "listNeeds",
    "listProgrammes",
    "listBackofficeColleagues",
    "listMandates",
    "listWishKinds",
}


def test_every_list_comes_in_pages() -> None:
    whole, unpaged = document(), set()
    for operations in whole["paths"].values():
        operation = operations.get("get", {})
        content = operation.get("responses", {}).get("200", {}).get("content", {})
        reference = content.get("application/json", {}).get("schema", {}).get("$ref", "")
        schema = whole["components"]["schemas"].get(reference.rpartition("/")[2], {})
        query = {parameter["name"] for parameter in operation.get("parameters", [])}
        if "items" in schema.get("properties", {}) and not {"limit", "cursor"} <= query:
            unpaged.add(operation["operationId"])
    assert unpaged == SHORT
