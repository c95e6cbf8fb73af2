"""Key rotation: everything opens and is found, whoever serves meanwhile and wherever it stops."""

import json
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Boolean, Integer, Table, Uuid, func, insert, select, text, update
from standardwebhooks import Webhook

from backend import tables
from backend.adapters.storage.local import LocalFileStore
from backend.consent.rules.evidence import public_key
from backend.core.clocks import WallClock
from backend.core.crypto import ANNOUNCED, RETIRED, KeyRing, SealBroken, Vault
from backend.core.db import Database, Digest, Instant, Sealed, migration_engine
from backend.core.keyfile import KeyFile
from backend.core.settings import Settings, SettingsError
from backend.core.uow import ChangedMeanwhile, Kit, Listeners, Units
from backend.identity import queries as identity_queries
from backend.identity.models import Account, Person
from backend.identity.service import ensure_person
from backend.relay.ports import Destination
from backend.relay.rules import shown_secret
from backend.relay.service import Relay, enqueue
from backend.rotating import ROTATED, rotate, sealed_tables
from tests.fakes.webhooks import FakeSender
from tests.test_cli import environment, units_of

ROOT = Path(__file__).parents[1]
NUMBER = "11010519491231002x"
LONG = 60.0  # how long a test waits for what must happen, before it fails


def value_for(column, vault, table, row_id):
    """Some value that the column takes."""
    kind = column.type
    if isinstance(kind, Sealed):
        return vault.seal(table.name, column.name, row_id, NUMBER)
    if isinstance(kind, Digest):
        plain = NUMBER.upper() if kind.kind == "id_number" else NUMBER
        return vault.digest(kind.kind, plain)
    if column.name == "id":
        return row_id
    if isinstance(kind, Instant):
        return datetime(2026, 3, 2, tzinfo=UTC)
    simple = {Uuid: uuid4(), Boolean: False, Integer: uuid4().int % 2**30}
    for kind_class, value in simple.items():
        if isinstance(kind, kind_class):
            return value
    return {
        bytes: uuid4().bytes * 2, str: uuid4().hex[: getattr(kind, "length", None) or 6],
        dict: {}, list: [], date: date(2026, 3, 2),
    }.get(kind.python_type, {})  # fmt: skip


def fill(url, vault, times):
    """Rows of every table that seals anything, without the rows that they point to."""
    engine = migration_engine(url)
    unbound = (
        "PRAGMA foreign_keys=OFF"
        if url.startswith("sqlite")
        else "SET session_replication_role = replica"
    )
    with engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        raw.execute(unbound)
        with connection.begin():
            for table in sealed_tables():
                unique = any(isinstance(c.type, Digest) and c.unique for c in table.columns)
                for _ in range(1 if unique else times):
                    row_id = uuid4()
                    values = {c.name: value_for(c, vault, table, row_id) for c in table.columns}
                    connection.execute(insert(table).values(values))
    engine.dispose()


def all_rows(url):
    engine = migration_engine(url)
    with engine.connect() as connection:
        found = [
            (table, dict(row))
            for table in sealed_tables()
            for row in connection.execute(select(table)).mappings()
        ]
    engine.dispose()
    return found


def opened(url, vault):
    """How many values open, and that each is what was sealed."""
    count = 0
    for table, row in all_rows(url):
        for column in table.columns:
            if isinstance(column.type, Sealed):
                plain = vault.open(table.name, column.name, row["id"], row[column.name])
                assert plain == NUMBER
                count += 1
    return count


@pytest.fixture
def sealed_home(tmp_path, database_url):
    """Settings of a home whose every sealed table holds something, and a file."""
    KeyRing.generate().save(tmp_path / "keys.json")
    (tmp_path / "old.json").write_bytes((tmp_path / "keys.json").read_bytes())
    settings = Settings.from_env(environment(tmp_path, ZHANGBAN_DATABASE_URL=database_url))
    vault = Vault(KeyRing.load(settings.key_file))
    fill(database_url, vault, 3)
    LocalFileStore(tmp_path / "files", vault).put("0123456789abcdef-photo", b"photo")
    return settings


