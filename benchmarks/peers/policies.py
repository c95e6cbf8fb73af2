"""What the peers know of the policy: read once a version by SQL, judged by the app's own rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import orjson

from backend.policy.rules.choice import choose_standard, merge_rules
from backend.policy.rules.programmes import from_json
from backend.policy.rules.values import (
    Area,
    Dated,
    Kind,
    Period,
    Programme,
    RegionEntry,
    RegionRules,
    Standard,
    Vocabulary,
    Words,
)
from backend.regions.rules import prefixes_of

Fetch = Callable[[str], Sequence[tuple[Any, ...]]]
_TABLES = (
    "SELECT version, code, body, valid_from, valid_to, source FROM programmes",
    "SELECT version, prefix, programme, area, amount_fen, per, valid_from, valid_to, source"
    " FROM standards",
    'SELECT version, prefix, "values", valid_from, valid_to, source FROM county_rules',
    "SELECT version, vocabulary FROM policy_versions",
)


class Policies:
    """Every version that is loaded; versions never change, so nothing here grows old."""

    def __init__(self, fetch: Fetch) -> None:
        programmes, standards, rules, versions = (fetch(sql) for sql in _TABLES)
        self._programmes = [
            (version, from_json(code, _dated(*dated), _json(body)))
            for version, code, body, *dated in programmes
        ]
        self._standards = [
            (v, Standard(programme, prefix, Area(area), fen, Period(per), _dated(*dated)))
            for v, prefix, programme, area, fen, per, *dated in standards
        ]
        self._rules = [
            (version, RegionEntry(prefix, _dated(*dated), _json(values)))
            for version, prefix, values, *dated in rules
        ]
        self._words = {version: _vocabulary(_json(words)) for version, words in versions}
        self._merged: dict[tuple[str, str, date], RegionRules] = {}

    def programme(self, version: str, code: str, on: date) -> Programme | None:
        """One programme as it holds on the day."""
        for of, found in self._programmes:
            if of == version and found.code == code and found.dated.holds_on(on):
                return found
        return None

    def rules(self, version: str, division: str, on: date) -> RegionRules:
        """The rules of a place on a day."""
        key = (version, division, on)
        found = self._merged.get(key)
        if found is None:
            above = prefixes_of(division)
            entries = [e for of, e in self._rules if of == version and e.prefix in above]
            merged = merge_rules(entries, on)
            assert merged is not None
            found = self._merged[key] = merged
        return found

    def standard(self, version: str, division: str, area: str, on: date) -> Standard | None:
        """The standard that a household is measured by."""
        above = prefixes_of(division)
        fitting = [
            s
            for of, s in self._standards
            if of == version and s.programme == "dibao" and s.area == area and s.prefix in above
        ]
        return choose_standard(fitting, on)

    def vocabulary(self, version: str) -> Vocabulary:
        return self._words[version]


def _json(value: Any) -> Any:
    return orjson.loads(value) if isinstance(value, str) else value


def _dated(valid_from: Any, valid_to: Any, source: str) -> Dated:
    return Dated(_day(valid_from), _day(valid_to) if valid_to else None, source)


def _day(value: Any) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _vocabulary(words: Any) -> Vocabulary:
    return Vocabulary(_kinds(words["incomes"]), _kinds(words["expenses"]), words["source"])


def _kinds(words: Any) -> dict[str, Kind]:
    return {
        w["code"]: Kind(w["code"], Words(w["zh"], w["en"]), w["may_be_negative"]) for w in words
    }
