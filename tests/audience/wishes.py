"""Micro-wishes of the owner and her children, one at each stage, and one of the village."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.factories.house import Town, Visitor
from tests.factories.people import APPLICANT, DAUGHTER, MALE, Human
from tests.factories.wishes import OLD_WOMAN, Street, named, ok

BROTHER = Human("李小军", date(2014, 9, 9), MALE)
NEW_OLD_MAN = Human("马德福", date(1939, 5, 5), MALE)


@dataclass(frozen=True)
class Wishes:
    """Each as the API shows it. `owner` asks, `giver` gives."""

    name: str  # of whoever stands behind the owner's wishes
    submitted: dict[str, Any]
    photo: dict[str, Any]  # of `submitted`
    published: dict[str, Any]
    claimed: dict[str, Any]
    delivered: dict[str, Any]
    delivery_photo: dict[str, Any]
    fulfilled: dict[str, Any]
    of_village: dict[str, Any]  # submitted, for somebody without a phone


def wishes_of(town: Town, visitors: dict[str, Visitor]) -> Wishes:
    """Two open wishes for one person are the most, so that the children wish, too."""
    owner, giver, village = (visitors[who] for who in ("owner", "giver", "village"))
    street = Street(town)
    street.owner, street.giver = owner, giver
    fulfilled = street.fulfilled()
    claimed = street.claimed(beneficiary=named(DAUGHTER))
    delivered = street.delivered(beneficiary=named(DAUGHTER))
    delivery_photo = ok(giver.upload(delivered["id"], "delivery_photo"), 201)
    submitted = street.posted(beneficiary=named(BROTHER))
    photo = ok(owner.upload(submitted["id"], "wish_photo"), 201)
    published = street.published()
    of_village = street.posted(village, beneficiary=named(OLD_WOMAN))
    return Wishes(
        APPLICANT.name, submitted, photo, published, claimed, delivered, delivery_photo,
        fulfilled, of_village,
    )  # fmt: skip