def test_sealed_tables_are_all_found():
    names = {table.name for table in sealed_tables()}
    assert {"persons", "applications", "idempotent_answers", "case_snapshots"} <= names
    assert all(isinstance(table, Table) for table in sealed_tables())


def test_after_a_rotation_everything_opens_and_is_found_with_the_new_keys_alone(sealed_home):
    url, old = sealed_home.database_url, KeyRing.load(sealed_home.key_file)
    before = opened(url, Vault(old))
    assert before > 20
    told = list(rotate(sealed_home, drop_old=True, grace_s=0))
    assert told[-1] == "old keys dropped"
    ring = KeyRing.load(sealed_home.key_file)
    assert all(len(ring.all(use)) == 1 for use in ROTATED)
    assert all(ring.current(use) != old.current(use) for use in ROTATED)
    assert all(ring.current(use) == old.current(use) for use in ("evidence", "webhook"))
    assert opened(url, Vault(ring)) == before
    with pytest.raises(SealBroken):
        opened(url, Vault(old))
    files = LocalFileStore(sealed_home.home / "files", Vault(ring))
    assert files.get("0123456789abcdef-photo") == b"photo"
    units = units_of(sealed_home)
    with units.read() as work:
        assert identity_queries.person_id_by_number(work, NUMBER.upper()) is not None
        assert identity_queries.account_by_openid(work, NUMBER) is not None
    units.kit.database.close()


