"""Which letters a case has, and which an office issued on a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol
from uuid import UUID

from backend.applications import service as applications
from backend.core.access import Actor
from backend.core.paper import sheet_of
from backend.core.uow import Work
from backend.letters import queries
from backend.letters.models import Letter
from backend.letters.permissions import LETTERS_PRINT, SIGNERS_LETTERS, Placed
from backend.letters.rules.kinds import Kind
from backend.letters.rules.words import said


class Opened(Placed, Protocol):
    """A case that somebody may read."""

    @property
    def id(self) -> UUID: ...


@dataclass(frozen=True, slots=True)
class LetterLine:
    """A letter as a list shows it; `to` is whom it is for, or who signed it."""

    id: UUID
    case_id: UUID
    kind: str
    title: str
    title_en: str
    number: str
    issued_on: date
    code: str
    ended_as: str | None
    ended_on: date | None
    to: str = field(repr=False, default="")


def of_case(work: Work, actor: Actor, application_id: UUID) -> list[LetterLine]:
    """The letters of a case that the caller may read, the newest first; what signers signed is
    for the desk alone, each signer has their own. Raises ApplicationNotFound, AccessRefused.
    """
    return of_opened(work, actor, applications.get(work, actor, application_id))


def of_opened(work: Work, actor: Actor, case: Opened) -> list[LetterLine]:
    """The same of a case that the caller was shown already."""
    of_signers = SIGNERS_LETTERS.allows(actor, case)
    return [
        line_of(work, letter)
        for letter in queries.of_case(work, case.id)
        if letter.consent_id is None or of_signers
    ]


@dataclass(frozen=True, slots=True)
class LettersOfDay:
    """What a desk issued on a day; `next`: after which letter the next page begins."""

    day: date
    lines: Sequence[LetterLine]
    next: UUID | None


def of_day(
    work: Work, actor: Actor, day: date, most: int, after: UUID | None = None
) -> LettersOfDay:
    """The letters that hold, of one day in the caller's place, at most `most` of them."""
    found = queries.of_day(work, actor.scope or "none", day, most + 1, after)
    shown = [line_of(work, one) for one in found[:most] if LETTERS_PRINT.allows(actor, one)]
    return LettersOfDay(day, shown, found[most - 1].id if len(found) > most else None)


def line_of(work: Work, letter: Letter) -> LetterLine:
    """A letter's line, with the name that stands at its head."""
    sheet = sheet_of(letter.unseal(work.vault, "content"))
    signed = letter.kind == Kind.AUTHORISATION
    return LetterLine(
        id=letter.id,
        case_id=letter.case_id,
        kind=letter.kind,
        title=sheet.title,
        title_en=said(Kind(letter.kind), "en"),
        number=letter.number,
        issued_on=letter.issued_on,
        code=letter.code,
        ended_as=letter.ended_as,
        ended_on=letter.ended_on,
        to=sheet.office.partition("：")[2] if signed else sheet.to,
    )
