"""What staff do: look at a face, witness at the counter, confirm persons; and what the jobs end."""

from __future__ import annotations

import base64
import json
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from backend.audit import service as audit
from backend.audit.models import AuditRow
from backend.consent import errors, service, tasks
from backend.consent.models import FaceChallenge, FaceReview, SigningSession
from backend.consent.service import public_key, verify_evidence
from backend.core.access import Actor
from backend.core.clocks import FixedClock
from backend.core.crypto import KeyRing
from backend.core.errors import AccessRefused, HiddenRefused, StaleVersion
from backend.core.paging import PageRequest
from backend.core.transitions import IllegalMove
from backend.core.uow import Units
from tests.factories.consents import (
    ADDRESS,
    AUDITOR,
    CARD,
    CASE,
    COLLEAGUE,
    ELSEWHERE,
    FRAME,
    HUSBAND,
    OWNER,
    REFUSED,
    SON,
    TOWNSHIP,
    UNSURE,
    given,
    seat,
)


def standing(units: Units) -> list[service.SignerStanding]:
    with units.read() as work:
        return service.standing(work, CASE.id)


def open_reviews(units: Units, scope: str = "6103") -> list[service.ReviewItem]:
    with units.read() as work:
        return service.list_reviews(work, scope, PageRequest()).items


def decide(
    units: Units, accept: bool, actor: Actor = TOWNSHIP, version: int | None = None
) -> service.ReviewItem:
    (item,) = open_reviews(units)
    with units.write() as work:
        return service.decide_review(
            work, actor, item.id, accept, "看过了", version or item.version
        )


def evidence(units: Units, actor: Actor, consent_id: UUID) -> bytes:
    with units.read() as work:
        return service.get_evidence(work, actor, consent_id).content


# Reviews


def test_a_face_under_review_signs_at_once_and_counts_when_staff_say_yes(
    units: Units, ring: KeyRing
) -> None:
    there, consent_id = given(units, score=UNSURE)
    (found,) = standing(units)
    assert (found.state, found.counts, found.under_review) == ("given", False, True)
    decided = decide(units, accept=True)
    assert (decided.state, decided.has_pictures) == ("accepted", False)
    (found,) = standing(units)
    assert (found.counts, found.under_review, found.assurance) == (True, False, "A")
    content = evidence(units, there.actor, consent_id)
    assert verify_evidence(content, public_key(ring).encode()) == []
    file = json.loads(content)
    assert file["values"]["under_review"] is True
    assert file["later"][0]["record"]["kind"] == "counted"
    assert file["later"][0]["values"]["reviewed_by"] == str(TOWNSHIP.id)


def test_a_yes_before_the_signature_lets_it_count_at_once(units: Units) -> None:
    there = seat(units).identify()
    there.look(UNSURE)
    decide(units, accept=True)
    assert there.sign().counts


def test_a_no_makes_the_consent_void_and_opens_the_link_again(units: Units, ring: KeyRing) -> None:
    there, consent_id = given(units, score=UNSURE)
    decide(units, accept=False)
    (found,) = standing(units)
    assert (found.state, found.counts, found.consent_id) == ("open", False, None)
    assert verify_evidence(evidence(units, AUDITOR, consent_id), public_key(ring).encode()) == []
    again = seat_again(there)
    again.look()
    assert again.sign().counts


def seat_again(there: Any) -> Any:
    return type(there)(there.units, there.token, there.signer).identify()


def test_a_no_takes_the_face_from_a_sitting_that_has_not_signed(units: Units) -> None:
    there = seat(units).identify()
    there.look(UNSURE)
    decide(units, accept=False)
    with pytest.raises(errors.NotVerified):
        there.sign()


def test_a_review_is_decided_once_by_its_place_on_its_version(units: Units) -> None:
    given(units, score=UNSURE)
    with pytest.raises(AccessRefused):
        decide(units, accept=True, actor=ELSEWHERE)
    with pytest.raises(StaleVersion):
        decide(units, accept=True, version=7)
    (item,) = open_reviews(units)
    assert open_reviews(units, "3714") == []
    decided = decide(units, accept=True)
    with units.write() as work, pytest.raises(IllegalMove):
        service.decide_review(work, TOWNSHIP, item.id, True, "again", decided.version)
    assert open_reviews(units) == []


