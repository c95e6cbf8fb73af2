"""The command line: `zhangban <command>`.

Commands import what they need: whoever checks an evidence file does not wait for the whole house.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy.exc import OperationalError, ProgrammingError

from backend.core.access import Role
from backend.core.crypto import KeyFileError, KeyRing, SealBroken
from backend.core.errors import AppError
from backend.core.settings import Settings, SettingsError, require_real

if TYPE_CHECKING:
    from backend.core.uow import Units


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0 where it did what it says, 1 where it did not, 2 where it was called
    wrongly.
    """
    os.umask(0o077)
    arguments = _parser().parse_args(argv)
    command: Callable[[argparse.Namespace], int] = arguments.run
    try:
        return command(arguments)
    except (SettingsError, KeyFileError, SealBroken) as wrong:
        print(wrong, file=sys.stderr)
    except OSError as wrong:
        print(f"{wrong.filename}: {wrong.strerror}", file=sys.stderr)
    except (OperationalError, ProgrammingError) as wrong:
        kind = type(wrong.orig).__name__
        print(
            f"The database does not fit this release ({kind}): run `zhangban migrate`.",
            file=sys.stderr,
        )
    except AppError as refused:
        print(_in_words(refused), file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="zhangban", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")

    def add(
        name: str, run: Callable[[argparse.Namespace], int], what: str
    ) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=what, description=what)
        command.set_defaults(run=run)
        return command

    add("serve", _serve, "serve the API (gunicorn); never in demo mode")
    add("worker", _worker, "deliver, remind, sweep: runs beside serve")
    migrate = add("migrate", _migrate, "bring the database to this release")
    migrate.add_argument(
        "--new-keys", action="store_true", help="make a new system's key file and evidence.pub"
    )
    seed = add("seed", _seed, "load divisions, calendar and policy that ship (or FILEs, FOLDERs)")
    seed.add_argument("--divisions", type=Path, action="append", default=[], metavar="FILE")
    seed.add_argument("--calendar", type=Path, action="append", default=[], metavar="FILE")
    seed.add_argument("--policy", type=Path, metavar="FOLDER")
    user = add("user-add", _user_add, "add a staff member; prints password and TOTP secret once")
    user.add_argument("username")
    user.add_argument("--name", required=True)
    user.add_argument(
        "--scope", type=_division_prefix, required=True, help="division prefix, e.g. 610303100"
    )
    user.add_argument(
        "--role",
        action="append",
        required=True,
        choices=["village", "township", "county", "city", "auditor"],
    )
    rotated = add("keys-rotate", _keys_rotate, "make new keys and re-encrypt; resumable")
    rotated.add_argument(
        "--drop-old", action="store_true", help="forget keys nothing needs any more"
    )
    evidence = add("evidence-verify", _evidence_verify, "check an evidence file offline")
    evidence.add_argument("file", type=Path)
    evidence.add_argument("--key", type=Path, required=True, help="public key, not from the file")
    evidence.add_argument("--root", type=Path, help="what evidence-root printed, kept apart")
    rooted = add("evidence-root", _evidence_root, "print how a case stood at its last daily root")
    rooted.add_argument("case", type=UUID)
    add("evidence-key", _evidence_key, "print the public keys that evidence is checked with (PEM)")
    add("webhook-secret", _webhook_secret, "print the secret that a county's receiver needs")
    add("audit-verify", _audit_verify, "check every audit chain and daily root")
    add("openapi", _openapi, "print the OpenAPI document")
    return parser


def _division_prefix(text: str) -> str:
    if not (text.isascii() and text.isdigit() and len(text) in {2, 4, 6, 9, 12}):
        raise argparse.ArgumentTypeError("a division prefix has 2, 4, 6, 9 or 12 digits")
    return text


def _serve(_: argparse.Namespace) -> int:
    from backend.supervisor.web import web_command

    settings = Settings.from_env()
    require_real(settings)
    _refuse_a_demos_home(settings)
    KeyRing.load(settings.key_file)  # say it here, not in a worker's log
    command = web_command(f"{settings.host}:{settings.port}")
    os.execv(command[0], command)  # noqa: S606 - our own interpreter


def _refuse_a_demos_home(settings: Settings) -> None:
    """A demo's keys, staff and cases are invented: nothing real may begin with them."""
    if not settings.demo and (settings.home / "demo.json").exists():
        raise SettingsError(
            f"{settings.home} was made by a demonstration: set ZHANGBAN_HOME to another folder."
        )


def _worker(_: argparse.Namespace) -> int:
    from backend import worker

    _refuse_a_demos_home(Settings.from_env())
    return worker.main()


def _migrate(arguments: argparse.Namespace) -> int:
    from backend import migrating

    settings = Settings.from_env()
    if arguments.new_keys:
        _new_keys(settings)
    migrating.upgrade(settings.database_url)
    print("the database is ready")
    return 0


