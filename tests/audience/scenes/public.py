"""What is open to everybody, the demo's clock, and the figures."""

from __future__ import annotations

from tests.audience.scenes.ask import Ask, Scene
from tests.audience.world import World
from tests.factories.house import TOWNSHIP


def plain(world: World, who: str) -> Ask:
    """Nothing is needed."""
    return Ask()


def divisions(world: World, who: str) -> Ask:
    return Ask(query=f"?parent={TOWNSHIP}000", mark=TOWNSHIP)


def calendar(world: World, who: str) -> Ask:
    return Ask(path={"year": "2026"}, mark="国庆节放假")


def change_day(world: World, who: str) -> Ask:
    """For the county in which everything of this world lies."""
    body = {"prefix": TOWNSHIP[:6], "kind": "rest", "note": "暴雪停工", "reason": "县政府通知。"}
    return Ask(path={"day": "2026-03-03"}, body=body, version=0)


def enter_year(world: World, who: str) -> Ask:
    day = {"date": "2027-01-01", "kind": "rest", "note": "元旦放假"}
    said = {"source": "国务院办公厅通知", "reason": "通知已公布。", "days": [day]}
    return Ask(path={"year": "2027"}, body={"prefix": TOWNSHIP[:6], **said}, version=0)


def programme(world: World, who: str) -> Ask:
    return Ask(path={"code": "dibao"}, mark="dibao")


def eligibility(world: World, who: str) -> Ask:
    members = [{"incomes": [{"kind": "wages", "amountFen": 180_000, "period": "month"}]}, {}]
    place = {"division": f"{TOWNSHIP}000", "area": "urban"}
    return Ask(body={**place, "members": members}, mark="perHead")


def needs(world: World, who: str) -> Ask:
    return Ask(body={"needs": ["illness"]}, mark="dibao")


def look_up(world: World, who: str) -> Ask:
    """Whoever holds the receipt and knows the last four of the number."""
    matter = world.own
    said = {
        "receiptCode": matter.waiting["receiptCode"],
        "lastFour": matter.applicant.number[-4:],
    }
    return Ask(body=said, mark=matter.waiting["id"])


def look_up_wrongly(world: World, who: str) -> Ask:
    said = {"receiptCode": world.own.waiting["receiptCode"], "lastFour": "0000"}
    return Ask(body=said)


def metrics(world: World, who: str) -> Ask:
    return Ask(mark="# HELP")


def templates(world: World, who: str) -> Ask:
    return Ask(mark="fake-template")


def clock(world: World, who: str) -> Ask:
    return Ask(body={"days": 1})


SCENES: dict[str, Scene] = {
    "getCalendar": calendar,
    "putCalendarDay": change_day,
    "putCalendarYear": enter_year,
    "healthLive": plain,
    "healthReady": plain,
    "listDivisions": divisions,
    "listMessageTemplates": templates,
    "listProgrammes": plain,
    "getProgramme": programme,
    "checkEligibility": eligibility,
    "listNeeds": plain,
    "checkNeeds": needs,
    "lookUpCase": look_up,
    "lookUpCase, the number wrong": look_up_wrongly,
    "moveLegalClock": clock,
    "getMetrics": metrics,
}
