"""The public doors: programmes and the check without log-in."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from backend.core.uow import Units, Work
from backend.policy.http import blp
from tests.factories.doors import client_of

Seed = Callable[[Work], str]
CHECK = "/api/v1/eligibility-checks"


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """Doors are tried on SQLite alone; the tests of the services run on both databases."""
    shutil.copy(sqlite_template, tmp_path / "test.db")
    return f"sqlite:///{tmp_path}/test.db"


@pytest.fixture
def client(units: Units, seed: Seed) -> FlaskClient:
    with units.write() as work:
        seed(work)
    return client_of(units, blp)


def body(**changes: Any) -> dict[str, Any]:
    wages = {"kind": "wages", "amountFen": 180000, "period": "month"}
    members: list[dict[str, Any]] = [{"label": "我", "incomes": [wages]}, {}, {"deductions": []}]
    return {"division": "610303000000", "area": "urban", "members": members} | changes


def test_programmes_in_plain_words(client: FlaskClient) -> None:
    listed = client.get("/api/v1/programmes").json
    assert listed is not None
    assert [p["code"] for p in listed["items"]] == ["dibao", "dibao-edge", "rigid-expense"]
    assert listed["items"][0]["forWhom"]["zh"].startswith("家里每个人每月的收入")
    one = client.get("/api/v1/programmes/dibao").json
    assert one is not None
    assert one["programme"]["clocks"]["totalWd"] == 30
    assert one["programme"]["validFrom"] == "2021-07-01"
    assert one["programme"]["documents"][0] == {
        "code": "id_card",
        "words": {"zh": "身份证正反面照片", "en": "Photo of both sides of the ID card"},
        "per": "adult_member",
        "required": "always",
        "claimedBy": None,
    }
    assert {k["code"]: k["mayBeNegative"] for k in one["incomeKinds"]}["business"] is True
    assert "illness" in [k["code"] for k in one["deductionKinds"]]


def test_an_unknown_programme(client: FlaskClient) -> None:
    answer = client.get("/api/v1/programmes/%E4%BD%8E%E4%BF%9D")
    assert answer.status_code == 404
    assert answer.json is not None
    assert answer.json["code"] == "programme_unknown"


def test_a_check_explains_the_amount(client: FlaskClient) -> None:
    answer = client.post(CHECK, json=body())
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    found = answer.json
    assert found is not None
    lines = found.pop("lines")
    assert found == {
        "outcome": "dibao",
        "perHeadFen": 60000,
        "standardFen": 66200,
        "amountFenPerMonth": 18600,
        "singlePersons": [],
    }
    assert lines[0]["zh"] == "我：工资，每月 1,800.00 元，算作收入。"
    assert lines[0]["en"] == "我: wages, 1,800.00 yuan a month, counts as income."
    assert [line["rule"] for line in lines][-1] == "estimate"


@pytest.mark.parametrize(
    ("changes", "path", "code"),
    [
        ({"division": "6103"}, "/division", "division_unknown"),
        ({"division": "610399000000"}, "/division", "division_unknown"),
        ({"division": "530102000000"}, "/division", "division_unknown"),
        ({"on": "2022-12-31"}, "/division", "standard_unknown"),
        ({"on": "2022-02-30"}, "/on", "field_invalid"),
        ({"area": "city"}, "/area", "field_invalid"),
        ({"members": []}, "/members", "field_invalid"),
        ({"members": [{}] * 31}, "/members", "field_invalid"),
        ({"members": [{"name": "x"}]}, "/members/0/name", "field_unknown"),
        ({"members": [{"label": "长" * 21}]}, "/members/0/label", "field_invalid"),
        ({"cashAssetsFen": -1}, "/cashAssetsFen", "field_invalid"),
    ],
)
def test_bad_questions_name_the_field(
    client: FlaskClient, changes: dict[str, Any], path: str, code: str
) -> None:
    refused(client, body(**changes), path, code)


@pytest.mark.parametrize(
    ("item", "path", "code"),
    [
        ({"kind": "lottery"}, "kind", "kind_unknown"),
        ({"amountFen": -1}, "amountFen", "amount_negative"),
        ({"amountFen": 10**10 + 1}, "amountFen", "field_invalid"),
        ({"amountFen": 1.5}, "amountFen", "field_invalid"),
        ({"amountFen": None}, "amountFen", "field_required"),
        ({"period": "week"}, "period", "field_invalid"),
    ],
)
def test_bad_figures_name_the_field(
    client: FlaskClient, item: dict[str, Any], path: str, code: str
) -> None:
    whole = {"kind": "wages", "amountFen": 1, "period": "month"} | item
    question = body(members=[{}, {"incomes": [whole]}])
    refused(client, question, f"/members/1/incomes/0/{path}", code)


def refused(client: FlaskClient, question: dict[str, Any], path: str, code: str) -> None:
    answer = client.post(CHECK, json=question)
    assert answer.status_code == 422
    assert answer.json is not None
    assert [(e["path"], e["code"]) for e in answer.json["errors"]] == [(path, code)]
    assert all(e["message"] and e["messageEn"] for e in answer.json["errors"])


def test_the_largest_household_fits(client: FlaskClient) -> None:
    item = {"kind": "family_planning_award", "amountFen": 10**10, "period": "month"}
    cost = {"kind": "tax_and_insurance", "amountFen": 10**10, "period": "month"}
    member = {"label": "长" * 20, "incomes": [item] * 20, "deductions": [cost] * 20}
    answer = client.post(CHECK, json=body(members=[member] * 30))
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["perHeadFen"] == 0


def test_broken_json_and_a_body_too_large(client: FlaskClient) -> None:
    broken = client.post(CHECK, data=b"{", content_type="application/json")
    assert (broken.status_code, broken.json and broken.json["code"]) == (400, "json_broken")
    large = client.post(CHECK, data=b" " * 200_000, content_type="application/json")
    assert large.status_code == 413


def test_without_policy_the_answer_says_so(units: Units) -> None:
    answer = client_of(units, blp).get("/api/v1/programmes")
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["code"] == "policy_missing"


def test_what_is_hard_in_pictures_and_words(client: FlaskClient) -> None:
    listed = client.get("/api/v1/needs").json
    assert listed is not None
    assert [need["code"] for need in listed["items"]][:2] == ["accident", "elder"]
    said = {"needs": ["disability"], "words": " 屋里 莫得钱 "}
    found = client.post("/api/v1/need-checks", json=said)
    assert found.status_code == 200
    assert found.json is not None
    assert [(n["code"], n["picked"], n["because"]) for n in found.json["understood"]] == [
        ("money", False, ["莫得钱"]),
        ("disability", True, []),
    ]
    assert [p["code"] for p in found.json["programmes"]] == ["dibao", "dibao-edge"]
    assert len(found.json["programmes"][0]["why"]) == 2
    assert found.json["counter"] is None


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({}, "need_missing"),
        ({"words": "   "}, "need_missing"),
        ({"words": "病" * 301}, "invalid"),
        ({"words": "\u202e病"}, "invalid"),
        ({"needs": ["money"] * 21}, "invalid"),
        ({"needs": ["money' OR 1=1"]}, "need_unknown"),
        ({"needs": ["money"], "division": "1"}, "invalid"),
        ({"needs": [None]}, "invalid"),
    ],
)
def test_bad_words_are_refused_at_their_field(
    client: FlaskClient, said: dict[str, Any], code: str
) -> None:
    refused = client.post("/api/v1/need-checks", json=said)
    assert refused.status_code == 422
    assert refused.json is not None
    assert (refused.json["code"], bool(refused.json["errors"])) == (code, True)


def test_three_hundred_signs_are_heard(client: FlaskClient) -> None:
    found = client.post("/api/v1/need-checks", json={"words": "病" * 300})
    assert found.status_code == 200
