"""What one person filed for one household, a case at each stage; and the mandate to file it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.factories.house import VILLAGE, Town, Visitor, member_of
from tests.factories.people import HUSBAND, MALE, SON, Human

PRINCIPAL = Human("陈玉兰", date(1945, 4, 12))
NEIGHBOUR = Human("孙立国", date(1950, 8, 20), MALE)  # has a helper, too
COUSIN = Human("周小云", date(1982, 6, 1))
AUNT = Human("何桂英", date(1948, 3, 3))
GIVER = Human("吴晓明", date(1985, 2, 14), MALE)
PHOTO = "household_register"


@dataclass
class Seat:
    """A signer at the link: the link's token, the sitting, and what a face check would send."""

    link: str
    invitation: str
    visitor: Visitor
    look: dict[str, Any]


@dataclass
class Matter:
    """One household's cases; a document lies in each of the first two."""

    filer: Visitor
    applicant: Human
    draft: dict[str, Any]
    draft_paper: dict[str, Any]
    waiting: dict[str, Any]  # handed in, consents outstanding
    waiting_paper: dict[str, Any]
    ready: dict[str, Any]  # handed in, all consents count
    consent: str  # the son's, in `ready`
    seats: dict[str, Seat] = field(default_factory=dict)

    def look_again(self) -> None:
        """As the cases stand now, with the versions that a change must name."""
        self.draft = self.filer.case(self.draft["id"])
        self.waiting = self.filer.case(self.waiting["id"])
        self.ready = self.filer.case(self.ready["id"])


def matter_of(
    town: Town, filer: Visitor, applicant: Human, members: list[dict[str, Any]], **more: Any
) -> Matter:
    """All of it filed by one person; the son consents by his face, the others at the counter."""
    draft = filer.draft(members, **more)
    filer.papers(draft)
    draft_paper = filer.upload(draft["id"], PHOTO).get_json()
    waiting = filer.submitted(members=members, **more)
    waiting_paper = filer.upload(waiting["id"], PHOTO).get_json()
    ready = filer.submitted(members=members, **more)
    seat = _seat(town, filer.invite(ready["id"], member_of(ready, SON)["id"]), SON)
    _show_face(seat)
    path = f"/consent-invitations/{seat.link}/signature"
    consent = seat.visitor.once(path, town.signature(seat.link)).get_json()["id"]
    town.all_consent_at_counter(filer.case(ready["id"]))
    return Matter(
        filer, applicant, draft, draft_paper, waiting, waiting_paper, ready, consent,
        {"signed": seat},
    )  # fmt: skip


def take_seats(town: Town, matter: Matter, stranger: Visitor, other: Human) -> None:
    """Signers on their way: the son has to show his face, the husband to sign, and somebody sits
    at the link of quite another case.
    """
    for name, who in (("son", SON), ("husband", HUSBAND)):
        member = member_of(matter.waiting, who)["id"]
        matter.seats[name] = _seat(town, matter.filer.invite(matter.waiting["id"], member), who)
    _show_face(matter.seats["husband"])
    lone = stranger.draft([other.body("01")])
    invited = stranger.invite(lone["id"], lone["members"][0]["id"])
    matter.seats["far"] = _seat(town, invited, other)


def _seat(town: Town, invited: dict[str, Any], who: Human) -> Seat:
    visitor, reference = town.sit_down(invited["token"], who)
    look = town.look(invited["token"], visitor, reference)
    return Seat(invited["token"], invited["invitationId"], visitor, look)


def _show_face(seat: Seat) -> None:
    seen = seat.visitor.post(f"/consent-invitations/{seat.link}/face-check", seat.look)
    assert seen.status_code == 200, seen.get_json()


def active_mandate(helper: Visitor, desk: Visitor, principal: Human) -> tuple[Any, Any]:
    """A mandate that the township checked, and the photo of its paper."""
    mandate, paper = handed_in_mandate(helper, principal)
    path = f"/staff/mandates/{mandate['id']}/acceptance"
    active = desk.post(path, {"reason": "双方认识。"}, version=mandate["version"])
    assert active.status_code == 200, active.get_json()
    return active.get_json(), paper


def handed_in_mandate(helper: Visitor, principal: Human) -> tuple[Any, Any]:
    """A mandate whose paper waits for the township's look, and the paper's photo."""
    body = {
        "principalName": principal.name,
        "principalIdNumber": principal.number,
        "division": VILLAGE,
    }
    made = helper.once("/mandates", body).get_json()
    paper = helper.upload(made["id"], "mandate_paper").get_json()
    items = helper.get("/mandates").get_json()["items"]
    return next(one for one in items if one["id"] == made["id"]), paper
