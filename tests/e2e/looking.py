"""What can be measured of a page that people look at: axe-core's rules, sizes of text and targets,
and whether anything runs out of the screen.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from playwright.sync_api import Page

from tests.e2e.browsers import ROOT

AXE = ROOT / "build" / "browser" / "node_modules" / "axe-core" / "axe.min.js"
# The national specification for age-friendly applications: 44 px, 60 in the elder view, 18 pt there.
TARGET_PX, ELDER_TARGET_PX = 44, 60
TEXT_PX, ELDER_TEXT_PX = 14, 24
_MEASURE = """
([least, text, within]) => {
  const found = [];
  const root = [...document.querySelectorAll(within)].at(-1);
  if (!root) return [`no ${within}`];
  const seen = (one) => {
    const box = one.getBoundingClientRect(), style = getComputedStyle(one);
    return box.width > 0 && box.height > 0 && style.visibility !== "hidden";
  };
  const name = (one) => `${one.tagName.toLowerCase()} "${(one.innerText || one.ariaLabel || "").trim().slice(0, 20)}"`;
  const pressed = "button, a[href], input, textarea, select, [role=button], [role=radio], [role=checkbox], [role=switch]";
  for (const one of root.querySelectorAll(pressed)) {
    if (!seen(one) || one.type === "hidden") continue;
    const outer = one.closest("label, wx-button, wx-input, wx-textarea, wx-picker") || one;
    const box = outer.getBoundingClientRect();
    if (box.height < least - 0.5 || box.width < 43.5) {
      found.push(`small target ${name(one)} ${Math.round(box.width)}×${Math.round(box.height)}`);
    }
  }
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const one = node.parentElement;
    if (!node.textContent.trim() || !seen(one)) continue;
    const size = parseFloat(getComputedStyle(one).fontSize);
    if (size < text - 0.5) found.push(`small text ${name(one)} ${size}px`);
    const box = one.getBoundingClientRect();
    if (box.right > innerWidth + 1 && !one.closest("[data-wide]")) found.push(`runs out ${name(one)} to ${Math.round(box.right)}`);
  }
  if (document.documentElement.scrollWidth > innerWidth + 1) found.push("the page scrolls sideways");
  return [...new Set(found)];
}
"""


@cache
def _axe() -> str:
    return AXE.read_text()


def faults(page: Page, *, elder: bool = False, phone: bool = True) -> list[str]:
    """Everything that is wrong with what this window shows now, in words."""
    page.evaluate(_axe())  # not as a script of the page: its own rules would refuse it
    ran: Any = page.evaluate(
        "() => axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']})"
    )
    broken = [
        f"axe {rule['id']}: {node['html'][:120]}"
        for rule in ran["violations"]
        for node in rule["nodes"]
    ]
    if phone:
        least, text = (ELDER_TARGET_PX, ELDER_TEXT_PX) if elder else (TARGET_PX, TEXT_PX)
        broken += page.evaluate(_MEASURE, [least, text, "wx-page"])
    else:
        broken += page.evaluate(_MEASURE, [24, 12, "main"])
    return broken
