"""Who may see and change an application."""

from __future__ import annotations

from typing import Protocol

from backend.applications.models import Case
from backend.core.access import Actor, Permission, Role


class Placed(Protocol):
    """Whatever lies in a division."""

    @property
    def division(self) -> str: ...


def is_owner(actor: Actor, case: Case) -> bool:
    """Whoever created it: a citizen for himself, or his helper."""
    return actor.has(Role.CITIZEN) and actor.id == case.owner_account_id


def is_proven_applicant(actor: Actor, case: Case) -> bool:
    """The person it is for, once proven: also where a helper or the counter filed it."""
    return actor.proven and actor.person_id == case.applicant_person_id


def is_township_of_place(actor: Actor, case: Placed) -> bool:
    return actor.has(Role.TOWNSHIP) and actor.covers(case.division)


def is_county_of_place(actor: Actor, case: Case) -> bool:
    return actor.has(Role.COUNTY, Role.CITY, Role.AUDITOR) and actor.covers(case.division)


def is_recording_township(actor: Actor, case: Case) -> bool:
    """The counter that keeps it for somebody who has no phone (窗口代录); docs/adr/0021."""
    return case.recorded_by is not None and is_township_of_place(actor, case)


def was_submitted(_: Actor, case: Case) -> bool:
    """A draft is nobody's business, nor is one that was given up."""
    return case.submitted_on is not None


def is_county_office_of_place(actor: Actor, case: Case) -> bool:
    return actor.has(Role.COUNTY) and actor.covers(case.division)


CASE_READ = Permission(
    "case.read",
    [
        [is_owner],
        [is_proven_applicant],
        [is_recording_township],
        [is_township_of_place, was_submitted],
        [is_county_of_place, was_submitted],
    ],
)
CASE_EDIT = Permission("case.edit", [[is_owner], [is_proven_applicant], [is_recording_township]])
CASE_CHECK = Permission("case.check", [[is_township_of_place, was_submitted]])
CASE_FILE = Permission("case.file", [[is_township_of_place]])  # of a place, before there is a case
CASE_ADD = Permission("case.add", [*CASE_EDIT.rows, *CASE_CHECK.rows])
# Whether the township, the county or both may do it, the place's rule `clock_changed_by` says.
CASE_CLOCK = Permission(
    "case.clock",
    [[is_township_of_place, was_submitted], [is_county_office_of_place, was_submitted]],
)
