"""The relay brings each case's messages in order, once at a time, until they are heard or dead."""

import base64
import threading
from dataclasses import replace
from datetime import timedelta

import orjson
import pytest
from sqlalchemy import select
from standardwebhooks import Webhook

from backend.core.errors import StaleVersion
from backend.core.paging import PageRequest
from backend.core.transitions import IllegalMove, legal_moves
from backend.relay import service as relay
from backend.relay.models import Delivery, OutboxRow
from backend.relay.rules import MAX_ATTEMPTS
from backend.relay.service import LEASE
from backend.relay.states import MOVES, DeliveryState
from tests.fakes.webhooks import FakeSender, unreachable
from tests.relay.conftest import CASE, OTHER, relay_over


def sent(sender):
    return [orjson.loads(post.body)["data"]["n"] for post in sender.posts]


def only(units):
    with units.read() as work:
        return work.session.scalars(select(Delivery)).one()


# --- in order


def test_messages_of_a_case_go_in_order_and_cases_do_not_wait_for_each_other(
    units, carrier, sender, put, states
):
    for n in (1, 2):
        put(n=n)
    put(OTHER, n=10)
    sender.answers = [500]
    assert carrier.run_once() == 2
    assert sorted(sent(sender)) == [1, 10]  # 2 waits behind 1
    assert carrier.run_once() == 0
    assert states() == [("retrying", 1), ("pending", 0), ("retrying", 1)]


def test_what_was_heard_lets_the_next_one_go(carrier, sender, put, states):
    for n in (1, 2, 3):
        put(n=n)
    while carrier.has_due():
        carrier.run_once()
    assert sent(sender) == [1, 2, 3]
    assert states() == [("sent", 1)] * 3


def test_a_dead_message_holds_its_case_back_until_it_is_sent_again(
    units, carrier, sender, put, states
):
    put(n=1), put(n=2)
    sender.answers = [410, 204]
    assert carrier.run_once() == 1
    assert states() == [("dead", 1), ("pending", 0)]
    assert not carrier.has_due()
    with units.write() as work:
        dead = work.session.scalars(select(Delivery).where(Delivery.state == "dead")).one()
        again = relay.resend(work, dead.id, dead.version)
        assert (again.state, again.attempts) == ("pending", 0)
    while carrier.has_due():
        carrier.run_once()
    assert sent(sender) == [1, 1, 2]
    assert states() == [("sent", 1), ("sent", 1)]


def test_sequences_count_per_case_and_land_in_the_payload(units, put):
    put(n=1), put(n=2), put(OTHER, n=1)
    with units.read() as work:
        rows = work.session.scalars(select(OutboxRow).order_by(OutboxRow.id)).all()
        assert [row.payload["sequence"] for row in rows] == [1, 2, 1]


def test_a_rollback_leaves_no_message(units, put, states):
    with pytest.raises(LookupError), units.write() as work:  # noqa: PT012
        relay.enqueue(
            work, destination="d", aggregatetype="a", aggregateid=CASE, type="t",
            county="610303", payload={},
        )  # fmt: skip
        raise LookupError
    assert states() == []


# --- what arrives


def test_what_arrives_is_a_signed_cloudevent(units, carrier, sender, put):
    """The timestamp is the wall's; the library checks it against the real one, so only the
    signature is looked at here (tests/relay/test_rules.py looks at both).
    """
    message_id = put(n=1)
    carrier.run_once()
    (post,) = sender.posts
    assert post.url == "http://127.0.0.1:9/in"
    assert post.headers["webhook-id"] == str(message_id)
    assert post.headers["content-type"] == "application/cloudevents+json"
    event = orjson.loads(post.body)
    assert (event["id"], event["type"], event["subject"]) == (
        str(message_id), "thing.done", str(CASE),
    )  # fmt: skip
    assert event["data"] == {"n": 1, "sequence": 1}
    secret = base64.b64encode(units.vault.ring.current("webhook").secret).decode()
    again = Webhook(secret).sign(str(message_id), units.wall.now(), post.body.decode())
    assert post.headers["webhook-signature"] == again


# --- trying again