def _new_keys(settings: Settings) -> None:
    if settings.key_file.exists():
        raise SettingsError(f"{settings.key_file} exists: keys are never overwritten.")
    from backend.consent.rules.evidence import public_key

    ring = KeyRing.generate()
    ring.save(settings.key_file)
    settings.key_file.with_name("evidence.pub").write_text(public_key(ring))


def _seed(arguments: argparse.Namespace) -> int:
    from backend.policy import service as policy
    from backend.regions import service as regions

    units = _units(Settings.from_env())
    with units.write() as work:
        if arguments.divisions or arguments.calendar:
            for path in arguments.divisions:
                print(f"{path}: {regions.load_divisions(work, path)}")
            for path in arguments.calendar:
                print(f"{path}: {regions.load_calendar(work, path)}")
        else:
            regions.load_shipped(work)
        loaded = (
            policy.load_policy(work, arguments.policy)
            if arguments.policy
            else policy.load_policy(work)
        )
    print(f"policy {loaded.version[:12]}")
    return 0


def _user_add(arguments: argparse.Namespace) -> int:
    from backend.identity import queries
    from backend.identity import service as identity
    from backend.regions import queries as regions

    password = secrets.token_urlsafe(12)
    hashed = identity.hash_password(password)  # slow: before the write unit, not in it
    roles = [Role(role) for role in arguments.role]
    with _units(Settings.from_env()).write() as work:
        if not regions.has_any_within(work, arguments.scope):
            raise SettingsError(
                f"No division begins with {arguments.scope}: correct the scope, "
                "or run `zhangban seed` first."
            )
        if queries.staff_by_username(work, arguments.username):
            raise SettingsError(f"There is a user {arguments.username} already.")
        totp = identity.add_staff(
            work,
            username=arguments.username,
            name=arguments.name,
            password_hash=hashed,
            roles=roles,
            scope=arguments.scope,
        )
    print(json.dumps({"username": arguments.username, "password": password, "totpSecret": totp}))
    return 0


def _keys_rotate(arguments: argparse.Namespace) -> int:
    from backend.rotating import rotate

    settings = Settings.from_env()
    for line in rotate(settings, drop_old=arguments.drop_old):
        print(line)
    return 0


def _evidence_verify(arguments: argparse.Namespace) -> int:
    from backend.consent.rules.verify import read_root, verify_evidence

    root = None
    if arguments.root:
        try:
            root = read_root(arguments.root.read_bytes())
        except ValueError as wrong:
            raise SettingsError(f"{arguments.root}: {wrong}") from wrong
    faults = verify_evidence(arguments.file.read_bytes(), arguments.key.read_bytes(), root)
    for fault in faults:
        print(fault)
    print("evidence: " + (f"faults: {len(faults)}" if faults else "whole and signed"))
    return 1 if faults else 0


def _evidence_root(arguments: argparse.Namespace) -> int:
    from backend.consent.service import evidence_root

    with _units(Settings.from_env()).read() as work:
        root = evidence_root(work, arguments.case)
    if root is None:
        raise SettingsError("No daily root covers evidence of this case yet.")
    print(json.dumps(root))
    return 0


def _evidence_key(_: argparse.Namespace) -> int:
    from backend.consent.rules.evidence import public_key

    print(public_key(KeyRing.load(Settings.from_env().key_file)), end="")
    return 0


def _webhook_secret(_: argparse.Namespace) -> int:
    from backend.relay.rules import shown_secret

    print(shown_secret(KeyRing.load(Settings.from_env().key_file).current("webhook").secret))
    return 0


def _audit_verify(_: argparse.Namespace) -> int:
    from backend.audit import service as audit

    with _units(Settings.from_env()).read() as work:
        breaks = audit.verify(work)
    for found in breaks:
        print(f"{found.chain} row {found.seq}: {found.what}")
    print("audit: " + (f"breaks: {len(breaks)}" if breaks else "every chain holds"))
    return 1 if breaks else 0


def _openapi(_: argparse.Namespace) -> int:
    from backend.openapi import document

    print(json.dumps(document(), ensure_ascii=False, indent=1))
    return 0


def _in_words(refused: AppError) -> str:
    from backend.core import messages

    words = messages.say(refused.code, refused.params)
    places = "" if str(refused) == refused.code else f"\n{refused}"  # every wrong line of a file
    return f"{words.zh}{words.zh_next}\n{words.en} {words.en_next}{places}"


def _units(settings: Settings) -> Units:
    from backend import house as houses
    from backend.core.clocks import WallClock
    from backend.core.crypto import Vault
    from backend.core.db import Database
    from backend.core.uow import Kit, Units

    vault = Vault(KeyRing.load(settings.key_file))
    kit = Kit(
        Database(settings.database_url), vault, houses.wire(), WallClock(), demo=settings.demo
    )
    return Units(kit)


if __name__ == "__main__":
    raise SystemExit(main())
