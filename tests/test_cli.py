"""The command line: what each command does, what it refuses, and how it ends."""

import json
import os
import re
import stat
import subprocess
import sys
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pyotp
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)
from sqlalchemy import Boolean, Integer, Table, Uuid, insert, select, text, update
from standardwebhooks import Webhook

from backend import migrating, tables
from backend.adapters.storage.local import LocalFileStore
from backend.audit import service as audit
from backend.cli import main
from backend.core.access import SYSTEM
from backend.core.clocks import WallClock
from backend.core.crypto import KeyRing, SealBroken, Vault
from backend.core.db import Database, Digest, Instant, Sealed, migration_engine
from backend.core.settings import Settings, SettingsError, require_real
from backend.core.uow import Kit, Listeners, Units
from backend.identity import queries as identity_queries
from backend.relay.rules import signed_headers
from backend.rotating import ROTATED, rotate, sealed_tables

ROOT = Path(__file__).parents[1]
NUMBER = "11010519491231002x"
MINI_PROGRAM = {"ZHANGBAN_WECHAT_APPID": "wx1", "ZHANGBAN_WECHAT_SECRET": "hush"}


def environment(home, **more):
    """What a command sees: this home, and the programs it needs."""
    return {
        "PATH": os.environ["PATH"], "ZHANGBAN_HOME": str(home),
        "ZHANGBAN_DATABASE_URL": f"sqlite:///{home}/zhangban.db", **more,
    }  # fmt: skip


def zhangban(home, *arguments, **more):
    """Run one command as an administrator does."""
    return subprocess.run(
        [sys.executable, "-m", "backend.cli", *arguments],
        cwd=ROOT, env=environment(home, **more), capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip


def clean(result):
    """No traceback reached the administrator."""
    assert "Traceback" not in result.stderr, result.stderr
    return result


def units_of(settings):
    vault = Vault(KeyRing.load(settings.key_file))
    return Units(Kit(Database(settings.database_url), vault, Listeners(), WallClock()))


@pytest.fixture
def home(tmp_path, sqlite_template):
    """A home with keys and an empty database of this release."""
    (tmp_path / "zhangban.db").write_bytes(sqlite_template.read_bytes())
    KeyRing.generate().save(tmp_path / "keys.json")
    return tmp_path


# --- wrong calls


@pytest.mark.parametrize(
    "arguments",
    [[], ["dance"], ["seed", "--nonsense"], ["user-add", "x"], ["evidence-verify"],
     ["user-add", "x", "--name", "n", "--scope", "6103", "--role", "king"]],
    ids=" ".join,
)  # fmt: skip
def test_a_wrong_call_ends_with_2_and_says_how(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage: zhangban" in capsys.readouterr().err


def test_production_never_serves_a_demo_nor_without_its_keys(tmp_path):
    demo = clean(zhangban(tmp_path, "serve", ZHANGBAN_DEMO="1"))
    assert (demo.returncode, "demo" in demo.stderr) == (1, True)
    for command in ("serve", "worker", "audit-verify", "keys-rotate"):
        keyless = clean(zhangban(tmp_path, command, **MINI_PROGRAM))
        assert keyless.returncode == 1
        assert "No key file" in keyless.stderr
    assert clean(zhangban(tmp_path, "serve", PORT="x")).returncode == 1


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, "ZHANGBAN_WECHAT_APPID"),
        ({"ZHANGBAN_WECHAT_APPID": "wx-demo", "ZHANGBAN_WECHAT_SECRET": "s"}, "_APPID"),
        ({"ZHANGBAN_WECHAT_APPID": "wx1"}, "ZHANGBAN_WECHAT_SECRET"),
        ({"ZHANGBAN_WECHAT_APPID": "wx1", "ZHANGBAN_WECHAT_SECRET": ""}, "_SECRET"),
    ],
)
def test_production_is_not_served_where_nobody_could_log_in(given, missing):
    with pytest.raises(SettingsError, match=missing) as refused:
        require_real(Settings.from_env(given))
    assert "Nobody could log in" in str(refused.value)
    require_real(Settings.from_env(MINI_PROGRAM))


def test_nothing_real_begins_in_a_demos_home(home):
    (home / "demo.json").write_text("{}")
    for command in ("serve", "worker"):
        refused = clean(zhangban(home, command, **MINI_PROGRAM))
        assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
        assert "demonstration" in refused.stderr


def test_serve_says_in_words_that_the_mini_program_is_missing(home):
    refused = clean(zhangban(home, "serve"))
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "ZHANGBAN_WECHAT_APPID" in refused.stderr