def test_it_backs_off_by_the_clock_and_dies_at_the_cap(units, carrier, sender, put, states, clock):
    put(n=1)
    sender.answers = [unreachable(), 500, 302, 429, 503]
    waits = []
    for attempt in range(1, MAX_ATTEMPTS + 1):
        assert carrier.run_once() == 1, attempt
        assert carrier.run_once() == 0  # not before its time
        found = only(units)
        if attempt < MAX_ATTEMPTS:
            assert (found.state, found.attempts) == ("retrying", attempt)
            waits.append((found.next_at - clock.at).total_seconds())
            clock.at = found.next_at
    assert states() == [("dead", MAX_ATTEMPTS)]
    assert not carrier.has_due()
    assert all(2 ** (n - 1) / 2 <= wait <= 2 ** (n - 1) for n, wait in enumerate(waits, 1))
    with units.read() as work:
        view = relay.delivery(work, found.id)
        assert view is not None
        assert (view.last_status, view.last_error) == (503, None)


def test_nobody_there_is_kept_as_the_kind_of_fault_only(units, carrier, sender, put):
    put(n=1)
    sender.answers = [unreachable()]
    carrier.run_once()
    found = only(units)
    assert (found.state, found.last_status, found.last_error) == ("retrying", None, "TimeoutError")


@pytest.mark.parametrize("fault", ["body", "destination", "sender"])
def test_a_message_that_cannot_even_be_made_counts_as_a_try(
    units, carrier, sender, put, states, fault
):
    """It must neither stop the others nor be tried for ever."""
    put(n=1), put(OTHER, n=2)

    def build(work, message):
        if message.aggregateid == CASE:
            raise LookupError("personal data")
        return {"n": 2}

    if fault == "body":
        carrier.builders = {"a": build}
    elif fault == "destination":
        carrier.destinations = {}
    else:
        sender.answers = [ValueError("no such scheme"), 204]
    assert carrier.run_once() == 2
    found = sorted(states(), reverse=True)
    assert found[-1] == ("retrying", 1)
    assert found[0] == (("retrying", 1) if fault == "destination" else ("sent", 1))
    with units.read() as work:
        told = set(work.session.scalars(select(Delivery.last_error)))
        assert told <= {None, "LookupError", "KeyError", "ValueError"}
        assert len(told - {None}) == 1


# --- leases


def test_a_dead_workers_lease_runs_out(units, carrier, sender, put, clock):
    put(n=1)
    with units.write() as work:
        work.session.scalars(select(Delivery)).one().lease_until = clock.at + LEASE
    assert carrier.run_once() == 0
    clock.advance(seconds=LEASE.total_seconds() + 1)
    assert carrier.run_once() == 1
    assert sent(sender) == [1]


def test_a_lease_of_a_machine_whose_clock_is_ahead_holds(units, carrier, put, clock):
    put(n=1)
    with units.write() as work:
        ahead = clock.at + timedelta(minutes=2)
        work.session.scalars(select(Delivery)).one().lease_until = ahead + LEASE
    assert carrier.run_once() == 0


def test_while_one_relay_sends_another_finds_nothing(units, put, states):
    put(n=1)
    inside = []
    other = FakeSender()
    first = FakeSender(during=lambda post: inside.append(relay_over(units, other).run_once()))
    assert relay_over(units, first).run_once() == 1
    assert inside == [0]
    assert other.posts == []
    assert states() == [("sent", 1)]


def test_a_slow_relay_does_not_undo_what_another_took_over(units, put, clock, states):
    """The first hangs past its lease; the second takes the message; the first's failure comes
    late and must neither count nor give the second's lease away.
    """
    put(n=1)
    third: list[int] = []

    def during_second(_):
        # the first relay is heard to fail while the second still sends
        first_may_end.set()
        first_ended.wait(10)
        third.append(relay_over(units, FakeSender()).run_once())

    first_may_end, first_ended, second_started = (threading.Event() for _ in range(3))

    def during_first(_):
        second_started.set()
        first_may_end.wait(10)

    def run_first():
        relay_over(units, FakeSender(answers=[500], during=during_first)).run_once()
        first_ended.set()

    thread = threading.Thread(target=run_first)
    thread.start()
    assert second_started.wait(10)
    clock.advance(seconds=LEASE.total_seconds() + 1)
    assert relay_over(units, FakeSender(during=during_second)).run_once() == 1
    thread.join()
    assert third == [0]
    assert states() == [("sent", 1)]


