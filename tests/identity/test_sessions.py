"""Log-in and sessions over HTTP: whose they are, how long they live, how they end."""

from __future__ import annotations

import threading
from typing import Any

import pyotp
import pytest
from sqlalchemy import func, select

from backend.core.access import Role
from backend.core.attempts import spend
from backend.core.crypto import token_hash
from backend.identity import service
from backend.identity.errors import WechatBlocked, WechatTooOften, WechatUnavailable
from backend.identity.models import Account, LoginSession, StaffMember
from backend.identity.service.login import ADDRESS_TRIES, STAFF_TRIES
from backend.identity.tasks import forget_sessions
from tests.factories import people
from tests.factories.house import TOWNSHIP, Town

PASSWORD = "correct horse battery"


def clerk(town: Town, username: str = "zhou") -> pyotp.TOTP:
    """A real member of staff with password and one-time codes."""
    hashed = service.hash_password(PASSWORD)
    with town.units.write() as work:
        secret = service.add_staff(
            work,
            username=username,
            name="周干事",
            password_hash=hashed,
            roles=[Role.TOWNSHIP],
            scope=TOWNSHIP,
        )
    return pyotp.TOTP(secret)


def desk_log_in(town: Town, code: str, **changes: Any) -> Any:
    body = {"username": "zhou", "password": PASSWORD, "totp": code, **changes}
    return town.client.send("POST", "/sessions/staff", json=body)


