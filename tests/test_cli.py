"""The command line: what each command does, what it refuses, and how it ends."""

import json
import os
import re
import stat
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pyotp
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)
from sqlalchemy import select, text
from standardwebhooks import Webhook

from backend import migrating, tables
from backend.audit import service as audit
from backend.cli import main
from backend.core.access import SYSTEM
from backend.core.clocks import WallClock
from backend.core.crypto import KeyRing, Vault
from backend.core.db import Database
from backend.core.safety import require_log_in
from backend.core.settings import Settings, SettingsError
from backend.core.uow import Kit, Listeners, Units
from backend.relay.rules import signed_headers

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
        require_log_in(Settings.from_env(given))
    assert "Nobody could log in" in str(refused.value)
    require_log_in(Settings.from_env(MINI_PROGRAM))


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


def test_a_new_member_of_the_back_office_gets_a_seat_and_a_token(home):
    call = ["office-user-add", "he.dui", "--name", "何", "--scope", "610303", "--role", "verifier"]
    told = json.loads(clean(zhangban(home, *call)).stdout)
    assert told["username"] == "he.dui"
    assert len(told["password"]) >= 16
    assert pyotp.TOTP(told["totpSecret"]).now().isdigit()
    assert told["token"].startswith("bo_")
    again = clean(zhangban(home, *call))
    assert again.returncode == 1
    assert "free user name" in again.stderr


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


# --- keys-rotate: what it does is told in test_rotating.py


def test_keys_rotate_tells_what_it_did(home):
    done = clean(zhangban(home, "keys-rotate", "--drop-old", "--grace", "0"))
    assert done.returncode == 0
    assert re.search(r"^persons: 0 rows$", done.stdout, re.M)
    assert done.stdout.endswith("old keys dropped\n")
    assert stat.S_IMODE((home / "keys.json").stat().st_mode) == 0o600
    assert migrating.config("sqlite://").get_main_option("script_location")
