"""Drafts over HTTP: begun, read, changed, given up; and everything wrong that people send."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from backend.core.access import Role
from backend.households import service as households
from tests.factories.house import ELSEWHERE, TOWNSHIP, Town, draft_body, member_of
from tests.factories.people import APPLICANT, HUSBAND, SON, STRANGER

KUNMING = "530102001001"


def faults(response: Any) -> list[tuple[str, str]]:
    return [(e["path"], e["code"]) for e in response.get_json().get("errors", [])]


def test_a_draft_begins_empty_handed_and_says_what_it_lacks(town: Town) -> None:
    me = town.citizen(APPLICANT)
    body = {"programme": "dibao", "division": "610304001001", "area": "rural"}
    response = me.once("/applications", body)
    assert response.status_code == 201
    case = response.get_json()
    assert response.headers["ETag"] == f'"{case["version"]}"'
    assert (case["state"], case["moves"], case["members"]) == ("draft", ["submit", "withdraw"], [])
    found = me.get(f"/applications/{case['id']}/checklist").get_json()
    assert found["complete"] is False
    assert {(g["code"], g["path"]) for g in found["missing"]} == {
        ("gap_applicant", "/members"),
        ("gap_promise", "/truthPromise"),
        ("gap_staff_relatives", "/staffRelatives"),
        ("gap_document", "/documents/household_register"),
    }
    assert all(g["text"] and g["next"] and g["textEn"] for g in found["missing"])


def test_a_patch_changes_what_it_names_and_nothing_else(town: Town) -> None:
    me = town.citizen(APPLICANT)
    case = me.draft()
    path = f"/applications/{case['id']}"
    changed = me.patch(path, {"cashAssetsFen": 7}, version=case["version"]).get_json()
    assert changed["cashAssetsFen"] == 7
    assert changed["version"] == case["version"] + 1
    for field in ("area", "division", "promised", "staffRelatives", "members"):
        assert changed[field] == case[field]
    more = {
        "area": "rural",
        "division": "610304001002",
        "truthPromise": {"accepted": False},
        "staffRelatives": [{"name": "钱多多", "workplace": "虢镇街道办"}],
        "cashAssetsFen": None,
    }
    again = me.patch(path, more, version=changed["version"]).get_json()
    assert (again["area"], again["division"], again["promised"]) == (
        "rural",
        "610304001002",
        False,
    )
    assert again["staffRelatives"] == [{"name": "钱多多", "workplace": "虢镇街道办"}]
    assert again["cashAssetsFen"] is None


def test_not_knowing_what_is_saved_is_an_answer(town: Town) -> None:
    """An amount and "not known" put each other out; both at once are refused."""
    me = town.citizen(APPLICANT)
    case = me.draft()
    path = f"/applications/{case['id']}"
    unknown = me.patch(path, {"cashAssetsUnknown": True}, version=case["version"]).get_json()
    assert (unknown["cashAssetsFen"], unknown["cashAssetsUnknown"]) == (None, True)
    both = {"cashAssetsUnknown": True, "cashAssetsFen": 5}
    refused = me.patch(path, both, version=unknown["version"])
    assert refused.status_code == 422
    assert [(e["path"], e["code"]) for e in refused.get_json()["errors"]] == [
        ("/cashAssetsUnknown", "known_and_unknown")
    ]
    known = me.patch(path, {"cashAssetsFen": 5}, version=unknown["version"]).get_json()
    assert (known["cashAssetsFen"], known["cashAssetsUnknown"]) == (5, False)


def test_what_is_shown_masked_need_not_be_typed_again(town: Town) -> None:
    me = town.citizen(APPLICANT)
    case = me.draft()
    husband = member_of(case, HUSBAND)
    path = f"/applications/{case['id']}/members/{husband['id']}"
    body = HUSBAND.body("11", work="retired")
    number, phone = body.pop("idNumber"), body.pop("phone", None)
    changed = me.put(path, body, version=case["version"])
    assert changed.status_code == 200, changed.get_json()
    now = member_of(changed.get_json(), HUSBAND)
    assert (now["work"], now["idNumber"], now["phone"]) == (
        "retired", husband["idNumber"], husband["phone"],
    )  # fmt: skip
    with town.units.read() as work:
        kept = households.person_of(work, UUID(case["id"]), UUID(husband["id"]))
    assert kept is not None
    assert (kept.id_number, kept.phone) == (number, phone)
    gone = me.put(path, {**body, "phone": None}, version=changed.get_json()["version"])
    assert member_of(gone.get_json(), HUSBAND)["phone"] is None
    new = f"/applications/{case['id']}/members/{uuid4()}"
    refused = me.put(new, body, version=gone.get_json()["version"])
    assert [(e["path"], e["code"]) for e in refused.get_json()["errors"]] == [
        ("/idNumber", "field_required")
    ]


def test_income_that_nobody_knows_is_reckoned_by_the_township(town: Town) -> None:
    """The case is complete all the same, and nothing is reckoned from half the figures."""
    me = town.citizen(APPLICANT)
    case = me.draft()
    husband = member_of(case, HUSBAND)
    path = f"/applications/{case['id']}/members/{husband['id']}"
    body = HUSBAND.body("11", incomes=[], incomesUnknown=True)
    both = {**body, "incomes": [{"kind": "wages", "amountFen": 1, "period": "month"}]}
    refused = me.put(path, both, version=case["version"]).get_json()
    assert [e["path"] for e in refused["errors"]] == ["/incomesUnknown"]
    changed = me.put(path, body, version=case["version"]).get_json()
    assert member_of(changed, HUSBAND)["incomesUnknown"] is True
    me.papers(changed)
    handed_in = me.submit(case["id"])
    assert handed_in.status_code == 200, handed_in.get_json()
    assert me.case(case["id"])["assessment"] is None


def test_the_papers_of_a_case_are_listed(town: Town) -> None:
    me = town.citizen(APPLICANT)
    case = me.draft()
    path = f"/applications/{case['id']}/documents"
    assert me.get(path).get_json() == {"items": []}
    me.papers(case)
    listed = me.get(path).get_json()["items"]
    assert {one["slot"] for one in listed} == {"id_card", "household_register"}
    assert town.citizen(STRANGER).get(path).status_code == 404


def test_a_phone_that_cannot_patch_posts(town: Town) -> None:
    me = town.citizen(APPLICANT)
    case = me.draft()
    response = me.post(
        f"/applications/{case['id']}",
        {"cashAssetsFen": 9},
        version=case["version"],
        headers={"X-HTTP-Method-Override": "PATCH"},
    )
    assert response.get_json()["cashAssetsFen"] == 9


def test_a_change_names_the_version_it_was_made_on(town: Town) -> None:
    me = town.citizen(APPLICANT)
    case = me.draft()
    path = f"/applications/{case['id']}"
    assert me.patch(path, {"area": "rural"}).status_code == 428
    assert me.patch(path, {"area": "rural"}, version=case["version"]).status_code == 200
    stale = me.patch(path, {"area": "urban"}, version=case["version"])
    assert (stale.status_code, stale.get_json()["code"]) == (412, "version_stale")
    assert me.case(case["id"])["area"] == "rural"


@pytest.mark.parametrize(
    ("change", "status", "path", "code"),
    [
        ({"programme": "tekun-x"}, 404, None, "programme_unknown"),
        ({"division": "610304999999"}, 422, "/division", "division_unknown"),
        ({"division": "6103"}, 422, "/division", "division_unknown"),
        ({"division": "610303000000"}, 422, "/division", "division_too_wide"),
        ({"area": "island"}, 422, "/area", "field_invalid"),
        ({"cashAssetsFen": -1}, 422, "/cashAssetsFen", "field_invalid"),
        ({"cashAssetsFen": 1.5}, 422, "/cashAssetsFen", "field_invalid"),
        ({"members": [APPLICANT.body("01")] * 31}, 422, "/members", "field_invalid"),
        ({"truthPromise": {}}, 422, "/truthPromise/accepted", "field_required"),
        ({"staffRelatives": [{"name": "x"}]}, 422, "/staffRelatives/0/workplace", "field_required"),
        ({"mandateId": "no"}, 422, "/mandateId", "field_invalid"),
        ({"mandateId": str(uuid4())}, 409, None, "mandate_not_active"),
        ({"state": "approved"}, 422, "/state", "field_unknown"),
        (
            {"members": [STRANGER.body("01")]},
            422,
            "/members/0/idNumber",
            "applicant_not_the_principal",
        ),
        (
            {"members": [SON.body("20"), STRANGER.body("01")]},
            422,
            "/members/1/idNumber",
            "applicant_not_the_principal",
        ),
    ],
)
def test_a_wrong_draft_is_named(
    town: Town, change: dict[str, Any], status: int, path: str | None, code: str
) -> None:
    me = town.citizen(APPLICANT)
    response = me.once("/applications", draft_body(**change))
    assert response.status_code == status, response.get_json()
    if path is None:
        assert response.get_json()["code"] == code
    else:
        assert (path, code) in faults(response)
    assert me.get("/applications").get_json()["items"] == []


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (b'{"programme": ', "application/json", 400, "json_broken"),
        (b"[1]", "application/json", 422, "invalid"),
        (b"programme=dibao", "application/x-www-form-urlencoded", 415, "media_type_unsupported"),
        (b'{"programme": "\\u0000"}', "application/json", 400, "bad_request"),
        (b"\xff\xfe", "application/json", 400, "json_broken"),
        (b"{" + b" " * 300_000 + b"}", "application/json", 413, "body_too_large"),
    ],
)
def test_bodies_that_cannot_be_read_are_refused_by_name(
    town: Town, body: bytes, kind: str, status: int, code: str
) -> None:
    me = town.citizen(APPLICANT)
    response = town.client.send(
        "POST", "/applications", token=me.token, key=str(uuid4()), data=body, content_type=kind
    )
    assert (response.status_code, response.get_json()["code"]) == (status, code)


def test_who_said_nothing_about_himself_cannot_apply(town: Town) -> None:
    response = town.citizen("wang").once("/applications", draft_body())
    assert (response.status_code, response.get_json()["code"]) == (409, "identity_missing")


def test_the_same_key_makes_one_draft(town: Town) -> None:
    me, key = town.citizen(APPLICANT), str(uuid4())
    first = me.post("/applications", draft_body(), key=key)
    again = me.post("/applications", draft_body(), key=key)
    assert again.get_json() == first.get_json()
    assert again.headers["Idempotency-Replayed"] == "true"
    other = me.post("/applications", draft_body(area="rural"), key=key)
    assert (other.status_code, other.get_json()["code"]) == (422, "idempotency_key_reused")
    assert me.post("/applications", draft_body()).get_json()["code"] == "idempotency_key_missing"
    assert len(me.get("/applications").get_json()["items"]) == 1


def test_the_applicant_cannot_be_swapped_for_somebody_else(town: Town) -> None:
    me = town.citizen(APPLICANT)
    case = me.draft()
    member = member_of(case, APPLICANT)["id"]
    response = me.put(
        f"/applications/{case['id']}/members/{member}",
        STRANGER.body("01"),
        version=case["version"],
    )
    assert faults(response) == [("/idNumber", "applicant_not_the_principal")]
    assert member_of(me.case(case["id"]), APPLICANT)


def test_a_case_stays_with_its_county(town: Town) -> None:
    me = town.citizen(APPLICANT)
    case = me.draft()
    response = me.patch(
        f"/applications/{case['id']}", {"division": KUNMING}, version=case["version"]
    )
    assert faults(response) == [("/division", "division_other_county")]
    unknown = me.patch(
        f"/applications/{case['id']}", {"division": "610304999999"}, version=case["version"]
    )
    assert faults(unknown) == [("/division", "division_unknown")]


def test_lists_come_in_pages_newest_first(town: Town) -> None:
    me = town.citizen(APPLICANT)
    made = [me.draft([])["id"] for _ in range(5)]
    seen: list[str] = []
    cursor: str | None = None
    for _ in range(3):
        tail = f"&cursor={cursor}" if cursor else ""
        page = me.get(f"/applications?limit=2{tail}").get_json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["nextCursor"]
    assert seen == made[::-1]
    assert cursor is None


@pytest.mark.parametrize("query", ["cursor=!!", "cursor=WzFd", "limit=0", "limit=101", "page=2"])
def test_a_wrong_page_is_refused(town: Town, query: str) -> None:
    assert town.citizen(APPLICANT).get(f"/applications?{query}").status_code == 422


def test_a_draft_given_up_stays_given_up_and_unseen(town: Town) -> None:
    me = town.citizen(APPLICANT)
    case = me.draft()
    path = f"/applications/{case['id']}"
    gone = me.post(f"{path}/withdrawal", version=case["version"]).get_json()
    assert (gone["state"], gone["moves"]) == ("withdrawn", [])
    again = me.post(f"{path}/withdrawal", version=gone["version"])
    assert (again.status_code, again.get_json()["code"]) == (409, "move_not_possible")
    patched = me.patch(path, {"area": "rural"}, version=gone["version"])
    assert (patched.status_code, patched.get_json()["code"]) == (409, "application_not_editable")
    assert town.staff().get(path).status_code == 403
    listed = town.staff().get("/staff/worklist?state=withdrawn").get_json()
    assert listed["items"] == []


def routes(case: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Every citizen's door of a case, with a body that would be right."""
    path = f"/applications/{case['id']}"
    member = case["members"][1]["id"]
    version = {"version": case["version"]}
    return [
        ("GET", path, {}),
        ("GET", f"{path}/checklist", {}),
        ("GET", f"{path}/timeline", {}),
        ("PATCH", path, {"json": {"area": "rural"}, **version}),
        ("PUT", f"{path}/members/{member}", {"json": HUSBAND.body("11"), **version}),
        ("DELETE", f"{path}/members/{member}", version),
        ("POST", f"{path}/submission", {"key": str(uuid4()), **version}),
        ("POST", f"{path}/withdrawal", version),
        (
            "POST",
            f"{path}/consent-invitations",
            {"json": {"memberId": member}, "key": str(uuid4())},
        ),
    ]


