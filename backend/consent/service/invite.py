"""Invite a signer, show what they are asked, and take down which way they would rather go."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import qrcode
import structlog
from sqlalchemy.exc import IntegrityError

from backend.consent import queries
from backend.consent.errors import ConsentAlreadyGiven, InvitationsTooMany
from backend.consent.events import ConsentInvited, OtherWayWished
from backend.consent.models import ConsentInvitation
from backend.consent.ports import MiniCode, MiniCodeUnavailable
from backend.consent.rules.scope import (
    DEFAULT_VALIDITY,
    MOST_VALIDITY,
    Capacity,
    ConsentCase,
    Signer,
    about,
    covers,
)
from backend.consent.rules.statements import (
    CheckStatement,
    Statement,
    Way,
    Words,
    face_statement,
    statement_for,
    way,
    ways,
)
from backend.consent.service.links import locked, look, note
from backend.consent.service.reviews import drop_reviews
from backend.consent.states import MOVES, InvitationState
from backend.core.access import ANONYMOUS, Actor
from backend.core.attempts import wait_in_window
from backend.core.crypto import token_hash
from backend.core.ids import new_token
from backend.core.transitions import next_state
from backend.core.uow import ChangedMeanwhile, Units, Work
from backend.identity.rules import mask_name, normalise_id_number
from backend.regions import queries as regions

log = structlog.get_logger("zhangban.consent")

MOST_FACE_FAILURES = 3
MOST_INVITATIONS = 20  # of one signer within a day


@dataclass(frozen=True, slots=True)
class Issued:
    """An invitation and its token, which is kept sealed and looked up by its hash."""

    invitation: ConsentInvitation
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a signer is shown: masked names, the told items of the law, and all ways with equal
    rank.
    """

    state: str
    capacity: str
    applicant_name: str
    signer_name: str
    purposes: tuple[Words, ...]
    statement: Statement
    face_statement: Statement
    data_classes: tuple[Words, ...]
    sources: tuple[Words, ...]
    authority: Words
    period: Words
    refusal: Words
    withdrawal: Words
    ways: tuple[Way, ...]
    way_wished: str | None
    face_needs_person: bool
    under_review: bool
    expires_at: datetime


def invite(
    work: Work,
    case: ConsentCase,
    signer: Signer,
    actor: Actor,
    *,
    valid_for: timedelta = DEFAULT_VALIDITY,
    renews: UUID | None = None,
) -> Issued:
    """Ask one signer; an older invitation of the same signer and case is superseded.

    The caller has checked that `actor` may act on the case; `valid_for` is county data; `renews`
    is the invitation that ran out, where its signer asks. Raises
    StatementMissing; ConsentAlreadyGiven where a standing consent covers purposes and wards;
    InvitationsTooMany.
    """
    capacity = Capacity(signer.capacity)
    whose = about(capacity, signer.wards)
    statement = statement_for(case.purposes, case.division, whose=whose)
    _supersede_older(work, case, signer)
    token = new_token()
    invitation = _invitation(work, case, signer, min(valid_for, MOST_VALIDITY))
    invitation.token_hash = token_hash(token)
    invitation.renews = renews
    invitation.statement_version = statement.text.version
    _seal_people(work, invitation, case, signer)
    invitation.seal(work.vault, link=token)
    work.session.add(invitation)
    _flush_first(work)
    note(work, actor, "consent.invited", invitation, capacity=capacity.value)
    work.emit(ConsentInvited(case.id, signer.member_id, invitation.id))
    return Issued(invitation, token)


def _invitation(
    work: Work, case: ConsentCase, signer: Signer, valid_for: timedelta
) -> ConsentInvitation:
    now = work.wall.now()
    return ConsentInvitation(
        id=work.new_id(),
        created_at=now,
        county=case.county,
        division=case.division,
        case_id=case.id,
        member_id=signer.member_id,
        wards=[str(ward) for ward in signer.wards],
        capacity=signer.capacity,
        purposes=list(case.purposes),
        content_hash=case.content_hash,
        state=InvitationState.OPEN,
        expires_at=now + valid_for,
        face_failures=0,
        under_review=False,
    )


def _seal_people(
    work: Work, invitation: ConsentInvitation, case: ConsentCase, signer: Signer
) -> None:
    number = normalise_id_number(signer.id_number)
    invitation.signer_digest = work.vault.digest("id_number", number)
    invitation.seal(
        work.vault,
        signer_name=signer.name,
        signer_id_number=number,
        applicant_name=case.applicant_name,
    )


