"""A log is lines of JSON that name request and case, whoever speaks, and quote nobody."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import structlog

from backend.core.logs import JsonLines, about_case, fault_without_values
from backend.core.settings import Settings, SettingsError

ROOT = Path(__file__).parents[2]
SECRET = "张三 610303199001011234"
# A process of its own: the configuration holds for a whole process.
SPEAKS = """
import logging, sys
import structlog
from backend.core import logs

logs.configure({level!r})
log = structlog.get_logger("zhangban.test")
structlog.contextvars.bind_contextvars(request_id="r-1")
logs.about_case("0198a5c2-7b3e-7c41-9d52-6e8f0a1b2c3d")
log.debug("quiet")
log.info("request", route="/x", status=200, ms=1.5)
log.warning("half", name="a\\ud800b", what={{1}}, who=object())
logging.getLogger("some.library").info("not told")
logging.getLogger("some.library").warning("cannot read %s", {secret!r})
logging.getLogger("backend.adapters.face.pool").warning("the engine failed: %s", "OSError")
try:
    raise ValueError({secret!r})
except ValueError:
    log.exception("broken")
    logging.getLogger("gunicorn.error").exception("Error handling request")
print("the command's own answer")
"""


def spoken(level: str) -> tuple[list[dict[str, Any]], str]:
    done = subprocess.run(
        [sys.executable, "-c", SPEAKS.format(level=level, secret=SECRET)],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [json.loads(line) for line in done.stderr.splitlines()], done.stdout + done.stderr


def test_everybody_speaks_in_lines_of_json_with_the_ids_and_without_values() -> None:
    lines, all_of_it = spoken("info")
    assert [line["event"] for line in lines] == [
        "request", "half", "cannot read %s", "the engine failed: OSError", "broken",
        "Error handling request",
    ]  # fmt: skip
    for line in lines:
        assert line["request_id"] == "r-1"
        assert line["case_id"] == "0198a5c2-7b3e-7c41-9d52-6e8f0a1b2c3d"
        assert line["timestamp"].endswith("Z")
    assert lines[0] | {"timestamp": ""} == {
        "route": "/x", "status": 200, "ms": 1.5, "event": "request", "level": "info",
        "request_id": "r-1", "case_id": lines[0]["case_id"], "timestamp": "",
    }  # fmt: skip
    assert (lines[1]["name"], lines[1]["what"], lines[1]["who"]) == ("a?b", "set", "object")
    assert {line.get("fault") for line in lines[-2:]} == {"ValueError"}
    assert all(place.rpartition(":")[2].isdigit() for place in lines[-1]["at"])
    assert SECRET not in all_of_it
    assert "Traceback" not in all_of_it
    assert "the command's own answer" in all_of_it


def test_the_level_is_a_setting() -> None:
    assert [line["event"] for line in spoken("debug")[0]][:2] == ["quiet", "request"]
    assert [line["event"] for line in spoken("error")[0] if "logger" not in line] == ["broken"]
    assert Settings.from_env({}).log_level == "info"
    assert Settings.from_env({"ZHANGBAN_LOG_LEVEL": "warning"}).log_level == "warning"
    with pytest.raises(SettingsError, match="debug, info, warning, error"):
        Settings.from_env({"ZHANGBAN_LOG_LEVEL": "loud"})


def test_a_line_about_a_case_names_it_until_the_context_ends() -> None:
    structlog.contextvars.clear_contextvars()
    about_case("0198a5c2-7b3e-7c41-9d52-6e8f0a1b2c3d")
    record = logging.LogRecord("gunicorn.error", 20, "", 0, "Listening at: %s", ("here",), None)
    line = json.loads(JsonLines().format(record))
    assert (line["event"], line["case_id"]) == (
        "Listening at: here",
        "0198a5c2-7b3e-7c41-9d52-6e8f0a1b2c3d",
    )
    structlog.contextvars.clear_contextvars()
    assert "case_id" not in json.loads(JsonLines().format(record))


def test_a_line_without_a_fault_is_left_as_it_is() -> None:
    assert fault_without_values(None, "", {"event": "x", "exc_info": None}) == {"event": "x"}
