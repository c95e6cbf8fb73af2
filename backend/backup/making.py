"""Makes a backup while web and worker serve (ADR 0009)."""

from __future__ import annotations

import importlib.metadata
import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Table, select, text

from backend import migrating, tables
from backend.adapters.storage.local import LocalFileStore
from backend.audit import service as audit
from backend.backup.archive import Archive, BackupRefused
from backend.backup.rows import columns_of, packed
from backend.core.clocks import WallClock
from backend.core.crypto import USES, KeyRing, Vault, key_id_of
from backend.core.db import Database, Sealed, steady
from backend.core.keyfile import KeyFile
from backend.core.settings import Settings
from backend.core.uow import Kit, Listeners, Units, Work

_FETCHED = 500


def make(settings: Settings, path: Path) -> dict[str, Any]:
    """Write a backup to `path`, whole and checked or not at all; answers its manifest.

    The database first, as it stands at one moment, then the files: a file is written before its
    row and never changed, and none is deleted until the copy is done. Raises BackupRefused.
    """
    if path.exists():
        raise BackupRefused(f"{path} exists: a backup is never written over.")
    if not path.parent.is_dir():
        raise BackupRefused(f"There is no folder {path.parent}.")
    vault = Vault(KeyFile(settings.key_file))
    files = LocalFileStore(settings.home / "files", vault)
    archive = Archive(path)
    try:
        with closing(Database(settings.database_url)) as database, files.keeping_all():
            units = Units(Kit(database, vault, Listeners(), WallClock()))
            used: dict[str, set[bytes]] = {use: set() for use in USES}
            manifest = {
                "madeAt": units.wall.now().isoformat(timespec="seconds"),
                "app": importlib.metadata.version("zhangban"),
                **_copy_database(units, archive, used),
                "files": _copy_files(files, archive, used),
                "keys": _keys(vault.ring, used),
            }
        archive.finish(manifest)
    except BaseException:
        archive.abandon()
        raise
    return manifest


def _copy_database(units: Units, archive: Archive, used: dict[str, set[bytes]]) -> dict[str, Any]:
    with units.read() as work:
        steady(work.session)
        revision = _revision(work)
        copied = [_copy_table(work, archive, t, used) for t in tables.metadata.sorted_tables]
        return {
            "revision": revision,
            "database": work.session.get_bind().dialect.name,
            "tables": copied,
            "auditRoot": audit.root_of(work),
        }


def _revision(work: Work) -> str:
    """The schema's revision, which must be this release's; a damaged SQLite file is refused."""
    revision = work.session.scalar(text("SELECT version_num FROM alembic_version"))
    if revision != migrating.head():
        raise BackupRefused("The database is of another release: run `zhangban migrate` first.")
    if work.session.get_bind().dialect.name == "sqlite":
        found = work.session.scalar(text("PRAGMA integrity_check"))
        if found != "ok":
            raise BackupRefused(f"The database is damaged: {found}. Restore an earlier backup.")
    return str(revision)


def _copy_table(
    work: Work, archive: Archive, table: Table, used: dict[str, set[bytes]]
) -> dict[str, Any]:
    sealed = [n for n, column in enumerate(table.columns) if isinstance(column.type, Sealed)]
    statement = select(table).order_by(*table.primary_key.columns)

    def rows() -> Iterator[Any]:
        for row in work.session.execute(statement.execution_options(yield_per=_FETCHED)):
            for n in sealed:
                if row[n] is not None:
                    used["field"].add(key_id_of(row[n]))
            yield row

    total = 0
    for part, (body, count) in enumerate(packed(rows()), 1):
        archive.add(f"tables/{table.name}/{part:06}.jsonl.gz", body)
        total += count
    return {"name": table.name, "rows": total, "columns": columns_of(table)}


def _copy_files(
    files: LocalFileStore, archive: Archive, used: dict[str, set[bytes]]
) -> dict[str, int]:
    count = size = 0
    for path in files.sealed_files():
        with path.open("rb") as file:
            found = os.fstat(file.fileno())
            used["file"].add(key_id_of(file.read(16)))
            file.seek(0)
            name = f"files/{path.parent.name}/{path.name}"
            archive.copy(name, file, found.st_size, int(found.st_mtime))
        count, size = count + 1, size + found.st_size
    return {"count": count, "bytes": size}


def _keys(ring: KeyRing, used: dict[str, set[bytes]]) -> dict[str, list[str]]:
    """The ids, never the keys, of all that a restored system needs.

    Of sealed values those that stand in them; of digests and signatures all, since nothing tells
    which key made one.
    """
    needed = {use: used[use] or {key.id for key in ring.all(use)} for use in USES}
    return {use: sorted(one.hex() for one in ids) for use, ids in needed.items()}
