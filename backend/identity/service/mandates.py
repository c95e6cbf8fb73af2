"""Mandates (委托): a signed paper, photographed, checked by the township; both sides are told of
every step.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from backend.audit import service as audit
from backend.core.access import Actor, Role, require
from backend.core.attempts import wait_in_window
from backend.core.errors import NotFound
from backend.core.transitions import next_state
from backend.core.uow import Work
from backend.identity import queries
from backend.identity.errors import (
    HelperHoldsMany,
    MandatePaperMissing,
    MandatesFull,
    MandatesTooMany,
    OwnMandate,
)
from backend.identity.models import Account, Mandate
from backend.identity.permissions import (
    MANDATE_CHECK,
    MANDATE_PAPER,
    MANDATE_READ,
    MANDATE_REVOKE,
)
from backend.identity.service.inbox import tell
from backend.identity.service.persons import claimed_person, ensure_person
from backend.identity.states import MOVES, MandateState
from backend.regions import queries as regions

LONGEST = timedelta(days=365)
# A volunteer helps some neighbours; whoever helps more works at a desk.
MOST_HELD = 30
MOST_A_DAY = 20
_DAY = timedelta(days=1)


def create_mandate(
    work: Work, actor: Actor, *, principal_name: str, principal_id_number: str, division: str
) -> Mandate:
    """Name the principal; the photo of the signed paper comes as a document of this mandate.

    Valid for a year at most. Raises IdentityMissing, OwnMandate, DivisionUnknown, DivisionTooWide,
    MandatesFull, MandatesTooMany.
    """
    _require_room(work, actor)
    regions.get_local(work, division, path="/division")  # else no desk would ever see it
    helper_person = claimed_person(work, actor)
    principal = ensure_person(work, principal_id_number)
    if principal == helper_person:
        raise OwnMandate(path="/principalIdNumber")
    mandate = Mandate(
        id=work.new_id(),
        created_at=work.wall.now(),
        helper_account_id=actor.id,
        principal_person_id=principal,
        county=division[:6],
        division=division,
        state=MandateState.AWAITING_PAPER,
        valid_until=work.legal.today() + LONGEST,
    )
    mandate.seal(work.vault, principal_name=principal_name)
    work.session.add(mandate)
    _note(work, actor, mandate, "mandate.created")
    return mandate


def _require_room(work: Work, actor: Actor) -> None:
    now = work.wall.now()
    held, today = queries.mandates_held(work, actor.id, now - _DAY, MOST_HELD + MOST_A_DAY)
    if held >= MOST_HELD:
        raise MandatesFull(most=MOST_HELD)
    wait = wait_in_window(today, MOST_A_DAY, now, _DAY)
    if wait is not None:
        raise MandatesTooMany(retry_after=wait, most=MOST_A_DAY)


def own_mandate(work: Work, actor: Actor, mandate_id: UUID) -> Mandate | None:
    """The mandate if the caller holds it as a helper: he may add its paper."""
    mandate = work.session.get(Mandate, mandate_id)
    return mandate if mandate is not None and MANDATE_PAPER.allows(actor, mandate) else None


def readable_mandate(work: Work, actor: Actor, mandate_id: UUID) -> Mandate | None:
    """The mandate if the caller may see it."""
    mandate = work.session.get(Mandate, mandate_id)
    return mandate if mandate is not None and MANDATE_READ.allows(actor, mandate) else None


def paper_arrived(work: Work, mandate_id: UUID, document_id: UUID) -> None:
    """The photo of the signed paper lies in the documents: the township can check it."""
    mandate = _get(work, mandate_id)
    actor = Actor(frozenset({Role.CITIZEN}), mandate.helper_account_id)
    mandate.state = next_state(MOVES, MandateState(mandate.state), "add_paper")
    mandate.paper_document_id = document_id
    mandate.decided_by = mandate.reason = None
    _note(work, actor, mandate, "mandate.submitted")
    _tell_both(work, mandate, "submitted")


def decide_mandate(
    work: Work,
    actor: Actor,
    mandate_id: UUID,
    *,
    accept: bool,
    reason: str,
    version: int,
    most_in: Callable[[str], int],
    village_cadre: bool = False,
) -> Mandate:
    """The township looked at the paper. `most_in`: for how many people of a division's county one
    helper may act; `village_cadre`: for this one it says that there is no such bound.

    Raises StaleVersion, IllegalMove, MandatePaperMissing, HelperHoldsMany.
    """
    mandate = _get(work, mandate_id)
    require(MANDATE_CHECK, actor, mandate)
    work.check_version(mandate, version)
    if mandate.paper_document_id is None:
        raise MandatePaperMissing()
    state = next_state(MOVES, MandateState(mandate.state), "accept" if accept else "refuse")
    if accept and not village_cadre:
        _require_few(work, mandate, most_in(mandate.division))
    mandate.state = state
    mandate.decided_by = actor.id
    mandate.seal(work.vault, reason=reason)
    details = {"village_cadre": True} if accept and village_cadre else {}
    _note(work, actor, mandate, "mandate.accepted" if accept else "mandate.refused", **details)
    _tell_both(work, mandate, "active" if accept else "refused")
    return mandate


def _require_few(work: Work, mandate: Mandate, most: int) -> None:
    """One private helper who acts for many is a business, or worse (edge case 40)."""
    work.session.get_one(Account, mandate.helper_account_id, with_for_update=True)
    count = queries.acts_for(
        work, mandate.helper_account_id, mandate.county, beside=mandate.principal_person_id
    )
    if count >= most:
        raise HelperHoldsMany(count=count, most=most)


def revoke_mandate(work: Work, actor: Actor, mandate_id: UUID) -> Mandate:
    """The principal, the helper or the township ends it, at any time and without a reason."""
    mandate = _get(work, mandate_id)
    require(MANDATE_REVOKE, actor, mandate)
    mandate.state = next_state(MOVES, MandateState(mandate.state), "revoke")
    _note(work, actor, mandate, "mandate.revoked")
    _tell_both(work, mandate, "revoked")
    return mandate


def mandate_for(
    work: Work, account_id: UUID, mandate_id: UUID, on: date
) -> tuple[str, UUID] | None:
    """Name and person that this account may act for today under this mandate; None where it may
    not.
    """
    mandate = work.session.get(Mandate, mandate_id)
    if (
        mandate is None
        or mandate.helper_account_id != account_id
        or mandate.state != MandateState.ACTIVE
        or mandate.valid_until < on
    ):
        return None
    return str(mandate.unseal(work.vault, "principal_name")), mandate.principal_person_id


def _get(work: Work, mandate_id: UUID) -> Mandate:
    found = work.session.get(Mandate, mandate_id, with_for_update=True)
    if found is None:
        raise NotFound()
    return found


def _note(work: Work, actor: Actor, mandate: Mandate, action: str, **details: Any) -> None:
    audit.record(work, actor, action, f"mandate:{mandate.id}", county=mandate.county, **details)


def _tell_both(work: Work, mandate: Mandate, what: str) -> None:
    about = mandate.id
    tell(work, f"told_mandate_{what}_helper", account=mandate.helper_account_id, about=about)
    tell(work, f"told_mandate_{what}_principal", person=mandate.principal_person_id, about=about)
