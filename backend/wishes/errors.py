"""What can stand in a wish's way."""

from __future__ import annotations

from backend.core.errors import AccessRefused, Conflict, Invalid, NotFound


class WishNotFound(NotFound):
    """No such wish: with the code of `NotFound`, so that another's wish looks the same."""


class WishTaken(Conflict):
    """Somebody else was first, or the wish is fulfilled."""

    code = "wish_taken"


class WishOwn(Conflict):
    """Nobody fulfils his own wish, nor that of his ward."""

    code = "wish_own"


class GiverNotProven(AccessRefused):
    """A giver's identity has to be proven first; the wish is public, so this is told plainly."""

    code = "giver_not_proven"

    def __init__(self) -> None:
        super().__init__("wish.claim")


class ClaimsUsedUp(Conflict):
    """The giver holds as many wishes as he may; `most`."""

    code = "claims_used_up"


class WishesUsedUp(Conflict):
    """The person or the account has as many open wishes as it may; `most`."""

    code = "wishes_used_up"


class WishTooDear(Invalid):
    """Worth more than a wish of its kind may be; `yuan`."""

    code = "wish_too_dear"


class BeneficiaryMissing(Invalid):
    """Staff did not say for whom."""

    code = "wish_beneficiary_missing"


class ForAnotherAdult(Invalid):
    """A citizen posts for himself or for his ward, not for another adult."""

    code = "wish_for_another_adult"


class GuardianMissing(Invalid):
    """A minor's wish names a guardian."""

    code = "wish_guardian_missing"


class GuardianTooYoung(Invalid):
    """A guardian is of age, and another person than the minor."""

    code = "wish_guardian_too_young"


class GuardianForeign(Invalid):
    """The citizen who posts for a minor is the guardian himself."""

    code = "wish_guardian_foreign"


class TextNamesPerson(Invalid):
    """The text for the board holds the name of the beneficiary or the guardian."""

    code = "wish_text_name"


class ThanksAlreadySent(Conflict):
    """The giver was thanked before."""

    code = "wish_thanked"
