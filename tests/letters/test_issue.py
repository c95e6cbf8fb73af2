"""What is kept of letters, on both databases: numbers without gaps, one that holds, hashes once."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from backend.applications.events import ApplicationSubmitted
from backend.core.paper import sheet_of
from backend.core.uow import Units
from backend.letters import queries, service
from backend.letters.models import Letter, LetterFile, LetterSerial
from tests.factories.house import Town, Visitor, member_of
from tests.factories.people import APPLICANT, SON
from tests.letters.looking import text_of

LONE = [APPLICANT.body("01")]


@pytest.fixture
def me(town: Town) -> Visitor:
    return town.citizen(APPLICANT)


def kept(units: Units, case: dict[str, Any]) -> list[Letter]:
    with units.read() as work:
        return list(queries.of_case(work, UUID(case["id"])))


def test_what_is_said_lies_sealed_and_comes_back(town: Town, me: Visitor) -> None:
    [letter] = kept(town.units, me.submitted(members=LONE))
    assert APPLICANT.name.encode() not in letter.content
    assert sheet_of(letter.unseal(town.units.vault, "content")).to == APPLICANT.name
    assert (letter.county, letter.office) == ("610304", "610304001000")


def fail_after_issuing(units: Units, case_id: UUID) -> None:
    with units.write() as work:
        work.emit(ApplicationSubmitted(case_id))
        raise RuntimeError("something else went wrong")


def test_a_step_that_fails_leaves_no_letter_and_no_gap(town: Town, me: Visitor) -> None:
    case = me.submitted(members=LONE)
    with pytest.raises(RuntimeError):
        fail_after_issuing(town.units, UUID(case["id"]))
    me.submitted(members=LONE)
    with town.units.read() as work:
        numbers = list(work.session.scalars(select(Letter.number).order_by(Letter.id)))
    assert [number[-6:] for number in numbers] == ["00001号", "00002号"]


def test_two_at_once_never_share_a_number(town: Town, me: Visitor) -> None:
    """Each unit holds the counter until it has ended; both begin together."""
    cases = [me.submitted(members=LONE) for _ in range(2)]
    start, failed = threading.Barrier(2), []

    def issue(case: dict[str, Any]) -> None:
        try:
            start.wait(10)
            with town.units.write() as work:
                service.issue_receipt(work, UUID(case["id"]))
        except Exception as fault:
            failed.append(fault)

    threads = [threading.Thread(target=issue, args=(case,)) for case in cases]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    assert failed == []
    with town.units.read() as work:
        numbers = list(work.session.scalars(select(Letter.number)))
        assert len(set(numbers)) == len(numbers) == 4
        assert work.session.scalars(select(LetterSerial)).one().last == 4


def test_numbers_begin_anew_with_the_year_and_the_kind(town: Town, me: Visitor) -> None:
    me.submitted(members=LONE)
    town.clock.advance(days=306)  # 2 January 2027
    late = town.citizen(SON).submitted(members=[SON.body("01")])
    assert kept(town.units, late)[0].number == "社救收〔2027〕610304001-00001号"


def test_only_the_newest_of_a_kind_and_signer_holds(town: Town, me: Visitor) -> None:
    members = [APPLICANT.body("01"), SON.body("20", role="supporter")]
    case = me.submitted(members=members)
    town.all_consent_at_counter(case)
    with town.units.write() as work:
        service.issue_receipt(work, UUID(case["id"]))
        service.issue_authorisation(work, UUID(case["id"]), UUID(member_of(case, SON)["id"]))
    assert Counter((one.kind, one.ended_as) for one in kept(town.units, case)) == {
        ("authorisation", None): 2,
        ("authorisation", "replaced"): 1,
        ("receipt", None): 1,
        ("receipt", "replaced"): 1,
    }


def test_a_files_hash_is_kept_once(town: Town, me: Visitor) -> None:
    case = me.submitted(members=LONE)
    for _ in range(2):
        read = me.get(f"/applications/{case['id']}/receipt.pdf")
        assert APPLICANT.name in text_of(read.data)
    with town.units.read() as work:
        assert work.session.scalar(select(func.count()).select_from(LetterFile)) == 1


def test_a_desk_reads_the_letters_of_a_day_in_parts(town: Town, me: Visitor) -> None:
    for _ in range(3):
        me.submitted(members=LONE)
    day = town.clock.now().date()
    with town.units.read() as work:
        first = queries.of_day(work, "610304001", day, 2)
        rest = queries.of_day(work, "610304001", day, 2, first[-1].id)
        assert [one.number[-6:-1] for one in [*first, *rest]] == ["00001", "00002", "00003"]
        assert queries.of_day(work, "610304101", day, 2) == []
        assert queries.of_day(work, "610304001", day - timedelta(days=1), 2) == []
