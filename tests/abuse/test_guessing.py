"""Guessing tells nothing: every wrong answer is the same to the byte and costs the same work."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from backend.core.ids import new_code, new_token
from backend.identity.service.login import CITIZEN_LIFE
from backend.openapi import document
from tests.factories.house import TOWNSHIP, Town, Visitor, member_of
from tests.factories.people import APPLICANT, HUSBAND, SON
from tests.factories.statements import statements_of
from tests.identity.test_sessions import PASSWORD, clerk

OWN = {"X-Request-Id", "Date"}


def shape(town: Town, ask: Callable[[], TestResponse]) -> tuple[Any, ...]:
    """An answer without what is each request's own, and the work that it took."""
    ask()  # what is looked up once and kept is looked up now
    with statements_of(town.units) as told:
        response = ask()
    # a chain's first row costs one statement more, whoever it is about
    asked = [statement for statement in told if "audit_" not in statement]
    headers = {name: value for name, value in response.headers if name not in OWN}
    body = response.get_json()
    body.pop("requestId")
    return response.status_code, json.dumps(body), tuple(headers.items()), tuple(asked)


def alike(town: Town, asks: dict[str, Callable[[], TestResponse]], status: int) -> None:
    shapes = {name: shape(town, ask) for name, ask in asks.items()}
    first = next(iter(shapes.values()))
    assert first[0] == status, first
    for name, found in shapes.items():
        assert found == first, name


def opened(town: Town, token: str, n: int = 0) -> Callable[[], TestResponse]:
    # each from an address of its own, so that the count of wrong links is nobody's
    address = f"198.51.100.{n}"
    return lambda: town.client.send("GET", f"/consent-invitations/{token}", address=address)


def test_links_that_never_were_are_alike(town: Town) -> None:
    asks = {
        "never": opened(town, new_token(), 1),
        "another": opened(town, new_token(), 2),
        "odd": opened(town, "x", 3),
    }
    alike(town, asks, 404)


def test_a_link_that_worked_says_what_became_of_it_to_its_holder_alone(town: Town) -> None:
    """Whoever has all its 192 bits held it; one sign less is a guess like any other."""
    me = town.citizen(APPLICANT)
    case = me.submitted()
    husband, son = (member_of(case, who)["id"] for who in (HUSBAND, SON))
    replaced = me.invite(case["id"], son)["token"]
    ran_out = me.invite(case["id"], son)["token"]
    used = me.invite(case["id"], husband)["token"]
    assert town.consent_by_face(used, HUSBAND).status_code == 201
    town.clock.advance(days=60)
    for n, (token, code) in enumerate(
        ((ran_out, "expired"), (replaced, "replaced"), (used, "given"))
    ):
        told = opened(town, token, n)()
        assert (told.status_code, told.get_json()["code"]) == (409, f"invitation_{code}")
        assert HUSBAND.name[0] not in told.get_json()["title"]
    asks = {
        "never": opened(town, new_token(), 11),
        "cut off": opened(town, ran_out[:-1], 12),
        "one sign off": opened(town, ran_out[:-1] + ("A" if ran_out[-1] != "A" else "B"), 13),
        "used, and more": opened(town, used + "x", 14),
    }
    alike(town, asks, 404)


def looked_up(town: Town, code: str, last: str, n: int) -> Callable[[], TestResponse]:
    body = {"receiptCode": code, "lastFour": last}
    address = f"198.51.100.{n}"
    return lambda: town.client.send("POST", "/case-lookups", json=body, address=address)


def test_a_receipt_that_is_none_and_a_wrong_number_are_alike(town: Town) -> None:
    me = town.citizen(APPLICANT)
    code = me.submitted()["receiptCode"]
    asks = {
        "no such receipt": looked_up(town, new_code(), APPLICANT.number[-4:], 1),
        "another's number": looked_up(town, code, HUSBAND.number[-4:], 2),
    }
    alike(town, asks, 404)
    assert looked_up(town, code, APPLICANT.number[-4:], 3)().status_code == 200


def test_sessions_that_never_were_ended_or_ran_out_are_alike(town: Town) -> None:
    ended, ran_out = town.citizen(APPLICANT), town.citizen(HUSBAND)
    assert ended.delete("/sessions/current").status_code == 204
    town.clock.advance(seconds=CITIZEN_LIFE.total_seconds())

    def me(token: str) -> Callable[[], TestResponse]:
        return lambda: town.client.send("GET", "/me", token=token)

    asks = {"never": me(new_token()), "ended": me(ended.token), "ran out": me(ran_out.token)}
    alike(town, asks, 401)


