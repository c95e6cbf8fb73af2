"""A served town and people with browsers: what every walk through the pages begins with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from miniprogram_mock.demo.server import Server, started
from tests.e2e.browsers import PATIENCE_MS, PORTRAITS, Browsers, NoBrowser, Witness

FACE = PORTRAITS / "obama.jpg"
expect.set_options(timeout=PATIENCE_MS)

Phone = Callable[..., Page]
Desk = Callable[..., Page]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A demo of this file's own, as `make run` serves it, WeChat's platform with it: no list shows
    what another file's people did.
    """
    with started(tmp_path_factory.mktemp("home")) as server:
        yield server


@pytest.fixture(scope="session")
def browsers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browsers]:
    with sync_playwright() as playwright:
        opened = Browsers(playwright, tmp_path_factory.mktemp("videos"))
        try:
            opened.seeing(FACE)
        except NoBrowser as missing:
            pytest.fail(str(missing), pytrace=False)
        with opened.stack:
            yield opened


@pytest.fixture
def witness() -> Iterator[Witness]:
    """Fails a test whose pages threw or wrote an error."""
    seen = Witness()
    yield seen
    assert seen.words == []


@pytest.fixture
def contexts() -> Iterator[list[BrowserContext]]:
    """Windows that a test opened; they are closed after it."""
    opened: list[BrowserContext] = []
    yield opened
    for context in opened:
        context.close()


@pytest.fixture
def phone(
    served: Server, browsers: Browsers, witness: Witness, contexts: list[BrowserContext]
) -> Phone:
    """`phone("user", at="/pages/x/index?a=b", face=…, camera=True)`: that person's phone with the
    mini-program open, full screen; each call is a phone of its own.
    """

    def open_phone(
        user: str,
        at: str = "",
        *,
        face: Path = FACE,
        camera: bool = True,
        script: str = "",
        **more: Any,
    ) -> Page:
        context = browsers.phone(face, camera=camera, **more)
        contexts.append(context)
        if script:  # runs before the page's own
            context.add_init_script(script)
        page = witness.watch(context.new_page())
        page.goto(f"{served.url}/mini/?user={quote(user)}{f'#{at}' if at else ''}")
        page.locator("wx-page").first.wait_for()
        return page

    return open_phone


@pytest.fixture
def desk(
    served: Server, browsers: Browsers, witness: Witness, contexts: list[BrowserContext]
) -> Desk:
    """`desk("/desk/")`: a window of 1366×768 at that address, with cookies of its own."""

    def open_desk(path: str = "/desk/", **more: Any) -> Page:
        context = browsers.desk(FACE, **more)
        contexts.append(context)
        page = witness.watch(context.new_page())
        page.goto(f"{served.url}{path}")
        return page

    return open_desk
