"""The worker door: delivers the outbox, sends what the clock demands, sweeps what has had its
time.
"""

from __future__ import annotations

import contextvars
import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from types import FrameType

import structlog

from backend import house as houses
from backend.adapters.webhooks.http import HttpWebhookSender
from backend.applications import tasks as application_tasks
from backend.audit import service as audit
from backend.backoffice import service as backoffice
from backend.backoffice import tasks as backoffice_tasks
from backend.consent import tasks as consent_tasks
from backend.core import attempts, logs
from backend.core.settings import Settings
from backend.core.uow import Units
from backend.documents import tasks as document_tasks
from backend.forwarding import service as forwarding
from backend.house import House
from backend.identity import tasks as identity_tasks
from backend.notifications import tasks as notification_tasks
from backend.operations.heartbeat import Board, keep_beating
from backend.relay.ports import Destination
from backend.relay.service import Relay
from backend.web import idempotency
from backend.wishes import tasks as wish_tasks

log = structlog.get_logger("zhangban.worker")
IDLE_S = 0.25  # how long a new message waits at most when nothing else is due
# At the end a send may finish; a longer one is left alone, and sent again when its lease is over.
GRACE_S = 3.0
SLOW_S = 1.0
SOON, HOURLY = timedelta(seconds=1), timedelta(hours=1)
CALENDAR = timedelta(seconds=5)  # staff see soon what a changed day does


@dataclass
class Job:
    """Something to do again and again, `every` so often."""

    name: str
    every: timedelta
    run: Callable[[], object]
    next_at: float = 0.0


def relay_of(house: House) -> Relay:
    """The relay with all destinations and body builders."""
    settings = house.settings
    own = f"{settings.internal_url}/api/v1/backoffice/events"
    return Relay(
        units=house.units,
        sender=HttpWebhookSender(),
        destinations={
            forwarding.DESTINATION: Destination(forwarding.DESTINATION, settings.backoffice_url),
            backoffice.DESTINATION: Destination(backoffice.DESTINATION, own),
        },
        builders={
            forwarding.AGGREGATE: forwarding.build_body,
            backoffice.AGGREGATE: backoffice.build_body,
        },
        sources={backoffice.AGGREGATE: "backoffice"},
        lease=timedelta(seconds=settings.lease_seconds),
    )


def jobs_of(house: House) -> list[Job]:
    """Everything that happens by time."""
    units = house.units
    jobs = [
        Job("anchor_audit", timedelta(minutes=5), lambda: _anchor(units)),
        Job(
            "expire_invitations",
            timedelta(minutes=1),
            lambda: consent_tasks.expire_invitations(units),
        ),
        Job("reckon_again", CALENDAR, lambda: application_tasks.reckon_again(units)),
        Job("lapse_claims", timedelta(minutes=1), lambda: wish_tasks.lapse_claims(units)),
        Job(
            "question_deliveries",
            timedelta(minutes=1),
            lambda: wish_tasks.question_deliveries(units),
        ),
        Job("drop_review_bundles", HOURLY, lambda: consent_tasks.drop_review_bundles(units)),
        Job("forget_signing", HOURLY, lambda: consent_tasks.forget_signing_sessions(units)),
        Job("forget_attempts", HOURLY, lambda: _forget_attempts(units)),
        Job("forget_answers", HOURLY, lambda: _forget_answers(units)),
        Job("forget_logins", HOURLY, lambda: identity_tasks.forget_sessions(units)),
        Job(
            "sweep_files",
            document_tasks.SWEEP_EVERY,
            lambda: document_tasks.sweep_files(units, house.documents),
        ),
    ]
    sender = house.outside.sender
    if sender is not None:
        jobs.append(
            Job("send_notices", SOON, lambda: notification_tasks.send_notices(units, sender))
        )
    if house.settings.backoffice_embedded:
        jobs.append(Job("publicity", SOON, lambda: backoffice_tasks.advance_publicity(units)))
        forget = Job("forget_seats", HOURLY, lambda: backoffice_tasks.forget_sessions(units))
        jobs.append(forget)
    return jobs


def run(
    relay: Relay,
    jobs: Sequence[Job],
    ended: threading.Event,
    grace_s: float = GRACE_S,
    board: Board | None = None,
) -> None:
    """Work until `ended` is set; a job that fails is logged and tried at its next turn.

    The relay has a thread of its own: a receiver that answers slowly delays no job.
    """
    board = board or Board(relay.units)
    carrier = threading.Thread(target=_carry, args=(relay, ended, board), name="relay", daemon=True)
    carrier.start()
    while not ended.is_set():
        now = time.monotonic()
        for job in jobs:
            if now >= job.next_at and not ended.is_set():
                job.next_at = now + job.every.total_seconds()
                contextvars.copy_context().run(_run, job, board)
                board.jobs_came_round()
        board.jobs_came_round()
        ended.wait(IDLE_S)
    relay.stop()
    carrier.join(grace_s)


def _carry(relay: Relay, ended: threading.Event, board: Board) -> None:
    while not ended.is_set():
        board.relay_came_round()
        if not _deliver(relay):
            ended.wait(IDLE_S)


def _deliver(relay: Relay) -> bool:
    try:
        return relay.has_due() and relay.run_once() > 0
    except Exception:
        log.exception("relay_failed")
        return False


def _run(job: Job, board: Board) -> None:
    """In a context of its own: the case that a job last touched is not the next one's."""
    structlog.contextvars.bind_contextvars(job=job.name)
    began = time.perf_counter()
    failed = False
    try:
        job.run()
    except Exception:
        failed = True
        log.exception("job_failed")
    took = time.perf_counter() - began
    board.job_ended(job.name, took, failed=failed)
    if not failed and (job.every > SOON or took > SLOW_S):
        structlog.contextvars.unbind_contextvars("case_id")
        log.info("job_done", ms=round(took * 1000, 1))


def _anchor(units: Units) -> None:
    with units.write() as work:
        audit.anchor(work)


def _forget_attempts(units: Units) -> None:
    with units.write() as work:
        attempts.forget_old(work)


def _forget_answers(units: Units) -> None:
    with units.write() as work:
        idempotency.forget_old(work)


def main() -> int:
    """`python -m backend.worker`: until SIGTERM."""
    ended = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        ended.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    settings = Settings.from_env()
    logs.configure(settings.log_level)
    house = houses.build(settings)
    board = Board(house.units)
    heart = threading.Thread(target=keep_beating, args=(board, ended), name="heart", daemon=True)
    heart.start()
    log.info("worker_ready")
    run(relay_of(house), jobs_of(house), ended, board=board)
    heart.join(GRACE_S)
    board.end()
    log.info("worker_ended")
    house.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
