"""`make storm`: many cases by many clients while everything is killed, and the reckoning after it.

`python -m tests.crash.storm [--cases N] [--db sqlite|postgresql|both] [--seed S]`
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import secrets
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.crash.lean import AFTERWARDS, Lean, Ledger
from tests.crash.parts import answers, wait_until
from tests.crash.reckon import KINDS, Books, percentiles
from tests.crash.town import Town, opened

CLIENTS = 8
GAP_S = (0.6, 1.8)
DOWN_S = (0.0, 0.4)
QUIET_S = 240.0
# How often which kind in one round of kills; PostgreSQL's only where there is one.
WEIGHTS = {
    "web": 4,
    "worker": 4,
    "county": 4,
    "gunicorn worker": 2,
    "gunicorn master": 1,
    "all at once": 1,
    "postgresql": 1,
}
Say = Callable[[str], None]


@dataclass
class Report:
    """One storm's figures."""

    database: str
    seed: int
    cases: int
    seconds: float = 0.0
    finished: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    recovery_s: list[float] = field(default_factory=list)
    decided_s: list[float] = field(default_factory=list)
    requests: int = 0
    again: Counter[str] = field(default_factory=Counter)
    faults: dict[str, list[str]] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not self.broken and not any(self.faults.values()) and self.finished == self.cases

    def figures(self) -> dict[str, Any]:
        """As JSON, kinds of fault by their count."""
        recovery, decided = list(percentiles(self.recovery_s)), list(percentiles(self.decided_s))
        return {
            "database": self.database,
            "seed": self.seed,
            "cases": self.cases,
            "finished": self.finished,
            "seconds": round(self.seconds, 1),
            "kills": dict(self.kills),
            "requests": self.requests,
            "askedAgain": dict(self.again),
            "webBackSeconds": {"p50": recovery[0], "p99": recovery[1]},
            "acceptedToDecidedSeconds": {"p50": decided[0], "p99": decided[1]},
            "faults": {kind: len(self.faults.get(kind, [])) for kind in KINDS},
            "broken": len(self.broken),
        }


class Killer(threading.Thread):
    """Kills something at seeded moments and starts it again."""

    def __init__(self, town: Town, report: Report) -> None:
        super().__init__(name="killer", daemon=True)
        self._town, self._report = town, report
        self._rng = random.Random(report.seed)
        self._over = threading.Event()
        self.fault: BaseException | None = None

    def run(self) -> None:
        round_of_kills: list[str] = []
        spent = 0.0
        try:
            # A slow machine, which needs long to come back, also gets longer to work.
            while not self._over.wait(self._rng.uniform(*GAP_S) + spent):
                round_of_kills = round_of_kills or self._shuffled()
                kind = round_of_kills.pop()
                self._report.kills[kind] += 1
                began = time.monotonic()
                self._kill(kind)
                spent = time.monotonic() - began
        except BaseException as fault:
            self.fault = fault

    def _shuffled(self) -> list[str]:
        """Every kind comes in every round, in no order."""
        kinds = [kind for kind, often in WEIGHTS.items() for _ in range(often)]
        if self._town.postgres is None:
            kinds.remove("postgresql")
        self._rng.shuffle(kinds)
        return kinds

    def end(self) -> None:
        """No further kill; all parts live."""
        self._over.set()
        self.join()
        for part in self._town.parts:
            part.start()
        if self.fault is not None:
            raise self.fault

    def _kill(self, kind: str) -> None:
        town, began = self._town, time.monotonic()
        if kind == "postgresql" and town.postgres is not None:
            town.postgres.revive()
        elif kind.startswith("gunicorn"):
            self._kill_half_of_web(kind)
        else:
            parts = town.parts if kind == "all at once" else [getattr(town, kind)]
            for part in parts:
                part.kill()
            self._over.wait(self._rng.uniform(*DOWN_S))
            for part in parts:
                part.start()
        if kind not in {"worker", "county"}:
            wait_until("web answers again", lambda: answers(town.url))
            self._report.recovery_s.append(time.monotonic() - began)

    def _kill_half_of_web(self, kind: str) -> None:
        """Gunicorn starts a lost worker itself; a lost master is the supervisor's to see."""
        pid = self._town.web.pid
        if pid is None:
            return
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        victims = children if kind == "gunicorn worker" else [str(pid)]
        for victim in victims:
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(victim), signal.SIGKILL)
        if kind == "gunicorn master":
            self._over.wait(self._rng.uniform(*DOWN_S))
            self._town.web.revive()


