"""Commands that check what was written: evidence files and the audit."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from uuid import UUID

from backend.cli.common import Add, units_of
from backend.core.settings import Settings, SettingsError


def register(add: Add) -> None:
    evidence = add("evidence-verify", _evidence_verify, "check an evidence file offline")
    evidence.add_argument("file", type=Path)
    evidence.add_argument("--key", type=Path, required=True, help="public key, not from the file")
    evidence.add_argument("--root", type=Path, help="what evidence-root printed, kept apart")
    rooted = add("evidence-root", _evidence_root, "print how a case stood at its last daily root")
    rooted.add_argument("case", type=UUID)
    add("audit-verify", _audit_verify, "check every audit chain and daily root")


def _evidence_verify(arguments: argparse.Namespace) -> int:
    from backend.consent.rules.verify import read_root, verify_evidence

    root = None
    if arguments.root:
        try:
            root = read_root(arguments.root.read_bytes())
        except ValueError as wrong:
            raise SettingsError(f"{arguments.root}: {wrong}") from wrong
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


def _audit_verify(_: argparse.Namespace) -> int:
    from backend.audit import service as audit

    with units_of(Settings.from_env()).read() as work:
        breaks = audit.verify(work)
    for found in breaks:
        print(f"{found.chain} row {found.seq}: {found.what}")
    print("audit: " + (f"breaks: {len(breaks)}" if breaks else "every chain holds"))
    return 1 if breaks else 0
