"""The parts of the house and how each of them does."""

from __future__ import annotations

import functools
import os
import shutil
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

from alembic.script import ScriptDirectory
from sqlalchemy import text

from backend import migrating
from backend.consent.ports import FaceVerifier
from backend.core import figures, pulse
from backend.core.crypto import KeyFileError, KeyRing
from backend.core.errors import AppError
from backend.core.uow import Units
from backend.documents.ports import FileStore
from backend.house import House
from backend.policy import queries as policy
from backend.policy.errors import PolicyMissing
from backend.regions import queries as regions
from backend.relay import queries as relay
from backend.relay.states import DeliveryState
from backend.web.health import Check, Part, State

OUTBOX_LATE = timedelta(hours=1)
CALENDAR_SOON = timedelta(days=30)
DISK_LOW_BYTES = 2 * 1024**3
DISK_LOW_SHARE = 0.05
_OK = State.OK
_DEGRADED = State.DEGRADED
_FAILING = State.FAILING


def checks(house: House, destinations: Sequence[str]) -> Mapping[str, Check]:
    """Every part by name, with how bad its loss is and how often it is looked at."""
    home, key_file = house.settings.home, house.settings.key_file
    return {
        "database": Check(database, worst=_FAILING),
        "keys": Check(lambda _: keys(key_file)),
        "files": Check(lambda _: files(house.documents.files), every_s=30),
        "worker": Check(worker),
        "face": Check(lambda _: face(house.face), every_s=1),
        "policy": Check(policy_data, worst=_FAILING),
        "regions": Check(divisions, worst=_FAILING, every_s=60),
        "calendar": Check(calendar, every_s=60),
        "wechat": Check(lambda _: wechat(), every_s=1),
        "disk": Check(lambda _: disk(home)),
        "outbox": Check(lambda units: outbox(units, destinations)),
    }


def database(units: Units) -> Part:
    """Answers, and has this release's tables; a newer release's serve this one too (rolling)."""
    with units.read() as work:
        found = work.session.scalar(text("SELECT version_num FROM alembic_version"))
    if found == _head():
        return Part(_OK, "at_head")
    known = found in _revisions()
    return Part(_FAILING, "behind") if known else Part(_DEGRADED, "newer")


def keys(key_file: Path) -> Part:
    """What runs has its keys; what starts anew needs the file."""
    try:
        KeyRing.load(key_file)
    except (KeyFileError, OSError):
        return Part(_DEGRADED, "unreadable")
    return Part(_OK, "readable")


def files(store: FileStore) -> Part:
    """Keeps a few bytes as if they were a document, and deletes them again."""
    probe = f"probe-{os.getpid():08d}"
    try:
        store.put(probe, b"probe")
        store.delete(probe)
    except (OSError, AppError):
        return Part(_DEGRADED, "not_writable")
    return Part(_OK, "writable")


def worker(units: Units) -> Part:
    """Whether any worker lives: without one nothing is delivered and nothing runs out."""
    with units.read() as work:
        state = pulse.state_of(pulse.newest(work), work.wall.now())
    return Part(_OK if state == "fresh" else _DEGRADED, state)


def face(verifier: FaceVerifier) -> Part:
    """Its process starts with the first face; a full queue sends people to the other ways."""
    if verifier.is_full:
        return Part(_DEGRADED, "queue_full")
    return Part(_DEGRADED, "no_answer") if figures.FACE.is_failing else Part(_OK, "ready")


def policy_data(units: Units) -> Part:
    with units.read() as work:
        try:
            policy.policy_version(work)
        except PolicyMissing:
            return Part(_FAILING, "missing")
    return Part(_OK, "loaded")


def divisions(units: Units) -> Part:
    with units.read() as work:
        return Part(_OK, "loaded") if regions.has_any(work) else Part(_FAILING, "missing")


def calendar(units: Units) -> Part:
    """Deadlines past the last known year are provisional: the next year's days off come in
    autumn.
    """
    with units.read() as work:
        today, years = work.legal.today(), set(regions.known_years(work))
    if today.year not in years:
        return Part(_DEGRADED, "missing")
    year_ends = date(today.year, 12, 31)
    if today.year + 1 not in years and year_ends - today < CALENDAR_SOON:
        return Part(_DEGRADED, "ends_soon")
    return Part(_OK, "known")


def wechat() -> Part:
    """What its last answer to us was; it is never asked for our sake."""
    if not figures.WECHAT.was_asked:
        return Part(_OK, "not_asked_yet")
    return Part(_DEGRADED, "no_answer") if figures.WECHAT.is_failing else Part(_OK, "answers")


def disk(home: Path) -> Part:
    """Little room left for data: what cannot be written is refused, nothing is lost."""
    usage = shutil.disk_usage(home)
    low = usage.free < min(DISK_LOW_BYTES, usage.total * DISK_LOW_SHARE)
    return Part(_DEGRADED, "low") if low else Part(_OK, "enough")


def outbox(units: Units, destinations: Sequence[str]) -> Part:
    """Cases that the receiver does not take."""
    with units.read() as work:
        found = relay.standing(work, destinations)
        late = work.wall.now() - OUTBOX_LATE
    if any(part.state is DeliveryState.DEAD for part in found):
        return Part(_DEGRADED, "dead")
    if any(part.oldest < late for part in found):
        return Part(_DEGRADED, "late")
    return Part(_OK, "moving")


@functools.cache
def _head() -> str | None:
    return _script().get_current_head()


@functools.cache
def _revisions() -> frozenset[str]:
    return frozenset(step.revision for step in _script().walk_revisions())


def _script() -> ScriptDirectory:
    return ScriptDirectory.from_config(migrating.config("sqlite://"))
