"""Backup while serving, restore to an empty machine: nothing is missing, and what is damaged is
refused.
"""

from __future__ import annotations

import os
import stat
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from backend import house as houses
from backend import migrating, tables
from backend.adapters.face.fake import FakeFaceVerifier
from backend.adapters.storage.local import LocalFileStore
from backend.audit import service as audit
from backend.backup.archive import Archive, BackupRefused, check, parts_of
from backend.backup.making import make
from backend.backup.restoring import restore
from backend.backup.rows import columns_of
from backend.cli import main
from backend.consent.models import Consent
from backend.consent.rules.verify import verify_evidence
from backend.consent.service import get_evidence, public_key
from backend.core.access import Actor, Role
from backend.core.clocks import FixedClock
from backend.core.crypto import KeyRing, Vault
from backend.core.db import migration_engine, steady
from backend.core.keyfile import KeyFile
from backend.core.settings import Settings
from backend.core.uow import Units
from backend.documents.models import Document
from backend.documents.states import DocumentState
from backend.rotating import rotate
from tests.factories.house import TOWNSHIP, Town, member_of
from tests.factories.people import APPLICANT, HUSBAND
from tests.fakes.wechat import FakeWechatLogin
from tests.test_cli import units_of

LONG = 60.0


def settings_of(home: Path, url: str, keys: Path) -> Settings:
    return Settings.from_env(
        {
            "ZHANGBAN_HOME": str(home),
            "ZHANGBAN_DATABASE_URL": url,
            "ZHANGBAN_KEY_FILE": str(keys),
            "ZHANGBAN_DEMO": "1",
        }
    )


@pytest.fixture
def world(seeded_url: str, ring: KeyRing, clock: FixedClock, tmp_path: Path) -> Iterator[Town]:
    """A house whose files lie on a disk, with a case, its papers, two consents and a root."""
    ring.save(tmp_path / "keys" / "keys.json")
    settings = settings_of(tmp_path / "home", seeded_url, tmp_path / "keys" / "keys.json")
    vault = Vault(KeyFile(settings.key_file))
    wechat, face = FakeWechatLogin(), FakeFaceVerifier()
    files: Any = LocalFileStore(settings.home / "files", vault)
    house = houses.assemble(settings, vault, wechat=wechat, face=face, files=files, wall=clock)
    town = Town(house, clock, wechat, face, files)
    case = town.citizen(APPLICANT).submitted()
    husband = member_of(case, HUSBAND)["id"]
    link = town.staff().invite(case["id"], husband)["token"]
    assert town.consent_by_face(link, HUSBAND).status_code == 201
    own = member_of(case, APPLICANT)["id"]
    assert town.consent_at_counter(case["id"], own, (town.staff(), town.staff())).status_code == 200
    with town.units.write() as work:
        assert audit.anchor(work) is not None
    yield town
    house.close()


