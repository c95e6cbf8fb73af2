"""Every page of the mini-program, opened by itself, is seen, pressed and read out in both views."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.e2e.browsers import ROOT, shoot
from tests.e2e.conftest import Phone
from tests.e2e.looking import faults

SOURCE = ROOT / "miniprogram_mock" / "miniprogram"
PAGES: list[str] = json.loads((SOURCE / "app.json").read_text())["pages"]
USER = "看页面的人"
WHO = "pages/who/index"
ELDER = f"localStorage.setItem('mini.{USER}.zb.phone.elder', JSON.stringify({{data: true}}))"


@pytest.mark.parametrize("elder", [False, True], ids=["plain", "elder"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_can_be_seen_pressed_and_read_out(phone: Phone, path: str, elder: bool) -> None:
    page = phone(USER, f"/{path}", script=ELDER if elder else "")
    shown: Any = page.locator(f'wx-page[is="{path}"]')
    asked: Any = page.locator(f'wx-page[is="{WHO}"]')  # where somebody unknown is asked first
    shown.or_(asked).first.wait_for()
    page.wait_for_load_state("networkidle")
    shoot(page, f"page-{path.split('/')[1]}{'-elder' if elder else ''}")
    assert faults(page, elder=elder) == []
