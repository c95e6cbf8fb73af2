"""The shipped policy with rules of a county's own."""

from __future__ import annotations

import shutil
from pathlib import Path

from backend.core.uow import Units
from backend.policy.service import load_policy
from backend.policy.service.load import DATA

_HEAD = """
[[rules]]
valid_from = 2021-07-01
source = "县里的办法（测试用）"
"""


def county_rules(units: Units, folder: Path, county: str, *lines: str) -> None:
    """Put the shipped policy into force with these lines of TOML as a county's rules."""
    shutil.copytree(DATA, folder / "policy", dirs_exist_ok=True)
    place = folder / "policy" / "regions" / county
    place.mkdir(parents=True, exist_ok=True)
    (place / "rules.toml").write_text(_HEAD + "\n".join(lines))
    with units.write() as work:
        load_policy(work, folder / "policy")
