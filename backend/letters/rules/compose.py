"""What each letter says, from the facts of a case: plain functions, no database.

A letter names what its reader has to know and no more: no ID number, phone, account, illness or
figure of a person; papers about somebody's health are counted, not named, in a receipt that lies
about.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from backend.core.paper import Block, Foot, Handwriting, Paragraph, Table
from backend.letters.rules.kinds import Kind, long_day, month_after
from backend.letters.rules.words import headings, said
from backend.policy.rules.values import DocumentSlot

_FACTS = (3, 7)  # how a table of facts shares the width
_ITEMS = (4, 2, 5)
_LOOKUP = "/mini/lookup"


@dataclass(frozen=True, slots=True)
class CaseSaid:
    """What letters say of a case."""

    applicant: str = field(repr=False)
    programme: str
    receipt_code: str
    submitted_on: date
    headcount: int
    papers: tuple[tuple[str, int], ...] = ()
    accepted_on: date | None = None
    due_on: date | None = None
    due_provisional: bool = False
    recognised: str = ""  # another programme of the cascade than was applied for


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to be corrected, in words."""

    place: str
    fault: str
    note: str = field(repr=False)


def papers(slots: Iterable[str], known: Sequence[DocumentSlot]) -> tuple[tuple[str, int], ...]:
    """How many papers of each name came; those that tell of somebody's health have no name."""
    named = {slot.code: slot.words.zh for slot in known if not _tells_of_health(slot)}
    other = said("common", "other_papers")
    return tuple(Counter(named.get(slot, other) for slot in slots).items())


def _tells_of_health(slot: DocumentSlot) -> bool:
    return bool(slot.claimed_by) or slot.per in ("disabled_member", "incapable_member")


def receipt(case: CaseSaid) -> tuple[Block, ...]:
    """收件回执: what came, when, and under which code it is found."""
    told = "、".join(said("common", "papers", title=t, count=n) for t, n in case.papers)
    return (
        _sentence(Kind.RECEIPT, "came", case),
        _facts(
            Kind.RECEIPT,
            receipt_code=case.receipt_code,
            submitted_on=long_day(case.submitted_on),
            headcount=said("common", "people", count=case.headcount),
            papers=told or said("common", "no_papers"),
        ),
        _sentence(Kind.RECEIPT, "next", case),
        _sentence(Kind.RECEIPT, "how", case),
    )


def acceptance(case: CaseSaid) -> tuple[Block, ...]:
    """受理通知书: from which day the clock runs, and by when the case ends."""
    if case.accepted_on is None or case.due_on is None:
        raise ValueError("an accepted case has its dates")
    due = long_day(case.due_on)
    shown = said("common", "provisional", day=due) if case.due_provisional else due
    return (
        _sentence(Kind.ACCEPTANCE, "accepted", case),
        _facts(
            Kind.ACCEPTANCE,
            receipt_code=case.receipt_code,
            accepted_on=long_day(case.accepted_on),
            due_on=shown,
            headcount=said("common", "people", count=case.headcount),
        ),
        _sentence(Kind.ACCEPTANCE, "due_provisional" if case.due_provisional else "due", case),
        _sentence(Kind.ACCEPTANCE, "next", case),
    )


def notice(case: CaseSaid, items: Sequence[Item]) -> tuple[Block, ...]:
    """一次性告知书: everything that is missing, at once, each with what to do."""
    head = tuple(said(Kind.NOTICE, f"head_{name}") for name in ("place", "fault", "note"))
    rows = tuple((f"{n}. {one.place}", one.fault, one.note) for n, one in enumerate(items, start=1))
    return (
        _sentence(Kind.NOTICE, "asked", case, count=len(items)),
        Table((head, *rows), _ITEMS, headed=True),
        _sentence(Kind.NOTICE, "how", case),
    )


def refusal(case: CaseSaid, reasons: Sequence[str]) -> tuple[Block, ...]:
    """不予受理通知书: the reasons, and where to turn."""
    return (
        _sentence(Kind.REFUSAL, "refused", case),
        *_reasons(reasons),
        _sentence(Kind.REFUSAL, "appeal", case),
    )


