"""The auditor's pages: who looked and acted, whether the record holds, and the daily roots."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import update

from backend.audit import service as audit
from backend.audit.models import AuditRoot, AuditRow
from backend.core.access import Role
from backend.workbench.service.trail import Deed, Trail, as_csv
from tests.factories.house import ELSEWHERE, Town, Visitor, member_of
from tests.factories.people import APPLICANT, HUSBAND, SON
from tests.workbench.browser import Browser, at_desk


@pytest.fixture
def busy(town: Town, applicant: Visitor) -> dict[str, Any]:
    """A case on which much was done: a face, a look, a correction."""
    case = applicant.submitted(members=[APPLICANT.body("01"), HUSBAND.body("11"), SON.body("20")])
    token = applicant.invite(case["id"], member_of(case, SON)["id"])["token"]
    town.consent_by_face(token, SON)
    window = at_desk(town, town.staff()).open(f"/desk/cases/{case['id']}")
    window.client.get(window.page.xpath("//a[@data-photo]/@href")[0])
    window.send("/note", {"text": "电话联系过。"})
    window.send("/correction", {"items/0/path": "/members", "items/0/note": "请补写一个人。"})
    assert window.status == 200, window.words
    return case


def deeds(window: Browser) -> list[list[str]]:
    return [
        [" ".join(cell.text_content().split()) for cell in row]
        for row in window.page.xpath("//tbody/tr")
    ]


def test_who_looked_and_acted_is_said_in_words(
    town: Town, auditor: Browser, busy: dict[str, Any]
) -> None:
    auditor.open(f"/desk/cases/{busy['id']}").click("谁看过、谁办过")
    assert auditor.status == 200
    assert "核对过了" in auditor.words
    found = deeds(auditor)
    assert [row[0] for row in found] == [str(n + 1) for n in range(len(found))]
    told = [row[4] for row in found]
    for word in ("开始填写", "交了申请", "授权", "看了申请", "看了材料", "写了备注", "要求补正"):
        assert word in told
    assert not [word for word in told if "." in word], "every deed has a name"
    assert {row[2] for row in found} >= {"申请人一方", "签字人", "乡镇（街道）", "审计"}
    for person in (APPLICANT, HUSBAND, SON):
        assert person.name not in auditor.text
    before = len(found)
    assert "看了这份记录" in [row[4] for row in deeds(auditor.open(auditor.visited[-1]))]
    assert len(deeds(auditor)) > before


def test_it_can_be_taken_away(auditor: Browser, busy: dict[str, Any]) -> None:
    answer = auditor.client.get(f"/desk/cases/{busy['id']}/trail.csv")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    lines = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert lines[0][0] == "序号"
    assert [line[5] for line in lines[1:3]] == ["case.created", "document.stored"]
    assert all(len(line[7]) == 64 for line in lines[1:])


def test_a_name_is_no_formula_in_a_spreadsheet() -> None:
    at = datetime(2026, 3, 2, tzinfo=UTC)
    planted = Deed(
        1, at, "乡镇（街道）", '=HYPERLINK("http://x")', "case.read", "application:1", "00"
    )
    [_, line] = csv.reader(io.StringIO(as_csv(Trail(None, [planted], []))))
    assert line[3] == """'=HYPERLINK("http://x")"""


def test_a_row_that_was_changed_is_named(
    town: Town, auditor: Browser, busy: dict[str, Any]
) -> None:
    with town.units.write() as work:
        changed = update(AuditRow).where(AuditRow.chain == f"case:{busy['id']}", AuditRow.seq == 2)
        work.session.execute(changed.values(actor_role="system"))
    auditor.open(f"/desk/cases/{busy['id']}/trail")
    assert "可能被改过" in auditor.words
    assert "第 2 条" in auditor.page.xpath("//*[@role='alert']")[0].text_content()


def test_the_daily_roots(town: Town, auditor: Browser, busy: dict[str, Any]) -> None:
    assert "还没有" in auditor.open("/desk/audit").words
    for _ in range(3):
        with town.units.write() as work:
            audit.anchor(work)
        town.clock.advance(days=1)
    auditor = at_desk(town, town.staff(Role.AUDITOR, "610304")).open("/desk/audit")
    assert len(deeds(auditor)) == 3
    assert "每一天都接得上" in auditor.words
    with town.units.write() as work:
        work.session.execute(update(AuditRoot).values(previous=bytes(32)))
    assert "接不上" in auditor.open("/desk/audit").words


def test_an_auditor_of_elsewhere_sees_none_of_it(town: Town, busy: dict[str, Any]) -> None:
    other = at_desk(town, town.staff(Role.AUDITOR, "530102"))
    assert other.open(f"/desk/cases/{busy['id']}/trail").status == 403
    assert other.open(f"/desk/cases/{busy['id']}/trail.csv").status == 403
    township = at_desk(town, town.staff(scope=ELSEWHERE))
    assert township.open(f"/desk/cases/{busy['id']}/trail").status == 403