def storm(kind: str, cases: int, seed: int, home: Path, say: Say, *, cold: bool = False) -> Report:
    """Run one storm over a new town in `home`; the report says what is wrong."""
    report, began = Report(kind, seed, cases), time.monotonic()
    say(f"storm: {cases} cases on {kind}, seed {seed}")
    with opened(kind, home, cold=cold) as town:
        desks = (town.desk("one"), town.desk("two"))
        rng = random.Random(seed)
        ledgers = [Ledger(number, rng.choice(AFTERWARDS)) for number in range(cases)]
        killer = Killer(town, report)
        killer.start()
        try:
            tokens = play(town, desks, ledgers, report, say)
        finally:
            killer.end()
        _reckon(town, ledgers, tokens, desks[1], report, say)
    report.seconds = time.monotonic() - began
    return report


def play(
    town: Town, desks: tuple[str, str], ledgers: Sequence[Ledger], report: Report, say: Say
) -> dict[int, str]:
    """All cases by CLIENTS clients at once; gives the citizens' sessions."""
    tokens: dict[int, str] = {}
    step = max(1, len(ledgers) // 10)
    began = time.monotonic()

    def play_one(ledger: Ledger) -> None:
        lean = Lean(town, desks, ledger, report.seed)
        try:
            lean.until_accepted(time.time)
            report.finished += 1
        except Exception as fault:
            report.broken.append(f"case {ledger.number}: {fault!r}")
        finally:
            tokens[ledger.number] = lean.phone.token or ""
            lean.close()
        if report.finished % step == 0:
            spent, kills = time.monotonic() - began, report.kills.total()
            say(f"  {report.finished} of {len(ledgers)} accepted, {kills} kills, {spent:.0f} s")

    with ThreadPoolExecutor(CLIENTS) as clients:
        list(clients.map(play_one, ledgers))
    for ledger in ledgers:
        report.requests += ledger.counted.requests
        report.again.update(ledger.counted.again)
    return tokens


def _reckon(
    town: Town,
    ledgers: Sequence[Ledger],
    tokens: dict[int, str],
    desk: str,
    report: Report,
    say: Say,
) -> None:
    say("  quiet is waited for, then everything is counted")
    books = Books(town)
    try:
        books.wait_for_quiet(QUIET_S)
        report.faults = books.reckon(ledgers, tokens, desk).found
        decided = books.decided_at()
        report.decided_s = [
            decided[one.case_id] - one.accepted_at
            for one in ledgers
            if one.case_id in decided and one.accepted_at
        ]
    finally:
        books.close()


def table(reports: Sequence[Report]) -> str:
    """What people read: one column a database."""
    rows: list[tuple[str, list[object]]] = [
        ("cases finished", [f"{r.finished} of {r.cases}" for r in reports]),
        ("kills", [r.kills.total() for r in reports]),
        ("requests, asked again", [f"{r.requests}, {r.again.total()}" for r in reports]),
        ("web back, p50 / p99 s", ["{} / {}".format(*percentiles(r.recovery_s)) for r in reports]),
        (
            "accepted to decided, p50 / p99 s",
            ["{} / {}".format(*percentiles(r.decided_s)) for r in reports],
        ),
        *_counts(reports),
        ("cases that broke off", [len(r.broken) for r in reports]),
        ("seconds", [round(r.seconds) for r in reports]),
    ]
    lines = [f"{'':34}" + "".join(f"{r.database:>18}" for r in reports)]
    lines += [f"{name:34}" + "".join(f"{cell!s:>18}" for cell in cells) for name, cells in rows]
    return "\n".join(lines)


def _counts(reports: Sequence[Report]) -> Iterator[tuple[str, list[object]]]:
    for kind in KINDS:
        yield kind, [len(report.faults.get(kind, [])) for report in reports]


def main(arguments: Sequence[str] | None = None) -> int:
    """0 where nothing is lost, doubled, out of order or damaged; else 1."""
    parser = argparse.ArgumentParser(prog="storm", description=__doc__)
    parser.add_argument("--cases", type=int, default=300, help="on each database")
    parser.add_argument("--db", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--cold", action="store_true", help="start the real commands every time")
    parser.add_argument("--keep", type=Path, help="keep the homes below this folder")
    given = parser.parse_args(arguments)
    seed = secrets.randbelow(10**6) if given.seed is None else given.seed
    kinds = ["sqlite", "postgresql"] if given.db == "both" else [given.db]
    folder = given.keep or Path(tempfile.mkdtemp(prefix="zhangban-storm-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        reports = [
            storm(kind, given.cases, seed, folder / kind, _say, cold=given.cold) for kind in kinds
        ]
    finally:
        if given.keep is None:
            shutil.rmtree(folder, ignore_errors=True)
    for report in reports:
        for kind, found in (*report.faults.items(), ("broken off", report.broken)):
            for one in found[:20]:
                _say(f"{report.database}: {kind}: {one}")
    _say(table(reports))
    _say(json.dumps([report.figures() for report in reports]))
    return 0 if all(report.is_clean for report in reports) else 1


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
