"""Who must consent to a case, and what the case does when they did."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from backend.applications import queries
from backend.applications.errors import NotASigner, NotEditable
from backend.applications.models import Application, Case
from backend.applications.rules import cascade, content_hash
from backend.applications.service.draft import (
    form_of,
    get_to_add,
    move,
    record,
    tell_applicant_and_owner,
)
from backend.applications.states import INVITING, ApplicationState
from backend.consent import queries as consent_queries
from backend.consent import service as consent
from backend.consent.errors import RenewalClosed
from backend.consent.service import ConsentCase, Issued, RanOut, Reminded, Signer
from backend.core.access import ANONYMOUS, SYSTEM, Actor
from backend.core.attempts import Limit, count
from backend.core.uow import Units, Work
from backend.households import service as households
from backend.households.rules import PersonData, RequiredSigner, applicant_of, required_signers
from backend.policy import queries as policy

ASKED = Limit("consent_link_asked", 1, timedelta(days=1))  # the family hears it once a day


def signers_of(work: Work, case: Case, people: Sequence[PersonData]) -> list[RequiredSigner]:
    """Everybody whose authorisation the case needs, by the county's rules of today."""
    today, version = work.legal.today(), case.policy_version
    wanted = policy.programme(work, case.programme, case.submitted_on, version).signers.obligors
    by_region = wanted == "by_region" and (
        policy.rules_for(work, case.division, today, version).obligor_consent
    )
    return required_signers(people, today, obligor_consent=wanted == "always" or by_region)


def outstanding(work: Work, case: Case, people: Sequence[PersonData]) -> list[RequiredSigner]:
    """Those of them whose consent does not count yet, or not for all whom they sign for by now."""
    counted = {s.member_id: s.wards for s in consent_queries.standing(work, case.id) if s.counts}
    return [
        signer
        for signer in signers_of(work, case, people)
        if signer.person.id not in counted
        or not counted[signer.person.id].issuperset(signer.also_for)
    ]


def invite(work: Work, actor: Actor, application_id: UUID, member_id: UUID) -> Issued:
    """A fresh invitation for one signer; an older one of his ends. Raises NotASigner,
    NotEditable.
    """
    case = get_to_add(work, actor, application_id)
    if ApplicationState(case.state) not in INVITING:
        raise NotEditable()
    people = households.people_of(work, case.id)
    signer = _signer(work, case, people, member_id)
    if signer is None:
        raise NotASigner(path="/memberId")
    return consent.invite(work, consent_case(work, case, people), signer, actor)


def _signer(
    work: Work, case: Application, people: Sequence[PersonData], member_id: UUID
) -> Signer | None:
    """One of those who must sign, as the consent room knows him."""
    for signer in signers_of(work, case, people):
        person = signer.person
        if person.id == member_id:
            return Signer(
                member_id=person.id,
                name=person.name,
                id_number=person.id_number,
                capacity=signer.capacity,
                also_for=signer.also_for,
            )
    return None


def show_link(work: Work, actor: Actor, application_id: UUID, member_id: UUID) -> Issued:
    """The link that one signer has, once more; raises InvitationNotFound, MandateNotActive."""
    case = get_to_add(work, actor, application_id)
    return consent.show_link(work, actor, case.id, member_id)


def remind(work: Work, actor: Actor, application_id: UUID, member_id: UUID) -> Reminded:
    """Remind one signer; raises InvitationNotFound, RemindedLately, MandateNotActive."""
    case = get_to_add(work, actor, application_id)
    return consent.remind(work, actor, case.id, member_id)


def renew(units: Units, token: str, address: str) -> Issued | None:
    """A fresh link for the signer whose own ran out, once and within 30 days; else the family is
    asked for one, and None answered.

    Raises InvitationNotFound, InvitationStillGood, one of OVER, RenewalClosed.
    """
    consent.look_for_renewal(units, token, address)
    with units.last() as work:
        found = consent.ran_out(work, token)
        return found if isinstance(found, Issued) else _renewed(work, found)


def _renewed(work: Work, found: RanOut) -> Issued | None:
    case = queries.get(work, found.case_id, lock=True)
    people = households.people_of(work, case.id)
    signer = _signer(work, case, people, found.member_id)
    if signer is None or ApplicationState(case.state) not in INVITING:
        raise RenewalClosed()
    if not found.renewable:
        if count(work, ASKED, str(found.id)) is None:
            tell_applicant_and_owner(work, case, "told_link_wanted")
        return None
    issued = consent.invite(
        work, consent_case(work, case, people), signer, ANONYMOUS, renews=found.id
    )
    tell_applicant_and_owner(work, case, "told_link_renewed")
    return issued


def consent_case(work: Work, case: Application, people: Sequence[PersonData]) -> ConsentCase:
    """The case as the consent room knows it."""
    form = form_of(work, case)
    applicant = applicant_of(people)
    return ConsentCase(
        id=case.id,
        county=case.county,
        division=case.division,
        applicant_name=applicant.name if applicant else "",
        purposes=(*cascade(case.programme), "review_while_aid_lasts"),
        content_hash=content_hash(case.programme, case.division, case.area, people, form),
    )


def on_consent_counted(work: Work, case_id: UUID) -> None:
    """The last consent moves a waiting case on by itself."""
    case = queries.get(work, case_id, lock=True)
    if case.state == ApplicationState.AWAITING_CONSENT and not _lacks_consents(work, case):
        move(work, case, "complete_consents")
        record(work, SYSTEM, case, "case.consents_complete")
        tell_applicant_and_owner(work, case, "told_case_news")


def on_consent_lost(work: Work, case_id: UUID) -> None:
    """A consent was refused or withdrawn: a submitted case that needs it waits again, and the
    applicant is told.
    """
    case = queries.get(work, case_id, lock=True)
    if case.state == ApplicationState.SUBMITTED and _lacks_consents(work, case):
        move(work, case, "lose_consent")
        record(work, SYSTEM, case, "case.consent_lost")
    tell_applicant_and_owner(work, case, "told_case_news")


def _lacks_consents(work: Work, case: Application) -> bool:
    return bool(outstanding(work, case, households.people_of(work, case.id)))
