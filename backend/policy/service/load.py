"""Loading a policy folder into the database, whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from backend.core.uow import Work
from backend.policy.errors import DataProblem, PolicyDataError
from backend.policy.models import PolicyVersion, ProgrammeRow, RegionRulesRow, StandardRow
from backend.policy.rules import needs as needs_rules
from backend.policy.rules.files import read_folder
from backend.policy.rules.programmes import to_json
from backend.policy.rules.values import (
    Dated,
    Kind,
    PolicySet,
    Programme,
    RegionEntry,
    Standard,
    Vocabulary,
)
from backend.regions import queries as regions
from backend.regions.rules import CODE_DIGITS

DATA = Path(__file__).parents[1] / "data"
MAX_FILES = 8000
MAX_FILE_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Loaded:
    """The version in force after a load, and whether the load changed it."""

    version: str
    changed: bool


def load_policy(work: Work, folder: Path = DATA) -> Loaded:
    """Check a folder completely, then put it into force; loading it again changes nothing.

    The divisions must have been loaded before. Earlier versions stay, for the cases they decided.
    Raises PolicyDataError with every wrong place.
    """
    found = read_folder(_read_files(folder))
    _refuse_unknown_places(work, found)
    newest = work.session.scalars(
        select(PolicyVersion).order_by(PolicyVersion.turn.desc()).limit(1)
    ).first()
    if newest is not None and newest.version == found.version:
        return Loaded(found.version, changed=False)
    turn = (newest.turn if newest is not None else 0) + 1
    again = work.session.get(PolicyVersion, found.version)
    if again is not None:
        again.turn, again.loaded_at = turn, work.wall.now()
    else:
        _insert(work, found, turn)
    # The unit's own reads, and the tables that refer to the version, need the row.
    work.session.flush()
    return Loaded(found.version, changed=True)


def _read_files(folder: Path) -> dict[str, bytes]:
    """Every file below the folder by its name relative to it, except hidden ones and README.md."""
    files: dict[str, bytes] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if hidden or not path.is_file() or name == "README.md":
            continue
        if path.stat().st_size > MAX_FILE_BYTES or len(files) >= MAX_FILES:
            raise PolicyDataError([DataProblem(name, 1, "", "too large, or too many files")])
        files[name] = path.read_bytes()
    return files


def _refuse_unknown_places(work: Work, found: PolicySet) -> None:
    """A folder named after no division would never be used, and nobody would notice."""
    prefixes = sorted({e.prefix for e in found.regions} | {s.prefix for s in found.standards})
    codes = {p.ljust(CODE_DIGITS, "0"): p for p in prefixes if p}
    known = regions.existing_codes(work, codes)
    problems = [
        DataProblem(f"regions/{prefix}", 1, "", "there is no division with this code")
        for code, prefix in codes.items()
        if code not in known
    ]
    if problems:
        raise PolicyDataError(problems)


def _insert(work: Work, found: PolicySet, turn: int) -> None:
    version = {"version": found.version}
    work.session.execute(
        insert(PolicyVersion),
        [
            {
                **version,
                "turn": turn,
                "loaded_at": work.wall.now(),
                "vocabulary": _vocabulary(found.vocabulary),
                "needs": needs_rules.to_json(found.needs),
            }
        ],
    )
    for table, rows in (
        (ProgrammeRow, [_programme_row(p) for p in found.programmes]),
        (StandardRow, [_standard_row(s) for s in found.standards]),
        (RegionRulesRow, [_rules_row(e) for e in found.regions]),
    ):
        if rows:
            work.session.execute(insert(table), [{**version, **row} for row in rows])


def _programme_row(programme: Programme) -> dict[str, Any]:
    return {"code": programme.code, "body": to_json(programme), **_dated(programme.dated)}


def _standard_row(standard: Standard) -> dict[str, Any]:
    keys = ("prefix", "programme", "area", "amount_fen", "per")
    return {**{key: getattr(standard, key) for key in keys}, **_dated(standard.dated)}


def _rules_row(entry: RegionEntry) -> dict[str, Any]:
    return {"prefix": entry.prefix, "values": dict(entry.values), **_dated(entry.dated)}


def _dated(dated: Dated) -> dict[str, Any]:
    return {"valid_from": dated.valid_from, "valid_to": dated.valid_to, "source": dated.source}


def _vocabulary(words: Vocabulary) -> dict[str, Any]:
    return {
        "incomes": [_kind(k) for k in words.incomes.values()],
        "expenses": [_kind(k) for k in words.expenses.values()],
        "source": words.source,
        **{
            name: {code: {"zh": said.zh, "en": said.en} for code, said in reasons.items()}
            for name, reasons in (
                ("extension_reasons", words.extension_reasons),
                ("pause_reasons", words.pause_reasons),
            )
        },
    }


def _kind(kind: Kind) -> dict[str, Any]:
    return {
        "code": kind.code,
        "zh": kind.words.zh,
        "en": kind.words.en,
        "may_be_negative": kind.may_be_negative,
    }
