"""Log-ins, who one is, mandates."""

from __future__ import annotations

import pyotp
from argon2 import PasswordHasher

from backend.core.access import Role
from backend.identity.models import StaffMember
from tests.audience.matters import AUNT, GIVER, PRINCIPAL
from tests.audience.scenes.ask import Ask, Scene
from tests.audience.world import World
from tests.factories.house import TOWNSHIP, VILLAGE
from tests.factories.people import APPLICANT, HELPER, SON, STRANGER

_WEAK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # two hundred log-ins a run
_PASSWORD = "一个只在这里用的长口令"
_WHO = {
    "owner": APPLICANT, "applicant": PRINCIPAL, "relative": SON, "citizen": STRANGER,
    "giver": GIVER, "claimant": PRINCIPAL, "false relative": SON,
}  # fmt: skip


def wechat_session(world: World, who: str) -> Ask:
    return Ask(body={"code": world.town.wechat.code_for("somebody new"), "sharedPhone": False})


def staff_session(world: World, who: str) -> Ask:
    """Somebody of staff who is not logged in yet."""
    member = StaffMember(
        id=world.town.units.kit.make_id(),
        username="new.colleague",
        password_hash=_WEAK.hash(_PASSWORD),
        roles=[str(Role.TOWNSHIP)],
        scope=TOWNSHIP,
    )
    secret = pyotp.random_base32()
    member.seal(world.town.units.vault, name="周干事", totp_secret=secret)
    with world.town.units.write() as work:
        work.session.add(member)
    totp = pyotp.TOTP(secret).at(world.town.clock.now())
    return Ask(body={"username": "new.colleague", "password": _PASSWORD, "totp": totp})


def log_out(world: World, who: str) -> Ask:
    return Ask()


def me(world: World, who: str) -> Ask:
    return Ask(mark=str(world.visitors["applicant" if who == "applicant" else "owner"].id))


def read_messages(world: World, who: str) -> Ask:
    return Ask(body={"upTo": str(world.town.units.kit.make_id())})


def claim(world: World, who: str) -> Ask:
    human = _WHO.get(who, HELPER)
    return Ask(body={"name": human.name, "idNumber": human.number})


def phone(world: World, who: str) -> Ask:
    return Ask(body={"code": f"phone-1390000{world.town.units.kit.make_id().int % 10_000:04}"})


def new_mandate(world: World, who: str) -> Ask:
    named = {"principalName": AUNT.name, "principalIdNumber": AUNT.number, "division": VILLAGE}
    return Ask(body=named)


def mandates(world: World, who: str) -> Ask:
    return Ask(mark=world.mandate["id"])


def revocation(world: World, who: str) -> Ask:
    return Ask(path={"mandate_id": world.mandate["id"]}, mark=world.mandate["id"])


SCENES: dict[str, Scene] = {
    "createWechatSession": wechat_session,
    "createStaffSession": staff_session,
    "deleteSession": log_out,
    "getMe": me,
    "bindIdentity": claim,
    "readMessages": read_messages,
    "bindPhone": phone,
    "createMandate": new_mandate,
    "listMandates": mandates,
    "revokeMandate": revocation,
}
