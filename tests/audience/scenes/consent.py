"""A signer at the link, and a consent once given."""

from __future__ import annotations

from tests.audience.scenes.ask import Ask, Scene
from tests.audience.world import World
from tests.factories.house import identification, member_of
from tests.factories.people import SON


def at_link(world: World, who: str) -> Ask:
    return Ask(path={"token": world.own.seats["son"].link})


def identify(world: World, who: str) -> Ask:
    return Ask(path={"token": world.own.seats["son"].link}, body=identification(SON))


def other_way(world: World, who: str) -> Ask:
    return Ask(path={"token": world.own.seats["son"].link}, body={"way": "counter"})


def look(world: World, who: str) -> Ask:
    seat = world.own.seats["son"]
    return Ask(path={"token": seat.link}, body=seat.look)


def sign(world: World, who: str) -> Ask:
    """The husband's face was seen; he has only to sign."""
    link = world.own.seats["husband"].link
    return Ask(path={"token": link}, body=world.town.signature(link), seat="husband")


def refuse(world: World, who: str) -> Ask:
    return Ask(path={"token": world.own.seats["son"].link}, body={"reason": "不想。"})


def replaced_link(world: World, who: str) -> Ask:
    """The son got a fresh link: the one before is over, and so is his sitting at it."""
    case = world.own.waiting
    world.own.filer.invite(case["id"], member_of(case, SON)["id"])
    return at_link(world, who)


def evidence(world: World, who: str) -> Ask:
    consent = world.matter(who).consent
    return Ask(path={"consent_id": consent}, mark=consent, seat="signed")


def mine(world: World, who: str) -> Ask:
    """The son's signature stands among his own; who only typed his name does not see it."""
    return Ask(mark=world.matter(who).consent)


def withdraw(world: World, who: str) -> Ask:
    return Ask(path={"consent_id": world.matter(who).consent}, body={}, seat="signed")


SCENES: dict[str, Scene] = {
    "openInvitation": at_link,
    "openInvitation, a link that was replaced": replaced_link,
    "getInvitationQr": at_link,
    "identifySigner": identify,
    "chooseOtherWay": other_way,
    "createFaceChallenge": at_link,
    "createFaceChallenge, a link that was replaced": replaced_link,
    "checkFace": look,
    "giveConsent": sign,
    "refuseConsent": refuse,
    "listConsents": mine,
    "withdrawConsent": withdraw,
    "getEvidence": evidence,
}
