"""The signed inbox and the staff API over HTTP."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from backend.audit.service import record_refusal
from backend.backoffice import service
from backend.backoffice.http import blp
from backend.backoffice.states import StaffRole
from backend.relay.rules import cloud_event, signed_headers
from backend.web.api import build
from backend.web.context import WebKit

BASE = "/api/v1/backoffice"


@pytest.fixture
def client(units):
    kit = WebKit(
        units, service.resolve_staff, record_refusal, public_url="http://127.0.0.1", demo=False
    )
    return build(kit, [blp], trusted_proxies=0, limit=10000).test_client()


@pytest.fixture
def login(office):
    return lambda label: {"Authorization": f"Bearer {office.issued[label].token}"}


def event(snapshot, **changed):
    data = {
        "caseId": str(uuid.uuid4()),
        "county": "610322",
        "sequence": 1,
        "version": 1,
        "division": "610322100201",
        "programme": "dibao",
        "area": "urban",
        "decidedBy": "county",
        "acceptedOn": "2026-03-02",
        "snapshot": dict(snapshot),
    } | changed
    return cloud_event(
        str(uuid.uuid4()),
        "zhangban/610322",
        "case.submitted_for_review",
        str(data["caseId"]),
        datetime.now(UTC),
        data,
    )


@pytest.fixture
def post(client, ring):
    """Send a body as the main system would; the signature's clock is the real one."""

    def send(body, *, secret=None, off=timedelta(), message_id=None):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        message_id = message_id or (body["id"] if isinstance(body, dict) else "evt-raw")
        secret = secret or ring.current("webhook").secret
        headers = signed_headers(secret, message_id, datetime.now(UTC) + off, raw)
        return client.post(f"{BASE}/inbox", data=raw, headers=headers)

    return send


@pytest.fixture
def snapshot(office):
    return office.message().submission.snapshot


def codes(answer):
    return [(e["path"], e["code"]) for e in answer.json.get("errors", [])]


def test_a_signed_event_is_taken_and_its_repetition_too(post, snapshot):
    body = event(snapshot)
    first, second = post(body), post(body)
    assert (first.status_code, first.json) == (200, {"outcome": "accepted"})
    assert (second.status_code, second.json) == (200, {"outcome": "duplicate"})


@pytest.mark.parametrize(
    ("said", "pays"), [({}, True), ({"pays": True}, True), ({"pays": False}, False)]
)
def test_a_case_pays_unless_its_event_says_that_it_does_not(
    client, office, login, post, snapshot, said, pays
):
    body = event(snapshot, **said)
    assert post(body).status_code == 200
    row_id = office.case_of(uuid.UUID(body["data"]["caseId"])).id
    shown = client.get(f"{BASE}/cases/{row_id}", headers=login("verifier")).json
    assert shown["pays"] is pays


def test_whether_it_pays_is_true_or_false_and_nothing_else(post, snapshot):
    answer = post(event(snapshot, pays="no"))
    assert (answer.status_code, codes(answer)[0][0]) == (422, "/data/pays")


@pytest.mark.parametrize(
    "wrong",
    [
        {"secret": b"s" * 32},
        {"off": timedelta(minutes=-6)},
        {"off": timedelta(minutes=6)},
        {"message_id": "another-id-than-the-event's"},
    ],
    ids=["bad signature", "old", "from the future", "other id"],
)
def test_a_webhook_that_cannot_be_trusted_gets_401(post, snapshot, wrong):
    answer = post(event(snapshot), **wrong)
    assert answer.status_code == 401
    assert answer.json["code"] == "webhook_signature_invalid"


def test_without_headers_or_with_a_changed_body_it_is_401(client, ring, snapshot):
    body = event(snapshot)
    raw = json.dumps(body).encode()
    assert client.post(f"{BASE}/inbox", data=raw).status_code == 401
    headers = signed_headers(ring.current("webhook").secret, body["id"], datetime.now(UTC), raw)
    changed = raw.replace(b'"sequence": 1', b'"sequence": 2')
    assert client.post(f"{BASE}/inbox", data=changed, headers=headers).status_code == 401


def test_a_gap_is_retried_later(post, snapshot):
    answer = post(event(snapshot, sequence=2))
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert answer.json["code"] == "bo_sequence_gap"


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"decidedBy": "mayor"}, ("/data/decidedBy", "field_invalid")),
        ({"caseId": "no-uuid"}, ("/data/caseId", "field_invalid")),
        ({"sequence": 0}, ("/data/sequence", "field_invalid")),
        ({"sequence": "1"}, ("/data/sequence", "field_invalid")),
        ({"division": "6103221002"}, ("/data/division", "field_invalid")),
        ({"division": "610303100201"}, ("/data/division", "bo_division_outside_county")),
        ({"county": "610303", "division": "610303100201"}, ("/source", "bo_event_source_mismatch")),
        ({"snapshot": {}}, ("/data/snapshot/headcount", "field_required")),
        ({"acceptedOn": "2.3.2026"}, ("/data/acceptedOn", "field_invalid")),
    ],
)
def test_a_signed_event_that_breaks_the_contract_is_named(post, snapshot, changed, expected):
    answer = post(event(**{"snapshot": snapshot} | changed))
    assert answer.status_code == 422
    assert answer.json["code"] == "bo_event_invalid"
    assert expected in codes(answer)