def test_anothers_case_does_not_exist_on_any_door(town: Town) -> None:
    me, other = town.citizen(APPLICANT), town.citizen(STRANGER)
    case = me.submitted()
    for method, path, request in routes(case):
        there = town.client.send(method, path, token=other.token, **request)
        gone = path.replace(case["id"], str(uuid4()))
        nowhere = town.client.send(method, gone, token=other.token, **request)
        bodies = [
            {k: v for k, v in r.get_json().items() if k != "requestId"} for r in (there, nowhere)
        ]
        assert (there.status_code, bodies[0]) == (404, bodies[1]), (method, path)
    assert other.upload(case["id"], "household_register").status_code == 404


@pytest.mark.parametrize(
    ("role", "scope"),
    [
        (Role.TOWNSHIP, ELSEWHERE),
        (Role.COUNTY, "610303"),
        (Role.AUDITOR, "5301"),
        (Role.VILLAGE, "610304001001"),
    ],
)
def test_staff_of_another_place_may_not_look(town: Town, role: Role, scope: str) -> None:
    case = town.citizen(APPLICANT).submitted()
    officer = town.staff(role, scope)
    for path in ("", "/checklist", "/timeline"):
        assert officer.get(f"/applications/{case['id']}{path}").status_code == 403


@pytest.mark.parametrize("role", [Role.COUNTY, Role.CITY, Role.AUDITOR])
def test_the_county_and_the_auditor_read_and_change_nothing(town: Town, role: Role) -> None:
    case = town.citizen(APPLICANT).submitted()
    officer = town.staff(role, "6103")
    path, version = f"/applications/{case['id']}", case["version"]
    assert officer.get(path).status_code == 200
    member = case["members"][0]["id"]
    tries = [
        officer.patch(path, {"area": "rural"}, version=version),
        officer.post(f"{path}/withdrawal", version=version),
        officer.once(f"{path}/consent-invitations", {"memberId": member}),
        officer.upload(case["id"], "household_register"),
        officer.post(f"/staff{path}/acceptance", {"personsConfirmed": True}, version=version),
        officer.post(f"/staff{path}/rejection", {"reason": "不符合。"}, version=version),
        officer.once(f"/staff{path}/note", {"text": "看过。"}),
    ]
    assert [t.status_code for t in tries] == [403] * len(tries)


def test_drafts_are_nobodys_business_but_their_own(town: Town) -> None:
    case = town.citizen(APPLICANT).draft()
    for role, scope in ((Role.TOWNSHIP, TOWNSHIP), (Role.COUNTY, "610304"), (Role.AUDITOR, "61")):
        officer = town.staff(role, scope)
        assert officer.get(f"/applications/{case['id']}").status_code == 403
        assert officer.get(f"/applications/{case['id']}/timeline").status_code == 403
    assert town.staff().get("/staff/worklist").get_json()["items"] == []
