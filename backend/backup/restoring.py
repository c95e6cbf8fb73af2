"""Restores a backup to an empty machine and proves it (ADR 0009)."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert, inspect, select, text

from backend import migrating
from backend.adapters.storage.local import LocalFileStore
from backend.audit import service as audit
from backend.backup.archive import BackupRefused, check, parts_of
from backend.backup.rows import table_of, unpacked
from backend.core.clocks import WallClock
from backend.core.crypto import KeyRing, SealBroken, Vault
from backend.core.db import Database, migration_engine, steady
from backend.core.keyfile import KeyFile
from backend.core.settings import Settings
from backend.core.uow import Kit, Listeners, Units, Work
from backend.documents import service as documents

_VERSIONS = "alembic_version"
_REVISION = text("SELECT version_num FROM alembic_version")
_FILE = re.compile(r"files/[a-z0-9]{2}/([a-z0-9][a-z0-9-]{7,79})")
_TABLE = re.compile(r"tables/([a-z_]+)/\d{6}\.jsonl\.gz")
_INSERTED = 1000


def restore(settings: Settings, path: Path) -> Iterator[str]:
    """Bring a backup to an empty home and an empty database, then verify; yields progress.

    Raises BackupRefused before anything is touched where backup, keys or place do not fit, and at
    the end where what was restored does not prove whole.
    """
    manifest = check(path)
    yield f"the backup of {manifest['madeAt']} is whole"
    ring = KeyRing.load(settings.key_file)
    _require_keys(ring, manifest["keys"], settings.key_file)
    _require_known(manifest["revision"])
    _require_empty(settings, manifest["revision"])
    migrating.upgrade(settings.database_url, manifest["revision"])
    vault = Vault(KeyFile(settings.key_file))
    with closing(Database(settings.database_url)) as database:
        units = Units(Kit(database, vault, Listeners(), WallClock()))
        yield f"files: {_restore_files(settings.home, vault, path)}"
        yield f"rows: {_restore_rows(units, path, manifest['tables'])}"
    migrating.upgrade(settings.database_url)
    yield from verify(settings, manifest)


def verify(settings: Settings, manifest: dict[str, Any]) -> Iterator[str]:
    """Prove what was restored: the audit against the backup's root, every stored document."""
    vault = Vault(KeyFile(settings.key_file))
    files = LocalFileStore(settings.home / "files", vault)
    with closing(Database(settings.database_url)) as database:
        units = Units(Kit(database, vault, Listeners(), WallClock()))
        faults = 0
        for fault in (*_audit_faults(units, manifest), *documents.damaged(units, files)):
            faults += 1
            yield fault
    if faults:
        raise BackupRefused(f"The restored system has {faults} faults: see above.")
    yield "the audit holds, and every stored document opens"


def _audit_faults(units: Units, manifest: dict[str, Any]) -> Iterator[str]:
    kept = audit.kept_root(manifest["auditRoot"]) if manifest["auditRoot"] else None
    with units.read() as work:
        steady(work.session)
        for found in audit.breaks(work, [kept] if kept else []):
            yield f"{found.chain} row {found.seq}: {found.what}"


def _require_keys(ring: KeyRing, needed: dict[str, list[str]], key_file: Path) -> None:
    missing = []
    for use, ids in needed.items():
        for one in ids:
            try:
                ring.by_id(use, bytes.fromhex(one))
            except SealBroken:
                missing.append(f"{use} {one}")
    if missing:
        raise BackupRefused(
            f"{key_file} lacks keys that this backup needs: {', '.join(missing)}. "
            "Restore the key file that was in use when the backup was made."
        )


def _require_known(revision: str) -> None:
    if not migrating.knows(revision):
        raise BackupRefused(
            f"The backup was made by a newer release (schema {revision}): install that one."
        )


# What an empty schema holds already.
_BORN = frozenset({_VERSIONS, "calendar_head"})


def _require_empty(settings: Settings, revision: str) -> None:
    files = settings.home / "files"
    if files.is_dir() and any(files.iterdir()):
        raise BackupRefused(f"{files} is not empty: restore only to an empty home.")
    engine = migration_engine(settings.database_url)
    try:
        with engine.connect() as connection:
            names = inspect(connection).get_table_names()
            full = [n for n in names if n not in _BORN and _has_rows(connection, n)]
            found = connection.scalar(_REVISION) if _VERSIONS in names else None
    finally:
        engine.dispose()
    if full:
        first = ", ".join(full[:3])
        raise BackupRefused(f"The database is not empty ({first}): restore only to an empty one.")
    if found not in (None, revision):
        raise BackupRefused(f"The database has the empty schema of another release ({found}).")


def _has_rows(connection: Any, name: str) -> bool:
    statement = select(text("1")).select_from(table_of(name, [])).limit(1)
    return connection.execute(statement).first() is not None


def _restore_files(home: Path, vault: Vault, path: Path) -> int:
    """Into a folder of their own first, so that a restore that was killed can be run again."""
    scratch = home / "files.restoring"
    shutil.rmtree(scratch, ignore_errors=True)
    files = LocalFileStore(scratch, vault)
    count = 0
    for part in parts_of(path):
        found = _FILE.fullmatch(part.name)
        if found:
            files.put_sealed(found[1], part.content.read(), part.mtime)
            count += 1
    if count:
        os.sync()  # once for all of them
        scratch.rename(home / "files")
    return count


def _restore_rows(units: Units, path: Path, described: list[dict[str, Any]]) -> int:
    """All of them in one commit, so that a restore that was killed leaves an empty database."""
    columns = {one["name"]: one["columns"] for one in described}
    counts = dict.fromkeys(columns, 0)
    with units.write() as work:
        if units.kit.database.is_sqlite:
            work.session.execute(text("PRAGMA defer_foreign_keys=ON"))
        for one in reversed(described):  # what a migration put there lies in the backup too
            work.session.execute(delete(table_of(one["name"], one["columns"])))
        for part in parts_of(path):
            found = _TABLE.fullmatch(part.name)
            if found:
                body = part.content.read()
                counts[found[1]] += _insert(work, found[1], columns[found[1]], body)
        if counts != {one["name"]: one["rows"] for one in described}:
            raise BackupRefused(f"{path}: rows and manifest do not fit.")
    return sum(counts.values())


def _insert(work: Work, name: str, columns: list[dict[str, Any]], body: bytes) -> int:
    table, rows, count = table_of(name, columns), unpacked(body, columns), 0
    while batch := list(islice(rows, _INSERTED)):
        work.session.execute(insert(table), batch)
        count += len(batch)
    return count
