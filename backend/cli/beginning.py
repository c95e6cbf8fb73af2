"""Commands that make a system ready: schema, keys, data that ship, staff."""

from __future__ import annotations

import argparse
import json
import secrets
from pathlib import Path

from backend.cli.common import Add, units_of
from backend.core.access import Role
from backend.core.crypto import KeyRing
from backend.core.settings import Settings, SettingsError


def register(add: Add) -> None:
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
    office = add(
        "office-user-add",
        _office_user_add,
        "add one of the reference back office's staff; prints password, TOTP secret, token once",
    )
    office.add_argument("username")
    office.add_argument("--name", required=True)
    office.add_argument(
        "--scope", type=_division_prefix, required=True, help="division prefix, e.g. 610303"
    )
    office.add_argument(
        "--role",
        action="append",
        required=True,
        choices=["verifier", "surveyor", "reviewer", "decider"],
    )
    office.add_argument(
        "--delegated", action="store_true", help="the county lets this township's decider decide"
    )


def _division_prefix(text: str) -> str:
    if not (text.isascii() and text.isdigit() and len(text) in {2, 4, 6, 9, 12}):
        raise argparse.ArgumentTypeError("a division prefix has 2, 4, 6, 9 or 12 digits")
    return text


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

    units = units_of(Settings.from_env())
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
    with units_of(Settings.from_env()).write() as work:
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


def _office_user_add(arguments: argparse.Namespace) -> int:
    from backend.backoffice import service as backoffice
    from backend.backoffice.errors import StaffInvalid
    from backend.backoffice.states import StaffRole
    from backend.core.passwords import hash_password

    password = secrets.token_urlsafe(12)
    seat = backoffice.Seat(arguments.username, hash_password(password))  # slow: not in the unit
    roles = tuple(StaffRole(role) for role in arguments.role)
    person = backoffice.Colleague(
        "", arguments.name, roles, arguments.scope, delegated=arguments.delegated
    )
    try:
        with units_of(Settings.from_env()).write() as work:
            issued = backoffice.hire(work, person, seat)
    except StaffInvalid as wrong:
        raise SettingsError(
            f"{arguments.username} cannot be added ({wrong.params['why']}): "
            "choose a free user name of small letters and digits, and give a name."
        ) from wrong
    told = {"username": seat.username, "password": password, "totpSecret": issued.totp_secret}
    print(json.dumps({**told, "token": issued.token}))
    return 0
