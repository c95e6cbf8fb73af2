"""One case as its page shows it: people, money, papers, consents, what happened, what lacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from backend.applications import service as applications
from backend.applications.rules import Gap
from backend.applications.service import CaseFacts
from backend.applications.states import AT_TOWNSHIP, EDITABLE, OWNER_MOVES, ApplicationState
from backend.consent import queries as consent
from backend.consent.queries import SignerStanding
from backend.core import messages
from backend.core.access import Actor, Role
from backend.core.paging import PageRequest
from backend.core.uow import Work
from backend.documents import queries as documents
from backend.households.rules import RequiredSigner, applicant_of
from backend.identity.rules import age_on, mask_id_number, mask_phone
from backend.letters import service as letters
from backend.letters.rules.places import Place, places
from backend.policy import queries as policy
from backend.policy.rules.values import Programme, Vocabulary
from backend.regions import queries as regions
from backend.regions.rules import Level
from backend.staff import queries as staff
from backend.staff.queries.cases import DeskNote, WaitingRecord
from backend.staff.queries.people import Filer
from backend.tracking import service as tracking
from backend.tracking.service import Timeline
from backend.workbench.rules.words import word
from backend.workbench.service.twice import ElsewhereLine, elsewhere_of

_NOTES = 50


@dataclass(frozen=True, slots=True)
class Money:
    """One income or expense in words."""

    kind: str
    fen: int
    period: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the case; number and phone are masked."""

    id: UUID
    name: str
    role: str
    relation: str
    number: str
    age: int
    phone: str
    work: str
    health: str
    disability: Mapping[str, Any] | None
    incapable: bool
    incomes: list[Money]
    incomes_unknown: bool  # nobody in the family knows: to be found out
    deductions: list[Money]
    signer: RequiredSigner | None
    standing: SignerStanding | None
    review_id: UUID | None
    record: WaitingRecord | None

    @property
    def counts(self) -> bool:
        return self.standing is not None and self.standing.counts

    @property
    def consent_word(self) -> str:
        return word("consent", self.standing.state if self.standing else "not_invited")