def test_pictures_are_shown_to_the_place_with_an_audit_row_and_end_with_the_decision(
    units: Units,
) -> None:
    given(units, score=UNSURE)
    (item,) = open_reviews(units)
    with units.read() as work:
        shown = service.review_pictures(work, TOWNSHIP, item.id)
    assert base64.b64decode(shown.reference) == CARD
    assert [base64.b64decode(f) for f in shown.frames] == [FRAME] * 3
    with units.read() as work, pytest.raises(AccessRefused):
        service.review_pictures(work, ELSEWHERE, item.id)
    with units.read() as work:
        seen = work.session.scalars(
            select(AuditRow).where(AuditRow.action == "consent.review_seen")
        ).one()
    assert seen.actor_id == TOWNSHIP.id
    decide(units, accept=True)
    with units.read() as work, pytest.raises(errors.ReviewNotFound):
        service.review_pictures(work, TOWNSHIP, item.id)
    with units.read() as work:
        assert work.session.scalars(select(FaceReview)).one().bundle is None


def test_a_newer_check_replaces_the_older_review(units: Units) -> None:
    there = seat(units).identify()
    there.look(UNSURE)
    there.look()
    assert open_reviews(units) == []
    assert there.sign().counts


def test_after_three_failures_staff_may_give_three_more_tries(units: Units) -> None:
    there = seat(units).identify()
    for _ in range(3):
        with pytest.raises((errors.FaceNotMatching, errors.FaceNeedsPerson)):
            there.look(REFUSED)
    decide(units, accept=True)
    there.look()
    assert there.sign().counts


def test_pictures_are_gone_after_seven_days_and_the_review_waits_on(
    units: Units, clock: FixedClock
) -> None:
    given(units, score=UNSURE)
    clock.advance(days=6, hours=23)
    assert tasks.drop_review_bundles(units) == 0
    clock.advance(hours=1)
    assert tasks.drop_review_bundles(units) == 1
    assert tasks.drop_review_bundles(units) == 0
    assert not open_reviews(units)[0].has_pictures
    with pytest.raises(errors.ReviewPicturesGone):
        decide(units, accept=True)
    decide(units, accept=False)
    assert standing(units)[0].state == "open"


# Counter


def at_counter(units: Units, actor: Actor = TOWNSHIP) -> UUID:
    invitation_id = standing(units)[0].invitation_id
    with units.write() as work:
        record = service.record_at_counter(work, actor, invitation_id, "身份证原件", "没有手机")
        return record.id


def test_two_people_of_staff_witness_a_consent_without_a_face(units: Units, ring: KeyRing) -> None:
    there = seat(units)
    record_id = at_counter(units)
    assert standing(units)[0].state == "open"
    with units.write() as work, pytest.raises(errors.SameWitness):
        service.confirm_at_counter(work, TOWNSHIP, record_id)
    with units.write() as work:
        consent = service.confirm_at_counter(work, COLLEAGUE, record_id)
    assert (consent.way, consent.assurance, consent.counts) == ("counter", "C", True)
    assert standing(units)[0].person_confirmed
    content = evidence(units, TOWNSHIP, consent.id)
    assert verify_evidence(content, public_key(ring).encode()) == []
    values = json.loads(content)["values"]
    assert values["witnesses"] == [str(TOWNSHIP.id), str(COLLEAGUE.id)]
    assert values["papers_seen"] == "身份证原件"
    with pytest.raises(errors.InvitationGiven):
        service.open_invitation(units, there.token, ADDRESS)


def test_the_counter_helps_after_three_failures(units: Units) -> None:
    there = seat(units).identify()
    for _ in range(3):
        with pytest.raises((errors.FaceNotMatching, errors.FaceNeedsPerson)):
            there.look(REFUSED)
    record_id = at_counter(units)
    with units.write() as work:
        assert service.confirm_at_counter(work, COLLEAGUE, record_id).counts
    assert open_reviews(units) == []


def test_the_counter_of_another_place_may_not(units: Units) -> None:
    seat(units)
    with pytest.raises(AccessRefused):
        at_counter(units, ELSEWHERE)
    record_id = at_counter(units)
    with units.write() as work, pytest.raises(AccessRefused):
        service.confirm_at_counter(work, ELSEWHERE, record_id)


def test_a_consent_given_meanwhile_is_not_given_again(units: Units) -> None:
    there = seat(units).identify()
    there.look()
    record_id = at_counter(units)
    there.sign()
    with units.write() as work, pytest.raises(errors.ConsentAlreadyGiven):
        service.confirm_at_counter(work, COLLEAGUE, record_id)
    with pytest.raises(errors.ConsentAlreadyGiven):
        at_counter(units)