def test_keys_that_others_can_read_are_refused(home):
    (home / "keys.json").chmod(0o640)
    refused = clean(zhangban(home, "serve", **MINI_PROGRAM))
    assert refused.returncode == 1
    assert "chmod 600" in refused.stderr


# --- migrate, seed, user-add


def test_a_new_system_gets_keys_once_and_its_files_are_private(tmp_path):
    home = tmp_path / "new"
    assert clean(zhangban(home, "migrate", "--new-keys")).returncode == 0
    before = (home / "keys.json").read_bytes()
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    for file in home.iterdir():
        assert not stat.S_IMODE(file.stat().st_mode) & 0o077, file
    again = clean(zhangban(home, "migrate", "--new-keys"))
    assert again.returncode == 1
    assert "never overwritten" in again.stderr
    assert (home / "keys.json").read_bytes() == before
    assert clean(zhangban(home, "migrate")).returncode == 0
    published = (home / "evidence.pub").read_text()
    assert published.count("BEGIN PUBLIC KEY") == 1
    assert clean(zhangban(home, "evidence-key")).stdout == published


def test_the_public_evidence_key_is_printed_and_no_private_one(home, capsys, monkeypatch):
    monkeypatch.setenv("ZHANGBAN_HOME", str(home))
    assert main(["evidence-key"]) == 0
    printed = capsys.readouterr().out
    assert "PRIVATE" not in printed
    key = KeyRing.load(home / "keys.json").current("evidence")
    raw = load_pem_public_key(printed.encode()).public_bytes(Encoding.Raw, PublicFormat.Raw)
    own = Ed25519PrivateKey.from_private_bytes(key.secret).public_key()
    assert raw == own.public_bytes(Encoding.Raw, PublicFormat.Raw)


def test_a_receiver_takes_the_printed_webhook_secret(home, capsys, monkeypatch):
    monkeypatch.setenv("ZHANGBAN_HOME", str(home))
    assert main(["webhook-secret"]) == 0
    printed = capsys.readouterr().out.strip()
    assert printed.startswith("whsec_")
    secret = KeyRing.load(home / "keys.json").current("webhook").secret
    headers = signed_headers(secret, "m1", datetime.now(UTC), b"{}")
    Webhook(printed).verify(b"{}", headers)  # raises where it does not fit


def test_a_database_of_no_release_is_told_in_words(tmp_path):
    KeyRing.generate().save(tmp_path / "keys.json")
    refused = clean(zhangban(tmp_path, "audit-verify"))
    assert refused.returncode == 1
    assert "zhangban migrate" in refused.stderr


def test_seeding_twice_changes_nothing(home):
    def rows():
        with (
            closing(Database(f"sqlite:///{home}/zhangban.db")) as database,
            database.engine.connect() as connection,
        ):
            return {
                table.name: len(connection.execute(select(table)).all())
                for table in tables.metadata.sorted_tables
            }

    first = clean(zhangban(home, "seed"))
    assert first.returncode == 0
    seeded = rows()
    assert seeded["divisions"] > 1000
    assert clean(zhangban(home, "seed")).stdout == first.stdout
    assert rows() == seeded


def test_files_that_are_missing_or_wrong_are_told_in_words(home, tmp_path):
    wrong = tmp_path / "wrong.tsv"
    wrong.write_text("nonsense\n")
    for arguments in (
        ["seed", "--divisions", tmp_path / "missing.tsv"],
        ["seed", "--divisions", wrong],
        ["seed", "--policy", tmp_path / "missing"],
        ["evidence-verify", tmp_path / "missing.json", "--key", tmp_path / "missing.pub"],
        ["evidence-verify", wrong, "--key", wrong],
    ):
        refused = clean(zhangban(home, *map(str, arguments)))
        assert refused.returncode == 1, arguments
        assert refused.stderr or "fault" in refused.stdout, arguments
    told = zhangban(home, "seed", "--divisions", str(wrong))
    assert "wrong.tsv:1" in told.stderr


def test_a_new_member_of_staff_gets_a_password_and_a_second_factor(home):
    call = ["user-add", "chen", "--name", "陈", "--scope", "610303100", "--role", "township"]
    nowhere = clean(zhangban(home, *call))
    assert (nowhere.returncode, "610303100" in nowhere.stderr) == (1, True)
    assert clean(zhangban(home, "seed")).returncode == 0
    added = clean(zhangban(home, *call))
    told = json.loads(added.stdout)
    assert told["username"] == "chen"
    assert len(told["password"]) >= 16
    assert pyotp.TOTP(told["totpSecret"]).now().isdigit()
    again = clean(zhangban(home, *call))
    assert again.returncode == 1
    assert "chen" in again.stderr


