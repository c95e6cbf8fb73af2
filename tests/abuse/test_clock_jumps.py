"""A wall clock that is set back or forward: nothing lives longer than granted, nothing breaks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pyotp
import pytest

from backend.audit import service as audit
from backend.core.access import Role
from backend.core.attempts import Limit, spend
from backend.core.clocks import SKEW, FixedClock
from backend.core.errors import TooManyAttempts
from backend.core.ids import new_id
from backend.core.uow import Units
from backend.forwarding.service import DESTINATION
from backend.identity import service as identity
from backend.relay import service as relay
from backend.relay.ports import Destination
from backend.relay.rules import LONGEST_WAIT, MAX_ATTEMPTS
from backend.relay.service import LEASE, Relay
from tests.factories.consents import text
from tests.factories.house import TOWNSHIP, Town, Visitor, draft_body, member_of
from tests.factories.people import APPLICANT, HUSBAND
from tests.fakes.webhooks import FakeSender

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
JUMPS = [-HOUR, -DAY, HOUR, DAY]
PASSWORD = "correct horse battery"


def move(clock: FixedClock, by: timedelta) -> None:
    clock.advance(seconds=by.total_seconds())


def status(visitor: Visitor) -> int:
    return visitor.get("/me").status_code


def desk_log_in(town: Town, totp: pyotp.TOTP, at_step: int | None = None) -> Any:
    step = at_step if at_step is not None else int(town.clock.now().timestamp()) // 30
    body = {"username": "zhou", "password": PASSWORD, "totp": totp.generate_otp(step)}
    return town.client.send("POST", "/sessions/staff", json=body)


@pytest.fixture
def totp(town: Town) -> pyotp.TOTP:
    hashed = identity.hash_password(PASSWORD)
    with town.units.write() as work:
        secret = identity.add_staff(
            work, username="zhou", name="周干事", password_hash=hashed,
            roles=[Role.TOWNSHIP], scope=TOWNSHIP,
        )  # fmt: skip
    return pyotp.TOTP(secret)


@pytest.mark.parametrize("ahead", [HOUR, DAY, timedelta(days=40)])
def test_a_session_begun_on_a_clock_that_was_ahead_is_over(town: Town, ahead: timedelta) -> None:
    """It would last that much longer than thirty days, eight hours, twelve hours."""
    move(town.clock, ahead)
    citizen = town.citizen(APPLICANT)
    shared = Visitor(town, town.log_in("shared", shared=True).get_json()["token"], new_id())
    staff = town.staff()
    assert [status(citizen), status(shared)] == [200, 200]
    assert staff.get("/staff/worklist").status_code == 200
    move(town.clock, -ahead)
    assert [status(citizen), status(shared)] == [401, 401]
    assert staff.get("/staff/worklist").status_code == 401
    assert status(town.citizen(APPLICANT)) == 200, "logging in again is all it takes"


def test_clocks_a_little_apart_put_nobody_out(town: Town) -> None:
    citizen, staff = town.citizen(APPLICANT), town.staff()
    move(town.clock, -SKEW)
    assert (status(citizen), staff.get("/staff/worklist").status_code) == (200, 200)


def test_an_idle_phone_is_not_kept_awake_by_a_clock_that_went_back(town: Town) -> None:
    shared = Visitor(town, town.log_in("shared", shared=True).get_json()["token"], new_id())
    town.clock.advance(hours=11)
    assert status(shared) == 200  # last seen now
    town.clock.advance(hours=-10)
    assert status(shared) == 401


@pytest.mark.parametrize("back", [HOUR, DAY])
def test_a_window_of_tries_is_neither_longer_nor_given_back(
    units: Units, clock: FixedClock, back: timedelta
) -> None:
    limit = Limit("jump", 2, timedelta(minutes=10))
    for _ in range(2):
        spend(units, limit, "a")
    move(clock, -back)
    with pytest.raises(TooManyAttempts) as refused:
        spend(units, limit, "a")
    assert refused.value.retry_after == 600
    clock.advance(minutes=10)
    spend(units, limit, "a")


def test_a_one_time_code_is_used_once_whatever_the_clock_does(town: Town, totp: pyotp.TOTP) -> None:
    now = int(town.clock.now().timestamp()) // 30
    assert desk_log_in(town, totp).status_code == 201
    move(town.clock, -HOUR)
    assert desk_log_in(town, totp).status_code == 401, "older than the last one that was used"
    move(town.clock, HOUR)
    assert desk_log_in(town, totp, now).status_code == 401, "the same one again"
    town.clock.advance(seconds=30)
    assert desk_log_in(town, totp).status_code == 201


def sit_down(town: Town, link: str) -> Visitor:
    who = HUSBAND
    typed = {"name": who.name, "idNumber": who.number, "card": text(b"\xff\xd8card\xff\xd9")}
    begun = town.client.send("POST", f"{link}/identification", json=typed).get_json()
    return Visitor(town, begun["token"], new_id())


def test_links_sittings_and_challenges_of_a_clock_that_was_ahead_are_over(town: Town) -> None:
    me = town.citizen(APPLICANT)
    case = me.submitted()
    member = member_of(case, HUSBAND)["id"]
    move(town.clock, HOUR)
    early = f"/consent-invitations/{me.invite(case['id'], member)['token']}"
    assert town.client.send("GET", early).status_code == 200
    move(town.clock, -HOUR)
    over = town.client.send("GET", early)
    assert (over.status_code, over.get_json()["code"]) == (409, "invitation_expired")
    late = f"/consent-invitations/{me.invite(case['id'], member)['token']}"
    move(town.clock, timedelta(minutes=9))
    seat = sit_down(town, late)
    assert seat.post(f"{late}/face-challenge").status_code == 200
    move(town.clock, timedelta(minutes=-9))
    assert seat.post(f"{late}/face-challenge").status_code == 401
    assert town.client.send("GET", late).status_code == 200, "the link itself is older"


def test_the_newest_invitation_counts_though_its_time_is_older(town: Town) -> None:
    """Found here: after a clock had gone back, the replaced link hid the one that was signed."""
    me = town.citizen(APPLICANT)
    case = me.submitted()
    member = member_of(case, HUSBAND)["id"]
    me.invite(case["id"], member)
    move(town.clock, -HOUR)
    me = town.citizen(APPLICANT)  # the phone logs in again
    token = me.invite(case["id"], member)["token"]
    assert member_of(me.case(case["id"]), HUSBAND)["signer"]["state"] == "open"
    assert town.consent_by_face(token, HUSBAND).status_code == 201
    assert member_of(me.case(case["id"]), HUSBAND)["signer"]["counts"] is True


@pytest.mark.parametrize("jump", JUMPS)
def test_an_answer_is_given_once_on_either_side_of_a_jump(town: Town, jump: timedelta) -> None:
    me = town.citizen(APPLICANT)
    first = me.post("/applications", draft_body(), key="k" * 8)
    move(town.clock, jump)
    me.token = town.log_in(APPLICANT.number).get_json()["token"]
    again = me.post("/applications", draft_body(), key="k" * 8)
    assert again.get_json() == first.get_json()
    assert again.headers["Idempotency-Replayed"] == "true"


def carrier(units: Units, sender: FakeSender) -> Relay:
    receiver = Destination(DESTINATION, "http://receiver.test/")
    return Relay(units, sender, {DESTINATION: receiver})


def put(units: Units) -> None:
    with units.write() as work:
        relay.enqueue(
            work, destination=DESTINATION, aggregatetype="test", aggregateid=new_id(), type="t",
            county="610304", payload={},
        )  # fmt: skip


@pytest.mark.parametrize("ahead", [HOUR, DAY, timedelta(days=400)])
def test_a_wait_or_a_lease_from_a_clock_that_was_ahead_holds_nothing_back(
    units: Units, clock: FixedClock, ahead: timedelta
) -> None:
    sender = FakeSender()
    put(units)
    move(clock, ahead)
    sender.answers = [500]
    assert carrier(units, sender).run_once() == 1  # it failed, and waits until `ahead` and more
    stopped = carrier(units, sender)
    clock.advance(seconds=2)
    stopped.stop()
    assert stopped.run_once() == 1  # leased and never sent, as by a worker that died
    move(clock, -ahead)
    # no longer than a wait and a lease that were given now
    clock.advance(seconds=(LONGEST_WAIT + LEASE).total_seconds() + 1)
    assert carrier(units, sender).run_once() == 1
    assert len(sender.posts) == 2


def test_tries_of_a_delivery_are_counted_whatever_the_clock_does(
    units: Units, clock: FixedClock
) -> None:
    sender = FakeSender()
    put(units)
    sender.answers = [500] * (MAX_ATTEMPTS + 1)
    for turn in range(MAX_ATTEMPTS + 3):
        move(clock, DAY if turn % 2 else -HOUR)
        carrier(units, sender).run_once()
        clock.advance(hours=2)
        carrier(units, sender).run_once()
    assert len(sender.posts) == MAX_ATTEMPTS


@pytest.mark.parametrize("jump", JUMPS)
def test_a_case_goes_on_and_its_chain_holds_after_a_jump(town: Town, jump: timedelta) -> None:
    me = town.citizen(APPLICANT)
    case = me.submitted()
    move(town.clock, jump)
    me.token = town.log_in(APPLICANT.number).get_json()["token"]
    desk = town.staff()
    found = desk.case(case["id"])
    items = [{"path": "/members", "reason": "incomplete", "note": "请补充"}]
    answer = desk.once(
        f"/staff/applications/{case['id']}/correction", {"items": items}, version=found["version"]
    )
    assert answer.status_code == 200, answer.get_json()
    assert me.submit(case["id"]).status_code == 200
    newer = me.draft()
    listed = [item["id"] for item in me.get("/applications").get_json()["items"]]
    assert set(listed) == {case["id"], newer["id"]}
    steps = me.get(f"/applications/{case['id']}/timeline").get_json()["steps"]
    assert len(steps) >= 3, "in the order they happened, by the chain and not by the clock"
    with town.units.read() as work:
        assert audit.verify(work) == []
