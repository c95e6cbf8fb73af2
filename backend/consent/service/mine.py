"""What a person agreed to, for the proven log-in of that very person, so that it can be taken back
without the link.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from backend.consent import queries
from backend.consent.models import Consent
from backend.consent.rules.statements import Words
from backend.consent.service.invite import authority, check_statement
from backend.consent.service.sign import ConsentView, consent_view
from backend.core.access import Actor
from backend.core.uow import Work
from backend.identity import service as identity
from backend.identity.rules import mask_name

MOST_SHOWN: Final = 100  # nobody has so many relatives; what is older stays at the counter


@dataclass(frozen=True, slots=True)
class MyConsent:
    """One consent in the words of the text that was agreed to."""

    consent: ConsentView
    applicant_name: str = field(repr=False)
    authority: Words
    purposes: tuple[Words, ...]
    data_classes: tuple[Words, ...]
    period: Words
    refusal: Words
    withdrawal: Words


def list_mine(work: Work, actor: Actor) -> list[MyConsent]:
    """The consents of the caller, the newest first, those taken back with them; none for a log-in
    whose person was only typed (design 5).
    """
    if not actor.proven or actor.person_id is None:
        return []
    number = identity.id_number_of(work, actor.person_id)
    return [_mine(work, one) for one in queries.consents_of(work, number, MOST_SHOWN)]


def _mine(work: Work, consent: Consent) -> MyConsent:
    invitation = consent.invitation
    text = check_statement(invitation)
    return MyConsent(
        consent=consent_view(consent),
        applicant_name=mask_name(str(invitation.unseal(work.vault, "applicant_name"))),
        authority=authority(work, invitation.division),
        purposes=text.purposes,
        data_classes=text.data_classes,
        period=text.period,
        refusal=text.refusal,
        withdrawal=text.withdrawal,
    )
