"""ID numbers, names and phones: the numbers of the domain notes and what people really type."""

from __future__ import annotations

import string
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.identity import rules
from backend.identity.rules import IdNumberFault, Sex

TODAY = date(2026, 11, 22)
GOOD = [
    "11010519491231002X",
    "440524188001010014",
    "61030319900101101X",
    "610322197403150012",  # edge case 2: the county code was withdrawn
    "610305197403150016",
]


@pytest.mark.parametrize("number", GOOD)
def test_real_numbers_are_valid(number: str) -> None:
    assert rules.is_valid_id_number(number, TODAY)


@pytest.mark.parametrize(
    "typed",
    [
        "61030319900101101x",  # edge case 1: small x
        "61030319900101101Ｘ",  # edge case 1: full-width X
        "６１０３０３１９９００１０１１０１ｘ",
        " 610303 19900101 101X ",
        "610303\u300019900101101X",  # the Chinese blank
        "\u202d61030319900101101X\u202c\ufeff",  # pasted from an office program
    ],
)
def test_what_people_type_is_normalised(typed: str) -> None:
    assert rules.normalise_id_number(typed) == "61030319900101101X"
    assert rules.is_valid_id_number(typed, TODAY)


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        ("", IdNumberFault.LENGTH),
        ("61030319900101101", IdNumberFault.LENGTH),
        ("61030319900101101XX", IdNumberFault.LENGTH),
        ("610303900101101", IdNumberFault.FIFTEEN_DIGITS),  # edge case 3
        ("61030319900101A01X", IdNumberFault.CHARACTERS),
        ("6103031990010110X1", IdNumberFault.CHARACTERS),
        ("٦١٠٣٠٣١٩٩٠٠١٠١١٠١X", IdNumberFault.CHARACTERS),  # int() would take Arabic digits
        ("६१०३०३१९९००१०११०१X", IdNumberFault.CHARACTERS),
        ("²10303199001011010", IdNumberFault.CHARACTERS),  # isdigit() is true, int() fails
        ("610303190002290014", IdNumberFault.BIRTH_DATE),  # edge case 3: 1900 had no 29 February
        ("610303202302290013", IdNumberFault.BIRTH_DATE),
        ("610303199013010013", IdNumberFault.BIRTH_DATE),
        ("610303000001010013", IdNumberFault.BIRTH_DATE),
        ("610303100001010013", IdNumberFault.BIRTH_DATE),
        ("610303202611230013", IdNumberFault.BORN_LATER),  # edge case 3: born tomorrow
        ("610303199001011011", IdNumberFault.CHECK_CHARACTER),
        ("110105194912310020", IdNumberFault.CHECK_CHARACTER),
    ],
)
def test_each_fault_has_its_reason(number: str, fault: IdNumberFault) -> None:
    assert rules.id_number_fault(number, TODAY) is fault


def test_born_today_and_on_29_february_are_fine() -> None:
    assert rules.id_number_fault(with_check("61030320261122001"), TODAY) is None
    assert rules.id_number_fault(with_check("61030320000229001"), TODAY) is None


@given(st.integers(0, 16), st.integers(1, 9))
def test_any_one_wrong_digit_is_found(place: int, shift: int) -> None:
    number = GOOD[2]
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    assert not rules.is_valid_id_number(wrong, TODAY)


@given(st.text(max_size=40))
def test_no_text_breaks_the_check(text: str) -> None:
    assert rules.id_number_fault(text, TODAY) is not None
    rules.mask_id_number(text)
    rules.is_valid_phone(text)


def test_birth_date_age_and_sex() -> None:
    assert rules.birth_date("11010519491231002X") == date(1949, 12, 31)
    assert rules.sex("11010519491231002X") is Sex.FEMALE
    assert rules.sex("61030319900101101X") is Sex.MALE
    for wrong in ("610303900101101", "610303199013010013", ""):
        with pytest.raises(ValueError):  # noqa: PT011 - any message of date() or int() will do
            rules.birth_date(wrong)


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2008, 11, 22), date(2026, 11, 21), 17),
        (date(2008, 11, 22), date(2026, 11, 22), 18),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
    ],
)
def test_age_turns_on_the_birthday(born: date, day: date, age: int) -> None:
    assert rules.age_on(born, day) == age


def test_masks_show_neither_birthday_nor_the_last_four() -> None:
    masked = rules.mask_id_number("61030319900101101x")
    assert masked == "610*************1X"
    assert rules.mask_id_number("6103039001") == "**********"
    assert rules.mask_phone("13800005678") == "138******78"
    assert rules.mask_phone("123") == "*"


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张*"),
        ("欧阳娜娜", "欧*"),
        ("𬭎小明", "𬭎*"),  # edge case 38: a character outside the basic plane
        ("阿卜杜热合曼·买买提艾力江", "阿*"),
        ("  李四", "李*"),
        ("", "*"),
    ],
)
def test_a_masked_name_keeps_one_character(name: str, masked: str) -> None:
    assert rules.mask_name(name) == masked


@pytest.mark.parametrize("dot", ["·", "•", "・", "․", "‧", "."])
def test_one_name_with_any_dot(dot: str) -> None:
    long_name = f"阿卜杜热合曼{dot}买买提艾力江买买提艾力江买买提"  # edge case 38: 23 letters
    assert rules.same_name(long_name, "阿卜杜热合曼·买买提艾力江买买提艾力江买买提")


def test_names_compare_in_nfc_without_blanks() -> None:
    assert rules.same_name("张 三", "张三")
    assert rules.same_name(unicodedata.normalize("NFD", "Zoë Müller"), "zoë müller")
    assert rules.same_name("㐂乐", "㐂乐")
    assert not rules.same_name("喜乐", "㐂乐")
    assert not rules.same_name("张三", "张三丰")
    assert not rules.same_name("", " ")


@pytest.mark.parametrize(
    "typed", ["13800005678", "138 0000 5678", "+86-138-0000-5678", "１３８００００５６７８"]
)
def test_phones_as_typed(typed: str) -> None:
    assert rules.is_valid_phone(typed)
    assert rules.normalise_phone(typed) == "13800005678"


@pytest.mark.parametrize(
    "typed", ["12800005678", "1380000567", "138000056789", "+14155550123", "١٣٨٠٠٠٠٥٦٧٨", ""]
)
def test_other_phones_are_refused(typed: str) -> None:
    assert not rules.is_valid_phone(typed)


def with_check(first17: str) -> str:
    """The one number with these 17 digits that has the right check character."""
    return next(
        first17 + c for c in string.digits + "X" if rules.is_valid_id_number(first17 + c, TODAY)
    )
