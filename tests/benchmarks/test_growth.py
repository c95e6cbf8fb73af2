"""Every question of the growth part finds its answer on a filled database."""

from __future__ import annotations

from benchmarks.growth.run import run


def test_every_question_is_asked_of_a_filled_database() -> None:
    found = run("sqlite", [60], lambda _: None)
    assert found["sizes"]["60"]["bytes"] > 1_000_000
    assert len(found["questions"]) == 10
    assert all(entry["60"]["cpu_p50_us"] > 0 for entry in found["questions"].values())
    assert found["plans"] == {}  # nothing grew: it was compared with itself
