"""Messages and gaps lead to the page where something can be done about them."""

from __future__ import annotations

import json
import tomllib

from backend.applications.rules import SECTIONS
from tests.miniprogram.parts import answer
from tests.miniprogram.source import ROOT, SOURCE

PAGES = {f"/{page}" for page in json.loads((SOURCE / "app.json").read_text())["pages"]}
CATALOGUE = ROOT / "backend" / "core" / "catalogue"
# What is about the account itself, or about a link that only the family has: there is no page.
NOWHERE = {
    "told_consent_waits",
    "told_identity_proven",
    "told_identity_unproven",
    "told_second_claim",
}


def told() -> list[str]:
    codes = [code for file in CATALOGUE.glob("*.toml") for code in tomllib.loads(file.read_text())]
    return sorted(code for code in codes if code.startswith("told_"))


def places(about: str | None) -> dict[str, str]:
    given = [{"code": code, "about": about} for code in told()]
    return dict(zip(told(), answer('return given.map(part("inbox").placeOf)', given), strict=True))


def test_every_message_leads_to_a_page_that_is_there_or_is_known_to_lead_nowhere() -> None:
    found = places("0198")
    assert {code for code, place in found.items() if not place} == NOWHERE
    assert {place.partition("?")[0] for place in found.values() if place} <= PAGES


def test_a_message_about_nothing_leads_to_no_page_that_wants_to_know_which() -> None:
    assert not [place for place in places(None).values() if "=" in place]


def test_each_part_of_the_form_has_its_name_and_its_page() -> None:
    paths = {code: f"/{code}" for code in SECTIONS} | {"money": "/cashAssetsFen"}
    found = {
        "sections": [{"code": code, "missing": 1} for code in SECTIONS]
        + [{"code": "household", "missing": 0}],
        "missing": [{"section": code, "path": path, "text": "缺"} for code, path in paths.items()],
    }
    gaps = answer('return part("gaps").gapsOf(given)', found)
    assert [gap["code"] for gap in gaps] == list(SECTIONS)
    assert all(gap["name"] and len(gap["items"]) == 1 for gap in gaps)
    assert {gap["items"][0]["url"] for gap in gaps} <= PAGES
