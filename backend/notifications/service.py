"""Note that somebody was told something, and call them to it by one short message."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import case

from backend.core import figures, messages
from backend.core.prepared import Statement, inserting
from backend.core.uow import Units, Work
from backend.identity import queries as people
from backend.identity import service as identity
from backend.identity.events import Told
from backend.notifications import queries
from backend.notifications.models import Notice
from backend.notifications.ports import MessageNotSent, MessageSender, Outcome
from backend.notifications.rules import (
    MESSAGES_PAGE,
    MOST_ATTEMPTS,
    TEXT,
    is_own_act,
    page_of,
    wait_before,
)

# Longer than one call may take: a token, the message, both once more.
LEASE = timedelta(seconds=60)
BATCH = 20
log = structlog.get_logger("zhangban.notifications")
_jitter = random.SystemRandom()


def _told_again(insert: Any) -> Statement:
    """More was told before WeChat said the last: one message covers both, and opens what shows
    both.
    """
    new = insert.excluded
    statement: Statement = insert.on_conflict_do_update(
        index_elements=["account_id"],
        set_={
            "told": Notice.told + 1,
            "news_at": new.news_at,
            "page": case(
                (Notice.handled == Notice.told, new.page),
                (Notice.page == new.page, new.page),
                else_=MESSAGES_PAGE,
            ),
            "attempts": 0,
            "next_at": new.next_at,
            "version": Notice.version + 1,
        },
    )
    return statement


_TELL = inserting(Notice, if_taken=_told_again)


def on_told(work: Work, happened: Told) -> None:
    """Note within the teller's commit that the holders of these accounts are to be called."""
    if is_own_act(happened.code, happened.account):
        return
    accounts = (
        [happened.account]
        if happened.account
        else people.accounts_proven(work, happened.person)
        if happened.person
        else []
    )
    now = work.wall.now()
    for account in accounts:
        _TELL.run(
            work,
            id=work.new_id(),
            created_at=now,
            account_id=account,
            told=1,
            news_at=now,
            page=page_of(happened.code, happened.about),
            next_at=now,
        )


@dataclass(frozen=True, slots=True)
class _Call:
    """One message on its way; `told` is how much of the notice it covers."""

    notice: UUID
    told: int
    openid: str
    page: str
    at: datetime
    lease: datetime


def send_due(units: Units, sender: MessageSender) -> int:
    """Send what is due, one after the other, and stop where WeChat does not answer; how many were
    tried.
    """
    for tried in range(BATCH):
        call = _lease(units)
        if call is None:
            return tried
        try:
            text = messages.say(TEXT, {}).zh.rstrip("。")
            outcome: str = sender.send(call.openid, text, call.at, call.page)
        except MessageNotSent as fault:
            _failed(units, call, fault.reason)
            return tried + 1
        _settled(units, call, outcome)
    return BATCH


def _lease(units: Units) -> _Call | None:
    """Take the next notice; nobody else sends it while the lease lasts, and nobody within the
    minute, whatever becomes of this process.
    """
    with units.read() as work:
        if not queries.any_due(work, LEASE):
            return None
    with units.write() as work:
        found = queries.next_due(work, LEASE)
        if found is None:
            return None
        now = work.wall.now()
        found.lease_until, found.begun_at = now + LEASE, now
        openid = identity.openid_of(work, found.account_id)
        return _Call(found.id, found.told, openid, found.page, found.news_at, found.lease_until)


def _settled(units: Units, call: _Call, outcome: str) -> None:
    with units.write() as work:
        found = queries.get(work, call.notice)
        if found is None or (found.lease_until != call.lease and outcome != Outcome.SENT):
            return  # another worker has it by now; that a message went stays a fact
        found.handled = max(found.handled, call.told)
        found.lease_until, found.attempts, found.last_outcome = None, 0, outcome
        if outcome == Outcome.SENT:
            found.sent += 1
            found.sent_at = work.wall.now()
        else:
            found.inbox_only += 1
    figures.NOTICES.labels(outcome).inc()
    log.info("notice_settled", outcome=outcome)


def _failed(units: Units, call: _Call, reason: str) -> None:
    with units.write() as work:
        found = queries.get(work, call.notice)
        if found is None or found.lease_until != call.lease:
            return
        found.lease_until = None
        found.attempts += 1
        found.last_outcome = reason[:60]
        given_up = found.attempts >= MOST_ATTEMPTS
        if given_up:
            found.handled, found.attempts = call.told, 0
            found.inbox_only += 1
        else:
            found.next_at = work.wall.now() + wait_before(found.attempts, _jitter)
    figures.NOTICES.labels("given_up" if given_up else "failed").inc()
    log.warning("notice_failed", reason=reason, given_up=given_up)
