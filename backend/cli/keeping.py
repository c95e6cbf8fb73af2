"""Commands that keep a system safe from loss: backup, restore."""

from __future__ import annotations

import argparse
from pathlib import Path

from backend.cli.common import Add
from backend.core.settings import Settings


def register(add: Add) -> None:
    backup = add("backup", _backup, "copy database and files to one file, while serving")
    backup.add_argument("file", type=Path)
    backup.add_argument("--verify", action="store_true", help="only check a backup that exists")
    restore = add("restore", _restore, "bring a backup to an empty home and database")
    restore.add_argument("file", type=Path)


def _backup(arguments: argparse.Namespace) -> int:
    from backend.backup.archive import check
    from backend.backup.making import make

    if arguments.verify:
        manifest = check(arguments.file)
    else:
        manifest = make(Settings.from_env(), arguments.file.absolute())
    rows = sum(table["rows"] for table in manifest["tables"])
    root = manifest["auditRoot"]
    print(f"backup of {manifest['madeAt']}: whole")
    print(f"rows {rows}, files {manifest['files']['count']} ({manifest['files']['bytes']} bytes)")
    print(f"audit root {root['legalDate']} {root['hash']}" if root else "no audit root yet")
    return 0


def _restore(arguments: argparse.Namespace) -> int:
    from backend.backup.restoring import restore

    for line in restore(Settings.from_env(), arguments.file):
        print(line, flush=True)
    return 0
