"""The worker door: delivers the outbox, sends what the clock demands, sweeps what has had its
time.
"""

from __future__ import annotations

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
from backend.audit import service as audit
from backend.backoffice import service as backoffice
from backend.backoffice import tasks as backoffice_tasks
from backend.consent import tasks as consent_tasks
from backend.core import attempts
from backend.core.settings import Settings
from backend.core.uow import Units
from backend.documents import tasks as document_tasks
from backend.forwarding import service as forwarding
from backend.house import House
from backend.identity import tasks as identity_tasks
from backend.relay.ports import Destination
from backend.relay.service import Relay
from backend.web import idempotency, logs

log = structlog.get_logger("zhangban.worker")
IDLE_S = 0.25  # how long a new message waits at most when nothing else is due
# At the end a send may finish; a longer one is left alone, and sent again when its lease is over.
GRACE_S = 3.0
SOON, HOURLY = timedelta(seconds=1), timedelta(hours=1)


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
    if house.settings.backoffice_embedded:
        jobs.append(Job("publicity", SOON, lambda: backoffice_tasks.advance_publicity(units)))
    return jobs


def run(
    relay: Relay, jobs: Sequence[Job], ended: threading.Event, grace_s: float = GRACE_S
) -> None:
    """Work until `ended` is set; a job that fails is logged and tried at its next turn.

    The relay has a thread of its own: a receiver that answers slowly delays no job.
    """
    carrier = threading.Thread(target=_carry, args=(relay, ended), name="relay", daemon=True)
    carrier.start()
    while not ended.is_set():
        now = time.monotonic()
        for job in jobs:
            if now >= job.next_at and not ended.is_set():
                job.next_at = now + job.every.total_seconds()
                _run(job)
        ended.wait(IDLE_S)
    relay.stop()
    carrier.join(grace_s)


def _carry(relay: Relay, ended: threading.Event) -> None:
    while not ended.is_set():
        if not _deliver(relay):
            ended.wait(IDLE_S)


def _deliver(relay: Relay) -> bool:
    try:
        return relay.has_due() and relay.run_once() > 0
    except Exception:
        log.exception("relay_failed")
        return False


def _run(job: Job) -> None:
    try:
        job.run()
    except Exception:
        log.exception("job_failed", job=job.name)


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
    logs.configure()
    house = houses.build(Settings.from_env())
    log.info("worker_ready")
    run(relay_of(house), jobs_of(house), ended)
    house.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