@pytest.mark.parametrize("raw", [b"[]", b'"text"', b"{}", b'{"data": []}'])
def test_signed_nonsense_is_refused_politely(post, raw):
    assert post(raw).status_code == 422


def test_too_large_a_body_is_refused(post, snapshot):
    assert post(event({**snapshot, "x": "y" * 1_100_000})).status_code == 413


def test_unknown_attributes_and_types_are_let_through(post, snapshot):
    body = event(snapshot, futureField=1) | {"traceparent": "00-1"}
    assert post(body).json == {"outcome": "accepted"}
    later = event(snapshot, caseId=body["data"]["caseId"], sequence=2) | {"type": "case.repainted"}
    assert post(later).json == {"outcome": "ignored"}


def test_the_staff_api_takes_a_case_from_the_list_to_the_notice(
    client, post, login, snapshot, office
):
    body = event(snapshot)
    post(body)
    listed = client.get(f"{BASE}/tasks", headers=login("verifier")).json
    (task,) = listed["items"]
    assert (task["name"], task["dueOn"], listed["nextCursor"]) == (
        "verification",
        "2026-03-05",
        None,
    )

    def complete(label, **said):
        (open_task,) = client.get(f"{BASE}/tasks", headers=login(label)).json["items"]
        return client.post(
            f"{BASE}/tasks/{open_task['id']}/completion", json=said, headers=login(label)
        )

    done = complete("verifier", result="passed", note="都对")
    assert (done.status_code, done.json["state"]) == (200, "done")
    answer = client.get(f"{BASE}/colleagues?role=surveyor", headers=login("surveyor-1"))
    pair = [one["id"] for one in answer.json["items"]]
    assert complete("surveyor-1", result="done", investigators=pair).status_code == 200
    wrong = complete("reviewer", result="positive")
    assert (wrong.status_code, codes(wrong)) == (422, [("/amountFen", "bo_amount_missing")])
    assert complete("reviewer", result="positive", amountFen=18600).status_code == 200
    assert complete("reviewer", result="posted").status_code == 200

    case = client.get(f"{BASE}/cases/{task['backofficeCaseId']}", headers=login("decider")).json
    assert (case["caseId"], case["stage"], case["publicityUntil"]) == (
        body["data"]["caseId"],
        "publicity",
        "2026-03-09",
    )
    assert case["notice"] == {"applicantName": "王秀英", "headcount": 3, "amountFen": 18600}
    assert len(case["tasks"]) == 4
    assert "household" not in json.dumps(case)

    public = client.get(f"{BASE}/notices?division=610322").json["items"]
    assert public == [case["notice"] | {"publicityUntil": "2026-03-09"}]

    path = f"{BASE}/cases/{task['backofficeCaseId']}"
    whole = client.get(f"{path}/snapshot?purpose=survey", headers=login("surveyor-1"))
    assert whole.json["snapshot"] == snapshot
    assert client.get(f"{path}/snapshot", headers=login("surveyor-1")).status_code == 422

    objected = client.post(
        f"{path}/objections", json={"note": "有车没报"}, headers=login("reviewer")
    )
    assert (objected.status_code, objected.json["stage"]) == (200, "survey")
    again = client.post(f"{path}/objections", json={"note": "x"}, headers=login("reviewer"))
    assert (again.status_code, again.json["code"]) == (409, "bo_not_published")


def consent_lost(case_id, **changed):
    data = {
        "caseId": case_id,
        "county": "610322",
        "sequence": 2,
        "memberId": str(uuid.uuid4()),
        "withdrawnOn": "2026-03-04",
    } | changed
    return cloud_event(
        str(uuid.uuid4()), "zhangban/610322", "consent.withdrawn", case_id, datetime.now(UTC), data
    )


@pytest.mark.parametrize(
    ("changed", "places"),
    [
        ({"dueOn": "2026-02-30"}, ["/data/dueOn"]),
        ({"dueOn": None, "dueProvisional": "no"}, ["/data/dueOn", "/data/dueProvisional"]),
    ],
)
def test_a_moved_last_day_is_told_as_the_contract_says(
    client, post, login, snapshot, changed, places
):
    body = event(snapshot)
    post(body)
    said = {"memberId": None, "cause": "extension", "dueOn": "2026-05-08", "dueProvisional": False}
    told = consent_lost(body["data"]["caseId"], **said) | {"type": "case.due_changed"}
    wrong = told | {"id": str(uuid.uuid4()), "data": told["data"] | changed}
    answer = post(wrong)
    assert (answer.status_code, answer.json["code"]) == (422, "bo_event_invalid")
    assert [path for path, _ in codes(answer)] == places
    assert post(told).json == {"outcome": "accepted"}
    (task,) = client.get(f"{BASE}/tasks", headers=login("verifier")).json["items"]
    case = client.get(f"{BASE}/cases/{task['backofficeCaseId']}", headers=login("verifier")).json
    assert (case["dueOn"], case["dueProvisional"]) == ("2026-05-08", False)