@dataclass(frozen=True, slots=True)
class Paper:
    """A stored document in words."""

    id: UUID
    title: str
    whose: str
    media_type: str
    has_thumb: bool
    pages: int | None
    kb: int


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that is missing: its place in the form, and a sentence."""

    path: str
    text: str


@dataclass(frozen=True)
class CaseFile:
    """Everything of the page."""

    case: Any
    programme: Programme
    applicant: str
    people: list[Person]
    cash_fen: int | None
    cash_unknown: bool
    unknown: list[str]  # what is to be found out before the amount can be trusted
    promised: bool
    relatives: Sequence[Mapping[str, str]] | None
    assessment: Mapping[str, Any] | None
    correction: Sequence[Mapping[str, str]]
    outcome: Mapping[str, Any] | None
    papers: list[Paper]
    letters: list[letters.LetterLine]
    timeline: Timeline
    notes: list[DeskNote]
    missing: list[Missing]
    outstanding: list[str]
    unconfirmed: list[str]
    accepts_outstanding: bool
    filer: Filer | None
    elsewhere: Sequence[ElsewhereLine]
    counter: Mapping[str, Any] | None  # who filed it there, and what was seen
    place: str
    office: str  # who signs its letters: the township, never the village
    places: list[Place]
    may_decide: bool
    may_witness: bool
    may_note: bool
    may_file: bool
    may_give_up: bool  # for whoever has no phone to take it back by


def case_file(work: Work, actor: Actor, application_id: UUID) -> CaseFile:
    """A case for whoever may read it; the look is recorded. Raises ApplicationNotFound,
    AccessRefused.
    """
    case = applications.get(work, actor, application_id)
    found = applications.facts(work, case)
    programme = policy.programme(work, case.programme, case.submitted_on, case.policy_version)
    vocabulary = policy.vocabulary(work, case.policy_version)
    people = _people(work, actor, found, vocabulary)
    township = actor.has(Role.TOWNSHIP)
    kept = township and case.recorded_by is not None
    rules = policy.rules_for(work, case.division, work.legal.today(), case.policy_version)
    applicant = applicant_of(found.people)
    path = regions.division_path(work, case.division)
    return CaseFile(
        case=case,
        programme=programme,
        applicant=applicant.name if applicant else "",
        people=people,
        cash_fen=found.form.cash_assets_fen,
        cash_unknown=found.form.cash_assets_unknown,
        unknown=_unknown(found),
        promised=found.form.promised,
        relatives=_relatives(work, found),
        assessment=found.assessment,
        correction=case.unseal(work.vault, "correction") or [],
        outcome=found.outcome,
        papers=_papers(documents.of_case(work, case.id), people, programme),
        letters=letters.of_opened(work, actor, case),
        timeline=tracking.timeline_of(work, found),
        notes=_notes(work, actor, case) if township and case.submitted_on else [],
        missing=[_missing(gap) for gap in _gaps(work, found)],
        outstanding=[
            signer.person.name for signer in applications.outstanding(work, case, found.people)
        ],
        unconfirmed=[p.name for p in people if p.counts and not _is_confirmed(p)],
        accepts_outstanding=rules.accept_with_signer_outstanding,
        filer=staff.filed_by(work, case.owner_account_id, case.mandate_id),
        counter=_counter(work, case),
        elsewhere=elsewhere_of(work, actor, case.id),
        place="".join(place.name for place in path[-2:]),
        office="".join(p.name for p in path if p.level in (Level.COUNTY, Level.TOWNSHIP)),
        places=places(found.people, programme),
        may_decide=township and _state(case) in AT_TOWNSHIP,
        may_witness=township and _state(case) in AT_TOWNSHIP,
        may_note=township and case.submitted_on is not None,
        may_file=kept and _state(case) in EDITABLE,
        may_give_up=kept and _state(case) in OWNER_MOVES["withdraw"],
    )


def _relatives(work: Work, found: CaseFacts) -> Sequence[Mapping[str, str]] | None:
    known = applications.staff_relatives(work, found.case, found.form)
    return known if known or found.form.staff_relatives_declared else None


def _counter(work: Work, case: Any) -> Mapping[str, Any] | None:
    said = applications.counter_of(work, case)
    return said and {**said, "officer": staff.staff_name(work, case.recorded_by)}


def _unknown(found: CaseFacts) -> list[str]:
    whose = [f"{p.name}的收入" for p in found.people if p.incomes_unknown]
    return [*whose, "全家的存款和现金"] if found.form.cash_assets_unknown else whose


def _state(case: Any) -> ApplicationState:
    return ApplicationState(case.state)


def _gaps(work: Work, found: CaseFacts) -> list[Gap]:
    if _state(found.case) not in AT_TOWNSHIP:
        return []
    return applications.gaps_of(work, found.case, found.people, found.form)


def _missing(gap: Gap) -> Missing:
    return Missing(gap.path, messages.say(gap.code, gap.params).zh)


def _is_confirmed(person: Person) -> bool:
    return person.standing is not None and person.standing.person_confirmed


def _people(work: Work, actor: Actor, found: CaseFacts, vocabulary: Vocabulary) -> list[Person]:
    case, today = found.case, work.legal.today()
    signers = {s.person.id: s for s in applications.signers_of(work, case, found.people)}
    standing = {s.member_id: s for s in consent.standing(work, case.id)}
    reviews = {member: review for review, member in staff.reviews_of_case(work, case.id)}
    records = {r.member_id: r for r in staff.records_of_case(work, actor, case.id)}
    return [
        Person(
            id=p.id,
            name=p.name,
            role=word("role", p.role),
            relation=word("relation", p.relation),
            number=mask_id_number(p.id_number),
            age=age_on(p.born, today),
            phone=mask_phone(p.phone) if p.phone else "",
            work=word("work", p.work) if p.work else "",
            health=word("health", p.health) if p.health else "",
            disability=p.disability,
            incapable=p.incapable,
            incomes=_money(p.incomes, {c: k.words.zh for c, k in vocabulary.incomes.items()}),
            incomes_unknown=p.incomes_unknown,
            deductions=_money(
                p.deductions, {c: k.words.zh for c, k in vocabulary.expenses.items()}
            ),
            signer=signers.get(p.id),
            standing=standing.get(p.id),
            review_id=reviews.get(p.id),
            record=records.get(p.id),
        )
        for p in found.people
    ]


def _money(items: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> list[Money]:
    return [
        Money(names.get(i["kind"], i["kind"]), i["amount_fen"], word("period", i["period"]))
        for i in items
    ]


def _notes(work: Work, actor: Actor, case: Any) -> list[DeskNote]:
    return staff.notes(work, actor, case.id, PageRequest(_NOTES)).items


def _papers(found: Sequence[Any], people: Sequence[Person], programme: Programme) -> list[Paper]:
    names = {person.id: person.name for person in people}
    titles = {slot.code: slot.words.zh for slot in programme.documents}
    return [
        Paper(
            id=one.id,
            title=titles.get(one.slot) or word("slot", one.slot),
            whose=names.get(one.member_id, "全家") if one.member_id else "全家",
            media_type=one.media_type,
            has_thumb=one.thumb_key is not None,
            pages=one.pages,
            kb=-(-one.size // 1024),
        )
        for one in found
    ]
