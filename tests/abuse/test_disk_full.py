"""A full disk: a clear word, nothing half-written, looking goes on, and room is all it takes."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select, text

from backend.adapters.storage.local import LocalFileStore
from backend.audit import service as audit
from backend.core.attempts import AttemptCount
from backend.core.crypto import KeyRing, Vault
from backend.core.errors import StorageFull
from backend.core.ids import new_code
from backend.core.uow import Units
from tests.factories.house import draft_body
from tests.factories.people import APPLICANT
from tests.factories.pictures import corners, jpeg
from tests.factories.served import Answer, Place, Process

BOUNDARY = "full-disk"


def told(answer: Answer) -> None:
    assert (answer.status, answer.code) == (507, "storage_full"), answer
    assert answer.json["detail"]
    assert answer.json["detailEn"]


def form(case: str) -> tuple[bytes, dict[str, str]]:
    fields = [("caseId", case), ("slot", "other")]
    body = b"".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields
    )
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n'
    body += head.encode() + b"Content-Type: image/jpeg\r\n\r\n" + jpeg(corners())
    body += f"\r\n--{BOUNDARY}--\r\n".encode()
    return body, {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}


def upload(web: Process, token: str, case: str, key: str) -> Answer:
    body, headers = form(case)
    return web.send("POST", "/api/v1/documents", body, token=token, key=key, headers=headers)


def files(home: Place) -> list[str]:
    return [path.name for path in (home.home / "files").rglob("*") if path.is_file()]


def test_a_server_without_room_says_so_keeps_what_it_has_and_goes_on(home: Place) -> None:
    """The disk of this one process is bounded: every system takes that for a disk that is full."""
    web, token = home.start(), home.citizen("wang")
    said = {"name": APPLICANT.name, "idNumber": APPLICANT.number}
    assert web.send("PUT", "/api/v1/me/identity", said, token=token).status == 200
    made = web.send("POST", "/api/v1/applications", draft_body(), token=token, key="before-full")
    assert made.status == 201
    case = made.json["id"]
    receipt = {"receiptCode": new_code(), "lastFour": "1234"}
    web.bound_files(0)  # of its log too, which lies in a file
    told(web.send("POST", "/api/v1/applications", draft_body(), token=token, key="while-full"))
    told(upload(web, token, case, "upload-full"))
    told(web.send("POST", "/api/v1/case-lookups", receipt))
    seen = web.send("GET", "/api/v1/applications", token=token)
    assert [one["id"] for one in seen.json["items"]] == [case]
    assert files(home) == []
    web.bound_files(None)
    again = web.send("POST", "/api/v1/applications", draft_body(), token=token, key="while-full")
    assert again.status == 201, "the key was not spent on a request that left nothing"
    assert upload(web, token, case, "upload-full").status == 201
    assert len(files(home)) == 2
    with home.units() as units, units.read() as work:
        assert audit.verify(work) == []
        assert work.session.execute(text("PRAGMA integrity_check")).scalar() == "ok"
    assert "Traceback" not in web.log.read_text()


@contextmanager
def no_more_pages(units: Units) -> Iterator[None]:
    """SQLite's own word for a disk that is full."""
    database = units.kit.database
    with database.engine.connect() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
    database.engine.dispose()

    def bound(driver: Any, _record: object) -> None:
        driver.execute(f"PRAGMA max_page_count={pages}")

    event.listen(database.engine, "connect", bound)
    try:
        yield
    finally:
        event.remove(database.engine, "connect", bound)
        database.engine.dispose()


def fill(units: Units) -> None:
    with units.write() as work:
        now = work.wall.now()
        for number in range(2000):
            row = AttemptCount(kind="k", subject=f"{number}".encode(), began_at=now, count=number)
            work.session.add(row)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_sqlite_without_room_leaves_nothing_of_a_unit(units: Units) -> None:
    with no_more_pages(units), pytest.raises(StorageFull):
        fill(units)
    with units.read() as work:
        assert work.session.scalars(select(AttemptCount)).all() == []
    fill(units)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_postgres_without_room_is_told_by_the_same_name(units: Units) -> None:
    word = "DO $$ BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = '53100'; END $$"
    with pytest.raises(StorageFull), units.write() as work:
        work.session.execute(text(word))


class Full(LocalFileStore):
    """A store whose disk takes some bytes of a file and then no more."""

    why = errno.ENOSPC

    def _write(self, path: Path, sealed: bytes) -> None:
        if self.why:
            raise OSError(self.why, os.strerror(self.why))
        super()._write(path, sealed)


@pytest.mark.parametrize("why", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_store_without_room_keeps_the_old_file(tmp_path: Path, ring: KeyRing, why: int) -> None:
    store = Full(tmp_path, Vault(ring))
    store.why = 0
    store.put("a-key-of-a-file", b"old")
    store.why = why
    with pytest.raises(StorageFull):
        store.put("a-key-of-a-file", b"new")
    assert store.get("a-key-of-a-file") == b"old"
