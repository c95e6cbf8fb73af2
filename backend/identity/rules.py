"""Citizen ID numbers (GB 11643), names, mobile numbers: reading, checking, comparing, masking."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from enum import StrEnum
from uuid import UUID

_ID = re.compile(r"[0-9]{17}[0-9X]")
_OLD_ID = re.compile(r"[0-9]{15}")
_PHONE = re.compile(r"1[3-9][0-9]{9}")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"
_ID_LENGTH = 18
_OLDEST_AGE = 150
_MASK = "*"

_FULL_WIDTH = str.maketrans("０１２３４５６７８９Ｘｘ＋－", "0123456789Xx+-")
# What phones and office programs put around pasted numbers without showing it.
_INVISIBLE = dict.fromkeys(
    [0x00AD, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A)]
)
# The dot between the parts of a long name: what ID cards print (·) and what keyboards give instead.
_DOT = "·"
_DOTS = str.maketrans(dict.fromkeys("·•・․‧∙⋅･.．", _DOT))


class Sex(StrEnum):
    """Sex as the ID number states it."""

    MALE = "male"
    FEMALE = "female"


class IdNumberFault(StrEnum):
    """Why a text is no ID number; the values are error codes of the catalogue."""

    LENGTH = "id_number_length"
    FIFTEEN_DIGITS = "id_number_fifteen_digits"
    CHARACTERS = "id_number_characters"
    BIRTH_DATE = "id_number_birth_date"
    BORN_LATER = "id_number_born_later"
    CHECK_CHARACTER = "id_number_check_character"


def normalise_id_number(text: str) -> str:
    """The number without blanks and invisible characters, full-width digits made ASCII, x X."""
    return _squeezed(text).upper()


def id_number_fault(text: str, today: date) -> IdNumberFault | None:
    """Why this is not a citizen ID number (GB 11643-1999), or None; `text` may be as typed.

    Area codes are not checked: withdrawn and unknown ones are on valid cards. A birth date after
    `today` is refused. 15-digit numbers ended on 2013-01-01 and have a reason of their own.
    """
    number = normalise_id_number(text)
    if _OLD_ID.fullmatch(number):
        return IdNumberFault.FIFTEEN_DIGITS
    if len(number) != _ID_LENGTH:
        return IdNumberFault.LENGTH
    if not _ID.fullmatch(number):
        return IdNumberFault.CHARACTERS
    try:
        born = _birth_date(number)
    except ValueError:
        return IdNumberFault.BIRTH_DATE
    if born.year < today.year - _OLDEST_AGE:
        return IdNumberFault.BIRTH_DATE
    if born > today:
        return IdNumberFault.BORN_LATER
    if _check_character(number) != number[-1]:
        return IdNumberFault.CHECK_CHARACTER
    return None


def is_valid_id_number(text: str, today: date) -> bool:
    """Whether `id_number_fault` finds nothing."""
    return id_number_fault(text, today) is None


def birth_date(id_number: str) -> date:
    """The birth date of a valid ID number; ValueError where it holds none."""
    return _birth_date(normalise_id_number(id_number))


def age_on(born: date, day: date) -> int:
    """Full years of age on a day: the birthday itself counts, and 29 February turns on 1 March."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def sex(id_number: str) -> Sex:
    """The sex of a valid ID number: an odd 17th digit is male."""
    return Sex.MALE if int(normalise_id_number(id_number)[16]) % 2 else Sex.FEMALE


def mask_id_number(id_number: str) -> str:
    """The first three and last two characters, the rest as `*`: 610*************1X.

    Neighbours know a person's county and birthday, and the last four characters open a case
    look-up together with the receipt code, so these are what a mask has to hide.
    """
    number = normalise_id_number(id_number)
    if len(number) < _ID_LENGTH:
        return _MASK * len(number)
    return number[:3] + _MASK * (len(number) - 5) + number[-2:]


def mask_name(name: str) -> str:
    """The first character and one star, however long the name: 张*, and 阿* for 阿卜杜·买买提."""
    return unicodedata.normalize("NFC", name).strip()[:1] + _MASK


def mask_phone(phone: str) -> str:
    """The first three and last two digits: 138******78."""
    digits = normalise_phone(phone)
    return digits[:3] + _MASK * max(len(digits) - 5, 0) + digits[-2:] if len(digits) > 5 else _MASK


def proof_code(account_id: UUID) -> str:
    """What a phone shows at the counter, so that this account is proven and no other one that
    claims the same name (核实码).
    """
    return account_id.hex[-8:].upper()


def name_key(name: str) -> str:
    """What two spellings of one name share: NFC, one middle dot, no blanks, small Latin letters.

    For comparing and for digests only; names are kept and shown as typed.
    """
    return _squeezed(unicodedata.normalize("NFC", name)).translate(_DOTS).casefold()


def same_name(one: str, other: str) -> bool:
    """Whether two texts spell the same name; an empty one never does."""
    key = name_key(one)
    return bool(key) and key == name_key(other)


def normalise_phone(text: str) -> str:
    """The number without blanks, hyphens and +86."""
    return _squeezed(text).replace("-", "").removeprefix("+86")


def is_valid_phone(text: str) -> bool:
    """Whether this is a mainland mobile number, as typed or normalised."""
    return _PHONE.fullmatch(normalise_phone(text)) is not None


def _squeezed(text: str) -> str:
    return "".join(text.translate(_INVISIBLE).split()).translate(_FULL_WIDTH)


def _birth_date(number: str) -> date:
    digits = number[6:14] if _ID.fullmatch(number) else ""
    return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))


def _check_character(number: str) -> str:
    total = sum(weight * int(c) for weight, c in zip(_WEIGHTS, number[:17], strict=True))
    return _CHECK_CHARACTERS[total % 11]


def is_valid_name(name: str) -> bool:
    """Whether a name is made of letters of any script, and of what joins them: dots, blanks, -
    and '.
    """
    letters = [c for c in name if unicodedata.category(c)[0] in "LM"]
    joints = [c for c in name if c in _NAME_JOINTS]
    return bool(letters) and len(letters) + len(joints) == len(name)


_NAME_JOINTS = frozenset("·•・․‧∙⋅･ -'’〇")
