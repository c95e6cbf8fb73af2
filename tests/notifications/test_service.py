"""People are called to what they were told: once, not too often, and never lost."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from backend.core import messages
from backend.core.clocks import FixedClock
from backend.core.uow import Units
from backend.identity.models import Account, InboxMessage, Person
from backend.identity.service import tell
from backend.notifications.models import Notice
from backend.notifications.ports import MessageNotSent, Outcome
from backend.notifications.rules import (
    LONGEST_WAIT,
    MESSAGES_PAGE,
    MOST_ATTEMPTS,
    TEXT,
    page_of,
    wait_before,
)
from backend.notifications.service import BATCH, LEASE, send_due
from tests.fakes.wechat import FakeMessageSender
from tests.notifications.conftest import new_account


class Died(Exception):
    """The process ends here: nothing after it runs."""


CASE, WISH = UUID(int=7), UUID(int=8)
CASE_PAGE = f"pages/case/index?id={CASE}"


def told(units: Units, account: UUID, code: str = "told_case_news", about: UUID = CASE) -> None:
    with units.write() as work:
        tell(work, code, account=account, about=about)


def notice(units: Units, account: UUID) -> Notice:
    with units.read() as work:
        return work.session.scalars(select(Notice).where(Notice.account_id == account)).one()


def test_what_is_told_is_called_once(
    units: Units, account: UUID, sender: FakeMessageSender, clock: FixedClock
) -> None:
    told(units, account)
    assert send_due(units, sender) == 1
    assert send_due(units, sender) == 0
    clock.advance(days=2)
    assert send_due(units, sender) == 0
    (message,) = sender.sent
    assert message.openid == "openid-li"
    assert message.text == "您申请的事项有新进展，请进入小程序查看"
    assert message.page == CASE_PAGE
    found = notice(units, account)
    assert (found.sent, found.inbox_only, found.last_outcome) == (1, 0, "sent")


def test_the_text_fits_wechats_keyword() -> None:
    assert len(messages.say(TEXT).zh) <= 20


def test_a_commit_that_fails_calls_nobody(
    units: Units, account: UUID, sender: FakeMessageSender
) -> None:
    def broken() -> None:
        with units.write() as work:
            tell(work, "told_case_news", account=account, about=CASE)
            raise Died

    with pytest.raises(Died):
        broken()
    assert send_due(units, sender) == 0


def test_never_two_within_a_minute(
    units: Units, account: UUID, sender: FakeMessageSender, clock: FixedClock
) -> None:
    told(units, account)
    send_due(units, sender)
    told(units, account)
    clock.advance(seconds=59)
    assert send_due(units, sender) == 0
    clock.advance(seconds=1)
    assert send_due(units, sender) == 1
    assert len(sender.sent) == 2


def test_news_that_comes_together_is_one_message(
    units: Units, account: UUID, sender: FakeMessageSender, clock: FixedClock
) -> None:
    told(units, account)
    told(units, account)
    told(units, account, "told_wish_news", WISH)
    send_due(units, sender)
    clock.advance(hours=1)
    assert send_due(units, sender) == 0
    assert [message.page for message in sender.sent] == [MESSAGES_PAGE]
    found = notice(units, account)
    assert (found.told, found.handled) == (3, 3)


def test_two_about_one_case_open_the_case(
    units: Units, account: UUID, sender: FakeMessageSender
) -> None:
    told(units, account)
    told(units, account, "told_case_correction")
    send_due(units, sender)
    assert [message.page for message in sender.sent] == [CASE_PAGE]


@pytest.mark.parametrize("end", [Outcome.REFUSED, Outcome.UNKNOWN_PERSON])
def test_who_allowed_no_message_finds_it_in_the_inbox_only(
    units: Units,
    account: UUID,
    sender: FakeMessageSender,
    clock: FixedClock,
    end: Outcome,
) -> None:
    sender.ends = [end]
    told(units, account)
    assert send_due(units, sender) == 1
    clock.advance(days=1)
    assert send_due(units, sender) == 0, "asking again would change nothing"
    found = notice(units, account)
    assert (found.sent, found.inbox_only, found.last_outcome) == (0, 1, str(end))
    with units.read() as work:
        assert work.session.scalars(select(InboxMessage.code)).all() == ["told_case_news"]
    told(units, account)
    send_due(units, sender)
    assert len(sender.sent) == 1, "they may have allowed one since"


def test_a_wechat_that_is_down_is_asked_again_later_and_given_up_at_last(
    units: Units, account: UUID, sender: FakeMessageSender, clock: FixedClock
) -> None:
    sender.ends = [MessageNotSent("ConnectError")] * 100
    told(units, account)
    waits = []
    for _ in range(MOST_ATTEMPTS):
        assert send_due(units, sender) == 1
        assert send_due(units, sender) == 0
        found = notice(units, account)
        waits.append(found.next_at - clock.now())
        clock.advance(hours=2)
    assert all(timedelta(0) < wait <= LONGEST_WAIT for wait in waits[:-1])
    assert waits[0] < waits[3] < waits[6]
    assert send_due(units, sender) == 0
    assert (found.inbox_only, found.last_outcome) == (1, "ConnectError")
    assert found.handled == found.told
    told(units, account)
    sender.ends = []
    assert send_due(units, sender) == 1
    assert len(sender.sent) == 1


def test_a_fault_stops_the_batch_so_that_the_others_wait_unharmed(
    units: Units, sender: FakeMessageSender, clock: FixedClock
) -> None:
    for label in ("a", "b", "c"):
        told(units, new_account(units, label))
        clock.advance(seconds=1)
    sender.ends = [MessageNotSent("ReadTimeout")]
    assert send_due(units, sender) == 1
    assert send_due(units, sender) == 2
    clock.advance(minutes=2)
    assert send_due(units, sender) == 1
    assert {message.openid for message in sender.sent} == {"openid-a", "openid-b", "openid-c"}


def test_a_batch_is_bounded(units: Units, sender: FakeMessageSender) -> None:
    for n in range(BATCH + 1):
        told(units, new_account(units, f"n{n}"))
    assert send_due(units, sender) == BATCH
    assert send_due(units, sender) == 1


def test_a_death_between_send_and_record_sends_again_only_after_lease_and_minute(
    units: Units, account: UUID, sender: FakeMessageSender, clock: FixedClock
) -> None:
    class DyingSender(FakeMessageSender):
        def send(self, *message: object) -> Outcome:
            super().send(*message)  # type: ignore[arg-type]
            raise Died

    dying = DyingSender()
    told(units, account)
    with pytest.raises(Died):
        send_due(units, dying)
    assert len(dying.sent) == 1
    clock.advance(seconds=59)
    assert send_due(units, sender) == 0, "leased, and within the minute"
    clock.advance(seconds=2)
    assert send_due(units, sender) == 1, "rather twice than never"
    assert send_due(units, sender) == 0


def test_what_is_told_while_a_message_is_on_its_way_is_called_afterwards(
    units: Units, account: UUID, clock: FixedClock
) -> None:
    class Meanwhile(FakeMessageSender):
        def send(self, *message: object) -> Outcome:
            if not self.sent:
                told(units, account, "told_wish_news", WISH)
            return super().send(*message)  # type: ignore[arg-type]

    sender = Meanwhile()
    told(units, account)
    assert send_due(units, sender) == 1
    clock.advance(minutes=1)
    assert send_due(units, sender) == 1
    assert len(sender.sent) == 2


def test_a_late_record_of_a_lost_lease_changes_only_what_is_a_fact(
    units: Units, account: UUID, clock: FixedClock
) -> None:
    other = FakeMessageSender()

    class Slow(FakeMessageSender):
        def send(self, *message: object) -> Outcome:
            clock.advance(seconds=LEASE.total_seconds() + 1)
            assert send_due(units, other) == 1
            super().send(*message)  # type: ignore[arg-type]
            raise MessageNotSent("ReadTimeout")

    told(units, account)
    send_due(units, Slow())
    found = notice(units, account)
    assert (found.sent, found.attempts, found.last_outcome) == (1, 0, "sent")


def test_a_clock_that_was_set_back_holds_nobody(
    units: Units, account: UUID, sender: FakeMessageSender, clock: FixedClock
) -> None:
    told(units, account)
    sender.ends = [MessageNotSent("ReadTimeout")]
    send_due(units, sender)
    clock.advance(days=-3)
    assert send_due(units, sender) == 1


class Shared(FakeMessageSender):
    """One sender for several threads."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()

    def send(self, *message: object) -> Outcome:
        with self._lock:
            return super().send(*message)  # type: ignore[arg-type]


