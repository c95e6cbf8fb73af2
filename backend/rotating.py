"""Key rotation while everything serves: new keys are announced, then current, then every sealed
value, digest and file is made anew, batch by batch, resumably (ADR 0008).
"""

from __future__ import annotations

import fcntl
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Table, select, text, update

from backend import tables
from backend.adapters.storage.local import LocalFileStore
from backend.audit import service as audit
from backend.consent.rules.evidence import public_key
from backend.core.access import SYSTEM
from backend.core.clocks import WallClock
from backend.core.crypto import ANNOUNCED, RETIRED, KeyFileError, KeyRing, SealBroken, Vault
from backend.core.db import Database, Digest, Sealed
from backend.core.keyfile import KeyFile
from backend.core.settings import Settings, SettingsError
from backend.core.uow import Kit, Listeners, Units, Work
from backend.identity.rules import normalise_id_number

ROTATED = ("field", "digest", "file")  # re-encrypted; the others only sign
SIGNING = ("evidence", "webhook")
GRACE_S = 2.0  # longer than any process needs from a look at its keys to its transaction's begin
PATIENCE_S = 600.0  # how long a transaction that began before may take
_POLL_S = 0.1
_BATCH = 100
_NORMALISED = {"id_number": normalise_id_number}


class Unsettled(KeyFileError):
    """Something that began before the new keys will not end; the text says what to do."""


def rotate(
    settings: Settings,
    *,
    drop_old: bool,
    uses: tuple[str, ...] = ROTATED,
    grace_s: float = GRACE_S,
) -> Generator[str, None, None]:
    """Make new keys for `uses` (unless a rotation is unfinished) and re-encrypt what they seal;
    yields progress.

    Stopped at any point, the next run goes on: what old keys sealed stays readable until
    `drop_old`. Serving processes take the new keys up by themselves.
    """
    if drop_old and "evidence" in uses:
        raise SettingsError("Evidence keys are kept for good: old evidence is checked with them.")
    with _alone(settings.key_file), closing(Database(settings.database_url)) as database:
        vault = Vault(KeyFile(settings.key_file))
        job = _Rotation(
            settings.key_file,
            Units(Kit(database, vault, Listeners(), WallClock())),
            LocalFileStore(settings.home / "files", vault),
            uses,
            grace_s,
        )
        yield from job.new_keys()
        yield from job.renew()
        if drop_old:
            yield from job.drop()


@contextmanager
def _alone(key_file: Path) -> Iterator[None]:
    """One rotation at a time; the lock goes with its process, however that ends."""
    if not key_file.exists():
        KeyFile(key_file)  # says it in words
    with key_file.with_name(key_file.name + ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SettingsError("Another keys-rotate is at work: wait for its end.") from None
        yield


class _Rotation:
    """One run; where the last one stopped, the states of the keys say."""

    def __init__(
        self,
        key_file: Path,
        units: Units,
        files: LocalFileStore,
        uses: tuple[str, ...],
        grace_s: float,
    ) -> None:
        self._key_file = key_file
        self._units = units
        self._files = files
        self._uses = uses
        self._grace_s = grace_s

    def new_keys(self) -> Iterator[str]:
        """Announce new keys, wait until nobody is at work who does not know them, use them."""
        ring = self._units.vault.ring
        if self._is_first_step(ring):
            ring = ring.with_new(self._uses, ANNOUNCED)
            ring.save(self._key_file)
            yield "new keys announced"
        if ring.has(ANNOUNCED, self._uses):
            self._settle()
            ring = ring.with_announced_in_use()
            ring.save(self._key_file)
            self._record("keys.renewed")
            yield "new keys in use"
        if "evidence" in self._uses:
            published = self._key_file.with_name("evidence.pub")
            published.write_text(public_key(ring))
            yield f"{published} holds the new public key before the old ones: publish it anew"

    def _is_first_step(self, ring: KeyRing) -> bool:
        """Evidence keys add up; of the others a second key says that a rotation is unfinished."""
        if self._uses == ("evidence",):
            return not ring.has(ANNOUNCED, self._uses)
        return all(len(ring.all(use)) == 1 for use in self._uses)

    def renew(self) -> Iterator[str]:
        """Make anew what older keys sealed."""
        if self._uses == ROTATED:
            for table in sealed_tables():
                yield f"{table.name}: {_renew(self._units, table)} rows"
            yield f"files: {self._files.reseal()}"

    def drop(self) -> Iterator[str]:
        """Let nobody seal with the old keys any more, make anew what was under way, forget them."""
        ring = self._units.vault.ring
        if all(len(ring.all(use)) == 1 for use in self._uses):
            return
        if not ring.has(RETIRED, self._uses):
            ring = ring.with_old_retired(self._uses)
            ring.save(self._key_file)
        self._settle()
        if self._renew_quietly() and self._renew_quietly():
            yield "old keys kept: values were still being sealed with them; run again"
            return
        ring.without_old(self._uses).save(self._key_file)
        self._record("keys.dropped")
        yield "old keys dropped"

    def _renew_quietly(self) -> int:
        if self._uses != ROTATED:
            return 0
        return sum(_renew(self._units, table) for table in sealed_tables()) + self._files.reseal()

    def _record(self, action: str) -> None:
        with self._units.write() as work:
            audit.record(work, SYSTEM, action, "keys", uses=list(self._uses))

    def _settle(self) -> None:
        """Wait for the end of every unit that began before the key file was written."""
        time.sleep(self._grace_s)
        if self._units.kit.database.is_sqlite:
            with self._units.write():
                return  # there is one writer at a time, and it is we
        with self._units.read() as work:
            moment = work.session.scalar(text("SELECT clock_timestamp()"))
        until = time.monotonic() + PATIENCE_S
        while True:
            with self._units.read() as work:
                older = work.session.scalar(_OLDER, {"moment": moment})
            if not older:
                return
            if time.monotonic() > until:
                raise Unsettled(
                    f"{older} transactions are older than the new keys: end them, and run again."
                )
            time.sleep(_POLL_S)


_OLDER = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND backend_type = 'client backend' AND pid <> pg_backend_pid() AND xact_start <= :moment"
)


