"""Make the PDF of a letter: read, then print outside any unit, then keep the file's hash."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from uuid import UUID

from backend.applications import queries as cases
from backend.applications import service as applications
from backend.consent import service as consents
from backend.core import attempts
from backend.core.access import Actor, require
from backend.core.db import insert_absent
from backend.core.errors import TooManyAttempts
from backend.core.paper import Foot, Sheet, press, sheet_of
from backend.core.uow import Units, Work
from backend.letters import queries
from backend.letters.errors import PrintedTooOften
from backend.letters.models import Letter, LetterFile
from backend.letters.permissions import LETTERS_PRINT, SIGNERS_LETTERS
from backend.letters.rules.compose import foot
from backend.letters.rules.kinds import Kind

# Each costs some tenths of a second of CPU.
PRINTS: Final = attempts.Limit("letter-print", 300, timedelta(hours=1))
MOST_AT_ONCE: Final = 50


@dataclass(frozen=True, slots=True)
class PdfFile:
    """A file to hand out; its name tells no name."""

    name: str
    pdf: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Ready:
    """A letter, read and about to be printed."""

    id: UUID
    county: str
    name: str
    title: str
    sheet: Sheet = field(repr=False)
    foot: Foot = field(repr=False)


def one(units: Units, actor: Actor, letter_id: UUID, public_url: str) -> PdfFile:
    """One letter for whoever may read it: the case's people, staff of the place, a signer's for
    that signer. Raises LetterNotFound, ApplicationNotFound, AccessRefused, PressBusy,
    PrintedTooOften.
    """
    return _printed(
        units, actor, public_url, lambda work: _readable(work, actor, queries.get(work, letter_id))
    )


def receipt_of(units: Units, actor: Actor, application_id: UUID, public_url: str) -> PdfFile:
    """The newest receipt of a case; raises as `one` does."""

    def read(work: Work) -> Letter:
        case = applications.get(work, actor, application_id)
        return queries.newest(work, case.id, Kind.RECEIPT)

    return _printed(units, actor, public_url, read)


def of_consent(units: Units, actor: Actor, consent_id: UUID, public_url: str) -> PdfFile:
    """The authorisation that a consent is, for its signer and the desk; raises as `one` does."""

    def read(work: Work) -> Letter:
        consents.require_paper(work, actor, consent_id)
        return queries.of_consent(work, consent_id)

    return _printed(units, actor, public_url, read)


def together(units: Units, actor: Actor, letter_ids: Sequence[UUID], public_url: str) -> PdfFile:
    """Many letters of one's own place in one file for the printer, at most MOST_AT_ONCE; raises as
    `one` does. No hash of it is kept: what leaves the house is paper.
    """
    _count(units, actor)
    with units.read() as work:
        found = [queries.get(work, letter_id) for letter_id in letter_ids[:MOST_AT_ONCE]]
        for letter in found:
            require(LETTERS_PRINT, actor, letter)
            _readable(work, actor, letter)
        ready = [_ready(work, letter, public_url) for letter in found]
    printed = press([(one.sheet, one.foot) for one in ready], title="文书")
    return PdfFile("letters.pdf", printed.pdf)


def _readable(work: Work, actor: Actor, letter: Letter) -> Letter:
    if letter.consent_id is None:
        applications.get(work, actor, letter.case_id)
    elif actor.is_staff:
        require(SIGNERS_LETTERS, actor, letter)
        applications.get(work, actor, letter.case_id)  # the look is recorded
    else:
        consents.require_paper(work, actor, letter.consent_id)
    return letter


def _printed(
    units: Units, actor: Actor, public_url: str, read: Callable[[Work], Letter]
) -> PdfFile:
    with units.read() as work:
        ready = _ready(work, read(work), public_url)
    _count(units, actor)
    pdf = press([(ready.sheet, ready.foot)], title=ready.title).pdf
    _keep_hash(units, ready, hashlib.sha256(pdf).digest())
    return PdfFile(ready.name, pdf)


def _count(units: Units, actor: Actor) -> None:
    try:
        attempts.spend(units, PRINTS, str(actor.id))
    except TooManyAttempts as often:
        raise PrintedTooOften(retry_after=often.retry_after, most=PRINTS.most) from often


def _ready(work: Work, letter: Letter, public_url: str) -> _Ready:
    sheet = sheet_of(letter.unseal(work.vault, "content"))
    signed = letter.consent_id is not None
    receipt_code = None if signed else cases.row(work, letter.case_id).receipt_code
    return _Ready(
        id=letter.id,
        county=letter.county,
        name=f"{letter.kind}-{letter.code}.pdf",
        title=sheet.title,
        sheet=sheet,
        foot=foot(public_url, letter.code, receipt_code),
    )


def _keep_hash(units: Units, ready: _Ready, sha256: bytes) -> None:
    with units.read() as work:
        if queries.has_file(work, ready.id, sha256):
            return
    with units.write() as work:
        insert_absent(
            work.session,
            LetterFile,
            id=work.new_id(),
            created_at=work.wall.now(),
            version=1,
            county=ready.county,
            letter_id=ready.id,
            sha256=sha256,
        )
