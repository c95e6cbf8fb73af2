"""What the pages of the counter show of a case that staff fill in for somebody (窗口代录)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from backend.applications import service as applications
from backend.applications.rules import PROMISE_PAPER, Form, Gap, papers_of
from backend.applications.states import EDITABLE, ApplicationState
from backend.core import messages
from backend.core.access import Actor
from backend.core.errors import NotFound
from backend.core.uow import Work
from backend.documents import queries as documents
from backend.documents.rules.slots import OTHER_SLOT
from backend.households.rules import PersonData, PersonRole, applicant_of
from backend.policy import queries as policy
from backend.policy.rules.values import Programme, Vocabulary
from backend.workbench.rules.words import word

# The sections of the checklist on the pages of the counter.
STEPS: Mapping[str, Sequence[str]] = {
    "people": ("household",),
    "money": ("money",),
    "promise": ("promise", "relatives"),
    "papers": ("photos",),
}


@dataclass(frozen=True, slots=True)
class Lack:
    """One missing thing: its place in the form, the page where it is filled, a sentence."""

    path: str
    step: str
    text: str
    next: str


@dataclass(frozen=True, slots=True)
class PaperPlace:
    """A place for papers: the name of its field, and how many lie there."""

    field: str
    slot: str
    member_id: UUID | None
    title: str
    whose: str
    count: int
    lack: Lack | None


@dataclass(frozen=True, slots=True)
class Scan:
    """A paper that lies there."""

    id: UUID
    version: int
    title: str
    whose: str
    media_type: str
    has_thumb: bool
    pages: int | None
    kb: int


@dataclass(frozen=True)
class Filing:
    """Everything of the pages."""

    case: Any
    programme: Programme
    vocabulary: Vocabulary
    applicant: str
    people: list[PersonData]
    form: Form
    officer_related: bool
    lacks: list[Lack]
    papers: list[PaperPlace]
    scans: list[Scan]

    @property
    def money_asked(self) -> bool:
        return not _not_asked(self.form)

    @property
    def is_open(self) -> bool:
        return ApplicationState(self.case.state) in EDITABLE

    @property
    def earners(self) -> list[tuple[int, PersonData]]:
        """Those whose money is asked for, each with the number under which the checklist has it."""
        return [(n, p) for n, p in enumerate(self.people) if p.role == PersonRole.MEMBER]

    def left(self, step: str) -> int:
        """How much one page still lacks."""
        return Counter(lack.step for lack in self.lacks)[step]

    def lack_at(self, path: str) -> Lack | None:
        return next((lack for lack in self.lacks if lack.path == path), None)


def filing(work: Work, actor: Actor, application_id: UUID) -> Filing:
    """A case that the counter keeps; the look is recorded. Raises ApplicationNotFound,
    AccessRefused, NotFound for a case that somebody files for himself.
    """
    case = applications.get(work, actor, application_id)
    if case.recorded_by is None:
        raise NotFound()
    found = applications.facts(work, case)
    programme = policy.programme(work, case.programme, case.submitted_on, case.policy_version)
    gaps = applications.gaps_of(work, case, found.people, found.form)
    lacks = [_lack(gap) for gap in [*gaps, *_not_asked(found.form)]]
    applicant = applicant_of(found.people)
    stored = documents.of_case(work, case.id)
    places = _places(work, programme, found.people, stored, lacks)
    return Filing(
        case=case,
        programme=programme,
        vocabulary=policy.vocabulary(work, case.policy_version),
        applicant=applicant.name if applicant else "",
        people=found.people,
        form=found.form,
        officer_related=bool((applications.counter_of(work, case) or {}).get("officer_related")),
        lacks=lacks,
        papers=places,
        scans=_scans(stored, places),
    )


def _not_asked(form: Form) -> list[Gap]:
    """The phone asks everybody what there is; the counter does so before it hands in."""
    asked = form.cash_assets_unknown or form.cash_assets_fen is not None
    return [] if asked else [Gap("money_not_asked", "/cashAssetsFen")]


def _lack(gap: Gap) -> Lack:
    step = next((step for step, parts in STEPS.items() if gap.section in parts), "people")
    words = messages.say(gap.code, gap.params)
    return Lack(gap.path, step, words.zh, words.zh_next)


def _places(
    work: Work,
    programme: Programme,
    people: Sequence[PersonData],
    stored: Sequence[Any],
    lacks: Sequence[Lack],
) -> list[PaperPlace]:
    wanted = [
        (slot.code, slot.words.zh, person)
        for slot, person in papers_of(programme, people, work.legal.today())
    ]
    own = [(code, word("slot", code), None) for code in (PROMISE_PAPER, OTHER_SLOT)]
    counts = Counter((one.slot, one.member_id) for one in stored)
    missing = {lack.path: lack for lack in lacks}
    numbers = {person.id: n for n, person in enumerate(people)}
    places = []
    for code, title, person in [*wanted, *own]:
        path = f"/members/{numbers[person.id]}/documents/{code}" if person else f"/documents/{code}"
        places.append(
            PaperPlace(
                field=f"file/{code}/{person.id}" if person else f"file/{code}",
                slot=code,
                member_id=person.id if person else None,
                title=title,
                whose=person.name if person else "全家",
                count=counts[code, person.id if person else None],
                lack=missing.get(path),
            )
        )
    return places


def _scans(stored: Sequence[Any], places: Sequence[PaperPlace]) -> list[Scan]:
    known = {(place.slot, place.member_id): place for place in places}
    found = []
    for one in stored:
        place = known.get((one.slot, one.member_id))
        found.append(
            Scan(
                id=one.id,
                version=one.version,
                title=place.title if place else word("slot", one.slot),
                whose=place.whose if place else "—",
                media_type=one.media_type,
                has_thumb=one.thumb_key is not None,
                pages=one.pages,
                kb=-(-one.size // 1024),
            )
        )
    return found