def test_a_rotation_stopped_anywhere_goes_on(sealed_home):
    url = sealed_home.database_url
    whole = opened(url, Vault(KeyRing.load(sealed_home.key_file)))
    steps = len(sealed_tables())
    for stop in (1, 2, 3, steps // 2, steps):
        progress = rotate(sealed_home, drop_old=True, grace_s=0)
        for _ in range(stop):
            next(progress)
        progress.close()
        ring = KeyRing.load(sealed_home.key_file)
        assert len(ring.all("field")) == 2  # no third key for the same rotation
        assert opened(url, Vault(ring)) == whole
        units = units_of(sealed_home)
        with units.read() as work:
            assert identity_queries.person_id_by_number(work, NUMBER.upper()) is not None
        units.kit.database.close()
    list(rotate(sealed_home, drop_old=True, grace_s=0))
    assert opened(url, Vault(KeyRing.load(sealed_home.key_file))) == whole


def test_a_rotation_of_more_than_a_batch_reaches_every_row(sealed_home):
    url = sealed_home.database_url
    vault = Vault(KeyRing.load(sealed_home.key_file))
    engine = migration_engine(url)
    with engine.begin() as connection:
        answers = tables.metadata.tables["idempotent_answers"]
        for number in range(205):
            row_id = UUID(int=number)
            values = {c.name: value_for(c, vault, answers, row_id) for c in answers.columns}
            connection.execute(insert(answers).values(values))
    engine.dispose()
    told = [line for line in rotate(sealed_home, drop_old=True, grace_s=0) if "idempotent" in line]
    assert told == ["idempotent_answers: 208 rows"]
    opened(url, Vault(KeyRing.load(sealed_home.key_file)))


def test_a_value_sealed_with_the_old_key_in_between_is_made_anew_before_that_goes(sealed_home):
    """Somebody was at work while the rotation passed by."""
    old = Vault(KeyRing.load(sealed_home.key_file))
    answers = tables.metadata.tables["idempotent_answers"]
    progress = rotate(sealed_home, drop_old=True, grace_s=0)
    engine = migration_engine(sealed_home.database_url)
    for line in progress:
        if line.startswith("files"):
            with engine.begin() as connection:
                row_id = connection.execute(select(answers.c.id)).scalars().all()[0]
                late = old.seal("idempotent_answers", "body", row_id, NUMBER)
                connection.execute(update(answers).where(answers.c.id == row_id).values(body=late))
    engine.dispose()
    assert line == "old keys dropped"
    opened(sealed_home.database_url, Vault(KeyRing.load(sealed_home.key_file)))


def test_a_row_that_does_not_open_stops_the_rotation_and_names_its_place(sealed_home):
    answers = tables.metadata.tables["idempotent_answers"]
    engine = migration_engine(sealed_home.database_url)
    with engine.begin() as connection:
        connection.execute(update(answers).values(body=b"\x01" + b"x" * 40))
    engine.dispose()
    with pytest.raises(SealBroken, match="idempotent_answers "):
        list(rotate(sealed_home, drop_old=True, grace_s=0))
    assert len(KeyRing.load(sealed_home.key_file).all("field")) == 2


# --- the steps, and what a unit that began before them may do


@pytest.fixture
def ring_file(tmp_path):
    path = tmp_path / "keys.json"
    KeyRing.generate().save(path)
    return path


def test_a_serving_process_takes_changed_keys_up_by_itself(ring_file):
    vault = Vault(KeyFile(ring_file))
    before = vault.ring
    assert vault.ring is before
    grown = before.with_new(ROTATED)
    grown.save(ring_file)
    value = Vault(grown).seal("t", "c", "1", "x")
    assert vault.open("t", "c", "1", value) == "x"  # an unknown key id is a reason to look
    assert vault.ring.current("field") == grown.current("field")


@pytest.mark.parametrize("spoil", ["damaged", "open", "gone"])
def test_a_key_file_that_is_spoilt_while_serving_stops_nobody(ring_file, spoil):
    vault = Vault(KeyFile(ring_file))
    before = vault.ring
    if spoil == "gone":
        ring_file.unlink()
    elif spoil == "open":
        before.with_new(ROTATED).save(ring_file)
        ring_file.chmod(0o644)
    else:
        ring_file.write_text("{")
    assert vault.ring is before
    before.with_new(("field",)).save(ring_file)
    assert len(vault.ring.all("field")) == 2  # mended, it is taken


def test_an_announced_key_opens_and_finds_and_seals_nothing(ring_file):
    ring = KeyRing.load(ring_file)
    announced = ring.with_new(ROTATED, ANNOUNCED)
    announced.save(ring_file)
    again = KeyRing.load(ring_file)
    for use in ROTATED:
        assert again.current(use) == ring.current(use)
        assert again.all(use) == announced.all(use)
    used = again.with_announced_in_use()
    value = Vault(used).seal("t", "c", "1", "x")
    assert Vault(again).open("t", "c", "1", value) == "x"
    assert Vault(used).digest("k", "v") in Vault(again).digests("k", "v")


def test_a_unit_that_began_before_may_commit_unless_it_slept_through_a_whole_step():
    began = KeyRing.generate()
    announced = began.with_new(ROTATED, ANNOUNCED)
    used = announced.with_announced_in_use()
    retired = used.with_old_retired(ROTATED)
    dropped = retired.without_old(ROTATED)
    rings = [began, announced, used, retired, dropped]
    fits = [[now.still_fits(then) for now in rings[at:]] for at, then in enumerate(rings)]
    assert fits == [
        [True, True, False, False, False],  # it would look with the old digest alone
        [True, True, False, False],  # it would seal with a key that goes
        [True, True, True],
        [True, True],
        [True],
    ]


def test_a_commit_is_refused_that_the_rotation_did_not_wait_for(sealed_home):
    units = Units(
        Kit(
            Database(sealed_home.database_url),
            Vault(KeyFile(sealed_home.key_file)),
            Listeners(),
            WallClock(),
        )
    )
    ring = KeyRing.load(sealed_home.key_file)
    work_through(units, lambda: None)
    with pytest.raises(ChangedMeanwhile):
        work_through(units, lambda: ring.with_new(ROTATED).save(sealed_home.key_file))
    units.kit.database.close()


def work_through(units, meanwhile):
    with units.write() as work:
        work.session.execute(select(func.count()).select_from(Person))
        meanwhile()


def test_a_file_that_is_written_while_keys_change_ends_under_the_new_key(tmp_path, ring_file):
    class Turning:
        """Keys that become others right after a file was sealed."""

        def __init__(self):
            self.rings = [KeyRing.load(ring_file)]
            self.rings.append(self.rings[0].with_new(ROTATED).with_old_retired(ROTATED))
            self.looks = 0

        def now(self):
            self.looks += 1
            return self.rings[0 if self.looks <= 2 else 1]

    keys = Turning()
    LocalFileStore(tmp_path / "files", Vault(keys)).put("0123456789abcdef-photo", b"photo")
    bare = Vault(keys.rings[1].without_old(ROTATED))
    assert LocalFileStore(tmp_path / "files", bare).get("0123456789abcdef-photo") == b"photo"


def test_two_rotations_at_once_are_one_too_many(sealed_home):
    first = rotate(sealed_home, drop_old=False, grace_s=0)
    next(first)
    with pytest.raises(SettingsError, match="at work"):
        next(rotate(sealed_home, drop_old=False, grace_s=0))
    first.close()


class Meeting(threading.Thread):
    """Somebody meets a person, in a thread of their own."""

    def __init__(self, units, meet):
        super().__init__()
        self._units, self._meet, self.found = units, meet, None

    def run(self):
        with self._units.write() as work:
            self.found = self._meet(work)

    def wait_until_it_waits(self):
        """Until it stands before the other's lock, or is done, as it must not be."""
        database = self._units.kit.database
        until = time.monotonic() + LONG
        while self.is_alive() and not database.is_sqlite and time.monotonic() < until:
            with self._units.read() as work:
                if work.session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
                    return
            self.join(0.01)


def test_one_who_writes_the_old_digest_and_one_who_writes_the_new_make_one_person(database_url):
    """No unique index can see to it: the two digests differ."""
    old = KeyRing.generate().with_new(ROTATED, ANNOUNCED)
    rings = (old, old.with_announced_in_use())
    first, second = (
        Units(Kit(Database(database_url), Vault(ring), Listeners(), WallClock())) for ring in rings
    )
    with first.write() as work:
        met = ensure_person(work, NUMBER)
        other = Meeting(second, lambda work: ensure_person(work, NUMBER))
        other.start()
        other.wait_until_it_waits()
        assert other.found is None
    other.join(LONG)
    assert other.found == met
    for units in (first, second):
        units.kit.database.close()


# --- evidence and webhooks


def test_a_new_evidence_key_leaves_the_old_ones_public(sealed_home):
    before = KeyRing.load(sealed_home.key_file)
    list(rotate(sealed_home, drop_old=False, uses=("evidence",), grace_s=0))
    ring = KeyRing.load(sealed_home.key_file)
    assert ring.current("evidence") != before.current("evidence")
    assert all(ring.all(use) == before.all(use) for use in (*ROTATED, "webhook"))
    published = sealed_home.key_file.with_name("evidence.pub").read_text()
    assert published == public_key(ring)
    assert published.count("BEGIN PUBLIC KEY") == 2
    assert published.endswith(public_key(before))
    with pytest.raises(SettingsError, match="for good"):
        list(rotate(sealed_home, drop_old=True, uses=("evidence",), grace_s=0))


def test_while_the_webhook_secret_changes_a_receiver_that_knows_either_is_content(sealed_home):
    old = KeyRing.load(sealed_home.key_file).current("webhook").secret
    list(rotate(sealed_home, drop_old=False, uses=("webhook",), grace_s=0))
    new = KeyRing.load(sealed_home.key_file).current("webhook").secret
    assert new != old
    assert send_one(sealed_home) == {"old": True, "new": True}
    list(rotate(sealed_home, drop_old=True, uses=("webhook",), grace_s=0))
    assert send_one(sealed_home) == {"old": False, "new": True}


def send_one(settings):
    """Which of the two secrets a message's signature answers to."""
    secrets = {
        "old": json.loads((settings.home / "old.json").read_text())["webhook"][0]["key"],
        "new": shown_secret(KeyRing.load(settings.key_file).current("webhook").secret),
    }
    units, sender = units_of(settings), FakeSender()
    with units.write() as work:
        enqueue(
            work, destination="d", aggregatetype="test", aggregateid=uuid4(), type="t",
            county="610303", payload={},
        )  # fmt: skip
    assert Relay(units, sender, {"d": Destination("d", "http://receiver.test/")}).run_once() == 1
    units.kit.database.close()
    (post,) = sender.posts
    return {name: takes(secret, post) for name, secret in secrets.items()}


def takes(secret, post):
    try:
        Webhook(secret).verify(post.body, dict(post.headers))
    except Exception:
        return False
    return True


# --- while two processes serve


class Server:
    """A process that serves the same database, files and keys until it is told to end."""

    def __init__(self, settings, name):
        self._child = subprocess.Popen(
            [sys.executable, str(ROOT / "tests" / "rotating_child.py"), "serve", name],
            cwd=ROOT,
            env=environment(settings.home, ZHANGBAN_DATABASE_URL=settings.database_url)
            | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._in: Any = self._child.stdin
        self._out: Any = self._child.stdout

    def __enter__(self):
        self._hear("serving")
        return self

    def __exit__(self, *_):
        self._child.kill()
        self._child.communicate()

    def _hear(self, wanted):
        heard = self._out.readline()
        assert heard == f"{wanted}\n"

    def wait_for_a_round(self):
        """Until every thread of it has done everything once more."""
        self._in.write("round\n")
        self._in.flush()
        self._hear("round")

    def end(self):
        told, _ = self._child.communicate("end\n", timeout=LONG)
        return json.loads(told)


def test_two_processes_serve_through_a_rotation_and_nobody_is_made_twice(sealed_home):
    before = KeyRing.load(sealed_home.key_file)
    with Server(sealed_home, "a") as one, Server(sealed_home, "b") as other:
        for line in rotate(sealed_home, drop_old=True, grace_s=0.5):
            if line.startswith(("new keys", "persons", "files")):
                one.wait_for_a_round()
                other.wait_for_a_round()
        reports = [one.end(), other.end()]
    ring = KeyRing.load(sealed_home.key_file)
    assert all(len(ring.all(use)) == 1 for use in ROTATED)
    assert all(ring.current(use) != before.current(use) for use in ROTATED)
    assert [report["faults"] for report in reports] == [[], []]
    assert min(report["rounds"] for report in reports) >= 10
    numbers = {number for report in reports for number in report["numbers"]}
    units = units_of(sealed_home)
    with units.read() as work:
        people = [p.unseal(units.vault, "id_number") for p in work.session.scalars(select(Person))]
        accounts = [a.unseal(units.vault, "openid") for a in work.session.scalars(select(Account))]
        for number in numbers:
            assert identity_queries.person_id_by_number(work, number) is not None
    assert sorted(people) == sorted({*numbers, NUMBER})
    assert len(set(accounts)) == len(accounts)
    files = LocalFileStore(sealed_home.home / "files", units.vault)
    for report in reports:
        for key in report["files"]:
            assert files.get(key) == key.encode()
    units.kit.database.close()


# --- killed


def test_a_rotation_that_is_killed_anywhere_is_ended_by_the_next(sealed_home):
    url = sealed_home.database_url
    whole = opened(url, Vault(KeyRing.load(sealed_home.key_file)))
    first = KeyRing.load(sealed_home.key_file)
    for at in ("announced", "in use", "persons:", "files:", "retired"):
        dead = subprocess.run(
            [sys.executable, str(ROOT / "tests" / "rotating_child.py"), "rotate", at],
            cwd=ROOT,
            env=environment(sealed_home.home, ZHANGBAN_DATABASE_URL=url, PYTHONPATH=str(ROOT)),
            capture_output=True, text=True, timeout=LONG, check=False,
        )  # fmt: skip
        assert dead.returncode == -signal.SIGKILL, (at, dead.stderr)
        ring = KeyRing.load(sealed_home.key_file)
        assert len(ring.all("field")) == 2
        assert ring.has(ANNOUNCED, ROTATED) == (at == "announced")
        assert ring.has(RETIRED, ROTATED) == (at == "retired")
        assert opened(url, Vault(ring)) == whole
    assert list(rotate(sealed_home, drop_old=True, grace_s=0))[-1] == "old keys dropped"
    ring = KeyRing.load(sealed_home.key_file)
    assert [ring.current(use) != first.current(use) for use in ROTATED] == [True] * 3
    assert opened(url, Vault(ring)) == whole
