"""What a case still lacks, and what its content is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from backend.applications.rules import Form, Gap, content_hash, gaps
from backend.households.rules import PersonData
from backend.policy.rules.files import read_folder
from backend.policy.rules.values import DocumentSlot, Programme, Words
from backend.policy.service.load import DATA
from tests.factories.people import APPLICANT, DAUGHTER, HUSBAND, SON

TODAY = date(2026, 3, 2)
DONE = Form(promised=True, staff_relatives_declared=True)


@pytest.fixture(scope="module")
def dibao() -> Programme:
    files = {path.relative_to(DATA).as_posix(): path.read_bytes() for path in DATA.rglob("*.toml")}
    return next(p for p in read_folder(files).programmes if p.code == "dibao")


@pytest.fixture
def family() -> list[PersonData]:
    return [
        APPLICANT.person("01"),
        HUSBAND.person("11"),
        DAUGHTER.person("30"),
        SON.person("20", role="supporter"),
    ]


def shown(found: list[Gap]) -> list[tuple[str, str]]:
    return [(gap.code, gap.path) for gap in found]


def test_an_empty_draft_lacks_everything_at_once(dibao: Programme) -> None:
    assert shown(gaps(dibao, [], Form(), [], TODAY)) == [
        ("gap_applicant", "/members"),
        ("gap_promise", "/truthPromise"),
        ("gap_staff_relatives", "/staffRelatives"),
        ("gap_document", "/documents/household_register"),
    ]


def test_nobody_signs_for_an_adult_who_is_only_said_to_be_incapable(
    dibao: Programme, family: list[PersonData]
) -> None:
    family[1] = replace(family[1], incapable=True)
    present = [("id_card", family[0].id), ("id_card", family[1].id), ("household_register", None)]
    assert shown(gaps(dibao, family, DONE, present, TODAY)) == [
        ("gap_person_document", "/members/1/documents/incapacity_proof")
    ]
    proven = [*present, ("incapacity_proof", family[1].id)]
    assert gaps(dibao, family, DONE, proven, TODAY) == []


def test_children_alone_need_a_guardian_before_anything_is_handed_in(
    dibao: Programme, family: list[PersonData]
) -> None:
    child = replace(DAUGHTER.person("01"))
    present = [("household_register", None)]
    assert shown(gaps(dibao, [child], DONE, present, TODAY)) == [("gap_guardian", "/members")]
    assert gaps(dibao, [child, SON.person("73", role="supporter")], DONE, present, TODAY) == []


def test_each_adult_of_the_household_needs_a_card(
    dibao: Programme, family: list[PersonData]
) -> None:
    assert shown(gaps(dibao, family, DONE, [], TODAY)) == [
        ("gap_person_document", "/members/0/documents/id_card"),
        ("gap_person_document", "/members/1/documents/id_card"),
        ("gap_document", "/documents/household_register"),
    ]
    present = [("id_card", family[0].id), ("household_register", None)]
    assert shown(gaps(dibao, family, DONE, present, TODAY)) == [
        ("gap_person_document", "/members/1/documents/id_card")
    ]


def test_an_illness_that_is_claimed_needs_its_papers(
    dibao: Programme, family: list[PersonData]
) -> None:
    ill = replace(
        family[0], deductions=({"kind": "illness", "amount_fen": 5_000, "period": "month"},)
    )
    present = [
        ("id_card", family[0].id),
        ("id_card", family[1].id),
        ("household_register", None),
    ]
    assert gaps(dibao, family, DONE, present, TODAY) == []
    assert shown(gaps(dibao, [ill, *family[1:]], DONE, present, TODAY)) == [
        ("gap_document", "/documents/illness_proof")
    ]


def test_somebody_elses_card_fills_nobodys_gap(dibao: Programme, family: list[PersonData]) -> None:
    present = [("id_card", uuid4()), ("id_card", None), ("household_register", None)]
    assert len(gaps(dibao, family, DONE, present, TODAY)) == 2


@pytest.mark.parametrize(
    ("per", "wanted"),
    [
        ("adult_member", [0, 1]),
        ("member", [0, 1, 2]),
        ("earning_member", [1]),
        ("disabled_member", [2]),
    ],
)
def test_a_paper_is_asked_of_those_it_is_for(
    dibao: Programme, family: list[PersonData], per: str, wanted: list[int]
) -> None:
    slot = DocumentSlot("paper", Words("纸", "paper"), per, "always", None)
    programme = replace(dibao, documents=(slot,))
    family[1] = replace(family[1], incomes=({"kind": "wages", "amount_fen": 1, "period": "month"},))
    family[2] = replace(family[2], health="disabled")
    found = gaps(programme, family, DONE, [], TODAY)
    assert [gap.path for gap in found] == [f"/members/{n}/documents/paper" for n in wanted]


# The hash of the content.


def hashed(people: list[PersonData], form: Form = DONE, **changes: str) -> str:
    at = {"programme": "dibao", "division": "610304001001", "area": "urban", **changes}
    return content_hash(**at, people=people, form=form)


def test_the_hash_is_stable_whatever_the_order_of_keys(family: list[PersonData]) -> None:
    one = {"kind": "wages", "amount_fen": 1, "period": "month"}
    other = dict(reversed(list(one.items())))
    first = hashed([replace(family[0], incomes=(one,))])
    assert first == hashed([replace(family[0], incomes=(other,))])
    assert len(first) == 64


def test_each_change_of_content_changes_the_hash(family: list[PersonData]) -> None:
    person, rest = family[0], family[1:]
    item = ({"kind": "wages", "amount_fen": 1, "period": "month"},)
    others = [
        replace(person, **change)
        for change in (
            {"id": uuid4()},
            {"role": "supporter"},
            {"name": "王秀兰"},
            {"id_number": SON.number},
            {"relation": "10"},
            {"phone": "13912345678"},
            {"work": "retired"},
            {"health": "serious"},
            {"incapable": True},
            {"incomes": item},
            {"deductions": item},
        )
    ]
    relative = ({"name": "钱多多", "workplace": "街道办"},)
    forms = [
        replace(DONE, cash_assets_fen=0),
        replace(DONE, promised=False),
        replace(DONE, staff_relatives_declared=False),
        replace(DONE, staff_relatives=relative),
    ]
    found = [
        hashed(family),
        hashed(rest),
        *[hashed([other, *rest]) for other in others],
        *[hashed(family, form) for form in forms],
        hashed(family, programme="dibao-edge"),
        hashed(family, division="610304001002"),
        hashed(family, area="rural"),
    ]
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(
    ("path", "section"),
    [
        ("/members", "household"),
        ("/members/0/documents/id_card", "photos"),
        ("/documents/household_register", "photos"),
        ("/members/2/incomes/0/kind", "money"),
        ("/members/1/deductions/3/amountFen", "money"),
        ("/cashAssetsFen", "money"),
        ("/truthPromise", "promise"),
        ("/staffRelatives", "relatives"),
    ],
)
def test_each_gap_stands_in_a_step_of_the_form(path: str, section: str) -> None:
    assert Gap("gap_document", path).section == section
