"""`make demo` as somebody in a fresh clone runs it, and what it says when something is wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from flask import Flask, jsonify
from flask.typing import ResponseReturnValue

from miniprogram_mock.demo.people import id_number, invent
from miniprogram_mock.demo.proof import leaks
from miniprogram_mock.wechat_platform.server import make_platform_server

TOLD = (
    "人均 661.99 元 → dibao · 0.01 yuan/month",
    "人均 662.00 元 → edge · 0.00 yuan/month",
    "人均 992.99 元 → edge · 0.00 yuan/month",
    "人均 993.00 元 → none · 0.00 yuan/month",
    "得 186.00 元。",
    "12 MP → 1512×2016",
    "obama.jpg against obama2.jpg: accepted",
    "obama2.jpg against obama3.jpg: review",
    "biden.jpg against obama.jpg",
    "zxing-cpp reads the QR code back",
    "镇上受理了申请",
    "县里同意了申请",
    "approved, 186.00 yuan a month",
    "不登录也能看到：一位大姐想要一床厚被子过冬。",
    "心愿实现：被子很暖和，谢谢您。",
    "evidence: whole and signed",
    "audit: every chain holds",
    "All 27 steps as expected",
)


COMMAND = [sys.executable, "-m", "miniprogram_mock.demo"]


def environment(home: Path, port: int) -> dict[str, str]:
    env = {k: v for k, v in os.environ.items() if not k.startswith("ZHANGBAN_")}
    return {**env, "ZHANGBAN_HOME": str(home), "PORT": str(port)}


def demo(home: Path, port: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        COMMAND,
        env=environment(home, port),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@contextmanager
def served(*, demo: bool, ready: bool = True) -> Iterator[int]:
    """A server that is healthy and knows nothing else; gives its port."""
    app = Flask(__name__)

    @app.get("/health/ready")
    def health() -> ResponseReturnValue:
        return jsonify(status="ok", demo=demo) if ready else jsonify(something="else")

    server = make_platform_server(app, "127.0.0.1", 0)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server.port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_the_whole_case_from_an_empty_folder(tmp_path: Path) -> None:
    home = tmp_path / "var"
    with served(demo=True, ready=False) as port_of_another_program:
        played = demo(home, port_of_another_program)
    assert (played.returncode, played.stderr) == (0, ""), played.stdout
    missing = [line for line in TOLD if line not in played.stdout]
    assert missing == [], played.stdout
    assert not (home / "supervisor.pid").exists()
    modes = {path.name: path.stat().st_mode & 0o777 for path in home.iterdir()}
    assert {name: oct(mode) for name, mode in modes.items() if mode & 0o077} == {}


def test_it_plays_nothing_on_a_server_that_is_not_for_demos(tmp_path: Path) -> None:
    with served(demo=False) as port:
        played = demo(tmp_path, port)
    assert played.returncode == 1
    assert "is not in demo mode: nothing is played there" in played.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_first_difference_ends_it(tmp_path: Path) -> None:
    with served(demo=True) as port:
        url = f"http://127.0.0.1:{port}"
        credentials = {"url": url, "wechatUrl": url, "staff": {}, "backoffice": {}}
        (tmp_path / "demo.json").write_text(json.dumps(credentials))
        (tmp_path / "supervisor.pid").write_text(f"{os.getpid()}\n")
        played = demo(tmp_path, port)
    assert played.returncode == 1
    assert "Step 1 differs" in played.stderr
    assert "\n 2. " not in played.stdout


def test_a_home_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    home = tmp_path / "var"
    home.mkdir()
    (home / "keys.json").write_text("{}")
    with served(demo=True) as port:
        played = demo(home, port)
    assert played.returncode == 1
    assert "The server did not start." in played.stderr


def test_who_stops_it_stops_its_server_too(tmp_path: Path) -> None:
    home = tmp_path / "var"
    with (
        served(demo=True, ready=False) as port,
        subprocess.Popen(
            COMMAND, env=environment(home, port), stdout=subprocess.PIPE, text=True
        ) as playing,
    ):
        assert playing.stdout is not None
        next(line for line in playing.stdout if line.startswith(" 1. "))
        assert (home / "supervisor.pid").exists()
        playing.terminate()
        playing.communicate(timeout=30)
    assert playing.returncode == 1
    assert not (home / "supervisor.pid").exists()


@pytest.mark.parametrize(
    "written",
    [
        "王秀莲".encode(),
        "x王秀莲y".encode("utf-16-le"),
        "王秀莲".encode("utf-16-be"),
        "王秀莲".encode("gb18030"),
        json.dumps({"name": "王秀莲"}).encode(),
        json.dumps("王秀莲").upper().replace("\\U", "\\u").encode(),
    ],
    ids=["UTF-8", "UTF-16", "UTF-16 big-endian", "GB 18030", "JSON", "JSON in capitals"],
)
def test_the_search_finds_a_name_however_it_is_written(tmp_path: Path, written: bytes) -> None:
    planted, clean = tmp_path / "planted", tmp_path / "clean"
    planted.write_bytes(bytes(4 * 1024 * 1024 - 3) + written + b"\n")  # across two pieces
    clean.write_bytes("王*,610*************47".encode() + bytes(5 * 1024 * 1024))
    found = leaks([planted, clean], ["610303197401011235", "王秀莲"])
    assert [one.partition(": ")[0] for one in found] == [str(planted)]
    assert "610303197401011235" not in "".join(found)


def test_the_invented_people_are_new_in_every_play() -> None:
    one, other = invent(), invent()
    numbers = [p["idNumber"] for p in one.members]
    assert len(set(numbers)) == 4
    assert numbers != [p["idNumber"] for p in other.members]
    assert len(one.secrets) == 14


def test_check_characters() -> None:
    assert id_number("110105", date(1949, 12, 31), 2) == "11010519491231002X"