# Persons behind assurance A


def test_the_township_confirms_the_persons_at_acceptance(units: Units, ring: KeyRing) -> None:
    _, consent_id = given(units)
    given(units, HUSBAND)
    with pytest.raises(AccessRefused), units.write() as work:
        service.confirm_persons(work, ELSEWHERE, CASE.id)
    with units.write() as work:
        assert service.confirm_persons(work, TOWNSHIP, CASE.id) == 2
    with units.write() as work:
        assert service.confirm_persons(work, TOWNSHIP, CASE.id) == 0
    assert all(s.person_confirmed for s in standing(units))
    file = json.loads(evidence(units, AUDITOR, consent_id))
    assert [entry["record"]["kind"] for entry in file["later"]] == [
        "given",
        "confirmed",
        "confirmed",
    ]
    assert verify_evidence(json.dumps(file).encode(), public_key(ring).encode()) == []


# Evidence


def test_evidence_opens_for_the_signer_and_the_place_and_for_nobody_else(units: Units) -> None:
    there, consent_id = given(units)
    other, _ = given(units, HUSBAND)
    for actor in (there.actor, TOWNSHIP, AUDITOR):
        assert json.loads(evidence(units, actor, consent_id))["values"]["signer_name"] == SON.name
    for hidden in (OWNER, other.actor):
        with pytest.raises(HiddenRefused):
            evidence(units, hidden, consent_id)
    with pytest.raises(AccessRefused):
        evidence(units, ELSEWHERE, consent_id)
    with units.read() as work:
        reads = work.session.scalars(
            select(AuditRow).where(AuditRow.action == "consent.evidence_read")
        ).all()
    assert [row.actor_id for row in reads] == [there.actor.id, TOWNSHIP.id, AUDITOR.id]


def test_evidence_tells_what_design_7_lists_and_hides_other_signers(
    units: Units, ring: KeyRing
) -> None:
    there, consent_id = given(units)
    given(units, HUSBAND)
    content = evidence(units, there.actor, consent_id)
    assert HUSBAND.name not in content.decode()
    assert HUSBAND.id_number not in content.decode()
    file = json.loads(content)
    assert verify_evidence(content, public_key(ring).encode()) == []
    assert file["head"]["body"]["count"] == 2
    values = file["values"]
    assert values["signer_id_number"] == SON.id_number
    assert values["applicant_name"] == CASE.applicant_name
    assert values["application_sha256"] == CASE.content_hash
    assert values["reference_source"] == "self_photographed_card"
    assert (values["face_score_permille"], values["face_engine"]) == (300, "fake")
    assert values["face_liveness"] == "fake-liveness-demo"
    assert values["client"] == "wechat"
    assert len(values["face_challenge"]) == 2
    assert set(values["statement"]) == {"version", "sha256", "zh", "en"}
    assert values["statement"]["sha256"] != values["face_statement"]["sha256"]


def test_the_daily_root_knows_the_evidence(units: Units) -> None:
    _, consent_id = given(units)
    with units.write() as work:
        audit.anchor(work)
    with units.read() as work:
        row = work.session.scalars(
            select(AuditRow).where(AuditRow.action == "consent.evidence_added")
        ).one()
        assert audit.verify(work) == []
    last = json.loads(evidence(units, AUDITOR, consent_id))["head"]["body"]["last"]
    assert row.details["hash"] == last


# Jobs


def test_what_ran_out_is_ended_and_the_case_is_told(units: Units, clock: FixedClock) -> None:
    there = seat(units).identify()
    there.look(UNSURE)
    given(units, HUSBAND)
    clock.advance(days=30)
    assert tasks.expire_invitations(units) == 1
    assert tasks.expire_invitations(units) == 0
    assert [s.state for s in standing(units)] == ["expired", "given"]
    assert open_reviews(units) == []
    assert seat(units).identify().actor.invitation_id != there.actor.invitation_id


def test_sittings_are_forgotten_with_their_challenges(units: Units, clock: FixedClock) -> None:
    there = seat(units).identify()
    there.look()
    assert tasks.forget_signing_sessions(units) == 0
    clock.advance(minutes=15)
    assert tasks.forget_signing_sessions(units) == 1
    with units.read() as work:
        assert work.session.scalars(select(SigningSession)).all() == []
        assert work.session.scalars(select(FaceChallenge)).all() == []
