"""What the workers tell of themselves through the database: that they live, how their jobs ended,
what they counted. The web process shows it; machines that share nothing else share this.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Float, String, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.db import Base, Instant, insert_absent
from backend.core.uow import Work

EVERY = timedelta(seconds=10)
STALE = timedelta(seconds=60)
# A loop that comes round no more though its process beats: longer than any job or batch takes.
STUCK = timedelta(minutes=15)
_KEPT = timedelta(days=1)


class WorkerBeat(Base):
    """One running worker; a worker that ends in order takes its row along."""

    __tablename__ = "worker_beats"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    host: Mapped[str] = mapped_column(String(120))
    started_at: Mapped[datetime] = mapped_column(Instant)
    beat_at: Mapped[datetime] = mapped_column(Instant)
    jobs_at: Mapped[datetime] = mapped_column(Instant)
    relay_at: Mapped[datetime] = mapped_column(Instant)


class WorkerJob(Base):
    """How one job ended over all workers and all time."""

    __tablename__ = "worker_jobs"

    job: Mapped[str] = mapped_column(String(40), primary_key=True)
    runs: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    seconds: Mapped[float] = mapped_column(Float, default=0.0)
    last_success_at: Mapped[datetime | None] = mapped_column(Instant)
    last_failure_at: Mapped[datetime | None] = mapped_column(Instant)


class WorkerCount(Base):
    """One counter over all workers and all time."""

    __tablename__ = "worker_counts"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[float] = mapped_column(Float, default=0.0)


@dataclass(frozen=True, slots=True)
class Beat:
    """One worker now: when its jobs and its relay last came round."""

    id: UUID
    host: str
    started_at: datetime
    jobs_at: datetime
    relay_at: datetime


@dataclass(frozen=True, slots=True)
class JobRuns:
    """What became of one job since the last beat."""

    job: str
    runs: int = 0
    failures: int = 0
    seconds: float = 0.0
    last_success_at: datetime | None = None
    last_failure_at: datetime | None = None


def record(work: Work, beat: Beat, jobs: Sequence[JobRuns], counts: Mapping[str, float]) -> None:
    """Write one beat and add what happened since the last; rows of the long dead go."""
    now = work.wall.now()
    insert_absent(
        work.session,
        WorkerBeat,
        id=beat.id,
        host=beat.host,
        started_at=beat.started_at,
        beat_at=now,
        jobs_at=beat.jobs_at,
        relay_at=beat.relay_at,
    )
    turns = {"beat_at": now, "jobs_at": beat.jobs_at, "relay_at": beat.relay_at}
    work.session.execute(update(WorkerBeat).where(WorkerBeat.id == beat.id).values(turns))
    work.session.execute(delete(WorkerBeat).where(WorkerBeat.beat_at < now - _KEPT))
    for runs in jobs:
        _add_runs(work, runs)
    for name, more in counts.items():
        _add_count(work, name, more)


def end(work: Work, worker: UUID) -> None:
    """This worker ends in order: nobody is to miss it."""
    work.session.execute(delete(WorkerBeat).where(WorkerBeat.id == worker))


def newest(work: Work, host: str | None = None) -> WorkerBeat | None:
    """The worker that beat last (on this host); None where none runs."""
    found = select(WorkerBeat).order_by(WorkerBeat.beat_at.desc()).limit(1)
    if host is not None:
        found = found.where(WorkerBeat.host == host)
    return work.session.scalar(found)


def state_of(beat: WorkerBeat | None, now: datetime) -> str:
    """`fresh`, `never` (none has begun, or all ended in order), `stale` (died) or `stuck`."""
    if beat is None:
        return "never"
    if now - beat.beat_at > STALE:
        return "stale"
    if now - min(beat.jobs_at, beat.relay_at) > STUCK:
        return "stuck"
    return "fresh"


def jobs(work: Work) -> Sequence[WorkerJob]:
    """Every job that ever ran."""
    return work.session.scalars(select(WorkerJob).order_by(WorkerJob.job)).all()


def counts(work: Work) -> dict[str, float]:
    """The counters over all workers."""
    return {row.name: row.value for row in work.session.scalars(select(WorkerCount))}


def _add_runs(work: Work, more: JobRuns) -> None:
    insert_absent(work.session, WorkerJob, job=more.job, runs=0, failures=0, seconds=0.0)
    values: dict[str, object] = {
        "runs": WorkerJob.runs + more.runs,
        "failures": WorkerJob.failures + more.failures,
        "seconds": WorkerJob.seconds + more.seconds,
    }
    if more.last_success_at is not None:
        values["last_success_at"] = more.last_success_at
    if more.last_failure_at is not None:
        values["last_failure_at"] = more.last_failure_at
    work.session.execute(update(WorkerJob).where(WorkerJob.job == more.job).values(values))


def _add_count(work: Work, name: str, more: float) -> None:
    insert_absent(work.session, WorkerCount, name=name, value=0.0)
    work.session.execute(
        update(WorkerCount).where(WorkerCount.name == name).values(value=WorkerCount.value + more)
    )