def _supersede_older(work: Work, case: ConsentCase, signer: Signer) -> None:
    others = queries.invitations_of(work, case.id, signer.member_id)
    _require_few(work, others)
    for older in others:
        if older.state == InvitationState.SUPERSEDED:
            continue
        if queries.given_consent(work, older.id) and _still_covers(older, case, signer):
            raise ConsentAlreadyGiven()
        older.state = next_state(MOVES, InvitationState(older.state), "supersede")
        drop_reviews(work, older)
    _flush_first(work)  # the one live invitation per signer makes room for the next


def _require_few(work: Work, others: Sequence[ConsentInvitation]) -> None:
    moments = [other.created_at for other in others]
    wait = wait_in_window(moments, MOST_INVITATIONS, work.wall.now(), timedelta(days=1))
    if wait is not None:
        raise InvitationsTooMany(retry_after=wait, most=MOST_INVITATIONS)


def _still_covers(older: ConsentInvitation, case: ConsentCase, signer: Signer) -> bool:
    wards = [str(ward) for ward in signer.wards]
    return covers(older.purposes, case.purposes) and covers(older.wards, wards)


def _flush_first(work: Work) -> None:
    """Let the database say now whether somebody else invited the same signer at the same moment."""
    try:
        work.session.flush()
    except IntegrityError as lost:
        raise ChangedMeanwhile(retry_after=1) from lost


def open_invitation(units: Units, token: str, address: str) -> Asked:
    """What the link asks for; looking never spends it. Raises InvitationNotFound,
    TooManyAttempts.
    """
    return look(units, token, address, _asked)


def _asked(work: Work, invitation: ConsentInvitation) -> Asked:
    check = check_statement(invitation)
    return Asked(
        state=invitation.state,
        capacity=invitation.capacity,
        applicant_name=mask_name(str(invitation.unseal(work.vault, "applicant_name"))),
        signer_name=mask_name(str(invitation.unseal(work.vault, "signer_name"))),
        purposes=check.purposes,
        statement=check.text,
        face_statement=face_statement(invitation.division),
        data_classes=check.data_classes,
        sources=check.sources,
        authority=authority(work, invitation.division),
        period=check.period,
        refusal=check.refusal,
        withdrawal=check.withdrawal,
        ways=ways(),
        way_wished=invitation.way_wished,
        face_needs_person=invitation.face_failures >= MOST_FACE_FAILURES,
        under_review=invitation.under_review,
        expires_at=invitation.expires_at,
    )


def check_statement(invitation: ConsentInvitation) -> CheckStatement:
    """The very text that this invitation was made with."""
    return statement_for(
        invitation.purposes,
        invitation.division,
        invitation.statement_version,
        whose=about(invitation.capacity, invitation.wards),
    )


def authority(work: Work, division: str) -> Words:
    """Who asks: the civil affairs office of the county that the case lies in, `code` its
    division.
    """
    path = regions.division_path(work, division)
    place = "".join(p.name for p in path if p.level in {2, 3}) or "受理地"
    return Words(f"{place}民政部门", f"Civil affairs office of {place}", division[:6])


def qr_code(
    units: Units, token: str, address: str, public_url: str, mini_code: MiniCode | None = None
) -> bytes:
    """A PNG that opens the signing page: WeChat's own code where the deployment chose it and WeChat
    draws it, else a QR code of the plain link, which WeChat opens as well. Raises as
    `open_invitation` does.
    """
    look(units, token, address, lambda _work, _invitation: None)
    if mini_code is not None:
        try:
            return mini_code.picture(token)
        except MiniCodeUnavailable as none:
            log.warning("mini_code_unavailable", reason=none.reason)
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, box_size=8, border=4)
    code.add_data(f"{public_url}/mini/sign?t={token}")
    image = io.BytesIO()
    code.make_image().save(image)
    return image.getvalue()


def wish_way(units: Units, token: str, address: str, wished: str) -> Way:
    """Take down that the signer would rather go another way, and say what happens next.

    `wished` is the code of a way. The face way stays open, and nothing takes longer (R1).
    """
    look(units, token, address, lambda _work, _invitation: None)
    with units.last() as work:
        invitation = locked(work, token)
        invitation.way_wished = wished
        note(work, ANONYMOUS, "consent.way_wished", invitation, way=wished)
        work.emit(OtherWayWished(invitation.case_id, invitation.member_id, wished))
    return way(wished)
