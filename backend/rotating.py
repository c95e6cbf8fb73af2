"""Key rotation: new keys first, then every sealed value and digest is made anew, batch by batch,
resumably.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Table, select, update

from backend import tables
from backend.core.clocks import WallClock
from backend.core.crypto import KeyRing, Vault
from backend.core.db import Database, Digest, Sealed
from backend.core.settings import Settings
from backend.core.uow import Kit, Listeners, Units
from backend.identity.rules import normalise_id_number

ROTATED = ("field", "digest")
_BATCH = 100
_NORMALISED = {"id_number": normalise_id_number}


def rotate(settings: Settings, *, drop_old: bool) -> Iterator[str]:
    """Make new field and digest keys (unless a rotation is unfinished) and re-encrypt all;
    yields progress.

    Stopped at any point, the next run goes on: values with old keys stay readable until `drop_old`.
    """
    ring = KeyRing.load(settings.key_file)
    if all(len(ring.all(use)) == 1 for use in ROTATED):
        ring = ring.with_new(ROTATED)
        ring.save(settings.key_file)
        yield "new keys written"
    units = Units(Kit(Database(settings.database_url), Vault(ring), Listeners(), WallClock()))
    for table in tables.metadata.sorted_tables:
        sealed = [c for c in table.columns if isinstance(c.type, Sealed)]
        if sealed:
            yield f"{table.name}: {_renew(units, table)} rows"
    if drop_old:
        ring.without_old(ROTATED).save(settings.key_file)
        yield "old keys dropped"


def _renew(units: Units, table: Table) -> int:
    """Renew a table's rows in key order, one short write unit a batch."""
    key = next(iter(table.primary_key.columns))
    renewed, after = 0, None
    while True:
        with units.write() as work:
            statement = select(table).order_by(key).limit(_BATCH)
            if after is not None:
                statement = statement.where(key > after)
            rows = work.session.execute(statement.with_for_update()).mappings().all()
            for row in rows:
                values = _renewed(units.vault, table, row[key.name], dict(row))
                if values:
                    work.session.execute(update(table).where(key == row[key.name]).values(values))
                    renewed += 1
        if len(rows) < _BATCH:
            return renewed
        after = rows[-1][key.name]


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
        elif isinstance(column.type, Digest):
            source = vault.open(table.name, column.type.source, row_id, row[column.type.source])
            kind = column.type.kind
            fresh = vault.digest(kind, _NORMALISED.get(kind, str)(source))
            if fresh != old:
                values[column.name] = fresh
    return values
