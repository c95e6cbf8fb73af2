"""One county with everybody in it: two households' cases at every stage, and a log-in for each
audience of docs/audience.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from flask import Flask

from backend.app import create_app
from backend.core.access import Role
from backend.core.ids import new_token
from backend.identity.models import StaffMember
from tests.audience.desk import Things, desk_things
from tests.audience.matters import (
    GIVER,
    NEIGHBOUR,
    PRINCIPAL,
    Matter,
    active_mandate,
    matter_of,
    take_seats,
)
from tests.audience.office import Office, open_office
from tests.audience.slate import Picture, Slate
from tests.audience.wishes import Wishes, wishes_of
from tests.factories.documented import DocumentedClient
from tests.factories.house import ELSEWHERE, TOWNSHIP, VILLAGE, Town, Visitor, member_of
from tests.factories.people import APPLICANT, HELPER, SON, STRANGER, household

OTHER_COUNTY, OTHER_CITY = "610303", "3714"
HELPED = frozenset({"applicant", "claimant", "helper", "revoked helper", "expired helper"})
NOW = "now"
STATES = {"revoked helper": "mandate revoked", "expired helper": "mandate expired"}
STAFF = {
    "village": (Role.VILLAGE, VILLAGE),
    "township": (Role.TOWNSHIP, TOWNSHIP),
    "other township": (Role.TOWNSHIP, ELSEWHERE),
    "far township": (Role.TOWNSHIP, f"{OTHER_COUNTY}100"),
    "county": (Role.COUNTY, TOWNSHIP[:6]),
    "other county": (Role.COUNTY, OTHER_COUNTY),
    "city": (Role.CITY, TOWNSHIP[:4]),
    "other city": (Role.CITY, OTHER_CITY),
    "auditor": (Role.AUDITOR, TOWNSHIP[:4]),
    "other auditor": (Role.AUDITOR, OTHER_CITY),
}


PEOPLE = (
    "owner", "applicant", "helper", "relative", "citizen", "giver", "claimant", "false relative",
)  # fmt: skip


@dataclass
class World:
    """Who is there, what there is, and how to forget what happened."""

    town: Town
    app: Flask
    visitors: dict[str, Visitor]
    own: Matter
    helped: Matter
    mandate: dict[str, Any]  # active: the helper's for the principal
    mandate_paper: dict[str, Any]
    things: Things
    office: Office
    wishes: Wishes
    slate: Slate | None = None

    def matter(self, who: str) -> Matter:
        """The household's matter that this audience asks for."""
        return self.helped if who in HELPED else self.own

    def picture(self) -> Picture:
        """Every row that no refusal may touch, as it is at this moment; without a slate none."""
        return self.slate.picture() if self.slate else {}

    @contextmanager
    def as_it_was(self, state: str = NOW) -> Iterator[None]:
        """Begin in this state; afterwards nothing that happened has happened."""
        files, at = dict(self.town.files.kept), self.town.clock.at
        if self.slate and state != NOW:
            self.slate.back_to(state)
        try:
            yield
        finally:
            self.town.files.kept, self.town.clock.at = files, at
            if self.slate and not self.slate.stands(NOW):
                self.slate.back_to(NOW)


def build(town: Town) -> World:
    """Everything over HTTP, as it comes about in real life."""
    settings = replace(town.house.settings, metrics_token=new_token())
    town.house = replace(town.house, settings=settings)
    # an app of its own: the shared one goes on to the next test's house
    app = create_app(town.house)
    town.client = DocumentedClient(app, "10.200.0.1")
    who = _people(town) | {name: town.staff(*job) for name, job in STAFF.items()}
    mandate, paper = active_mandate(who["helper"], who["township"], PRINCIPAL)
    own = matter_of(town, who["owner"], APPLICANT, household())
    kin = [PRINCIPAL.body("01"), SON.body("20", role="supporter")]
    helped = matter_of(town, who["helper"], PRINCIPAL, kin, mandateId=mandate["id"])
    town.prove(who["applicant"])
    # whoever is another has as much of his own: a mandate for somebody, and a case
    active_mandate(who["citizen"], who["township"], NEIGHBOUR)
    take_seats(town, own, who["citizen"], STRANGER)
    who["helper"].invite(helped.waiting["id"], member_of(helped.waiting, SON)["id"])
    things, office = desk_things(town, own), open_office(town)
    own.look_again()
    helped.look_again()
    wishes = wishes_of(town, who)
    return World(town, app, who | office.staff, own, helped, mandate, paper, things, office, wishes)


def _people(town: Town) -> dict[str, Visitor]:
    helper = town.citizen(HELPER)
    found = {
        "anonymous": Visitor(town, "", UUID(int=0)),
        "monitor": Visitor(town, str(town.house.settings.metrics_token), UUID(int=0)),
        "owner": town.citizen(APPLICANT),
        "applicant": town.citizen(PRINCIPAL),
        "relative": town.citizen(SON),
        "citizen": town.citizen(STRANGER),
        "giver": town.citizen(GIVER),
        **dict.fromkeys(["helper", "revoked helper", "expired helper"], helper),
    }
    for who in ("relative", "citizen", "giver"):
        town.prove(found[who])
    for who, human in (("claimant", PRINCIPAL), ("false relative", SON)):
        found[who] = town.citizen(who)
        claim = {"name": human.name, "idNumber": human.number}
        assert found[who].put("/me/identity", claim).status_code == 200
    return found


def keep_states(world: World, slate: Slate) -> None:
    """Besides now: a helper without a mandate, everybody logged out, and everybody dismissed."""
    world.slate = slate
    slate.keep(NOW)
    with world.as_it_was():
        path = f"/mandates/{world.mandate['id']}/revocation"
        assert world.visitors["applicant"].post(path).status_code == 200
        slate.keep(STATES["revoked helper"])
        slate.back_to(NOW)
        moved = world.town.client.send("POST", "/demo/clock", json={"days": 366})
        assert moved.status_code == 200
        slate.keep(STATES["expired helper"])
        slate.back_to(NOW)
        for who in (*PEOPLE, *STAFF):
            assert world.visitors[who].delete("/sessions/current").status_code == 204
        slate.keep("logged out")
        slate.back_to(NOW)
        with world.town.units.write() as work:
            for who in STAFF:
                work.session.get_one(StaffMember, world.visitors[who].id).active = False
        world.office.dismiss_all(world.town)
        slate.keep("dismissed")
        slate.back_to(NOW)
