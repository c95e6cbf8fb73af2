"""Run the mini-program's plain parts in Node and look at what they answer."""

from __future__ import annotations

import json
import subprocess
from typing import Any

from tests.miniprogram.source import NODE, SOURCE

# A phone's storage, as WeChat's: "" for what is not there, values as they would survive a restart.
_PHONE = """
const kept = new Map();
globalThis.wx = {
  getStorageSync: (name) => (kept.has(name) ? JSON.parse(kept.get(name)) : ""),
  setStorageSync: (name, value) => kept.set(name, JSON.stringify(value)),
  removeStorageSync: (name) => kept.delete(name),
};
const part = (name) => require(process.cwd() + "/lib/" + name);
const fresh = (name) => {
  delete require.cache[require.resolve(process.cwd() + "/lib/" + name)];
  return part(name);
};
"""


def answer(script: str, given: Any = None) -> Any:
    """What `script` returns, a function's body that knows `part(name)` and `given`."""
    whole = (
        f"{_PHONE}\nPromise.resolve((() => {{ const given = {json.dumps(given)};\n{script}\n}})())"
        ".then((found) => process.stdout.write(JSON.stringify(found ?? null)));"
    )
    command = [str(NODE), "-e", whole]
    run = subprocess.run(
        command, cwd=SOURCE, capture_output=True, text=True, check=False, timeout=30
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)
