"""A supervisor over harmless children, as a process of its own: `python -m … HOME MODE FD`.

The children and a grandchild hold FD open, so whoever has its other end sees when all are gone.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from backend.supervisor.__main__ import tell
from backend.supervisor.backoff import Policy
from backend.supervisor.children import ChildSpec
from backend.supervisor.home import Refused, owned
from backend.supervisor.run import Plan, serve

PYTHON = (sys.executable, "-I", "-S", "-c")
QUICK = Policy(first=0.01, most=0.02, tries=3, grace=5.0)
PARENT = """
import subprocess, sys, time
sleep = [sys.executable, "-I", "-S", "-c", "import time; time.sleep(600)"]
subprocess.Popen(sleep, close_fds=False)
print("both run", flush=True)
time.sleep(600)
"""


def main(home: Path, mode: str, fd: int) -> int:
    """Modes: `serve`; `broken` has a child that always dies; `preparing` never gets that far."""
    family = ChildSpec("family", (*PYTHON, PARENT), fds=(fd,))
    broken = ChildSpec("broken", (*PYTHON, "raise SystemExit(3)"))

    def prepare() -> None:
        if mode == "preparing":
            tell("preparing")
            time.sleep(600)

    def ready() -> bool:
        return mode != "broken" and "both run" in (home / "logs" / "family.log").read_text()

    plan = Plan(
        home=home,
        early=[family],
        prepare=prepare,
        children=[broken] if mode == "broken" else [],
        ready=ready,
        greeting=lambda: "ready",
        policy=QUICK,
    )
    try:
        with owned(home) as lock_fd:
            return serve(plan, tell, lock_fd)
    except Refused as refusal:
        tell(str(refusal))
        return 2


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
