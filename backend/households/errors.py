"""What can be wrong with a household."""

from __future__ import annotations

from backend.core.errors import Invalid, NotFound


class HouseholdImplausible(Invalid):
    """These people cannot be one household; each fault names its field."""

    code = "household_implausible"


class MemberNotFound(NotFound):
    """No such person in this case."""

    code = "member_not_found"
