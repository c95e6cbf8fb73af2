"""Letters at the desk: beside their case, and all of a day in one file."""

from __future__ import annotations

from typing import Any

from backend.core.access import Role
from tests.factories.house import ELSEWHERE, Town, Visitor
from tests.factories.people import APPLICANT
from tests.letters.looking import pages_of, text_of
from tests.workbench.browser import Browser, at_desk


def test_a_case_shows_its_letters_and_each_is_printed(
    desk: Browser, clean_case: dict[str, Any]
) -> None:
    page = desk.open(f"/desk/cases/{clean_case['id']}")
    rows = [
        " ".join(row.text_content().split()) for row in page.page.xpath("//*[@id='letters']//tr")
    ]
    assert len(rows) == 3
    assert "打印家庭经济状况核对授权书王秀英" in rows[1]
    assert "打印收件回执王秀英2026年3月2日社救收〔2026〕610304001-00001号 有效" in rows[2]
    paper = page.click("打印收件回执").answer
    assert paper is not None
    assert paper.mimetype == "application/pdf"
    assert "sandbox" not in paper.headers["Content-Security-Policy"]  # no reader opens in one
    assert "收件回执" in text_of(paper.data)


def test_all_letters_of_a_day_make_one_file(town: Town, applicant: Visitor) -> None:
    for _ in range(3):
        applicant.submitted(members=[APPLICANT.body("01")])
    town.clock.advance(days=1)
    applicant.submitted(members=[APPLICANT.body("01")])
    desk = at_desk(town, town.staff())
    page = desk.open("/desk/letters")
    assert len(page.page.xpath("//input[@name='letter']")) == 1
    page = desk.open("/desk/letters?on=2026-03-02")
    boxes = [box.get("value") for box in page.page.xpath("//input[@name='letter' and @checked]")]
    assert len(boxes) == 3
    form = page.form("/letters/print")
    sent = {f.get("name"): f.get("value") for f in form.xpath(".//input[@type='hidden']")}
    answer = desk.client.post("/desk/letters/print", data={**sent, "letter": boxes[:2]})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert len(pages_of(answer.data)) == 2
    assert "社救收〔2026〕610304001-00002号" in text_of(answer.data)
    empty = desk.client.post("/desk/letters/print", data=sent)
    assert empty.status_code == 422
    assert "还没有选要打印的文书" in empty.get_data(as_text=True)
    many = desk.client.post("/desk/letters/print", data={**sent, "letter": boxes[:1] * 51})
    assert many.status_code == 422
    assert "一次最多打印 50 份" in many.get_data(as_text=True)


def test_nobody_prints_another_places_letters(
    town: Town, desk: Browser, case: dict[str, Any]
) -> None:
    box = desk.open("/desk/letters").page.xpath("//input[@name='letter']")[0].get("value")
    other = at_desk(town, town.staff(scope=ELSEWHERE))
    page = other.open("/desk/letters")
    assert "这一天没有发出文书" in page.words
    csrf = page.page.xpath("//input[@type='hidden']")
    sent = {f.get("name"): f.get("value") for f in csrf}
    answer = other.client.post("/desk/letters/print", data={**sent, "letter": box})
    assert answer.status_code == 403
    assert other.open(f"/desk/letters/{box}").status == 403
    county = at_desk(town, town.staff(Role.COUNTY, "610304"))
    assert county.open(f"/desk/letters/{box}").status == 200