def test_whether_a_user_name_exists_shows_nowhere(town: Town) -> None:
    totp = clerk(town)
    code = totp.generate_otp(int(town.clock.now().timestamp()) // 30 + 5)

    def come(username: str, password: str, n: int) -> Callable[[], TestResponse]:
        body = {"username": username, "password": password, "totp": code}
        address = f"198.51.100.{n}"
        return lambda: town.client.send("POST", "/sessions/staff", json=body, address=address)

    asks = {
        "no such user": come("nobody", PASSWORD, 1),
        "wrong password": come("zhou", "wrong", 2),
        "wrong code": come("zhou", PASSWORD, 3),
    }
    alike(town, asks, 401)


def test_anothers_case_and_none_are_alike(town: Town) -> None:
    owner, nosy = town.citizen(APPLICANT), town.citizen(HUSBAND)
    case = owner.draft()
    never = case["id"][:-4] + "ffff"
    answers = [nosy.get(f"/applications/{one}") for one in (case["id"], never)]
    bodies = []
    for answer in answers:
        body = answer.get_json()
        body.pop("requestId")
        bodies.append((answer.status_code, body))
    assert bodies[0] == bodies[1]


# Sessions stay what they were made for


def test_a_token_from_before_the_log_in_is_dead_after_it(town: Town) -> None:
    """Whoever planted or read it has nothing."""
    planted = town.citizen(APPLICANT)
    fresh = town.log_in("somebody", headers={"Authorization": f"Bearer {planted.token}"})
    token = fresh.get_json()["token"]
    assert token != planted.token
    assert town.client.send("GET", "/me", token=planted.token).status_code == 401
    assert town.client.send("GET", "/me", token=token).status_code == 200


def filled(path: str) -> str:
    path = path.replace("{year}", "2027")
    return re.sub(r"\{[^}]+\}", "00000000-0000-7000-8000-000000000000", path)


DOORS = [
    (operation["operationId"], method.upper(), path, frozenset(operation["x-audience"]))
    for path, operations in document()["paths"].items()
    for method, operation in operations.items()
    if isinstance(operation, dict) and "x-audience" in operation
]


@pytest.fixture
def signing(town: Town) -> Visitor:
    """Somebody in the middle of signing."""
    me = town.citizen(APPLICANT)
    case = me.submitted()
    token = me.invite(case["id"], member_of(case, HUSBAND)["id"])["token"]
    seat, _ = town.sit_down(token, HUSBAND)
    return seat


def test_a_sitting_opens_no_door_but_a_signers(town: Town, signing: Visitor) -> None:
    client = town.client._client
    closed = [door for door in DOORS if not door[3] & {"signer", "everybody"}]
    assert len(closed) > 25
    for name, method, path, _ in closed:
        answer = client.open(
            filled(path), method=method, headers={"Authorization": f"Bearer {signing.token}"}
        )
        assert answer.status_code == 403, (name, answer.status_code)


def test_a_log_in_opens_no_signers_door_and_a_sitting_dies_with_its_time(
    town: Town, signing: Visitor
) -> None:
    client = town.client._client
    signers_only = [door for door in DOORS if door[3] == {"signer"}]
    assert len(signers_only) >= 4
    for visitor in (town.citizen("wang"), town.staff(scope=TOWNSHIP)):
        for name, method, path, _ in signers_only:
            headers = {"Authorization": f"Bearer {visitor.token}"}
            answer = client.open(filled(path), method=method, headers=headers)
            assert answer.status_code == 403, name
    town.clock.advance(seconds=timedelta(minutes=15).total_seconds())
    name, method, path, _ = signers_only[0]
    headers = {"Authorization": f"Bearer {signing.token}"}
    assert client.open(filled(path), method=method, headers=headers).status_code == 401


def test_a_bearer_of_one_kind_is_not_looked_for_among_the_others(town: Town) -> None:
    me = town.citizen(APPLICANT)
    for mark in ("sg_", "bo_"):
        forged = mark + me.token[3:]
        assert town.client.send("GET", "/me", token=forged).status_code == 401
        assert town.client.send("GET", "/me", token=(mark + me.token)[:64]).status_code == 401
