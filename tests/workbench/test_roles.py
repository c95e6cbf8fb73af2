"""Who may enter which page of the desk: every page, every role."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from backend.core.access import Role
from tests.factories.house import TOWNSHIP, VILLAGE, Town
from tests.workbench.browser import at_desk, new_browser

T, V, C, S, A = Role.TOWNSHIP, Role.VILLAGE, Role.COUNTY, Role.CITY, Role.AUDITOR
READERS, DECIDERS, ALL = {T, C, S, A}, {T}, {T, V, C, S, A}
# What docs/audience.md says in words; `test_every_page_stands_here` misses none.
MAY: dict[str, set[Role] | None] = {
    "deskHome": None, "deskLogin": None, "deskNowhere": None,
    "deskLogout": ALL, "deskWorklist": ALL, "deskNext": ALL, "deskWish": ALL, "deskDocument": ALL,
    "deskSearch": READERS, "deskCase": READERS, "deskLetter": READERS,
    "deskLetters": {T, C}, "deskPrint": {T, C},
    "deskEvidence": {T, C, A},
    "deskAccept": DECIDERS, "deskCorrect": DECIDERS, "deskReject": DECIDERS, "deskNote": DECIDERS,
    "deskMandateEnd": DECIDERS, "deskNewWish": {T, V}, "deskPostWish": {T, V},
    "deskWithdraw": DECIDERS, "deskProof": DECIDERS, "deskProve": DECIDERS, "deskUnprove": DECIDERS,
    "deskInvite": DECIDERS, "deskRemind": DECIDERS, "deskWitness": DECIDERS,
    "deskCounter": DECIDERS, "deskConfirm": DECIDERS, "deskReview": DECIDERS,
    "deskSameFace": DECIDERS,
    "deskOtherFace": DECIDERS, "deskMandate": DECIDERS, "deskMandateYes": DECIDERS,
    "deskMandateNo": DECIDERS, "deskPublish": DECIDERS, "deskWishBack": DECIDERS,
    "deskHelpers": DECIDERS, "deskFilings": DECIDERS, "deskBeginFiling": DECIDERS,
    "deskFilingPeople": DECIDERS,
    "deskFilingPerson": DECIDERS, "deskFilePerson": DECIDERS, "deskDropPerson": DECIDERS,
    "deskFilingMoney": DECIDERS, "deskFileMoney": DECIDERS, "deskFilingPromise": DECIDERS,
    "deskFilePromise": DECIDERS, "deskPromiseSheet": DECIDERS, "deskFilingPapers": DECIDERS,
    "deskFilePapers": DECIDERS, "deskDropPaper": DECIDERS, "deskFilingCheck": DECIDERS,
    "deskHandIn": DECIDERS, "deskGiveUp": DECIDERS,
    "deskCalendarNow": ALL, "deskCalendar": ALL, "deskCalendarDay": {C, S},
    "deskCalendarYear": {C, S}, "deskExtend": {T, C}, "deskPause": {T, C}, "deskResume": {T, C},
    "deskTrail": {A}, "deskTrailFile": {A}, "deskRoots": {A},
    "deskHelp": {T, V}, "deskHelpTake": {T, V}, "deskHelpDone": {T, V},
    "deskWishNo": DECIDERS, "deskSettle": DECIDERS,
}  # fmt: skip


def pages(town: Town) -> dict[str, list[Any]]:
    """The desk's routes by operation."""
    found: dict[str, list[Any]] = {}
    app = town.client.flask_app
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("desk."):
            view: Any = app.view_functions[rule.endpoint]
            found.setdefault(view.operation, []).append((rule, view))
    return found


def test_every_page_stands_here_and_lets_in_whom_it_should(town: Town) -> None:
    found = pages(town)
    assert set(found) == set(MAY)
    for operation, routes in found.items():
        for _, view in routes:
            assert view.audience == frozenset(MAY[operation] or ()), operation


def address(rule: Any) -> str:
    """The rule's address with ids that nobody has."""
    adapter = rule.map.bind("localhost")
    values = {
        name: {"kind": "application", "variant": "full", "anything": "x"}.get(name, uuid4())
        for name in rule.arguments
    }
    return str(adapter.build(rule.endpoint, values))


@pytest.mark.parametrize("role", sorted(ALL))
def test_a_role_is_stopped_at_the_door(town: Town, role: Role) -> None:
    officer = town.staff(role, VILLAGE if role is V else TOWNSHIP)
    for operation, routes in pages(town).items():
        allowed = MAY[operation]
        for rule, _ in routes:
            if allowed is None or operation == "deskLogout":
                continue
            method = "POST" if "POST" in rule.methods else "GET"
            answer = at_desk(town, officer).client.open(address(rule), method=method)
            if role in allowed:
                # past the door: no such thing, a form without its token, or the page itself
                told = answer.get_data(as_text=True)
                assert "not_allowed" not in told, (operation, role)
            else:
                assert answer.status_code == 403, (operation, role)
                assert "not_allowed" in answer.get_data(as_text=True)


def test_nobody_else_gets_in(town: Town) -> None:
    for operation, routes in pages(town).items():
        for rule, _ in routes:
            if MAY[operation] is None:
                continue
            method = "POST" if "POST" in rule.methods else "GET"
            answer = new_browser(town).client.open(address(rule), method=method)
            assert answer.status_code == (401 if method == "POST" else 303), operation


@pytest.mark.parametrize("role", [C, S, A])
def test_whoever_looks_has_no_buttons(town: Town, role: Role, clean_case: dict[str, Any]) -> None:
    window = at_desk(town, town.staff(role, TOWNSHIP[:4])).open(f"/desk/cases/{clean_case['id']}")
    assert window.status == 200
    assert [form.get("action") for form in window.page.forms] == ["/desk/logout"]
    assert "您可以看，不能在这里办" in window.words


def test_a_refused_look_is_recorded(town: Town, clean_case: dict[str, Any]) -> None:
    window = at_desk(town, town.staff(T, "610304101"))
    assert window.open(f"/desk/cases/{clean_case['id']}").status == 403