def code_at(town: Town, totp: pyotp.TOTP, steps: int = 0) -> str:
    return totp.generate_otp(int(town.clock.now().timestamp()) // 30 + steps)


def me_status(town: Town, token: str) -> int:
    return town.client.send("GET", "/me", token=token).status_code


def test_a_first_log_in_makes_the_account_and_later_ones_find_it(town: Town) -> None:
    first, again = town.citizen("wang"), town.citizen("wang")
    assert first.id == again.id
    assert first.token != again.token


def test_two_first_log_ins_at_once_give_one_account(town: Town) -> None:
    gate = threading.Barrier(4)
    codes = [town.wechat.code_for("wang") for _ in range(4)]
    found: list[str] = []

    def come(code: str) -> None:
        gate.wait()
        session = service.log_in_wechat(
            town.units, town.wechat, code, shared_phone=False, address="192.0.2.1"
        )
        found.append(session.token)

    threads = [threading.Thread(target=come, args=(code,)) for code in codes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    with town.units.read() as work:
        assert work.session.scalar(select(func.count()).select_from(Account)) == 1


@pytest.mark.parametrize(
    ("refusal", "status"),
    [(WechatBlocked(), 403), (WechatTooOften(retry_after=60), 429), (WechatUnavailable(), 503)],
)
def test_what_wechat_refuses_is_told_by_name(town: Town, refusal: Any, status: int) -> None:
    town.wechat.refuse_next(refusal)
    response = town.log_in("wang")
    assert (response.status_code, response.get_json()["code"]) == (status, refusal.code)


def test_a_code_is_good_once(town: Town) -> None:
    code = town.wechat.code_for("wang")
    send = town.client.send
    assert send("POST", "/sessions/wechat", json={"code": code}).status_code == 201
    again = send("POST", "/sessions/wechat", json={"code": code})
    assert (again.status_code, again.get_json()["code"]) == (422, "wechat_code_invalid")


@pytest.mark.parametrize("token", ["x" * 32, "", "short", "sg_" + "x" * 32, "bo_" + "x" * 32])
def test_a_wrong_token_is_nobody(town: Town, token: str) -> None:
    response = town.client.send("GET", "/me", token=token)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_no_token_and_another_scheme_are_nobody(town: Town) -> None:
    token = town.citizen("wang").token
    assert town.client.send("GET", "/me").status_code == 401
    basic = town.client.send("GET", "/me", headers={"Authorization": f"Basic {token}"})
    assert basic.status_code == 401


def test_a_citizen_stays_thirty_days(town: Town) -> None:
    token = town.citizen("wang").token
    town.clock.advance(days=30, seconds=-1)
    assert me_status(town, token) == 200
    town.clock.advance(seconds=1)
    assert me_status(town, token) == 401


def test_a_shared_phone_forgets_after_twelve_hours(town: Town) -> None:
    token = town.log_in("wang", shared=True).get_json()["token"]
    town.clock.advance(hours=12, seconds=-1)
    assert me_status(town, token) == 200
    town.clock.advance(seconds=1)
    assert me_status(town, token) == 401


@pytest.mark.parametrize("mark", ["sg_", "bo_"])
def test_a_random_token_may_look_like_another_kind(town: Town, mark: str) -> None:
    """One log-in in 131,072 draws these three characters; it must not be nobody for a month."""
    visitor = town.citizen("a citizen with a strange token")
    with town.units.write() as work:
        found = work.session.scalars(
            select(LoginSession).where(LoginSession.account_id == visitor.id)
        ).one()
        found.token_hash = token_hash(mark + visitor.token[3:])
    visitor.token = mark + visitor.token[3:]
    assert visitor.get("/me").status_code == 200


def test_log_out_ends_this_session_only(town: Town) -> None:
    phone, tablet = town.citizen("wang"), town.citizen("wang")
    assert phone.delete("/sessions/current").status_code == 204
    assert phone.get("/me").status_code == 401
    assert tablet.get("/me").status_code == 200


def test_a_new_log_in_on_the_same_phone_ends_the_old_session(town: Town) -> None:
    old = town.citizen("wang")
    fresh = town.log_in("wang", token=old.token).get_json()["token"]
    assert fresh != old.token
    assert old.get("/me").status_code == 401
    assert me_status(town, fresh) == 200


def test_a_planted_token_is_never_taken_over(town: Town) -> None:
    planted = "A" * 32
    fresh = town.log_in("wang", token=planted).get_json()["token"]
    assert fresh != planted
    assert me_status(town, planted) == 401


def test_only_hashes_of_tokens_are_kept(town: Town) -> None:
    token = town.citizen("wang").token
    with town.units.read() as work:
        kept = work.session.scalars(select(LoginSession.token_hash)).all()
    assert token.encode() not in b"".join(kept)


def test_staff_log_in_with_password_and_code(town: Town) -> None:
    totp = clerk(town)
    found = desk_log_in(town, code_at(town, totp)).get_json()
    assert found["roles"] == ["township"]
    assert town.client.send("GET", "/staff/worklist", token=found["token"]).status_code == 200


def test_a_desk_left_alone_for_thirty_minutes_is_closed(town: Town) -> None:
    token = desk_log_in(town, code_at(town, clerk(town))).get_json()["token"]
    for _ in range(3):
        town.clock.advance(minutes=29)
        assert town.client.send("GET", "/staff/worklist", token=token).status_code == 200
    town.clock.advance(minutes=30)
    assert town.client.send("GET", "/staff/worklist", token=token).status_code == 401


def test_a_desk_closes_after_eight_hours_however_busy(town: Town) -> None:
    token = desk_log_in(town, code_at(town, clerk(town))).get_json()["token"]
    for _ in range(23):
        town.clock.advance(minutes=20)
        assert town.client.send("GET", "/staff/worklist", token=token).status_code == 200
    town.clock.advance(minutes=20)
    assert town.client.send("GET", "/staff/worklist", token=token).status_code == 401


def test_a_one_time_code_works_once(town: Town) -> None:
    code = code_at(town, clerk(town))
    assert desk_log_in(town, code).status_code == 201
    again = desk_log_in(town, code)
    assert (again.status_code, again.get_json()["code"]) == (401, "credentials_invalid")


def test_one_step_of_drift_is_forgiven_and_two_are_not(town: Town) -> None:
    totp = clerk(town)
    assert desk_log_in(town, code_at(town, totp, -2)).status_code == 401
    assert desk_log_in(town, code_at(town, totp, 2)).status_code == 401
    assert desk_log_in(town, code_at(town, totp, -1)).status_code == 201
    assert desk_log_in(town, code_at(town, totp, 1)).status_code == 201
    # a code older than one that was used is a replay
    assert desk_log_in(town, code_at(town, totp)).status_code == 401


def test_every_wrong_part_has_the_same_answer(town: Town) -> None:
    totp = clerk(town)
    code = code_at(town, totp)
    answers = [
        desk_log_in(town, code, username="nobody"),
        desk_log_in(town, code, password="wrong"),
        desk_log_in(town, "000000" if code != "000000" else "000001"),
    ]
    shown = [{k: v for k, v in a.get_json().items() if k != "requestId"} for a in answers]
    assert [a.status_code for a in answers] == [401] * 3
    assert shown[0] == shown[1] == shown[2]


def test_somebody_who_left_the_office_cannot_come_in_nor_stay(town: Town) -> None:
    totp = clerk(town)
    token = desk_log_in(town, code_at(town, totp)).get_json()["token"]
    with town.units.write() as work:
        work.session.scalars(select(StaffMember)).one().active = False
    assert town.client.send("GET", "/staff/worklist", token=token).status_code == 401
    town.clock.advance(minutes=5)
    assert desk_log_in(town, code_at(town, totp)).status_code == 401


def test_tries_are_counted_in_the_database_and_survive_a_restart(town: Town) -> None:
    totp = clerk(town)
    for _ in range(8):  # as refused log-ins do, without the price of a hash
        spend(town.units, STAFF_TRIES, "zhou")
    assert desk_log_in(town, "123456", password="guess 9").status_code == 401
    town.restart()
    assert desk_log_in(town, "123456", password="guess 10").status_code == 401
    locked = desk_log_in(town, code_at(town, totp))
    assert locked.status_code == 429
    assert 0 < int(locked.headers["Retry-After"]) <= 900
    town.clock.advance(minutes=15)
    assert desk_log_in(town, code_at(town, totp)).status_code == 201


def test_a_success_forgets_the_failures_before(town: Town) -> None:
    totp = clerk(town)
    for _ in range(9):
        spend(town.units, STAFF_TRIES, "zhou")
    assert desk_log_in(town, code_at(town, totp)).status_code == 201
    town.clock.advance(seconds=30)
    assert desk_log_in(town, "123456", password="wrong").status_code == 401


def test_a_success_forgets_the_failures_of_its_address(town: Town) -> None:
    """A whole office may stand behind one address."""
    totp = clerk(town)
    office = "192.0.2.7"
    for _ in range(ADDRESS_TRIES.most - 1):
        spend(town.units, ADDRESS_TRIES, office)
    right = {"username": "zhou", "password": PASSWORD, "totp": code_at(town, totp)}
    wrong = right | {"password": "wrong"}
    statuses = [
        town.client.send("POST", "/sessions/staff", json=body, address=office).status_code
        for body in (right, wrong)
    ]
    assert statuses == [201, 401]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"code": ""},
        {"code": "x" * 129},
        {"code": "x", "role": "township"},
        {"code": "x", "sharedPhone": "perhaps"},
        {"code": 7},
    ],
)
def test_a_wrong_body_names_its_fields(town: Town, body: dict[str, Any]) -> None:
    response = town.client.send("POST", "/sessions/wechat", json=body)
    assert response.status_code == 422
    assert response.get_json()["errors"]


def test_citizens_have_no_desk_and_staff_no_pocket(town: Town) -> None:
    citizen, officer = town.citizen(people.APPLICANT), town.staff()
    assert citizen.get("/staff/worklist").status_code == 403
    assert officer.get("/me").status_code == 403
    assert officer.get("/applications").status_code == 403


def test_being_seen_twice_at_once_refuses_nobody(town: Town) -> None:
    token = town.citizen("wang").token
    town.clock.advance(minutes=5)
    gate = threading.Barrier(4)
    found: list[object] = []

    def look() -> None:
        gate.wait()
        try:
            found.append(service.resolve(town.units, token))
        except Exception as refused:
            found.append(refused)

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [type(f).__name__ for f in found] == ["Actor"] * 4


def test_ended_sessions_are_forgotten_after_a_week(town: Town) -> None:
    town.log_in("wang", shared=True)
    kept = town.citizen("li").token
    town.clock.advance(hours=12, days=7, seconds=1)
    assert forget_sessions(town.units) == 1
    assert me_status(town, kept) == 200
