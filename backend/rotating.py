"""Key rotation: new keys first, then every sealed value, digest and file is made anew, batch by
batch, resumably.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing
from typing import Any

from sqlalchemy import Table, select, update

from backend import tables
from backend.adapters.storage.local import LocalFileStore
from backend.core.clocks import WallClock
from backend.core.crypto import KeyRing, SealBroken, Vault
from backend.core.db import Database, Digest, Sealed
from backend.core.settings import Settings
from backend.core.uow import Kit, Listeners, Units
from backend.identity.rules import normalise_id_number

ROTATED = ("field", "digest", "file")
_BATCH = 100
_NORMALISED = {"id_number": normalise_id_number}


def rotate(settings: Settings, *, drop_old: bool) -> Generator[str, None, None]:
    """Make new field, digest and file keys (unless a rotation is unfinished) and re-encrypt all;
    yields progress.

    Stopped at any point, the next run goes on: what old keys sealed stays readable until
    `drop_old`. A web process or worker that runs meanwhile holds the old keys: it must be started
    anew after the first line, and again after the last one.
    """
    ring = KeyRing.load(settings.key_file)
    if all(len(ring.all(use)) == 1 for use in ROTATED):
        ring = ring.with_new(ROTATED)
        ring.save(settings.key_file)
        yield "new keys written: start web and worker anew, they still seal with the old ones"
    vault = Vault(ring)
    files = LocalFileStore(settings.home / "files", vault)
    with closing(Database(settings.database_url)) as database:
        units = Units(Kit(database, vault, Listeners(), WallClock()))
        yield from _renew_all(units, files)
        if drop_old:
            # whatever an old process sealed while we went through
            left = sum(_renew(units, table) for table in sealed_tables()) + files.reseal()
            if left:
                yield f"old keys kept: {left} values were still being sealed with them; run again"
                return
            ring.without_old(ROTATED).save(settings.key_file)
            yield "old keys dropped"


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


def _renew_all(units: Units, files: LocalFileStore) -> Iterator[str]:
    for table in sealed_tables():
        yield f"{table.name}: {_renew(units, table)} rows"
    yield f"files: {files.reseal()}"


def _renew(units: Units, table: Table) -> int:
    """Renew a table's rows in key order, one short write unit a batch."""
    key = table.c.id
    renewed, after = 0, None
    while True:
        with units.write() as work:
            statement = select(table).order_by(key).limit(_BATCH)
            if after is not None:
                statement = statement.where(key > after)
            rows = work.session.execute(statement.with_for_update()).mappings().all()
            for row in rows:
                values = _renewed_row(units.vault, table, dict(row))
                if values:
                    work.session.execute(update(table).where(key == row["id"]).values(values))
                    renewed += 1
        if len(rows) < _BATCH:
            return renewed
        after = rows[-1]["id"]


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
