"""A demo's home in which a morning's work waits already: whole cases, written past the app before
it is started, since sixty through its doors would take longer than the walk.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from backend import preparing
from backend.adapters.storage.local import LocalFileStore
from backend.core.settings import Settings
from benchmarks.cast import known_to_all
from benchmarks.filling import filling
from benchmarks.place import Place
from benchmarks.rows import Maker
from miniprogram_mock.demo import pictures

VILLAGES: Final = 4
_FIRST, _LAST = timedelta(days=12), timedelta(hours=2)


def plant(home: Path, count: int, *, with_photos: int) -> list[str]:
    """So many clean cases at the demo's township, round its first villages, the longest waiting
    first: their ids. Only the first `with_photos` have files behind their papers.
    """
    settings = Settings.from_env({"ZHANGBAN_HOME": str(home), "ZHANGBAN_DEMO": "1"})
    preparing.prepare(settings)
    place = Place(home, settings.database_url)
    now = datetime.now(UTC)
    step = (_FIRST - _LAST) / max(1, count - 1)
    maker = Maker(place.vault, known_to_all(place), now)
    cases = []
    for n in range(count):
        at = now - _FIRST + n * step
        division = f"{preparing.TOWNSHIP}{1 + n % VILLAGES:03d}"
        cases.append(maker.case(n, maker.account(n, at), division, "submitted", at))
    batch = maker.take()
    with filling(place) as filler:
        filler.put(batch)
    store, picture = LocalFileStore(home / "files", place.vault), pictures.register_page()
    opened = set(cases[:with_photos])
    for document, _, _, _, case, *_ in batch["documents"]:
        if case in opened:
            for variant in ("full", "thumb"):
                store.put(f"{document}-{variant}", picture)
    return cases
