"""From the files of a policy folder to one checked PolicySet; format: docs/policy-data.md."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any

from backend.policy.errors import DataProblem, PolicyDataError
from backend.policy.rules.needs import read_needs
from backend.policy.rules.programmes import read_dated, read_programme
from backend.policy.rules.reading import Problems, Table, open_table
from backend.policy.rules.values import (
    DISABILITIES,
    Area,
    BusinessLoss,
    Dated,
    Kind,
    Needs,
    Period,
    PolicySet,
    Programme,
    RegionEntry,
    SingleAmount,
    Standard,
    Vocabulary,
    Words,
)

COUNTRY = "cn"
VOCABULARY = "vocabulary.toml"
NEEDS = "needs.toml"
_ALONE = (VOCABULARY, NEEDS)
ASSURANCE_LEVELS = ("A", "B", "C")
CLOCK_OFFICES = ("county", "township")
_PROGRAMME = re.compile(r"programmes/([a-z][a-z0-9-]*)\.toml")
_REGION = re.compile(
    r"regions/(cn|\d{2}|\d{4}|\d{6}|\d{9}|\d{12})/(rules|standards)\.toml", re.ASCII
)
_MOST_YUAN = Decimal(1_000_000)
_FEN_PER_YUAN = 100


def read_folder(files: Mapping[str, bytes]) -> PolicySet:
    """Check all files (name relative to the folder → content) and put them together.

    Raises PolicyDataError with every wrong place, file and line.
    """
    problems = Problems()
    tables = {
        name: table
        for name, content in sorted(files.items())
        if (table := open_table(name, content, problems)) is not None
    }
    _refuse_strangers(files, problems)
    vocabulary = _read_vocabulary(tables.get(VOCABULARY), problems)
    read = [
        (table, read_programme(table, match[1], vocabulary))
        for name, table in tables.items()
        if (match := _PROGRAMME.fullmatch(name))
    ]
    programmes = [programme for _, programme in read]
    codes = {p.code for p in programmes}
    standards: list[Standard] = []
    regions: list[RegionEntry] = []
    for name, table in tables.items():
        match = _REGION.fullmatch(name)
        if match is None:
            continue
        prefix = "" if match[1] == COUNTRY else match[1]
        if match[2] == "rules":
            regions += _read_rules(table, prefix, vocabulary)
        else:
            standards += _read_standards(table, prefix, codes)
    needs = _read_needs(tables.get(NEEDS), codes, problems)
    _check_standard_names(read, codes)
    if not any(entry.prefix == "" for entry in regions):
        problems.add(f"regions/{COUNTRY}/rules.toml", 1, "", "is missing: it holds all defaults")
    problems.stop()
    return PolicySet(
        version_of(files), vocabulary, tuple(programmes), tuple(standards), tuple(regions), needs
    )


def version_of(files: Mapping[str, bytes]) -> str:
    """SHA-256 over names and contents, in hex; equal folders have equal versions."""
    total = hashlib.sha256()
    for name, content in sorted(files.items()):
        total.update(f"{name}\0{len(content)}\0".encode())
        total.update(content)
    return total.hexdigest()


def _refuse_strangers(files: Mapping[str, bytes], problems: Problems) -> None:
    for name in _ALONE:
        if name not in files:
            problems.add(name, 1, "", "is missing")
    for name in sorted(files):
        if name not in _ALONE and not _PROGRAMME.fullmatch(name) and not _REGION.fullmatch(name):
            problems.add(name, 1, "", "no file of this name belongs into a policy folder")


def _read_vocabulary(table: Table | None, problems: Problems) -> Vocabulary:
    if table is None:
        problems.stop()
        raise PolicyDataError([DataProblem(VOCABULARY, 1, "", "is missing")])
    incomes = _read_kinds(table, "incomes")
    expenses = _read_kinds(table, "expenses")
    source = table.text("source")
    extension, pause = (_read_reasons(table, f"{what}_reasons") for what in ("extension", "pause"))
    table.finish()
    return Vocabulary(incomes, expenses, source, extension, pause)


def _read_reasons(table: Table, key: str) -> dict[str, Words]:
    """Why a clock may be made longer or stand; a folder without any lets neither happen."""
    reasons: dict[str, Words] = {}
    for entry in table.tables(key) if key in table else ():
        code = entry.code("code")
        if code in reasons:
            entry.wrong("code", f"{code} is there twice")
        reasons[code] = Words(entry.text("zh"), entry.text("en"))
        entry.finish()
    return reasons


def _read_needs(table: Table | None, programmes: Collection[str], problems: Problems) -> Needs:
    if table is None:
        problems.stop()
        raise PolicyDataError([DataProblem(NEEDS, 1, "", "is missing")])
    return read_needs(table, programmes)


def _read_kinds(table: Table, key: str) -> dict[str, Kind]:
    kinds: dict[str, Kind] = {}
    for entry in table.tables(key):
        words = Words(entry.text("zh"), entry.text("en"))
        kind = Kind(entry.code("code"), words, entry.flag("may_be_negative", default=False))
        if kind.code in kinds:
            entry.wrong("code", f"{kind.code} is there twice")
        kinds[kind.code] = kind
        entry.finish()
    return kinds


def _read_standards(table: Table, prefix: str, programmes: Collection[str]) -> list[Standard]:
    found = []
    by_key: dict[tuple[str, Area], list[tuple[Dated, Table]]] = defaultdict(list)
    for entry in table.tables("standards"):
        yuan = entry.decimal("yuan", Decimal("0.01"), _MOST_YUAN, places=2)
        standard = Standard(
            programme=entry.choice("programme", programmes or {"dibao"}),
            prefix=prefix,
            area=Area(entry.choice("area", list(Area))),
            amount_fen=int(yuan * _FEN_PER_YUAN),
            per=Period(entry.choice("per", list(Period))),
            dated=read_dated(entry),
        )
        entry.finish()
        by_key[standard.programme, standard.area].append((standard.dated, entry))
        found.append(standard)
    for dates in by_key.values():
        _refuse_overlaps(dates)
    table.finish()
    return found


def _read_rules(table: Table, prefix: str, vocabulary: Vocabulary) -> list[RegionEntry]:
    readers = _rule_readers(vocabulary)
    found = []
    dates: list[tuple[Dated, Table]] = []
    for entry in table.tables("rules"):
        dated = read_dated(entry)
        wanted = readers if prefix == "" else {k: r for k, r in readers.items() if k in entry}
        values = {key: reader(entry, key) for key, reader in wanted.items()}
        values |= {key: reader(entry, key) for key, reader in _LOCAL.items() if key in entry}
        entry.finish()
        dates.append((dated, entry))
        found.append(RegionEntry(prefix, dated, values))
    _refuse_overlaps(dates)
    table.finish()
    return found


def _rule_readers(vocabulary: Vocabulary) -> dict[str, Callable[[Table, str], Any]]:
    """How each rule that the country file must hold is read, to a value that JSON can keep."""
    return {
        "obligor_consent": Table.flag,
        "accept_with_signer_outstanding": Table.flag,
        "signer_unreached_wd": lambda t, key: t.integer(key, 1, 60),
        "proof_alone": lambda t, key: list(t.choices(key, ASSURANCE_LEVELS)),
        "consent_alone": lambda t, key: list(t.choices(key, ASSURANCE_LEVELS)),
        "edge_multiplier": lambda t, key: str(t.decimal(key, Decimal(1), Decimal(10), places=4)),
        "exempt_incomes": lambda t, key: list(t.choices(key, vocabulary.incomes)),
        "deductible_expenses": lambda t, key: list(t.choices(key, vocabulary.expenses)),
        "business_loss": lambda t, key: t.choice(key, list(BusinessLoss)),
        "corrections_allowed": lambda t, key: t.integer(key, 0, 10),
        "decision_by_township": Table.flag,
        "publicity_inside_clock": Table.flag,
        "clock_pause_allowed": Table.flag,
        "counter_accepted_by_another": Table.flag,
        "helper_live_mandates_most": lambda t, key: t.integer(key, 1, 100),
        "single_person_disabilities": lambda t, key: list(t.choices(key, DISABILITIES)),
        "single_person_serious_illness": Table.flag,
        "single_person_amount": lambda t, key: t.choice(key, list(SingleAmount)),
        "rigid_expenses": lambda t, key: list(t.choices(key, vocabulary.expenses)),
    }


def _read_cash_cap(entry: Table, key: str) -> dict[str, int]:
    """{ yuan_per_head = 20000 } or { months_of_standard = 24 }."""
    table = entry.table(key)
    keys = set(table.keys())
    if len(keys) != 1:
        table.wrong("", "needs either yuan_per_head or months_of_standard")
        return {}
    if "yuan_per_head" in table:
        yuan = table.decimal("yuan_per_head", Decimal(0), _MOST_YUAN, places=2)
        return {"fen_per_head": int(yuan * _FEN_PER_YUAN)}
    months = table.integer("months_of_standard", 0, 1200)
    table.finish()
    return {"months_of_standard": months}


# What only some places fix, and the country does not.
_LOCAL: dict[str, Callable[[Table, str], Any]] = {
    "cash_assets_cap": _read_cash_cap,
    "clock_changed_by": lambda t, key: list(t.choices(key, CLOCK_OFFICES)),
    "rigid_expense_ratio": lambda t, key: str(
        t.decimal(key, Decimal("0.01"), Decimal(1), places=4)
    ),
}


def _refuse_overlaps(dates: Iterable[tuple[Dated, Table]]) -> None:
    """Without valid_to an entry ends when the next one begins; with it, it must end before."""
    ordered = sorted(dates, key=lambda entry: entry[0].valid_from)
    for (earlier, table), (later, twin) in pairwise(ordered):
        if earlier.valid_from == later.valid_from:
            twin.wrong("valid_from", f"another entry begins on {later.valid_from}, too")
        elif earlier.valid_to is not None and earlier.valid_to >= later.valid_from:
            table.wrong("valid_to", f"the entry from {later.valid_from} has begun by then")


def _check_standard_names(programmes: Iterable[tuple[Table, Programme]], codes: set[str]) -> None:
    for table, programme in programmes:
        if programme.standard not in codes:
            table.wrong("standard", f"there is no programme {programme.standard}")