# --- audit-verify, openapi


def test_planted_damage_to_the_audit_is_found(home):
    settings = Settings.from_env(environment(home))
    units = units_of(settings)
    with units.write() as work:
        for number in range(3):
            audit.record(work, SYSTEM, "test", f"s{number}", case=UUID(int=1))
    assert clean(zhangban(home, "audit-verify")).returncode == 0
    with units.write() as work:
        work.session.execute(text("UPDATE audit_rows SET subject = 'x' WHERE seq = 2"))
    units.kit.database.close()
    found = clean(zhangban(home, "audit-verify"))
    assert found.returncode == 1
    assert f"case:{UUID(int=1)} row 2: changed" in found.stdout


def test_the_openapi_document_is_printed_without_a_server(tmp_path):
    printed = clean(zhangban(tmp_path, "openapi"))
    assert json.loads(printed.stdout)["openapi"].startswith("3.1")
    assert list(tmp_path.iterdir()) == []


# --- keys-rotate


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
    told = list(rotate(sealed_home, drop_old=True))
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
        assert identity_queries.person_by_number(work, NUMBER.upper()) is not None
        assert identity_queries.account_by_openid(work, NUMBER) is not None
    units.kit.database.close()


def test_a_rotation_stopped_anywhere_goes_on(sealed_home):
    url = sealed_home.database_url
    whole = opened(url, Vault(KeyRing.load(sealed_home.key_file)))
    steps = len(sealed_tables())
    for stop in (1, 2, 3, steps // 2, steps):
        progress = rotate(sealed_home, drop_old=True)
        for _ in range(stop):
            next(progress)
        progress.close()
        ring = KeyRing.load(sealed_home.key_file)
        assert len(ring.all("field")) == 2  # no third key for the same rotation
        assert opened(url, Vault(ring)) == whole
        units = units_of(sealed_home)
        with units.read() as work:
            assert identity_queries.person_by_number(work, NUMBER.upper()) is not None
        units.kit.database.close()
    list(rotate(sealed_home, drop_old=True))
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
    told = [line for line in rotate(sealed_home, drop_old=True) if "idempotent" in line]
    assert told == ["idempotent_answers: 208 rows"]
    opened(url, Vault(KeyRing.load(sealed_home.key_file)))


def test_a_value_sealed_with_the_old_key_in_between_keeps_the_old_key(sealed_home):
    """A web process that was not started anew must not lose what it writes."""
    old = Vault(KeyRing.load(sealed_home.key_file))
    answers = tables.metadata.tables["idempotent_answers"]
    progress = rotate(sealed_home, drop_old=True)
    lines = []
    engine = migration_engine(sealed_home.database_url)
    for line in progress:
        lines.append(line)
        if line.startswith("files"):
            with engine.begin() as connection:
                row_id = connection.execute(select(answers.c.id)).scalars().all()[0]
                late = old.seal("idempotent_answers", "body", row_id, NUMBER)
                connection.execute(update(answers).where(answers.c.id == row_id).values(body=late))
    engine.dispose()
    assert lines[-1].startswith("old keys kept: 1 ")
    opened(sealed_home.database_url, Vault(KeyRing.load(sealed_home.key_file)))
    assert list(rotate(sealed_home, drop_old=True))[-1] == "old keys dropped"


def test_a_row_that_does_not_open_stops_the_rotation_and_names_its_place(sealed_home):
    answers = tables.metadata.tables["idempotent_answers"]
    engine = migration_engine(sealed_home.database_url)
    with engine.begin() as connection:
        connection.execute(update(answers).values(body=b"\x01" + b"x" * 40))
    engine.dispose()
    with pytest.raises(SealBroken, match="idempotent_answers "):
        list(rotate(sealed_home, drop_old=True))
    assert len(KeyRing.load(sealed_home.key_file).all("field")) == 2


def test_keys_rotate_tells_what_it_did(home):
    done = clean(zhangban(home, "keys-rotate", "--drop-old"))
    assert done.returncode == 0
    assert re.search(r"^persons: 0 rows$", done.stdout, re.M)
    assert done.stdout.endswith("old keys dropped\n")
    assert stat.S_IMODE((home / "keys.json").stat().st_mode) == 0o600
    assert migrating.config("sqlite://").get_main_option("script_location")
