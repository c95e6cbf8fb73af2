"""Debian's Chromium, one for each face before its camera, and the windows that people have."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, ViewportSize

ROOT = Path(__file__).resolve().parents[2]
SCREENS = ROOT / "build" / "screens"
PORTRAITS = ROOT / ".venv" / "portraits"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",
    "--use-fake-device-for-media-stream",
)
PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1366, "height": 768}
PATIENCE_MS = 30_000  # a page waits beside storms and crashes of other tests
NO_BROWSER = (
    "There is no Chromium on this machine, and these tests are its user: "
    "apt-get install -y chromium fonts-noto-cjk"
)


class NoBrowser(Exception):
    """The tests need a browser that is not there; the text says what to do."""


@dataclass
class Browsers:
    """Starts a browser for each face when it is first asked for; all end with the session."""

    playwright: Playwright
    videos: Path
    stack: ExitStack = field(default_factory=ExitStack)
    _running: dict[Path, Browser] = field(default_factory=dict)

    def seeing(self, picture: Path) -> Browser:
        """A browser whose camera sees this picture."""
        if picture not in self._running:
            path = chromium()
            video = film(picture, self.videos)
            browser = self.playwright.chromium.launch(
                executable_path=path,
                args=[*FLAGS, f"--use-file-for-fake-video-capture={video}"],
            )
            self.stack.callback(browser.close)
            self._running[picture] = browser
        return self._running[picture]

    def phone(self, picture: Path, *, camera: bool = True, **more: Any) -> BrowserContext:
        """A phone's window; the browser lets the page have the camera or not."""
        granted = ["camera"] if camera else []
        return self._context(picture, PHONE, granted, has_touch=True, **more)

    def desk(self, picture: Path, **more: Any) -> BrowserContext:
        return self._context(picture, DESK, [], **more)

    def _context(
        self, picture: Path, size: ViewportSize, granted: list[str], **more: Any
    ) -> BrowserContext:
        context = self.seeing(picture).new_context(
            viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai", permissions=granted, **more
        )
        context.set_default_timeout(PATIENCE_MS)
        return context


def chromium() -> str:
    """Where the machine's own browser is; NoBrowser where it has none."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        raise NoBrowser(NO_BROWSER)
    return path


def film(picture: Path, folder: Path, size: tuple[int, int] = (640, 480)) -> Path:
    """A picture as a short film, the kind of file that Chromium plays as a camera (YUV4MPEG2)."""
    width, height = size
    with Image.open(picture) as opened:
        fitted = ImageOps.pad(opened.convert("RGB"), size, color=(120, 120, 120))
    y, cb, cr = fitted.convert("YCbCr").split()
    half = (width // 2, height // 2)
    frame = y.tobytes() + cb.resize(half).tobytes() + cr.resize(half).tobytes()
    path = folder / f"{picture.stem}.y4m"
    head = f"YUV4MPEG2 W{width} H{height} F10:1 Ip A1:1 C420jpeg\n".encode()
    path.write_bytes(head + (b"FRAME\n" + frame) * 5)
    return path


def shoot(page: Page, name: str) -> Path:
    """Write what the window shows to build/screens/NAME.png, to be looked at."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    path = SCREENS / f"{name}.png"
    page.screenshot(path=path, animations="disabled")
    return path


@dataclass
class Witness:
    """What a window's pages complained about; a test asks for `nothing` at its end."""

    words: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> Page:
        page.on("pageerror", lambda fault: self.words.append(f"{page.url}: {fault}"))
        page.on("console", self._heard)
        return page

    def _heard(self, message: Any) -> None:
        # A refusal that the page shows in words is no fault of the page's.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.words.append(f"{message.page.url if message.page else ''}: {message.text}")