def test_a_lease_is_as_long_as_the_relay_is_told(units, put, clock):
    leases = []
    put(n=1)
    sender = FakeSender(during=lambda _: leases.append(only(units).lease_until))
    replace(relay_over(units, sender), lease=timedelta(seconds=5)).run_once()
    assert leases == [clock.at + timedelta(seconds=5)]


def test_a_send_begins_only_while_the_lease_outlasts_it(units, put, clock, states):
    """The first of a batch takes 18 of the lease's 30 s: the next might take 13 more."""
    put(n=1)
    put(n=1, case=OTHER)
    slow = FakeSender(during=lambda _: clock.advance(seconds=18))
    assert replace(relay_over(units, slow), threads=1).run_once() == 2
    assert len(slow.posts) == 1
    other = FakeSender()
    clock.advance(seconds=LEASE.total_seconds() - 18 + 1)
    assert relay_over(units, other).run_once() == 1
    assert len(other.posts) == 1
    assert [state for state, _ in states()] == ["sent", "sent"]


def test_a_late_success_of_a_slow_relay_still_counts(units, put, clock, states):
    put(n=1)

    def hang(_):
        clock.advance(seconds=LEASE.total_seconds() + 1)

    relay_over(units, FakeSender(during=hang)).run_once()
    assert states() == [("sent", 1)]


def test_two_relays_at_once_never_send_one_message_twice(units, put, states):
    from uuid import UUID

    for case in range(3, 28):
        put(UUID(int=case), n=case)
    sender = FakeSender()
    start = threading.Barrier(2)

    def run():
        start.wait()
        mine = relay_over(units, sender)
        while mine.has_due():
            mine.run_once()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(sent(sender)) == list(range(3, 28))
    assert sender.most_at_once == 1
    assert states() == [("sent", 1)] * 25


# --- acknowledged, sent again, listed


def test_acknowledging_takes_the_cases_messages_up_to_a_sequence(units, carrier, put, states):
    for n in (1, 2):
        put(n=n)
    put(OTHER, n=1)
    carrier.run_once()
    with units.write() as work:
        relay.acknowledge(work, "d", CASE, 1)
        relay.acknowledge(work, "d", CASE, 1)
    assert [state for state, _ in states()] == ["acknowledged", "pending", "sent"]
    assert carrier.run_once() == 1


def test_an_answer_that_comes_after_the_acknowledgement_changes_nothing(units, put, states):
    put(n=1)

    def told_back(_):
        with units.write() as work:
            relay.acknowledge(work, "d", CASE, 1)

    relay_over(units, FakeSender(answers=[500], during=told_back)).run_once()
    assert [state for state, _ in states()] == ["acknowledged"]


def test_only_what_waits_or_died_is_sent_again_and_only_as_it_was_seen(units, carrier, put):
    put(n=1)
    found = only(units)
    with pytest.raises(IllegalMove), units.write() as work:
        relay.resend(work, found.id, found.version)
    carrier.sender.answers = [410]
    carrier.run_once()
    dead = only(units)
    with pytest.raises(StaleVersion), units.write() as work:
        relay.resend(work, dead.id, found.version)


def test_every_state_and_action_is_decided():
    allowed = {state.value: legal_moves(MOVES, state) for state in DeliveryState}
    assert allowed == {
        "pending": ["hear", "fail", "give_up", "acknowledge"],
        "retrying": ["hear", "fail", "give_up", "acknowledge", "resend"],
        "sent": ["acknowledge"],
        "acknowledged": [],
        "dead": ["acknowledge", "resend"],
    }


def test_lists_show_a_scope_only(units, put):
    put(n=1)
    with units.read() as work:
        page = PageRequest(10)
        for scope, most in (
            ("610303005", 1),
            ("610303", 1),
            ("6103", 1),
            ("610304", 0),
            ("none", 0),
        ):
            found = relay.deliveries(work, scope, [], "d", page)
            assert len(found.items) == most, scope
        assert relay.deliveries(work, "610303", ["dead"], "d", page).items == []
        assert relay.deliveries(work, "610303", [], "other", page).items == []
        assert relay.deliveries(work, "%", [], "d", page).items == []
        assert relay.deliveries(work, "", [], "d", page).items == []
