"""A case from draft to withdrawal, and its timeline."""

from __future__ import annotations

from typing import Any

from tests.audience.desk import counter_body
from tests.audience.matters import AUNT, GIVER, PRINCIPAL
from tests.audience.scenes.ask import Ask, Scene
from tests.audience.world import World
from tests.factories.house import draft_body, member_of
from tests.factories.people import APPLICANT, SON, STRANGER, Human

_WHO = {
    "relative": SON, "citizen": STRANGER, "giver": GIVER, "applicant": PRINCIPAL,
    "claimant": PRINCIPAL, "false relative": SON,
}  # fmt: skip
_NEW = Human("王新生", STRANGER.born, STRANGER.sex, turn=9)


def create(world: World, who: str) -> Ask:
    """For oneself; a helper for the principal, with the mandate."""
    if who.endswith("helper"):
        return Ask(body=draft_body([PRINCIPAL.body("01")], mandateId=world.mandate["id"]))
    return Ask(body=draft_body([_WHO.get(who, APPLICANT).body("01")]))


def create_with_anothers_mandate(world: World, who: str) -> Ask:
    return Ask(body=draft_body([PRINCIPAL.body("01")], mandateId=world.mandate["id"]))


def listed(world: World, who: str) -> Ask:
    return Ask(mark=world.matter(who).waiting["id"])


def waiting(world: World, who: str) -> Ask:
    case = world.matter(who).waiting
    return Ask(path={"application_id": case["id"]}, mark=case["id"])


def checklist(world: World, who: str) -> Ask:
    return Ask(path=waiting(world, who).path)


def documents(world: World, who: str) -> Ask:
    return Ask(path=waiting(world, who).path, mark=world.matter(who).waiting_paper["id"])


def draft(world: World, who: str) -> Ask:
    case = world.matter(who).draft
    return Ask(path={"application_id": case["id"]}, mark=case["id"])


def change(world: World, who: str) -> Ask:
    return _on_draft(world, who, body={"cashAssetsFen": 100})


def submit(world: World, who: str) -> Ask:
    return _on_draft(world, who)


def put_member(world: World, who: str) -> Ask:
    new = str(world.town.units.kit.make_id())
    return _on_draft(world, who, {"member_id": new}, body=_NEW.body("99"))


def put_anothers(world: World, who: str) -> Ask:
    """The person's id is one of somebody else's case."""
    return _on_draft(world, who, {"member_id": _anothers(world, who)}, body=_NEW.body("99"))


def delete_anothers(world: World, who: str) -> Ask:
    return _on_draft(world, who, {"member_id": _anothers(world, who)})


def invite_anothers(world: World, who: str) -> Ask:
    path = waiting(world, who).path
    return Ask(path=path, body={"memberId": _anothers(world, who)})


def _anothers(world: World, who: str) -> str:
    other = world.own if world.matter(who) is world.helped else world.helped
    return str(member_of(other.draft, SON)["id"])


def delete_member(world: World, who: str) -> Ask:
    son = member_of(world.matter(who).draft, SON)["id"]
    return _on_draft(world, who, {"member_id": son})


def withdraw(world: World, who: str) -> Ask:
    case = world.matter(who).waiting
    return Ask(path={"application_id": case["id"]}, version=case["version"])


def invite(world: World, who: str) -> Ask:
    case = world.matter(who).waiting
    return Ask(path={"application_id": case["id"]}, body={"memberId": member_of(case, SON)["id"]})


def link_of_son(world: World, who: str) -> Ask:
    case = world.matter(who).waiting
    path = {"application_id": case["id"], "member_id": member_of(case, SON)["id"]}
    return Ask(path=path)


def ran_out(world: World, who: str) -> Ask:
    """The son's link, a month later."""
    world.town.clock.advance(days=31)
    return Ask(path={"token": world.own.seats["son"].link}, mark="renewed")


def extend(world: World, who: str) -> Ask:
    return _running(world, body={"reason": "hard_to_survey", "note": "长子在外省，要去函。"})


def pause(world: World, who: str) -> Ask:
    return _running(world, body={"reason": "other_office", "note": "等回函。"})


def resume(world: World, who: str) -> Ask:
    return _running(world)


def _running(world: World, **more: Any) -> Ask:
    """An accepted case of the owner's."""
    case = world.own.filer.case(world.things.delivery["caseId"])
    return Ask(path={"application_id": case["id"]}, version=case["version"], **more)


def invite_for_draft(world: World, who: str) -> Ask:
    case = world.matter(who).draft
    return Ask(path={"application_id": case["id"]}, body={"memberId": member_of(case, SON)["id"]})


def create_at_counter(world: World, who: str) -> Ask:
    return Ask(body=counter_body(AUNT))


def counter_draft(world: World, who: str) -> Ask:
    case = world.things.counter["id"]
    return Ask(path={"application_id": case}, mark=case)


def counter_papers(world: World, who: str) -> Ask:
    return Ask(path={"application_id": world.things.counter["id"]})


def counter_change(world: World, who: str) -> Ask:
    return _at_counter(world, body={"cashAssetsFen": 100})


def counter_member(world: World, who: str) -> Ask:
    new = str(world.town.units.kit.make_id())
    return _at_counter(world, {"member_id": new}, body=_NEW.body("99"))


def counter_member_gone(world: World, who: str) -> Ask:
    return _at_counter(world, {"member_id": world.things.counter["members"][0]["id"]})


def counter_move(world: World, who: str) -> Ask:
    return _at_counter(world)


def _at_counter(world: World, path: dict[str, str] | None = None, **more: Any) -> Ask:
    case = world.things.counter
    return Ask(path={"application_id": case["id"], **(path or {})}, version=case["version"], **more)


def _on_draft(world: World, who: str, path: dict[str, str] | None = None, **more: Any) -> Ask:
    case = world.matter(who).draft
    return Ask(path={"application_id": case["id"], **(path or {})}, version=case["version"], **more)


SCENES: dict[str, Scene] = {
    "createApplication": create,
    "createApplication, with another's mandate": create_with_anothers_mandate,
    "listApplications": listed,
    "getApplication": waiting,
    "getApplication, a draft": draft,
    "patchApplication": change,
    "putMember": put_member,
    "putMember, of another's case": put_anothers,
    "deleteMember": delete_member,
    "deleteMember, of another's case": delete_anothers,
    "getChecklist": checklist,
    "listDocuments": documents,
    "submitApplication": submit,
    "withdrawApplication": withdraw,
    "inviteConsent": invite,
    "inviteConsent, for a draft": invite_for_draft,
    "inviteConsent, a member of another's case": invite_anothers,
    "extendClock": extend,
    "pauseClock, where the place's rules have none": pause,
    "resumeClock, of one that runs": resume,
    "showInvitation": link_of_son,
    "remindSigner": link_of_son,
    "renewInvitation": ran_out,
    "createCounterApplication": create_at_counter,
    "getApplication, a draft of the counter": counter_draft,
    "patchApplication, a draft of the counter": counter_change,
    "putMember, a draft of the counter": counter_member,
    "deleteMember, a draft of the counter": counter_member_gone,
    "listDocuments, a draft of the counter": counter_papers,
    "submitApplication, a draft of the counter": counter_move,
    "withdrawApplication, a draft of the counter": counter_move,
    "getTimeline": waiting,
    "getTimeline, a draft": draft,
}
