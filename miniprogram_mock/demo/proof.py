"""What proves the play afterwards: evidence, audit, and a data folder without a name in clear."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from miniprogram_mock.demo.play import Play
from miniprogram_mock.demo.story import Differs, expect, expect_that

ZHANGBAN = Path(sys.executable).parent / "zhangban"
COMMAND_SECONDS = 30
_PIECE = 4 * 1024 * 1024


def verify_evidence(play: Play) -> None:
    play.story.step("离线验证丈夫的授权证据", "Verify the husband's evidence file offline")
    public_key = play.server.home / "evidence.pub"
    # It holds personal data: it lies in a folder of its own, and not for long.
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "consent.json"
        file.write_bytes(play.evidence)
        said = _zhangban(play, 0, "evidence-verify", str(file), "--key", str(public_key))
        play.story.result(said)
        file.write_bytes(_forged(play.evidence))
        said = _zhangban(play, 1, "evidence-verify", str(file), "--key", str(public_key))
        expect_that("the verifier names the changed field", "field given_at: was changed" in said)
    play.story.result("改一个字就查得出： given_at", "a changed field is named")


def verify_audit(play: Play) -> None:
    play.story.step("核对操作记录链", "Check the chains of the audit record")
    play.story.result(_zhangban(play, 0, "audit-verify"))


def search_for_secrets(play: Play) -> None:
    play.story.step(
        "在数据文件夹里找姓名、号码、电话、登录凭证",
        "Search data and logs for personal data and tokens",
    )
    files = [path for path in sorted(play.server.home.rglob("*")) if path.is_file()]
    found = leaks(files, [*play.people.secrets, *play.tokens])
    if found:
        raise Differs(f"in clear: {', '.join(found)}")
    expect("tokens that were looked for", len(play.tokens), 9)
    expect_that("database, photos and logs were among them", _is_whole(files))
    play.story.result(f"{len(files)} 个文件里一个也没有", "none in any file, logs included")


def leaks(files: Iterable[Path], secrets: Iterable[str]) -> list[str]:
    """The files that hold a secret in clear, each as `path: which secret, how written`."""
    needles = {
        needle: f"secret {number} as {how}"
        for number, secret in enumerate(secrets, 1)
        for how, needle in _spellings(secret).items()
    }
    return [f"{path}: {what}" for path in files for what in _found_in(path, needles)]


def _spellings(secret: str) -> Mapping[str, bytes]:
    """How a text may come to lie in a file. A digest or a cipher's text is none of these."""
    escaped = json.dumps(secret)[1:-1]
    return {
        "UTF-8": secret.encode(),
        "UTF-16": secret.encode("utf-16-le"),
        "UTF-16 big-endian": secret.encode("utf-16-be"),
        "GB 18030": secret.encode("gb18030"),
        "JSON escapes": escaped.encode(),
        "upper JSON escapes": escaped.upper().replace("\\U", "\\u").encode(),
    }


def _found_in(path: Path, needles: Mapping[bytes, str]) -> list[str]:
    overlap = max(map(len, needles))
    found: dict[str, None] = {}
    try:
        with path.open("rb") as file:
            tail = b""
            while piece := file.read(_PIECE):
                piece = tail + piece
                found.update({what: None for needle, what in needles.items() if needle in piece})
                tail = piece[-overlap:]
    except FileNotFoundError:
        return []  # a journal or a scratch file that has ended meanwhile
    return list(found)


def _is_whole(files: list[Path]) -> bool:
    names = {path.name for path in files}
    return {"zhangban.db", "web.log", "worker.log"} <= names and any(
        "files" in path.parts for path in files
    )


def _forged(evidence: bytes) -> bytes:
    file = json.loads(evidence)
    file["values"]["given_at"] = "2020-01-01T00:00:00+00:00"
    return json.dumps(file, ensure_ascii=False).encode()


def _zhangban(play: Play, code: int, *arguments: str) -> str:
    """What the command says; Differs when it does not end with `code`."""
    env = {**os.environ, "ZHANGBAN_HOME": str(play.server.home), "ZHANGBAN_DEMO": "1"}
    done = subprocess.run(
        [str(ZHANGBAN), *arguments],
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=COMMAND_SECONDS,
        check=False,
    )
    expect(
        f"exit code of zhangban {arguments[0]}: {done.stdout}{done.stderr}", done.returncode, code
    )
    return done.stdout.strip()
