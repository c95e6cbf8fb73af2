"""Reads: what programmes there are, and what holds in a place on a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select

from backend.core.kept import Kept
from backend.core.prepared import Prepared
from backend.core.uow import Work
from backend.policy.errors import PolicyMissing, ProgrammeUnknown, StandardUnknown
from backend.policy.models import PolicyVersion, ProgrammeRow, RegionRulesRow, StandardRow
from backend.policy.rules import needs as needs_rules
from backend.policy.rules.choice import choose_standard, merge_rules
from backend.policy.rules.programmes import from_json
from backend.policy.rules.reading import is_code
from backend.policy.rules.values import (
    Area,
    Dated,
    Kind,
    Needs,
    Period,
    Programme,
    RegionEntry,
    RegionRules,
    Standard,
    Vocabulary,
    Words,
)
from backend.regions.rules import prefixes_of

# A version is the hash of its files: what stands under it never changes, so it is read once.
_VOCABULARIES: Kept[str, Vocabulary] = Kept(20)
_NEEDS: Kept[str, Needs] = Kept(20)
_PROGRAMMES: Kept[tuple[str, str], tuple[Programme, ...]] = Kept(500)
_STANDARDS: Kept[tuple[str, str, str, Area], tuple[Standard, ...]] = Kept(5000)
_RULES: Kept[tuple[str, str, date], RegionRules] = Kept(5000)
_IN_FORCE = Prepared(select(PolicyVersion.version).order_by(PolicyVersion.turn.desc()).limit(1))


def policy_version(work: Work) -> str:
    """The version in force, which a case keeps; raises PolicyMissing before the first load."""
    found = _IN_FORCE.row(work)
    if found is None:
        raise PolicyMissing()
    return str(found[0])


def vocabulary(work: Work, version: str | None = None) -> Vocabulary:
    """The kinds of income and expense of a version (the one in force by default)."""
    wanted = version or policy_version(work)
    return _VOCABULARIES.get(wanted, lambda: _vocabulary(work, wanted))


def _vocabulary(work: Work, version: str) -> Vocabulary:
    words = work.session.scalar(
        select(PolicyVersion.vocabulary).where(PolicyVersion.version == version)
    )
    if words is None:
        raise PolicyMissing()
    # versions of before there were reasons have none
    reasons = (words.get(f"{what}_reasons", {}) for what in ("extension", "pause"))
    named = ({code: Words(**said) for code, said in found.items()} for found in reasons)
    return Vocabulary(_kinds(words["incomes"]), _kinds(words["expenses"]), words["source"], *named)


def needs(work: Work) -> Needs:
    """What people may say is hard, by the version in force; raises PolicyMissing."""
    version = policy_version(work)
    return _NEEDS.get(version, lambda: _needs(work, version))


def _needs(work: Work, version: str) -> Needs:
    kept = work.session.scalar(select(PolicyVersion.needs).where(PolicyVersion.version == version))
    if kept is None:
        raise PolicyMissing()
    return needs_rules.from_json(kept)


def programmes(work: Work, on: date | None = None) -> list[Programme]:
    """All programmes that hold on the day (today by default), by code."""
    day = on or work.legal.today()
    rows = work.session.scalars(
        select(ProgrammeRow)
        .where(ProgrammeRow.version == policy_version(work))
        .order_by(ProgrammeRow.code)
    )
    found = [from_json(row.code, _dated(row), row.body) for row in rows]
    return [p for p in found if p.dated.holds_on(day)]


def programme(
    work: Work, code: str, on: date | None = None, version: str | None = None
) -> Programme:
    """One programme as it holds on the day; raises ProgrammeUnknown."""
    if not is_code(code):  # PostgreSQL would fail on a NUL
        raise ProgrammeUnknown()
    day = on or work.legal.today()
    wanted = version or policy_version(work)
    for found in _PROGRAMMES.get((wanted, code), lambda: _programme(work, wanted, code)):
        if found.dated.holds_on(day):
            return found
    raise ProgrammeUnknown()


def _programme(work: Work, version: str, code: str) -> tuple[Programme, ...]:
    rows = work.session.scalars(
        select(ProgrammeRow).where(ProgrammeRow.version == version, ProgrammeRow.code == code)
    ).all()
    if not rows:
        raise ProgrammeUnknown()  # and not kept: anybody may ask for any word
    return tuple(from_json(row.code, _dated(row), row.body) for row in rows)


def standard_for(
    work: Work, programme: str, division: str, area: Area, on: date, version: str | None = None
) -> Standard:
    """The standard of the nearest region above a 12-digit code; raises StandardUnknown."""
    standard = known_standard(work, programme, division, area, on, version)
    if standard is None:
        raise StandardUnknown(path="/division")
    return standard


def known_standard(
    work: Work, programme: str, division: str, area: Area, on: date, version: str | None = None
) -> Standard | None:
    """The same; None where no region above has one on that day."""
    key = (version or policy_version(work), programme, division, area)
    return choose_standard(_STANDARDS.get(key, lambda: _standards(work, *key)), on)


def _standards(
    work: Work, version: str, programme: str, division: str, area: Area
) -> tuple[Standard, ...]:
    rows = work.session.scalars(
        select(StandardRow).where(
            StandardRow.version == version,
            StandardRow.programme == programme,
            StandardRow.area == area,
            StandardRow.prefix.in_(prefixes_of(division)),
        )
    )
    return tuple(map(_standard, rows))


def rules_for(work: Work, division: str, on: date, version: str | None = None) -> RegionRules:
    """The rules of a 12-digit code on a day, each from the nearest region that gives it.

    Raises StandardUnknown for a day before all rules.
    """
    key = (version or policy_version(work), division, on)
    return _RULES.get(key, lambda: _rules(work, *key))


def _rules(work: Work, version: str, division: str, on: date) -> RegionRules:
    rows = work.session.scalars(
        select(RegionRulesRow).where(
            RegionRulesRow.version == version, RegionRulesRow.prefix.in_(prefixes_of(division))
        )
    )
    rules = merge_rules(_entries(rows), on)
    if rules is None:
        raise StandardUnknown(path="/on")
    return rules


def _entries(rows: Iterable[RegionRulesRow]) -> Iterable[RegionEntry]:
    return (RegionEntry(row.prefix, _dated(row), row.values) for row in rows)


def _standard(row: StandardRow) -> Standard:
    return Standard(
        row.programme, row.prefix, Area(row.area), row.amount_fen, Period(row.per), _dated(row)
    )


def _dated(row: ProgrammeRow | StandardRow | RegionRulesRow) -> Dated:
    return Dated(row.valid_from, row.valid_to, row.source)


def _kinds(words: Iterable[dict[str, object]]) -> dict[str, Kind]:
    return {
        str(w["code"]): Kind(
            str(w["code"]), Words(str(w["zh"]), str(w["en"])), bool(w["may_be_negative"])
        )
        for w in words
    }
