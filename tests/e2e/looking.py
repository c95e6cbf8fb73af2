"""What can be measured of a page that people look at: axe-core's rules, sizes of text and targets,
and whether anything runs out of the screen.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.e2e.browsers import ROOT

AXE = ROOT / "build" / "browser" / "node_modules" / "axe-core" / "axe.min.js"
# The national specification for age-friendly applications (适老化): 44 px, elder 60 px and 18 pt.
TARGET_PX, ELDER_TARGET_PX = 44, 60
TEXT_PX, ELDER_TEXT_PX = 14, 24
MEASURE = Path(__file__).with_name("measure.js")


@cache
def _axe() -> str:
    return AXE.read_text()


def faults(page: Page, *, elder: bool = False, phone: bool = True) -> list[str]:
    """Everything that is wrong with what this window shows now, in words."""
    broken = axe(page)
    if phone:
        least, text = (ELDER_TARGET_PX, ELDER_TEXT_PX) if elder else (TARGET_PX, TEXT_PX)
        broken += page.evaluate(MEASURE.read_text(), [least, text, "wx-page"])
    else:
        broken += page.evaluate(MEASURE.read_text(), [16, 12, "main"])
    return broken


def axe(page: Page) -> list[str]:
    """What axe-core says against the whole window."""
    page.evaluate(_axe())  # not as a script of the page: its own rules would refuse it
    ran: Any = page.evaluate(
        "() => axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']})"
    )
    return [
        f"axe {rule['id']}: {node['html'][:120]}"
        for rule in ran["violations"]
        for node in rule["nodes"]
    ]
