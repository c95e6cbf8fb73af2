"""A storm loses nothing, on either database; and the reckoning that says so is not blind."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.crash.lean import Ledger
from tests.crash.parts import wait_until
from tests.crash.reckon import KINDS, Books, Faults
from tests.crash.storm import Report, play, storm, table
from tests.crash.town import Town, opened

# `make storm N=1000` is the long form. Its moments are seeded, its threads are not.
CASES, SEED = 150, 20261124


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_storm_loses_nothing(kind: str, town_home: Path) -> None:
    report = storm(kind, CASES, SEED, town_home, print)
    print(table([report]))
    assert report.broken == []
    assert report.faults == Faults().found
    assert report.finished == CASES
    assert report.kills.total() > 10


def test_the_reckoning_finds_what_is_planted(town_home: Path) -> None:
    ledgers = [Ledger(number, "nothing") for number in range(3)]
    report = Report("sqlite", SEED, len(ledgers))
    with opened("sqlite", town_home) as town:
        desks = (town.desk("one"), town.desk("two"))
        tokens = play(town, desks, ledgers, report, print)
        with closing(Books(town)) as books:
            wait_until("all is told", books.is_quiet)
            assert books.reckon(ledgers, tokens, desks[1]).found == Faults().found
            town.worker.kill()
            town.county.kill()
            _plant(town, ledgers)
            found = books.reckon(ledgers, tokens, desks[1]).counts
    assert [kind for kind in KINDS if not found[kind]] == ["other faults"]


PLANTED = (
    "DELETE FROM backoffice_events WHERE case_id = :key AND sequence = 3",
    "UPDATE audit_rows SET actor_role = 'nobody' WHERE chain = :chain AND seq = 2",
    "UPDATE consent_evidence SET record = json_set(record, '$.kind', 'counted')"
    " WHERE case_id = :key AND sequence = 1",
    "UPDATE deliveries SET state = 'dead' WHERE aggregateid = :key",
)


def _plant(town: Town, ledgers: Sequence[Ledger]) -> None:
    """One fault of each kind."""
    case = ledgers[0].case_id
    engine = create_engine(town.database_url)
    with engine.begin() as connection:
        for statement in PLANTED:
            given = {"key": case.replace("-", ""), "chain": f"case:{case}"}
            assert connection.execute(text(statement), given).rowcount == 1, statement
    engine.dispose()
    with closing(sqlite3.connect(town.county_file, isolation_level=None)) as county:
        effect = "INSERT INTO effects (case_id, sequence, type) VALUES (?, 3, 'again')"
        county.execute(effect, [case])
        county.execute("INSERT INTO faults VALUES ('twice under another id', ?, 1, 'x')", [case])
    full = next((town.home / "files").rglob("*-full"))
    full.write_bytes(full.read_bytes()[:-1])
    orphan = full.with_name("0" * 32 + "-full")
    orphan.write_bytes(b"of nobody")
    late = time.time() + 3 * 3600  # younger than a sweep takes
    os.utime(orphan, (late, late))
