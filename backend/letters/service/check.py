"""Whether a letter is real, for whoever holds it: by its code, without a log-in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from backend.core.attempts import Limit, spend
from backend.core.ids import normalise_code
from backend.core.paper import sheet_of
from backend.core.uow import Units, Work
from backend.letters import queries
from backend.letters.errors import LetterUnknown
from backend.letters.models import Letter
from backend.letters.rules.kinds import Kind, office_name
from backend.letters.rules.words import said
from backend.regions import queries as regions

# One address may stand for a whole carrier, and a code has 59 random bits.
CHECKS: Final = Limit("letter-check", 200, timedelta(minutes=15))


@dataclass(frozen=True, slots=True)
class Checked:
    """What may be told about a letter to whoever holds it: nothing about a person.

    `file_matches`: whether the file with the given hash was made here; None where none was given.
    """

    kind: str
    title: str
    title_en: str
    number: str
    issued_on: date
    office: str
    ended_as: str | None
    ended_on: date | None
    file_matches: bool | None


def check(units: Units, code: str, sha256: str | None, address: str) -> Checked:
    """Whether this code was given to a letter, and what became of it. Raises LetterUnknown, and
    TooManyAttempts after 200 tries from one address in 15 minutes.
    """
    spend(units, CHECKS, address)
    wanted = normalise_code(code)
    with units.read() as work:
        letter = queries.by_code(work, wanted) if wanted else None
        if letter is None:
            raise LetterUnknown()
        matches = None if sha256 is None else _matches(work, letter, sha256)
        return _checked(work, letter, matches)


def _matches(work: Work, letter: Letter, sha256: str) -> bool:
    return queries.has_file(work, letter.id, bytes.fromhex(sha256))


def _checked(work: Work, letter: Letter, file_matches: bool | None) -> Checked:
    title = sheet_of(letter.unseal(work.vault, "content")).title
    return Checked(
        kind=letter.kind,
        title=title,
        title_en=said(Kind(letter.kind), "en"),
        number=letter.number,
        issued_on=letter.issued_on,
        office=_office(work, letter.office),
        ended_as=letter.ended_as,
        ended_on=letter.ended_on,
        file_matches=file_matches,
    )


def _office(work: Work, code: str) -> str:
    path = regions.division_path(work, code)
    level = path[-1].level if path else None
    place = "".join(one.name for one in path if one.level >= min(3, level or 3))
    return office_name(place, level) if level else code
