"""The use cases of a signer on both databases: invite, identify, face, sign, refuse, withdraw."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from backend.adapters.face.dlib import ENGINE
from backend.audit.models import AuditRow
from backend.consent import errors, queries, service
from backend.consent.events import (
    ConsentCounted,
    ConsentInvited,
    ConsentRefused,
    ConsentWithdrawn,
    FaceReviewOpened,
    OtherWayWished,
)
from backend.consent.models import ConsentInvitation, FaceAttempt, FaceReview, SigningSession
from backend.consent.service import FaceSent, Signer
from backend.core.access import Actor, Role
from backend.core.clocks import FixedClock
from backend.core.errors import AppError, Conflict, HiddenRefused, TooManyAttempts
from backend.core.transitions import IllegalMove
from backend.core.uow import ChangedMeanwhile, Listeners, Units
from backend.identity import service as identity
from tests.factories.consents import (
    ACCEPTED,
    ADDRESS,
    CARD,
    CASE,
    FRAME,
    HUSBAND,
    REFUSED,
    SON,
    STROKES,
    UNSURE,
    Seat,
    given,
    invite,
    seat,
    text,
)

EVENTS = (
    ConsentInvited, ConsentCounted, ConsentRefused, ConsentWithdrawn, FaceReviewOpened,
    OtherWayWished,
)  # fmt: skip


@pytest.fixture
def heard(listeners: Listeners) -> list[object]:
    """Every event of the room, in order."""
    found: list[object] = []
    for kind in EVENTS:
        listeners.on(kind, lambda _work, happened: found.append(happened))
    return found


def standing(units: Units) -> list[service.SignerStanding]:
    with units.read() as work:
        return service.standing(work, CASE.id)


def state(units: Units) -> str:
    return standing(units)[0].state


# Inviting and looking


def test_a_token_is_looked_up_by_its_hash_and_lies_sealed_as_names_do(
    units: Units, heard: list[object]
) -> None:
    issued = invite(units)
    assert len(issued.token) <= 32
    assert issued.token not in repr(issued)
    with units.read() as work:
        row = work.session.scalars(select(ConsentInvitation)).one()
        kept = repr({c.key: getattr(row, c.key) for c in ConsentInvitation.__table__.columns})
    for secret in (issued.token, SON.name, SON.id_number, CASE.applicant_name):
        assert secret not in kept
        assert secret.encode().hex() not in kept
    assert heard == [ConsentInvited(CASE.id, SON.member_id, issued.invitation.id)]


def test_a_look_shows_masked_names_and_the_told_items_and_spends_nothing(units: Units) -> None:
    token = invite(units).token
    for _ in range(3):
        shown = service.open_invitation(units, token, ADDRESS)
    assert (shown.applicant_name, shown.signer_name, shown.state) == ("王*", "王*", "open")
    assert [p.code for p in shown.purposes] == list(CASE.purposes)
    assert [w.code for w in shown.ways][0:2] == ["face", "counter"]
    assert shown.authority.code == "610302"
    assert shown.statement.hash != shown.face_statement.hash


def test_a_new_invitation_ends_the_old_link(units: Units) -> None:
    old, new = invite(units).token, invite(units).token
    with pytest.raises(errors.InvitationReplaced):
        service.open_invitation(units, old, ADDRESS)
    assert service.open_invitation(units, new, ADDRESS).state == "open"
    assert len(standing(units)) == 1


def test_two_invitations_at_once_leave_one_that_works(units: Units) -> None:
    invite(units, HUSBAND)
    tokens: list[str] = []
    together = threading.Barrier(2)

    def ask() -> None:
        together.wait()
        try:
            tokens.append(invite(units).token)
        except ChangedMeanwhile:
            tokens.append("lost")

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(tokens) == 2
    with units.read() as work:
        found = [queries.by_token(work, token) for token in tokens]
        live = [one for one in found if one is not None and queries.is_live(work, one)]
    assert len(live) == 1


def test_another_signer_keeps_his_link(units: Units) -> None:
    husband = invite(units, HUSBAND).token
    invite(units), invite(units)
    assert service.open_invitation(units, husband, ADDRESS).state == "open"


def test_an_expired_link_says_so_and_a_guessed_one_nothing(units: Units, clock: FixedClock) -> None:
    token = invite(units).token
    clock.advance(days=29)
    assert service.open_invitation(units, token, ADDRESS).state == "open"
    clock.advance(days=2)
    for wrong in ("guess", "x" * 2000, ""):
        with pytest.raises(errors.InvitationNotFound):
            service.open_invitation(units, wrong, ADDRESS)
    for _ in range(40):  # it was a right one: nobody's address is held up by it
        with pytest.raises(errors.InvitationExpired):
            service.open_invitation(units, token, ADDRESS)
    assert state(units) == "expired"


def test_wrong_links_are_counted_per_address_and_right_ones_are_not(units: Units) -> None:
    token = invite(units).token
    for _ in range(40):
        service.open_invitation(units, token, ADDRESS)
    for _ in range(30):
        with pytest.raises(errors.InvitationNotFound):
            service.open_invitation(units, "guess", ADDRESS)
    with pytest.raises(TooManyAttempts):
        service.open_invitation(units, "guess", ADDRESS)
    with pytest.raises(errors.InvitationNotFound):
        service.open_invitation(units, "guess", "192.0.2.8")
    assert service.open_invitation(units, token, ADDRESS).state == "open"


def test_another_way_is_taken_down_and_blocks_nothing(units: Units, heard: list[object]) -> None:
    there = seat(units)
    way = service.wish_way(units, there.token, ADDRESS, "home_visit")
    assert "上门" in way.next.zh
    assert standing(units)[0].way_wished == "home_visit"
    assert heard[-1] == OtherWayWished(CASE.id, SON.member_id, "home_visit")
    there.identify().look()
    assert there.sign().counts


# Identification


@pytest.mark.parametrize("wrong", [{"name": "王建军"}, {"id_number": "610305197403150016"}])
def test_wrong_name_and_wrong_number_are_one_problem(units: Units, wrong: dict[str, str]) -> None:
    there = seat(units)
    with pytest.raises(errors.IdentityNotMatching) as problem:
        there.identify(**wrong)
    assert problem.value.params == {}
    assert state(units) == "open"


def test_the_sixth_try_of_a_day_is_not_even_compared(units: Units, clock: FixedClock) -> None:
    there = seat(units)
    for _ in range(5):
        with pytest.raises(errors.IdentityNotMatching):
            there.identify(name="王建军")
    with pytest.raises(TooManyAttempts) as problem:
        there.identify()
    assert problem.value.retry_after == 86400
    clock.advance(days=1)
    assert there.identify().actor.has(Role.SIGNER)


def test_the_number_is_normalised_and_the_name_compared_as_people_write(units: Units) -> None:
    named = Signer(UUID(int=300), "阿卜杜·买买提", "11010519491231002X", "adult_member")
    there = seat(units, named)
    there.identify(name="阿卜杜•买买提 ", id_number="１１０１０５１９４９１２３１００２x")
    assert state(units) == "identified"


def test_a_sitting_lasts_15_minutes(units: Units, clock: FixedClock) -> None:
    there = seat(units).identify()
    with units.read() as work:
        token_hash = work.session.scalars(select(SigningSession)).one().token_hash
    assert len(token_hash) == 32
    assert there.actor.invitation_id == standing(units)[0].invitation_id
    clock.advance(minutes=15)
    with pytest.raises(errors.InvitationNotFound):
        there.look()


def test_a_log_in_token_is_no_sitting(units: Units) -> None:
    assert service.resolve_signing(units, "x" * 32) is None
    assert service.resolve_signing(units, "sg_" + "x" * 32) is None


@pytest.mark.parametrize("card", ["", "not base64!", "A" * 1_700_000])
def test_a_card_that_is_no_photo(units: Units, card: str) -> None:
    with pytest.raises(errors.PhotoUnreadable) as problem:
        seat(units).identify(card=card)
    assert problem.value.path == "/card"


def test_what_the_engine_finds_in_the_card_is_told(units: Units) -> None:
    there = seat(units)
    there.face.raises = errors.NoFace()
    with pytest.raises(errors.NoFace):
        there.identify()
    there.face.raises = None
    assert there.identify().reference


# The face


def test_accepted_and_signed_it_counts(units: Units, heard: list[object]) -> None:
    there = seat(units).identify()
    answer = there.look(ACCEPTED)
    assert (answer.outcome, answer.state, answer.under_review) == ("accept", "verified", False)
    consent = there.sign()
    assert (consent.state, consent.counts, consent.assurance) == ("given", True, "A")
    assert heard[-1] == ConsentCounted(CASE.id, SON.member_id, "A")
    (found,) = standing(units)
    assert (found.state, found.counts, found.assurance) == ("given", True, "A")
    assert (found.person_confirmed, found.consent_id) == (False, consent.id)


def test_the_challenge_that_was_issued_is_the_one_that_is_checked(units: Units) -> None:
    there = seat(units).identify()
    challenge = service.new_challenge(units, there.actor, there.token)
    assert len(set(challenge.actions)) == 2
    sent = FaceSent(challenge.challenge_id, there.reference, [text(FRAME)] * 3, True, False)
    there.send(sent)
    assert there.face.challenges == [challenge.actions]
    with pytest.raises(errors.ChallengeUsed):
        there.send(sent)
    assert len(there.face.challenges) == 1


def test_a_challenge_is_over_after_three_minutes(units: Units, clock: FixedClock) -> None:
    there = seat(units).identify()
    challenge = service.new_challenge(units, there.actor, there.token)
    clock.advance(minutes=3)
    with pytest.raises(errors.ChallengeUsed):
        there.send(
            FaceSent(challenge.challenge_id, there.reference, [text(FRAME)] * 3, True, False)
        )


def test_a_challenge_of_another_sitting_is_none(units: Units) -> None:
    mine, his = seat(units).identify(), seat(units, HUSBAND).identify()
    challenge = service.new_challenge(units, his.actor, his.token)
    with pytest.raises(errors.ChallengeUsed):
        mine.send(FaceSent(challenge.challenge_id, mine.reference, [text(FRAME)] * 3, True, False))


def test_the_portrait_of_another_sitting_does_not_open(units: Units) -> None:
    mine, his = seat(units).identify(), seat(units, HUSBAND).identify()
    for reference in (his.reference, text(CARD), "", "not base64!"):
        with pytest.raises(errors.ReferenceBroken):
            mine.look(reference=reference)


def test_without_the_separate_consent_no_face_is_looked_at(units: Units) -> None:
    there = seat(units).identify()
    with pytest.raises(errors.FaceConsentMissing):
        there.look(face_consent=False)
    assert there.face.challenges == []


def test_a_frame_too_large_is_named_by_its_place(units: Units) -> None:
    there = seat(units).identify()
    frames = [text(FRAME), text(b"x" * 205_000), text(FRAME)]
    with pytest.raises(errors.FrameTooLarge) as problem:
        there.look(frames=frames)
    assert problem.value.path == "/frames/1"


def test_three_failures_bring_a_person_and_never_a_dead_end(
    units: Units, heard: list[object]
) -> None:
    there = seat(units).identify()
    for left in (2, 1):
        with pytest.raises(errors.FaceNotMatching) as problem:
            there.look(REFUSED)
        assert problem.value.params == {"tries_left": left}
    with pytest.raises(errors.FaceNeedsPerson):
        there.look(REFUSED)
    with pytest.raises(errors.FaceNeedsPerson):
        there.look(ACCEPTED)
    with units.read() as work:
        outcomes = list(work.session.scalars(select(FaceAttempt.outcome)))
        review = work.session.scalars(select(FaceReview)).one()
    assert outcomes == ["reject"] * 3
    assert (review.kind, review.bundle, review.state) == ("three_failures", None, "open")
    assert isinstance(heard[-1], FaceReviewOpened)
    assert service.wish_way(units, there.token, ADDRESS, "counter").code == "counter"
    assert service.open_invitation(units, there.token, ADDRESS).face_needs_person


def test_two_people_in_one_series_cost_a_try_and_are_recorded(units: Units) -> None:
    there = seat(units).identify()
    there.face.differ = True
    for left in (2, 1):
        with pytest.raises(errors.FramesDiffer) as problem:
            there.look()
        assert problem.value.params == {"tries_left": left}
    with pytest.raises(errors.FaceNeedsPerson):
        there.look()
    with units.read() as work:
        attempts = list(work.session.scalars(select(FaceAttempt)))
        assert [(a.outcome, a.reasons) for a in attempts] == [("reject", ["frames_differ"])] * 3
        assert work.session.scalars(select(FaceReview)).one().kind == "three_failures"


@pytest.mark.parametrize(
    "unseen",
    [
        errors.FaceStandsStill(),
        errors.WrongTurn(action="turn_left"),
        errors.ChallengeNotMet(action="open_mouth"),
    ],
    ids=lambda unseen: unseen.code,
)
def test_a_movement_not_seen_is_recorded_and_costs_no_try(units: Units, unseen: AppError) -> None:
    there = seat(units).identify()
    there.face.raises = unseen
    for _ in range(4):
        with pytest.raises(type(unseen)):
            there.look()
    with units.read() as work:
        rows = work.session.scalars(
            select(AuditRow).where(AuditRow.action == "consent.face_unseen")
        ).all()
        assert [row.details["code"] for row in rows] == [unseen.code] * 4
        assert work.session.scalars(select(FaceAttempt)).all() == []
    there.face.raises = None
    assert there.look().outcome == "accept"


def test_an_engine_that_is_down_costs_no_try(units: Units) -> None:
    there = seat(units).identify()
    there.face.raises = errors.FaceEngineDown()
    for _ in range(4):
        with pytest.raises(errors.FaceEngineDown):
            there.look()
    there.face.raises = None
    assert there.look().outcome == "accept"


def test_face_checks_are_bounded_per_day(units: Units) -> None:
    there = seat(units).identify()
    for _ in range(20):
        service.new_challenge(units, there.actor, there.token)
    with pytest.raises(TooManyAttempts):
        service.new_challenge(units, there.actor, there.token)


def test_unsure_without_the_signers_word_leads_to_the_other_ways(units: Units) -> None:
    there = seat(units).identify()
    answer = there.look(UNSURE, review_consent=False)
    assert (answer.outcome, answer.state) == ("other_way", "identified")
    assert "face" not in [w.code for w in answer.ways]
    with units.read() as work:
        assert work.session.scalars(select(FaceReview)).all() == []
    with pytest.raises(errors.NotVerified):
        there.sign()


# Signing


def test_the_name_of_the_engine_that_ships_has_room(units: Units) -> None:
    there = seat(units).identify()
    there.face.engine = ENGINE
    assert there.look().outcome == "accept"
    with units.read() as work:
        assert work.session.scalars(select(FaceAttempt.engine)).all() == [ENGINE]


def test_a_signature_needs_this_sittings_face(units: Units) -> None:
    there = seat(units).identify()
    there.look()
    later = Seat(units, there.token).identify()
    with pytest.raises(errors.NotVerified):
        later.sign()
    assert there.sign().counts


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"agreed": False}, errors.AgreementMissing),
        ({"strokes": []}, errors.SignatureEmpty),
        ({"strokes": [[[0, 0, 0]]]}, errors.SignatureEmpty),
        ({"strokes": [[[0, 0, 0], [1, 99_999, 1]]]}, errors.SignatureBroken),
        ({"strokes": [STROKES[0]] * 201}, errors.SignatureTooLong),
        ({"statement_hash": "00" * 32}, errors.StatementChanged),
    ],
)
def test_what_is_no_signature(
    units: Units, changes: dict[str, object], problem: type[AppError]
) -> None:
    there = seat(units).identify()
    there.look()
    with pytest.raises(problem):
        there.sign(**changes)
    assert state(units) == "verified"
    assert there.sign().counts


def test_a_consent_is_given_once(units: Units) -> None:
    there, _ = given(units)
    with pytest.raises(errors.InvitationGiven) as told:
        service.open_invitation(units, there.token, ADDRESS)
    assert told.value.params == {"on": "2026-03-02"}
    signature = service.Signature(STROKES, "00" * 32, agreed=True, assisted=False)
    with units.write() as work, pytest.raises(errors.ConsentAlreadyGiven):
        service.give(work, there.actor, there.token, signature)
    with pytest.raises(errors.ConsentAlreadyGiven):
        there.look()


def test_two_sittings_of_one_signer_at_once_make_one_consent(units: Units) -> None:
    first = seat(units).identify()
    first.look()
    second = Seat(units, first.token).identify()
    second.look()
    shown = service.open_invitation(units, first.token, ADDRESS)
    signature = service.Signature(STROKES, shown.statement.hash, agreed=True, assisted=False)
    outcomes: list[str] = []
    together = threading.Barrier(2)

    def sign(there: Seat) -> None:
        together.wait()
        try:
            with units.write() as work:
                service.give(work, there.actor, there.token, signature)
            outcomes.append("given")
        except Conflict as lost:
            outcomes.append(lost.code)

    threads = [threading.Thread(target=sign, args=(s,)) for s in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["consent_already_given", "given"]


def test_two_members_sign_at_once_and_both_count(units: Units) -> None:
    seats = [seat(units, SON).identify(), seat(units, HUSBAND).identify()]
    together = threading.Barrier(2)
    for there in seats:
        there.look()

    def sign(there: Seat) -> None:
        together.wait()
        there.sign()

    threads = [threading.Thread(target=sign, args=(s,)) for s in seats]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert [s.counts for s in standing(units)] == [True, True]


def test_a_sitting_does_not_open_another_signers_link(units: Units) -> None:
    son, husband = seat(units).identify(), seat(units, HUSBAND)
    with pytest.raises(errors.InvitationNotFound):
        service.new_challenge(units, son.actor, husband.token)


def test_a_link_replaced_in_the_middle_of_a_sitting_is_gone(units: Units) -> None:
    there = seat(units).identify()
    there.look()
    invite(units)
    signature = service.Signature(STROKES, "00" * 32, agreed=True, assisted=False)
    with units.write() as work, pytest.raises(errors.InvitationReplaced):
        service.give(work, there.actor, there.token, signature)


def test_the_same_scope_is_not_asked_twice_a_wider_one_is(units: Units) -> None:
    given(units)
    corrected = replace(CASE, content_hash="cd" * 32)
    with pytest.raises(errors.ConsentAlreadyGiven):
        invite(units, SON, corrected)
    wider = replace(CASE, purposes=(*CASE.purposes, "rigid-expense"))
    token = invite(units, SON, wider).token
    assert service.open_invitation(units, token, ADDRESS).state == "open"
    assert [s.counts for s in standing(units)] == [False]


def test_a_new_ward_asks_again(units: Units) -> None:
    given(units, HUSBAND)
    invite(units, replace(HUSBAND, also_for=(UUID(int=900),)))
    assert [s.state for s in standing(units)] == ["open"]


# Refusing and taking back


def test_refusing_ends_the_link_and_tells_the_case(units: Units, heard: list[object]) -> None:
    there = seat(units).identify()
    with units.write() as work:
        assert service.refuse(work, there.actor, there.token, "我再想想") == "refused"
    assert heard[-1] == ConsentRefused(CASE.id, SON.member_id)
    with pytest.raises(errors.InvitationRefused):
        service.open_invitation(units, there.token, ADDRESS)
    with pytest.raises(IllegalMove):
        there.look()
    assert service.open_invitation(units, invite(units).token, ADDRESS).state == "open"


def test_taking_back_in_the_same_sitting(units: Units, heard: list[object]) -> None:
    there, consent_id = given(units)
    with units.write() as work:
        view = service.withdraw(work, there.actor, consent_id, None)
    assert (view.state, view.counts) == ("withdrawn", False)
    assert heard[-1] == ConsentWithdrawn(CASE.id, SON.member_id)
    assert [(s.state, s.counts) for s in standing(units)] == [("withdrawn", False)]
    with units.write() as work, pytest.raises(errors.ConsentNotStanding):
        service.withdraw(work, there.actor, consent_id, None)
    assert invite(units).token


def test_taking_back_later_needs_a_proven_log_in_of_the_signer(units: Units) -> None:
    _, consent_id = given(units)
    with units.write() as work:
        son = identity.ensure_person(work, SON.id_number)
        other = identity.ensure_person(work, HUSBAND.id_number)
    roles = frozenset({Role.CITIZEN})
    for wrong in (
        Actor(roles, id=UUID(int=5), person_id=son, proven=False),
        Actor(roles, id=UUID(int=5), person_id=other, proven=True),
        Actor(roles, id=UUID(int=5), proven=True),
    ):
        with pytest.raises(HiddenRefused), units.write() as work:
            service.withdraw(work, wrong, consent_id, None)
    with units.write() as work:
        proven = Actor(roles, id=UUID(int=5), person_id=son, proven=True)
        assert service.withdraw(work, proven, consent_id, "不想了").state == "withdrawn"


# What is kept


def test_nothing_of_a_face_lies_on_the_disk(units: Units, tmp_path: Path) -> None:
    there = seat(units).identify()
    there.look(UNSURE, review_consent=False)
    there.look(ACCEPTED)
    there.sign()
    if not units.kit.database.is_sqlite:
        return
    kept = b"".join(p.read_bytes() for p in tmp_path.iterdir())
    for picture in (CARD, FRAME):
        assert picture not in kept
        assert text(picture).rstrip("=").encode()[:-2] not in kept


def test_audit_tells_every_step_without_personal_data(units: Units) -> None:
    there, consent_id = given(units)
    with units.write() as work:
        service.withdraw(work, there.actor, consent_id, "王建国不想了")
    with units.read() as work:
        rows = list(
            work.session.scalars(
                select(AuditRow).where(AuditRow.chain == f"case:{CASE.id}").order_by(AuditRow.seq)
            )
        )
    assert [row.action for row in rows] == [
        "consent.invited",
        "consent.identified",
        "consent.face_accept",
        "consent.given",
        "consent.evidence_added",
        "consent.withdrawn",
        "consent.evidence_added",
    ]
    told = repr([(row.subject, row.details) for row in rows])
    assert not any(secret in told for secret in (SON.name, SON.id_number, there.token))
    assert {row.county for row in rows} == {CASE.county}


def test_an_invitation_lives_as_long_as_the_county_says(units: Units, clock: FixedClock) -> None:
    with units.write() as work:
        issued = service.invite(
            work, CASE, SON, Actor(frozenset({Role.CITIZEN})), valid_for=timedelta(days=3)
        )
    assert issued.invitation.expires_at == clock.now() + timedelta(days=3)