def at_once(*jobs: Callable[[], object]) -> None:
    """Run all together; a fault of any of them is raised."""
    with ThreadPoolExecutor(len(jobs)) as pool:
        for running in [pool.submit(job) for job in jobs]:
            running.result()


def test_many_tell_and_many_send_and_each_is_called_once(units: Units) -> None:
    accounts = [new_account(units, f"n{n}") for n in range(6)]
    shared = Shared()

    def tells() -> None:
        for account in accounts:
            told(units, account)

    def sends() -> None:
        send_due(units, shared)

    at_once(tells, sends, tells, sends, tells, sends)
    send_due(units, shared)
    assert sorted(message.openid for message in shared.sent) == [f"openid-n{n}" for n in range(6)]
    assert {notice(units, account).told for account in accounts} == {3}


def test_whoever_proved_to_be_the_person_is_called_and_nobody_who_only_says_so(
    units: Units, sender: FakeMessageSender
) -> None:
    proven, claiming = new_account(units, "proven"), new_account(units, "claiming")
    with units.write() as work:
        person = Person(id=work.new_id(), id_number_digest=units.vault.digest("id_number", "x"))
        person.seal(units.vault, id_number="x")
        work.session.add(person)
        work.session.flush()
        for account, assurance in ((proven, "C"), (claiming, None)):
            found = work.session.get_one(Account, account)
            found.person_id, found.assurance = person.id, assurance
    with units.write() as work:
        tell(work, "told_case_begun_for_you", person=person.id, about=CASE)
    send_due(units, sender)
    assert [message.openid for message in sender.sent] == ["openid-proven"]


def test_what_somebody_just_did_himself_costs_no_message(
    units: Units, account: UUID, sender: FakeMessageSender
) -> None:
    told(units, account, "told_case_submitted")
    assert send_due(units, sender) == 0


@pytest.mark.parametrize(
    ("code", "about", "page"),
    [
        ("told_case_news", CASE, CASE_PAGE),
        ("told_wish_returned", WISH, f"pages/wish/index?id={WISH}"),
        ("told_claim_lapsed", WISH, f"pages/wish/index?id={WISH}"),
        ("told_mandate_active_helper", CASE, MESSAGES_PAGE),
        ("told_case_news", None, MESSAGES_PAGE),
    ],
)
def test_a_message_opens_what_it_is_about(code: str, about: UUID | None, page: str) -> None:
    assert page_of(code, about) == page


def test_waits_grow_from_half_a_minute_to_an_hour() -> None:
    jitter = random.Random(7)  # noqa: S311 - the same waits each time
    waits = [wait_before(attempt, jitter) for attempt in range(1, 12)]
    assert timedelta(seconds=30) <= waits[0] <= timedelta(minutes=1)
    assert max(waits) <= LONGEST_WAIT
    assert waits[-1] >= LONGEST_WAIT / 2