@contextmanager
def empty_database(like: str, folder: Path) -> Iterator[str]:
    """An empty database of the same kind."""
    if like.startswith("sqlite"):
        yield f"sqlite:///{folder}/restored.db"
        return
    name = f"{make_url(like).database}_restored"
    admin = create_engine(like, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(like).set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def target(world: Town, tmp_path: Path) -> Iterator[Settings]:
    """An empty home and an empty database, with the same keys."""
    settings = world.house.settings
    with empty_database(settings.database_url, tmp_path) as url:
        yield settings_of(tmp_path / "elsewhere", url, settings.key_file)


class Busy:
    """A township that goes on working: papers come and go, all the time."""

    def __init__(self, town: Town) -> None:
        self._visitor = town.citizen(APPLICANT)
        (self._case,) = [c["id"] for c in self._visitor.get("/applications").get_json()["items"]]
        self._ended, self.rounds, self.turned = threading.Event(), 0, threading.Event()
        self._thread = threading.Thread(target=self._work)

    def _work(self) -> None:
        while not self._ended.is_set():
            assert self._visitor.upload(self._case, "other").status_code == 201
            self.rounds += 1
            self.turned.set()

    def __enter__(self) -> Busy:
        self._thread.start()
        assert self.turned.wait(LONG)
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()


def rows_of(url: str) -> dict[str, int]:
    engine = migration_engine(url)
    with engine.connect() as connection:
        found = {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in tables.metadata.sorted_tables
        }
    engine.dispose()
    return found


def restored(settings: Settings, path: Path) -> list[str]:
    return list(restore(settings, path))


def prove_evidence(units: Units, ring: KeyRing) -> int:
    """How many consents there are, each of whose evidence verifies."""
    desk = Actor(frozenset({Role.TOWNSHIP}), UUID(int=5), scope=TOWNSHIP)
    with units.write() as work:
        consents = list(work.session.scalars(select(Consent.id)))
        for consent_id in consents:
            content = get_evidence(work, desk, consent_id).content
            assert verify_evidence(content, public_key(ring).encode()) == []
    return len(consents)


def test_a_backup_made_while_serving_restores_to_an_empty_machine(
    world: Town, target: Settings, ring: KeyRing, tmp_path: Path
) -> None:
    path = tmp_path / "day.tar"
    with Busy(world):
        manifest = make(world.house.settings, path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert check(path) == orjson.loads(orjson.dumps(check(path)))
    told = restored(target, path)
    assert told[-1] == "the audit holds, and every stored document opens"
    assert rows_of(target.database_url) == {t["name"]: t["rows"] for t in manifest["tables"]}
    units = units_of(target)
    assert prove_evidence(units, ring) == 2
    files = LocalFileStore(target.home / "files", Vault(ring))
    with units.read() as work:
        steady(work.session)
        stored = list(
            work.session.scalars(select(Document).where(Document.state == DocumentState.STORED))
        )
        assert audit.verify(work) == []
    assert len(stored) >= 3
    for document in stored:
        assert len(files.get(document.full_key)) == document.size
    units.kit.database.close()
    assert "keys.json" not in " ".join(part.name for part in parts_of(path))
    assert not any(key.secret in path.read_bytes() for key in ring.all("field"))


def test_a_backup_of_sqlite_restores_to_postgresql(
    sqlite_template: Path, ring: KeyRing, clock: FixedClock, tmp_path: Path, postgres_url: str
) -> None:
    """A county that has grown takes its data along."""
    ring.save(tmp_path / "keys.json")
    (tmp_path / "zhangban.db").write_bytes(sqlite_template.read_bytes())
    old = settings_of(tmp_path, f"sqlite:///{tmp_path}/zhangban.db", tmp_path / "keys.json")
    units = units_of(old)
    for number in range(5):
        with units.write() as work:
            audit.record(work, Actor(frozenset({Role.SYSTEM})), "test", f"s{number}", n=[number])
    with units.write() as work:
        audit.anchor(work)
    units.kit.database.close()
    make(old, tmp_path / "b.tar")
    with empty_database(postgres_url, tmp_path) as url:
        new = settings_of(tmp_path / "new", url, tmp_path / "keys.json")
        assert restored(new, tmp_path / "b.tar")[-1].startswith("the audit holds")
        assert rows_of(url) == rows_of(old.database_url)


def test_every_kind_of_column_is_known_to_a_backup() -> None:
    for table in tables.metadata.sorted_tables:
        assert len(columns_of(table)) == len(table.columns)


# --- what is refused, on a small backup


@pytest.fixture
def small(sqlite_template: Path, ring: KeyRing, tmp_path: Path) -> Settings:
    """A home with keys, a few audit rows and two files."""
    home = tmp_path / "small"
    home.mkdir()
    (home / "zhangban.db").write_bytes(sqlite_template.read_bytes())
    ring.save(tmp_path / "keys.json")
    settings = settings_of(home, f"sqlite:///{home}/zhangban.db", tmp_path / "keys.json")
    units = units_of(settings)
    with units.write() as work:
        audit.record(work, Actor(frozenset({Role.SYSTEM})), "test", "s")
    units.kit.database.close()
    store = LocalFileStore(home / "files", Vault(ring))
    for name in ("0123456789abcdef-full", "0123456789abcdee-full"):
        store.put(name, name.encode() * 99)
    return settings


@pytest.fixture
def backup(small: Settings, tmp_path: Path) -> Path:
    path = tmp_path / "small.tar"
    make(small, path)
    return path


@pytest.fixture
def bare(tmp_path: Path) -> Settings:
    """An empty machine."""
    home = tmp_path / "bare"
    return settings_of(home, f"sqlite:///{home}/zhangban.db", tmp_path / "keys.json")


def test_a_flipped_byte_is_refused_wherever_it_is(
    backup: Path, bare: Settings, tmp_path: Path
) -> None:
    whole = backup.read_bytes()
    with tarfile.open(backup) as tar:
        members = tar.getmembers()
    assert len(members) > 4
    spots = [
        spot
        for member in members
        for spot in (
            member.offset + 3,  # its name
            member.offset + 126,  # its size
            member.offset_data,
            member.offset_data + member.size // 2,
            member.offset_data + member.size - 1,
        )
    ]
    spoilt = tmp_path / "spoilt.tar"
    for spot in [*spots, len(whole) - 1]:
        spoilt.write_bytes(whole[:spot] + bytes([whole[spot] ^ 1]) + whole[spot + 1 :])
        with pytest.raises(BackupRefused, match=r"damaged|no whole backup"):
            restored(bare, spoilt)
    assert not bare.home.exists()


def test_a_cut_backup_is_refused_wherever_it_ends(
    backup: Path, bare: Settings, tmp_path: Path
) -> None:
    whole = backup.read_bytes()
    with tarfile.open(backup) as tar:
        ends = [member.offset for member in tar.getmembers()]
    cut = tmp_path / "cut.tar"
    for end in [0, 1, *ends, ends[-1] + 700, len(whole) - 10240, len(whole) - 1]:
        cut.write_bytes(whole[:end])
        with pytest.raises(BackupRefused, match=r"damaged|no whole backup"):
            restored(bare, cut)


def test_what_is_no_backup_or_of_another_release_is_refused(
    backup: Path, bare: Settings, tmp_path: Path
) -> None:
    text_file = tmp_path / "no.tar"
    text_file.write_text("hello")
    with pytest.raises(BackupRefused):
        check(text_file)
    manifest = check(backup)
    newer = Archive(tmp_path / "newer.tar")
    newer.finish({**manifest, "revision": "9999"})
    with pytest.raises(BackupRefused, match="newer release"):
        restored(bare, tmp_path / "newer.tar")


def test_a_backup_is_never_written_over_and_a_failed_one_leaves_nothing(
    small: Settings, backup: Path, tmp_path: Path
) -> None:
    before = backup.read_bytes()
    with pytest.raises(BackupRefused, match="never written over"):
        make(small, backup)
    assert backup.read_bytes() == before
    engine = migration_engine(small.database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    engine.dispose()
    with pytest.raises(BackupRefused, match="another release"):
        make(small, tmp_path / "later.tar")
    assert not list(tmp_path.glob("later.tar*"))


def test_a_damaged_database_is_not_backed_up(small: Settings, tmp_path: Path) -> None:
    """One bit of an index, which no reading of the rows would notice."""
    file = small.home / "zhangban.db"
    engine = migration_engine(small.database_url)
    with engine.connect() as connection:
        page, size = connection.exec_driver_sql(
            "SELECT rootpage, (SELECT page_size FROM pragma_page_size) FROM sqlite_master"
            " WHERE type = 'index' AND tbl_name = 'audit_rows' AND name LIKE '%2'"
        ).one()
    engine.dispose()
    with file.open("r+b") as whole:
        whole.seek(page * size - 4)
        last = whole.read(1)
        whole.seek(page * size - 4)
        whole.write(bytes([last[0] ^ 1]))
    with pytest.raises(BackupRefused, match="The database is damaged"):
        make(small, tmp_path / "b.tar")
    assert not list(tmp_path.glob("b.tar*"))


def test_missing_keys_are_named_before_anything_is_touched(
    small: Settings, bare: Settings, tmp_path: Path
) -> None:
    old = KeyRing.load(small.key_file)
    list(rotate(small, drop_old=True, grace_s=0))
    make(small, tmp_path / "later.tar")
    late = KeyRing.load(small.key_file)
    old.save(small.key_file)
    with pytest.raises(BackupRefused) as refused:
        restored(bare, tmp_path / "later.tar")
    for use in ("digest", "file"):
        assert f"{use} {late.current(use).id.hex()}" in str(refused.value)
    assert "Restore the key file" in str(refused.value)
    assert not bare.home.exists()


def test_only_an_empty_machine_takes_a_restore(
    small: Settings, backup: Path, bare: Settings
) -> None:
    with pytest.raises(BackupRefused, match="files is not empty"):
        restored(small, backup)
    with pytest.raises(BackupRefused, match=r"audit_heads.* only to an empty one"):
        restored(replace(bare, database_url=small.database_url), backup)
    migrating.upgrade(bare.database_url)  # an empty schema is as good as none
    assert restored(bare, backup)[-1].startswith("the audit holds")


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_a_restore_that_stopped_before_its_end_can_be_made_again(
    backup: Path, bare: Settings, steps: int
) -> None:
    progress = restore(bare, backup)
    for _ in range(steps):
        next(progress)
    progress.close()  # type: ignore[attr-defined]
    if steps == 3:  # all is there but for the proof
        with pytest.raises(BackupRefused, match="not empty"):
            restored(bare, backup)
        return
    if steps == 2:
        (bare.home / "files").rename(bare.home / "files.restoring")
    assert restored(bare, backup)[-1].startswith("the audit holds")


def test_no_file_is_deleted_while_a_backup_copies(small: Settings, ring: KeyRing) -> None:
    store = LocalFileStore(small.home / "files", Vault(ring))
    other = LocalFileStore(small.home / "files", Vault(ring))
    with store.keeping_all():
        other.delete("0123456789abcdef-full")
    assert other.get("0123456789abcdef-full")
    other.delete("0123456789abcdef-full")
    assert not list((small.home / "files").rglob("0123456789abcdef-full"))


def test_the_command_line_backs_up_verifies_and_restores(
    small: Settings,
    bare: Settings,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = str(tmp_path / "cli.tar")
    monkeypatch.setenv("ZHANGBAN_KEY_FILE", str(small.key_file))
    monkeypatch.setenv("ZHANGBAN_HOME", str(small.home))
    assert main(["backup", path]) == 0
    assert main(["backup", "--verify", path]) == 0
    assert capsys.readouterr().out.count("files 2 (") == 2
    assert main(["backup", path]) == 1
    assert "never written over" in capsys.readouterr().err
    monkeypatch.setenv("ZHANGBAN_HOME", str(bare.home))
    assert main(["restore", path]) == 0
    told = capsys.readouterr().out
    assert told.endswith("the audit holds, and every stored document opens\n")
    assert main(["audit-verify"]) == 0
    os.truncate(path, 4096)
    assert main(["backup", "--verify", path]) == 1
    assert "is no whole backup" in capsys.readouterr().err
