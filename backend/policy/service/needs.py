"""What somebody who says what is hard may apply for, and what else there is to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from backend.core.errors import FieldError
from backend.core.uow import Work
from backend.policy import queries
from backend.policy.errors import NeedMissing, NeedsWrong
from backend.policy.rules.needs import Heard, heard, proposals
from backend.policy.rules.values import Programme, Words
from backend.regions import queries as regions
from backend.regions.queries import Place
from backend.regions.rules import Level


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody picked and wrote, and where; `words` may name an illness: never kept."""

    needs: Sequence[str]
    words: str = field(repr=False)
    division: str | None = None


@dataclass(frozen=True, slots=True)
class Proposed:
    """A programme that runs, and why it may be the right one."""

    programme: Programme
    why: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Advice:
    """What else to do about a need; `need` is None where nothing was understood."""

    need: str | None
    words: Words


@dataclass(frozen=True, slots=True)
class NeedCheck:
    """The answer: what was understood, what to apply for, what else to do, at which counter."""

    understood: list[Heard]
    programmes: list[Proposed]
    advice: list[Advice]
    counter: Place | None


def check_needs(work: Work, told: Told) -> NeedCheck:
    """Propose programmes for what is hard; nothing is kept.

    Raises NeedMissing where nothing was told, NeedsWrong, DivisionUnknown, PolicyMissing.
    """
    needs = queries.needs(work)
    known = {need.code for need in needs.needs}
    wrong = [n for n, code in enumerate(told.needs) if code not in known]
    if wrong:
        raise NeedsWrong(errors=[FieldError(f"/needs/{n}", "need_unknown") for n in wrong])
    if not told.needs and not told.words:
        raise NeedMissing(path="/needs")
    found = heard(needs, frozenset(told.needs), told.words)
    running = {programme.code: programme for programme in queries.programmes(work)}
    return NeedCheck(
        found,
        [Proposed(running[p.programme], p.why) for p in proposals(found, running)],
        [Advice(one.need.code, one.need.advice) for one in found] or [Advice(None, needs.advice)],
        _counter(work, told.division),
    )


def _counter(work: Work, division: str | None) -> Place | None:
    """The township whose counter helps, where the place is as narrow as that."""
    if division is None:
        return None
    regions.get_division(work, division, path="/division")
    path = regions.division_path(work, division)
    return next((place for place in path if place.level == Level.TOWNSHIP), None)
