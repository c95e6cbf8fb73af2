"""Who may see and change an application."""

from __future__ import annotations

from backend.applications.models import Case
from backend.core.access import Actor, Permission, Role


def is_owner(actor: Actor, case: Case) -> bool:
    """Whoever created it: a citizen for himself, or his helper."""
    return actor.has(Role.CITIZEN) and actor.id == case.owner_account_id


def is_proven_applicant(actor: Actor, case: Case) -> bool:
    """The person it is for, once proven: also where a helper or the counter filed it."""
    return actor.proven and actor.person_id == case.applicant_person_id


def is_township_of_place(actor: Actor, case: Case) -> bool:
    return actor.has(Role.TOWNSHIP) and actor.covers(case.division)


def is_county_of_place(actor: Actor, case: Case) -> bool:
    return actor.has(Role.COUNTY, Role.CITY, Role.AUDITOR) and actor.covers(case.division)


def was_submitted(_: Actor, case: Case) -> bool:
    """A draft is nobody's business, nor is one that was given up."""
    return case.submitted_on is not None


CASE_READ = Permission(
    "case.read",
    [
        [is_owner],
        [is_proven_applicant],
        [is_township_of_place, was_submitted],
        [is_county_of_place, was_submitted],
    ],
)
CASE_EDIT = Permission("case.edit", [[is_owner], [is_proven_applicant]])
CASE_CHECK = Permission("case.check", [[is_township_of_place, was_submitted]])
CASE_ADD = Permission("case.add", [*CASE_EDIT.rows, *CASE_CHECK.rows])
