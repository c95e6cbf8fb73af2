"""Windows at the back office's pages, and a household whose people are named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Flask

from backend.backoffice.models import BoTask
from tests.backoffice.office import SNAPSHOT, Office
from tests.workbench.browser import Browser

HOUSEHOLD = [
    {"memberId": "m-1", "role": "member", "name": "王秀英", "relation": "01",
     "idNumber": "110105194912310021", "phone": "13800138000"},
    {"memberId": "m-2", "role": "member", "name": "李大山", "relation": "11"},
    {"memberId": "m-3", "role": "supporter", "name": "李小海", "relation": "20"},
]  # fmt: skip
NAMED = {**SNAPSHOT, "household": HOUSEHOLD}

Window = Callable[[str], Browser]


def checked(**more: Any) -> dict[str, Any]:
    """What a verifier fills in where everything fits."""
    people = {f"person.{one['memberId']}": "fits" for one in HOUSEHOLD}
    return {**people, "result": "passed", **more}


def visited(office: Office, **more: Any) -> dict[str, Any]:
    """What one of the two who went there fills in."""
    return {
        "visitedOn": office.today().isoformat(),
        "investigators": str(office.issued["surveyor-2"].staff_id),
        "signed": ["investigators", "household"],
        "note": "两间土房，老人在家。",
        **more,
    }


def window(app: Flask, office: Office, label: str) -> Browser:
    """Where this person sits; how one logs in has tests of its own."""
    browser = Browser(app.test_client(), "10.201.0.1")
    browser.client.set_cookie("office", office.issued[label].token, path="/desk/office")
    return browser


def go(browser: Browser, task: BoTask, fields: dict[str, Any]) -> Browser:
    """Open a task by its link in the list, fill in its form, and send it."""
    browser.open("/desk/office/tasks")
    assert f"/desk/office/tasks/{task.id}" in browser.text
    return browser.open(f"/desk/office/tasks/{task.id}").send(f"/tasks/{task.id}", fields)


def address(row_id: UUID) -> str:
    return f"/desk/office/cases/{row_id}"