def test_a_consent_taken_back_stands_in_the_case(client, post, login, snapshot):
    body = event(snapshot)
    post(body)
    told = consent_lost(body["data"]["caseId"])
    assert (post(told).json, post(told).json) == ({"outcome": "accepted"}, {"outcome": "duplicate"})
    (task,) = client.get(f"{BASE}/tasks", headers=login("verifier")).json["items"]
    path = f"{BASE}/cases/{task['backofficeCaseId']}"
    case = client.get(path, headers=login("verifier")).json
    assert case["lostConsents"] == [
        {"memberId": told["data"]["memberId"], "withdrawnOn": "2026-03-04"}
    ]
    assert (case["state"], case["tasks"][0]["state"]) == ("in_review", "open")


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"memberId": "somebody"}, "/data/memberId"),
        ({"withdrawnOn": "2026-02-30"}, "/data/withdrawnOn"),
        ({"withdrawnOn": None}, "/data/withdrawnOn"),
    ],
)
def test_a_lost_consent_names_whose_and_when(post, snapshot, changed, place):
    body = event(snapshot)
    post(body)
    answer = post(consent_lost(body["data"]["caseId"], **changed))
    assert (answer.status_code, answer.json["code"]) == (422, "bo_event_invalid")
    assert [path for path, _ in codes(answer)] == [place]


def test_nobody_else_comes_in(client, post, login, snapshot, office):
    post(event(snapshot))
    (task,) = client.get(f"{BASE}/tasks", headers=login("verifier")).json["items"]
    path = f"{BASE}/tasks/{task['id']}/completion"
    assert client.get(f"{BASE}/tasks").status_code == 401
    stranger = {"Authorization": "Bearer bo_" + "x" * 32}
    assert client.get(f"{BASE}/tasks", headers=stranger).status_code == 401
    assert client.post(path, json={"result": "passed"}).status_code == 401
    other = client.post(path, json={"result": "passed"}, headers=login("surveyor-1"))
    assert (other.status_code, other.json["code"]) == (403, "bo_role_missing")
    with office.units.write() as work:
        token = service.add_staff(work, name="外县", roles=[StaffRole.VERIFIER], scope="610303")
    away = {"Authorization": f"Bearer {token}"}
    hidden = client.post(path, json={"result": "passed"}, headers=away)
    assert (hidden.status_code, hidden.json["code"]) == (404, "bo_task_not_found")
    assert client.get(f"{BASE}/cases/{task['backofficeCaseId']}", headers=away).status_code == 404


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "/result"),
        ({"result": "maybe"}, "/result"),
        ({"result": "positive"}, "/result"),
        ({"result": "passed", "extra": 1}, "/extra"),
        ({"result": "passed", "amountFen": 1}, "/amountFen"),
        ({"result": "passed", "amountFen": -1}, "/amountFen"),
        ({"result": "passed", "amountFen": 1.5}, "/amountFen"),
        ({"result": "passed", "reasons": ["x"]}, "/reasons"),
        ({"result": "passed", "note": "x" * 501}, "/note"),
        ({"result": "passed", "investigators": ["x"]}, "/investigators/0"),
        ({"result": "failed"}, "/reasons"),
        ({"result": "failed", "reasons": ["x"] * 11}, "/reasons"),
    ],
)
def test_a_wrong_completion_names_the_field(client, post, login, snapshot, body, path):
    post(event(snapshot))
    (task,) = client.get(f"{BASE}/tasks", headers=login("verifier")).json["items"]
    answer = client.post(
        f"{BASE}/tasks/{task['id']}/completion", json=body, headers=login("verifier")
    )
    assert answer.status_code == 422
    assert path in [at for at, _ in codes(answer)]
    (still,) = client.get(f"{BASE}/tasks", headers=login("verifier")).json["items"]
    assert still["id"] == task["id"]


def test_the_contract_page_lists_these_doors(client):
    paths = client.get("/openapi.json").json["paths"]
    assert {path for path in paths if path.startswith(BASE)} == {
        f"{BASE}/inbox",
        f"{BASE}/tasks",
        f"{BASE}/tasks/{{task_id}}/completion",
        f"{BASE}/cases/{{case_row_id}}",
        f"{BASE}/cases/{{case_row_id}}/snapshot",
        f"{BASE}/cases/{{case_row_id}}/objections",
        f"{BASE}/colleagues",
        f"{BASE}/notices",
    }
