"""The back office in a browser: its staff take one case from the list to the letter."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime

import httpx
import pytest
from playwright.sync_api import Page, expect

from backend.core.crypto import KeyRing
from backend.relay.rules import cloud_event, signed_headers
from miniprogram_mock.demo.server import Server
from tests.e2e.conftest import Desk
from tests.e2e.desk_hands import look, sit_at_office, until_there

COUNTY = "610303"
HOUSEHOLD = [
    {"memberId": str(uuid.uuid4()), "role": role, "name": name, "relation": relation,
     "idNumber": number, "phone": "13800138000", "work": "不能劳动", "health": "重病",
     "incomes": [{"kind": "pension", "amountFen": 12000}], "incomesUnknown": False,
     "deductions": []}
    for role, name, relation, number in (
        ("member", "演示王秀英", "01", "110105194912310021"),
        ("member", "演示李大山", "11", "110105194812310019"),
        ("supporter", "演示阿卜杜拉·买买提江", "28", "110105197812310016"),
    )
]  # fmt: skip

Sit = Callable[[str], Page]


def forwarded(server: Server, name: str) -> None:
    """A case arrives as the main system sends it."""
    case_id, message, at = str(uuid.uuid4()), str(uuid.uuid4()), datetime.now(UTC)
    data = {
        "caseId": case_id, "county": COUNTY, "sequence": 1, "version": 1,
        "division": "610303100001", "programme": "dibao", "area": "urban", "decidedBy": "county",
        "acceptedOn": legal_today(server),
        "snapshot": {
            "applicantName": name, "headcount": 2, "amountFen": 18600, "standardFen": 66200,
            "perHeadFen": 56900, "classification": "dibao", "household": HOUSEHOLD,
            "cashAssetsFen": 250000, "explanation": ["66200 − 56900 = 9300", "9300 × 2 = 18600"],
            "consents": [], "documents": [{"slot": "id_card", "memberId": None}],
        },
    }  # fmt: skip
    event = cloud_event(
        message, f"zhangban/{COUNTY}", "case.submitted_for_review", case_id, at, data
    )
    body = json.dumps(event).encode()
    secret = KeyRing.load(server.home / "keys.json").current("webhook").secret
    answer = httpx.post(
        f"{server.url}/api/v1/backoffice/inbox",
        content=body,
        headers=dict(signed_headers(secret, message, at, body)),
        trust_env=False,
    )
    assert answer.status_code == 200, answer.text


def legal_today(server: Server, days: int = 0) -> str:
    """The legal day, after moving it on."""
    path = f"{server.url}/api/v1/demo/clock"
    return str(httpx.post(path, json={"days": days}, trust_env=False).json()["legalDate"])


@pytest.fixture
def sit(desk: Desk, served: Server) -> Sit:
    """Somebody logs in with password and one-time code."""

    return lambda label: sit_at_office(desk("/desk/office/"), served, label)


def opened(page: Page, task: str) -> Page:
    page.get_by_role("link", name=task, exact=True).first.click()
    return page


def done(page: Page) -> Page:
    page.get_by_role("button", name="办好，交给下一步").click()
    expect(page.get_by_text("办好了，这件事到了下一步。")).to_be_visible()
    return page


def test_a_case_is_worked_on_from_the_list_to_the_letter(
    served: Server, desk: Desk, sit: Sit
) -> None:
    look(desk("/desk/office/login"), "office-login")
    forwarded(served, "演示王秀英")
    verifier = sit("verifier")
    look(verifier, "office-tasks")
    opened(verifier, "核对")
    marks = verifier.locator("input[name^='person.'][value=fits]")
    expect(marks.first).to_be_visible()  # a list is taken as it stands: the page must have come
    for mark in marks.all():
        mark.check()
    look(verifier, "office-task-verification")
    verifier.get_by_role("button", name="办好，交给下一步").click()
    expect(verifier.get_by_text("这一处没有填")).to_be_visible()
    look(verifier, "office-task-wrong")
    verifier.get_by_label("通过", exact=True).check()
    done(verifier)
    expect(verifier.locator("#diagram .djs-shape.now")).to_have_count(1)
    expect(verifier.locator("#diagram .bjs-powered-by")).to_be_visible()
    look(verifier, "office-case")
    verifier.get_by_role("button", name="看完整信息").click()
    expect(verifier.get_by_text("110105194912310021")).to_be_visible()
    look(verifier, "office-snapshot")

    surveyor = opened(sit("surveyor-1"), "入户调查")
    surveyor.get_by_label("和您一起去的同事").select_option(label="调查员演示乙")
    surveyor.get_by_label("两名调查人员都签了字").check()
    surveyor.get_by_label("申请家庭签了字").check()
    surveyor.get_by_label("还看到什么").fill("两间土房，老人卧床。")
    look(surveyor, "office-task-survey")
    done(surveyor)

    reviewer = opened(sit("reviewer"), "初审")
    reviewer.get_by_label("建议同意", exact=True).check()
    reviewer.get_by_label("建议每月给多少（元）").fill("186")
    look(reviewer, "office-task-opinion")
    done(reviewer)
    reviewer.get_by_role("link", name="去办：张贴公示").click()
    reviewer.get_by_label("已经张贴").check()
    look(reviewer, "office-task-publicity")
    done(reviewer)
    reviewer.get_by_role("link", name="公示单").click()
    look(reviewer, "office-notice")
    reviewer.go_back()
    reviewer.get_by_text("登记异议").first.click()
    look(reviewer, "office-case-published")
    reviewer.get_by_role("link", name="全部案件").click()
    look(reviewer, "office-cases")

    legal_today(served, 8)
    decider = sit("decider")
    until_there(decider, decider.get_by_role("link", name="县级审核确认", exact=True))
    opened(decider, "县级审核确认")
    decider.get_by_label("同意", exact=True).check()
    look(decider, "office-task-decision")
    done(decider)
    expect(decider.locator("#diagram .djs-shape.passed[data-element-id=approved]")).to_have_count(1)
    look(decider, "office-case-approved")
    decider.get_by_role("link", name="通知书").click()
    expect(decider.get_by_text("予以确认", exact=True)).to_be_visible()
    look(decider, "office-letter")
