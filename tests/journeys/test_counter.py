"""Edge case 5: nobody in the family has a phone. From the counter to the county's decision without
any citizen's device, and each decision by somebody who did not do the step before it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from backend.backoffice import service as backoffice
from backend.backoffice.tasks import advance_publicity
from backend.core.ids import new_id
from backend.worker import relay_of
from tests.factories.house import TOWNSHIP, VILLAGE, Town, Visitor
from tests.factories.people import APPLICANT, HUSBAND
from tests.fuzz.story import Neighbour

COUNTY = TOWNSHIP[:6]
AMOUNT_FEN = 132_400  # two people without an income, each up to 662 yuan


@dataclass
class Office:
    """The county's back office behind its own doors."""

    town: Town
    staff: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with self.town.units.write() as work:
            hired = backoffice.seed_demo_staff(work, COUNTY, TOWNSHIP)
        self.staff = {one.label: one for one in hired}

    def carry(self) -> None:
        """Everything that waits is delivered, in both directions."""
        relay = replace(relay_of(self.town.house), sender=Neighbour(self.town))
        while relay.run_once():
            pass

    def do(self, who: str, task: str, **said: Any) -> None:
        token = self.staff[who].token
        open_tasks = self.town.client.send("GET", "/backoffice/tasks", token=token).get_json()
        [found] = [one for one in open_tasks["items"] if one["name"] == task]
        path = f"/backoffice/tasks/{found['id']}/completion"
        answer = self.town.client.send("POST", path, token=token, json=said)
        assert answer.status_code == 200, answer.get_json()
        self.carry()


def file(desk: Visitor) -> dict[str, Any]:
    """She stands at the counter with her husband and a bag of papers."""
    body = {
        "programme": "dibao",
        "division": VILLAGE,
        "area": "urban",
        "name": APPLICANT.name,
        "idNumber": APPLICANT.number,
        "papersSeen": "身份证原件、户口簿原件",
        "officerRelated": False,
    }
    case = desk.once("/staff/applications", body).get_json()
    path = f"/applications/{case['id']}"
    husband = f"{path}/members/{new_id()}"
    case = desk.put(husband, HUSBAND.body("11"), version=case["version"]).get_json()
    said = {"truthPromise": {"accepted": True}, "staffRelatives": [], "cashAssetsFen": 30_000}
    case = desk.patch(path, said, version=case["version"]).get_json()
    desk.papers(case)
    receipt = desk.submit(case["id"])
    assert receipt.status_code == 200, receipt.get_json()
    return {**desk.case(case["id"]), "receipt": receipt.get_json()["receiptCode"]}


def test_edge_case_5_a_case_without_any_phone_runs_to_the_decision(town: Town) -> None:
    desk, colleague, office = town.staff(), town.staff(), Office(town)
    case = file(desk)
    assert case["state"] == "awaiting_consent"
    for member in case["members"]:
        seen = town.consent_at_counter(case["id"], member["id"], (desk, colleague))
        assert seen.status_code == 200, seen.get_json()
    case = {**desk.case(case["id"]), "receipt": case["receipt"]}
    assert case["state"] == "submitted"
    assert case["consents"] == {"needed": 2, "counted": 2}
    path = f"/staff/applications/{case['id']}/acceptance"
    own = desk.post(path, {}, version=case["version"])
    assert own.get_json()["code"] == "accepted_by_recorder"
    accepted = colleague.post(path, {}, version=case["version"])
    assert accepted.status_code == 200, accepted.get_json()
    office.carry()
    review(town, office)
    officer = town.staff()
    found = officer.case(case["id"])
    assert (found["state"], found["outcome"]["amountFen"]) == ("approved", AMOUNT_FEN)
    steps = officer.get(f"/applications/{case['id']}/timeline").get_json()["steps"]
    assert "您" not in {step["who"] for step in steps}, "no citizen's device did anything"
    looked = {"receiptCode": case["receipt"], "lastFour": APPLICANT.number[-4:]}
    anybody = town.client.send("POST", "/case-lookups", json=looked).get_json()
    assert anybody["state"] == "approved"


def review(town: Town, office: Office) -> None:
    """Edge case 29: whoever visited the household is not among those who decide."""
    office.do("verifier", "verification", result="passed")
    pair = [str(office.staff[who].staff_id) for who in ("surveyor-1", "surveyor-2")]
    office.do("surveyor-1", "survey", result="done", investigators=pair)
    office.do("reviewer", "first_opinion", result="positive", amountFen=AMOUNT_FEN)
    office.do("reviewer", "start_publicity", result="posted")
    town.clock.advance(days=8)
    assert advance_publicity(town.units) == 1
    office.carry()
    office.do("decider", "county_decision", result="approved")
