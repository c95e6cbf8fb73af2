"""Look-ups of letters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select

from backend.core.uow import Work
from backend.letters.errors import LetterNotFound
from backend.letters.models import Letter, LetterFile
from backend.regions import queries as regions

MOST_OF_CASE = 200  # a case has some ten; each correction and renewed consent adds one


def get(work: Work, letter_id: UUID) -> Letter:
    """One letter; raises LetterNotFound."""
    found = work.session.get(Letter, letter_id)
    if found is None:
        raise LetterNotFound()
    return found


def of_case(work: Work, case_id: UUID) -> Sequence[Letter]:
    """A case's letters, the newest first."""
    statement = select(Letter).where(Letter.case_id == case_id).order_by(Letter.id.desc())
    return list(work.session.scalars(statement.limit(MOST_OF_CASE)))


def newest(work: Work, case_id: UUID, kind: str) -> Letter:
    """The newest letter of a kind in a case; raises LetterNotFound."""
    statement = select(Letter).where(Letter.case_id == case_id, Letter.kind == kind)
    found = work.session.scalar(statement.order_by(Letter.id.desc()).limit(1))
    if found is None:
        raise LetterNotFound()
    return found


def of_consent(work: Work, consent_id: UUID) -> Letter:
    """The authorisation that a consent is; raises LetterNotFound."""
    statement = select(Letter).where(Letter.consent_id == consent_id)
    found = work.session.scalar(statement.order_by(Letter.id.desc()).limit(1))
    if found is None:
        raise LetterNotFound()
    return found


def by_code(work: Work, code: str) -> Letter | None:
    """The letter with this verification code."""
    return work.session.scalar(select(Letter).where(Letter.code == code))


def has_file(work: Work, letter_id: UUID, sha256: bytes) -> bool:
    """Whether a file with this hash was made of the letter."""
    statement = select(LetterFile.id).where(
        LetterFile.letter_id == letter_id, LetterFile.sha256 == sha256
    )
    return work.session.scalar(statement) is not None


def of_day(
    work: Work, scope: str, day: date, most: int, after: UUID | None = None
) -> Sequence[Letter]:
    """The letters that hold, of one day within a division prefix, in the order of their issue."""
    statement = select(Letter).where(
        Letter.issued_on == day,
        regions.lies_within(Letter.division, scope),
        Letter.ended_as.is_(None),
    )
    if after is not None:
        statement = statement.where(Letter.id > after)
    return list(work.session.scalars(statement.order_by(Letter.id).limit(most)))