def approval(case: CaseSaid, outcome: Mapping[str, Any], decided_on: date) -> tuple[Block, ...]:
    """确认告知书: how much from when, or that this is a recognition that pays nothing."""
    shown = {"headcount": said("common", "people", count=case.headcount)}
    pays, amount = outcome.get("pays", True), outcome.get("amount_fen")
    if pays and amount is not None:
        shown["amount"] = said("common", "amount", yuan=f"{amount // 100}.{amount % 100:02d}")
        shown["pay_from"] = month_after(decided_on)
    shown["decided_on"] = long_day(decided_on)
    more = () if pays else (_sentence(Kind.APPROVAL, "recognised", case),)
    result = ("other_" if case.recognised else "") + ("paid" if pays else "unpaid")
    return (
        _sentence(Kind.APPROVAL, result, case),
        _facts(Kind.APPROVAL, **shown),
        *more,
        _sentence(Kind.APPROVAL, "changes", case),
    )


def denial(case: CaseSaid, reasons: Sequence[str]) -> tuple[Block, ...]:
    """不予确认告知书: the reasons in writing, and where to turn."""
    return (
        _sentence(Kind.DENIAL, "denied", case),
        *_reasons(reasons),
        _sentence(Kind.DENIAL, "appeal", case),
    )


@dataclass(frozen=True, slots=True)
class AuthorisationSaid:
    """What an authorisation says; `number` is masked; `way` is `face` or `counter`."""

    signer: str = field(repr=False)
    number: str = field(repr=False)
    applicant: str = field(repr=False)
    capacity: str
    is_applicant: bool
    statement: str
    version: str
    hash: str
    given_on: date
    way: str
    assisted: bool
    strokes: tuple[tuple[tuple[int, int], ...], ...] = field(default=(), repr=False)


def authorisation(given: AuthorisationSaid) -> tuple[Block, ...]:
    """授权书: the very text that was agreed to, by whom and how; a blank where none drew."""
    family = Kind.AUTHORISATION
    who = "applicant" if given.is_applicant else given.capacity
    signed: Block = Paragraph(said(family, "sign_here"))
    if given.strokes:
        signed = Handwriting(said(family, "signature"), given.strokes)
    assisted = (Paragraph(said(family, "assisted")),) if given.assisted else ()
    way = "face" if given.way == "face" else "counter"
    return (
        Paragraph(
            said(
                family,
                who,
                signer=given.signer,
                number=given.number,
                applicant=given.applicant,
            )
        ),
        Paragraph(given.statement),
        Paragraph(said(family, way, given_on=long_day(given.given_on))),
        *assisted,
        Paragraph(said(family, "evidence", version=given.version, hash=given.hash[:16])),
        signed,
    )


def foot(public_url: str, code: str, receipt_code: str | None) -> Foot:
    """What stands below every letter. The address of the QR code names no more than the receipt
    that the letter shows anyway; the look-up asks for four digits beside it.
    """
    asked = f"?r={receipt_code}" if receipt_code else ""
    lines = ("scan" if receipt_code else "scan_plain", "code", "check")
    told = tuple(said("common", name, code=code) for name in lines)
    return Foot(f"{public_url}{_LOOKUP}{asked}", told)


def _sentence(kind: Kind, name: str, case: CaseSaid, **more: Any) -> Paragraph:
    days = {
        name: long_day(day)
        for name, day in (
            ("submitted_on", case.submitted_on),
            ("accepted_on", case.accepted_on),
            ("due_on", case.due_on),
        )
        if day is not None
    }
    names = {"programme": case.programme, "recognised": case.recognised}
    values = {**names, "receipt_code": case.receipt_code, **days, **more}
    return Paragraph(said(kind, name, **values))


def _facts(kind: Kind, **values: str) -> Table:
    words = headings(kind)
    return Table(tuple((words[name], value) for name, value in values.items()), _FACTS)


def _reasons(reasons: Sequence[str]) -> tuple[Paragraph, ...]:
    if len(reasons) == 1:
        return (Paragraph(reasons[0]),)
    return tuple(
        Paragraph(said("common", "reason", n=n, text=text))
        for n, text in enumerate(reasons, start=1)
    )
