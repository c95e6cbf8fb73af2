"""Commands that check what was written: evidence files and the audit."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from backend.cli.common import Add, units_of
from backend.core.settings import Settings, SettingsError

Kept = TypeVar("Kept")


def register(add: Add) -> None:
    evidence = add("evidence-verify", _evidence_verify, "check an evidence file offline")
    evidence.add_argument("file", type=Path)
    evidence.add_argument("--key", type=Path, required=True, help="public key, not from the file")
    evidence.add_argument("--root", type=Path, help="what evidence-root printed, kept apart")
    rooted = add("evidence-root", _evidence_root, "print how a case stood at its last daily root")
    rooted.add_argument("case", type=UUID)
    audit = add("audit-verify", _audit_verify, "check every audit chain and daily root")
    audit.add_argument(
        "--root",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="what audit-root printed, kept apart",
    )
    kept = add("audit-root", _audit_root, "print the newest daily root, to be kept apart")
    kept.add_argument("--date", type=date.fromisoformat, help="that day's root instead")


def _evidence_verify(arguments: argparse.Namespace) -> int:
    from backend.consent.rules.verify import read_root, verify_evidence

    root = _read(arguments.root, read_root) if arguments.root else None
    faults = verify_evidence(arguments.file.read_bytes(), arguments.key.read_bytes(), root)
    for fault in faults:
        print(fault)
    print("evidence: " + (f"faults: {len(faults)}" if faults else "whole and signed"))
    return 1 if faults else 0


def _evidence_root(arguments: argparse.Namespace) -> int:
    from backend.consent.service import evidence_root

    with units_of(Settings.from_env()).read() as work:
        root = evidence_root(work, arguments.case)
    if root is None:
        raise SettingsError("No daily root covers evidence of this case yet.")
    print(json.dumps(root))
    return 0


def _audit_verify(arguments: argparse.Namespace) -> int:
    from backend.audit import service as audit
    from backend.core.db import steady

    kept = [_read(file, audit.read_kept_root) for file in arguments.root]
    count = 0
    with units_of(Settings.from_env()).read() as work:
        steady(work.session)
        for found in audit.breaks(work, kept):
            count += 1
            print(f"{found.chain} row {found.seq}: {found.what}")
    print("audit: " + (f"breaks: {count}" if count else "every chain holds"))
    return 1 if count else 0


def _audit_root(arguments: argparse.Namespace) -> int:
    from backend.audit import service as audit

    with units_of(Settings.from_env()).read() as work:
        root = audit.root_of(work, arguments.date)
    if root is None:
        raise SettingsError("There is no such daily root yet: the worker makes one a day.")
    print(json.dumps(root))
    return 0


def _read(file: Path, reader: Callable[[bytes], Kept]) -> Kept:
    try:
        return reader(file.read_bytes())
    except ValueError as wrong:
        raise SettingsError(f"{file}: {wrong}") from wrong
