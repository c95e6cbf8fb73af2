"""Programmes: reading one from its file, keeping it as JSON, getting it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from backend.policy.rules.reading import Table
from backend.policy.rules.values import (
    Area,
    Clocks,
    Dated,
    DocumentSlot,
    Outcome,
    Programme,
    Section,
    Signers,
    Vocabulary,
    Words,
)

PUBLISHABLE = ("name", "household_size", "amount")
PER = (
    "household",
    "member",
    "adult_member",
    "earning_member",
    "disabled_member",
    "incapable_member",
)
REQUIRED = ("always", "unless_shared", "if_claimed")
OBLIGORS = ("always", "never", "by_region")
_MOST_DAYS = 365


def read_programme(table: Table, stem: str, vocabulary: Vocabulary) -> Programme:
    """The programme of a file named `<code>.toml`; problems are noted in the table."""
    programme = Programme(
        code=table.code("code"),
        dated=read_dated(table),
        name=_words(table.table("name")),
        for_whom=_words(table.table("for_whom")),
        outcome=Outcome(table.choice("outcome", [o for o in Outcome if o is not Outcome.NONE])),
        standard=table.code("standard"),
        monthly_allowance=table.flag("monthly_allowance"),
        areas=tuple(Area(a) for a in table.choices("areas", list(Area))),
        publishes=table.choices("publishes", PUBLISHABLE),
        clocks=_clocks(table.table("clocks")),
        signers=_signers(table.table("signers")),
        sections=tuple(_section(t) for t in table.tables("sections")),
        documents=tuple(_document(t, vocabulary) for t in table.tables("documents")),
    )
    if programme.code != stem:
        table.wrong("code", f"the file is named after another code, {stem}")
    _refuse_twins(table, "sections", [s.code for s in programme.sections])
    _refuse_twins(table, "documents", [d.code for d in programme.documents])
    table.finish()
    return programme


def read_dated(table: Table) -> Dated:
    """The three fields that everything dated has."""
    valid_from = table.day("valid_from")
    valid_to = table.day("valid_to") if "valid_to" in table else None
    if valid_to is not None and valid_to < valid_from:
        table.wrong("valid_to", "is before valid_from")
    return Dated(valid_from, valid_to, table.text("source"))


def to_json(programme: Programme) -> dict[str, Any]:
    """Everything but code and dates, which have columns of their own."""
    body = asdict(programme)
    return {key: value for key, value in body.items() if key not in ("code", "dated")}


def from_json(code: str, dated: Dated, body: Mapping[str, Any]) -> Programme:
    """The reverse of `to_json`."""
    return Programme(
        code=code,
        dated=dated,
        name=Words(**body["name"]),
        for_whom=Words(**body["for_whom"]),
        outcome=Outcome(body["outcome"]),
        standard=body["standard"],
        monthly_allowance=body["monthly_allowance"],
        areas=tuple(map(Area, body["areas"])),
        publishes=tuple(body["publishes"]),
        clocks=Clocks(**body["clocks"]),
        signers=Signers(**body["signers"]),
        sections=tuple(Section(s["code"], Words(**s["words"])) for s in body["sections"]),
        documents=tuple(
            DocumentSlot(**{**d, "words": Words(**d["words"])}) for d in body["documents"]
        ),
    )


def _words(table: Table) -> Words:
    words = Words(table.text("zh"), table.text("en"))
    table.finish()
    return words


def _clocks(table: Table) -> Clocks:
    clocks = Clocks(**{key: table.integer(key, 1, _MOST_DAYS) for key in Clocks.__slots__})
    if clocks.extended_total_wd < clocks.total_wd:
        table.wrong("extended_total_wd", "is shorter than total_wd")
    table.finish()
    return clocks


def _signers(table: Table) -> Signers:
    signers = Signers(
        co_living_adults=table.flag("co_living_adults"),
        guardians=table.flag("guardians"),
        obligors=table.choice("obligors", OBLIGORS),
    )
    table.finish()
    return signers


def _section(table: Table) -> Section:
    section = Section(table.code("code"), Words(table.text("zh"), table.text("en")))
    table.finish()
    return section


def _document(table: Table, vocabulary: Vocabulary) -> DocumentSlot:
    required = table.choice("required", REQUIRED)
    claimed_by = None
    if required == "if_claimed":
        claimed_by = table.choice("claimed_by", vocabulary.expenses or {"illness"})
    slot = DocumentSlot(
        code=table.code("code"),
        words=Words(table.text("zh"), table.text("en")),
        per=table.choice("per", PER),
        required=required,
        claimed_by=claimed_by,
    )
    table.finish()
    return slot


def _refuse_twins(table: Table, key: str, codes: list[str]) -> None:
    for code in sorted({c for c in codes if codes.count(c) > 1}):
        table.wrong(key, f"{code} is there twice")
