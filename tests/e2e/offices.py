"""What the township and the back office do with one case, by what their pages offer."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.e2e.desk_hands import look, until_there


def ask_for_more(officer: Page) -> None:
    """One paper once more, with a ready sentence."""
    officer.locator("summary").filter(has_text="要补正").click()
    form = officer.locator("form[action$='/correction']")
    form.get_by_label("哪里").first.select_option(label="户口簿照片")
    form.get_by_label("怎么了").first.select_option(index=1)
    form.get_by_label("常用的话").first.select_option(label="户口簿没拍全")
    form.get_by_role("button", name="发出一次性告知书").click()
    expect(officer.get_by_role("status")).to_be_visible()


def accept(officer: Page) -> None:
    officer.locator("summary").filter(has_text=re.compile("^受理")).click()
    officer.get_by_label("我确认这些人就是本人").check()
    officer.get_by_role("button", name="受理", exact=True).click()
    expect(officer.get_by_text("已受理").first).to_be_visible()


def done(page: Page) -> None:
    page.get_by_role("button", name="办好，交给下一步").click()
    expect(page.get_by_text("办好了，这件事到了下一步。")).to_be_visible()


def hand_over(page: Page, name: str) -> None:
    page.get_by_role("button", name=f"换成{name}，接着办").click()
    expect(page.get_by_role("button", name="办好，交给下一步")).to_be_visible()


def decide(page: Page) -> None:
    """From the check to the approval, each task by whose it is."""
    until_there(page, page.get_by_role("link", name="核对", exact=True)).click()
    page.get_by_label("通过", exact=True).check()  # the page is there: now all of its people are
    for mark in page.locator("input[name^='person.'][value=fits]").all():
        mark.check()
    done(page)
    look(page, "office-hand-over")
    hand_over(page, "调查员演示甲")
    page.get_by_label("和您一起去的同事").select_option(label="调查员演示乙")
    for tick in ("两名调查人员都签了字", "申请家庭签了字", "看到的和申请里写的一样"):
        page.get_by_label(tick).check()
    look(page, "office-survey-ready")
    done(page)
    hand_over(page, "初审员演示")
    page.get_by_label("建议同意", exact=True).check()
    look(page, "office-opinion-reckoned")
    done(page)
    page.get_by_role("link", name="去办：张贴公示").click()
    page.get_by_label("已经张贴").check()
    done(page)
    look(page, "office-days")
    page.get_by_role("button", name="把日子拨过公示期").click()
    expect(page.get_by_text("演示：日子拨过了公示期")).to_be_visible()
    hand_over(page, "审核员演示")
    page.get_by_label("同意", exact=True).check()
    done(page)
    look(page, "office-over")