def sealed_tables() -> list[Table]:
    """Every table with a sealed column; each has the one key that its values are bound to."""
    found = [
        table
        for table in tables.metadata.sorted_tables
        if any(isinstance(column.type, Sealed) for column in table.columns)
    ]
    unfit = [t.name for t in found if [c.name for c in t.primary_key.columns] != ["id"]]
    if unfit:
        raise RuntimeError(f"sealed values need a table with the key `id`: {unfit}")
    return found


def _renew(units: Units, table: Table) -> int:
    """Renew a table's rows in key order, one short write unit a batch.

    Rows that somebody holds are passed over and renewed one by one: whoever waits for a row while
    holding others may wait for somebody who waits for those.
    """
    renewed, after = 0, None
    while True:
        with units.read() as work:
            ids = _next_ids(work, table, after)
        with units.write() as work:
            done, count = _renew_rows(work, table, ids, wait=False)
        renewed += count
        for row_id in ids:
            if row_id not in done:
                with units.write() as work:
                    renewed += _renew_rows(work, table, [row_id], wait=True)[1]
        if len(ids) < _BATCH:
            return renewed
        after = ids[-1]


def _next_ids(work: Work, table: Table, after: UUID | None) -> Sequence[UUID]:
    statement = select(table.c.id).order_by(table.c.id).limit(_BATCH)
    if after is not None:
        statement = statement.where(table.c.id > after)
    return work.session.scalars(statement).all()


def _renew_rows(
    work: Work, table: Table, ids: Sequence[UUID], *, wait: bool
) -> tuple[set[UUID], int]:
    """Which of the rows were looked at, and how many of them were made anew."""
    statement = select(table).where(table.c.id.in_(ids)).with_for_update(skip_locked=not wait)
    rows = work.session.execute(statement).mappings().all()
    renewed = 0
    for row in rows:
        values = _renewed_row(work.vault, table, dict(row))
        if values:
            work.session.execute(update(table).where(table.c.id == row["id"]).values(values))
            renewed += 1
    return {row["id"] for row in rows}, renewed


def _renewed_row(vault: Vault, table: Table, row: dict[str, Any]) -> dict[str, Any]:
    try:
        return _renewed(vault, table, row["id"], row)
    except SealBroken as broken:
        raise SealBroken(f"{table.name} {row['id']}: {broken}") from broken


def _renewed(vault: Vault, table: Table, row_id: Any, row: dict[str, Any]) -> dict[str, Any]:
    """The columns of one row that still stand under an old key, made anew."""
    values: dict[str, Any] = {}
    for column in table.columns:
        old = row[column.name]
        if old is None:
            continue
        if isinstance(column.type, Sealed) and not vault.is_current("field", old):
            plain = vault.open(table.name, column.name, row_id, old)
            values[column.name] = vault.seal(table.name, column.name, row_id, plain)
        elif isinstance(column.type, Digest) and row[column.type.source] is not None:
            source = vault.open(table.name, column.type.source, row_id, row[column.type.source])
            kind = column.type.kind
            fresh = vault.digest(kind, _NORMALISED.get(kind, str)(source))
            if fresh != old:
                values[column.name] = fresh
    return values
