"""Makes the home of a demo: keys, database, data that ship, people with generated credentials.

It loads no more than that needs, since every start of a demo waits for it.
"""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

from backend import migrating
from backend.backoffice import service as backoffice
from backend.consent.rules.evidence import public_key
from backend.core.access import Role
from backend.core.clocks import WallClock
from backend.core.crypto import KeyRing, Vault
from backend.core.db import Database
from backend.core.settings import Settings, SettingsError
from backend.core.uow import Kit, Listeners, Units
from backend.identity import queries as identity_queries
from backend.identity import service as identity
from backend.policy import service as policy
from backend.regions import service as regions

TOWNSHIP = "610303100"  # 宝鸡市金台区陈仓镇
VILLAGE = "610303100001"
COUNTY = "610303"
_STAFF = (
    ("chencang", "演示员甲", Role.TOWNSHIP, TOWNSHIP),
    ("chencang2", "演示员乙", Role.TOWNSHIP, TOWNSHIP),
    ("jintai", "演示员丙", Role.COUNTY, COUNTY),
    ("cunwei", "演示员戊", Role.VILLAGE, VILLAGE),
    ("auditor", "演示员丁", Role.AUDITOR, COUNTY),
)
# Who of them works in the back office too, as whom there (`backoffice.service.demo_staff`).
_AT_BOTH = {
    "chencang": ("surveyor-1", "reviewer"),
    "chencang2": ("surveyor-2", "township-decider"),
    "jintai": ("verifier", "decider"),
}


def prepare(settings: Settings) -> None:
    """Make a demo's home ready to serve, `demo.json` (0600) last; SettingsError outside demo mode,
    and where that file was taken away from a home that is in use.
    """
    if not settings.demo:
        raise SettingsError("Only a demo is prepared; see docs/runbook.md for a real deployment.")
    if not settings.key_file.exists():
        KeyRing.generate().save(settings.key_file)
    migrating.upgrade(settings.database_url)
    ring = KeyRing.load(settings.key_file)
    # Nobody listens: nothing of this concerns a case.
    kit = Kit(Database(settings.database_url), Vault(ring), Listeners(), WallClock(), demo=True)
    units = Units(kit)
    with units.write() as work:
        regions.load_shipped(work)
        policy.load_policy(work)
    (settings.home / "evidence.pub").write_text(public_key(ring))
    _write_credentials(settings, units)
    kit.database.close()


def _write_credentials(settings: Settings, units: Units) -> None:
    path = settings.home / "demo.json"
    found = json.loads(path.read_text()) if path.exists() else _add_people(units, path)
    found["wechatUrl"] = settings.wechat_url
    found["url"] = settings.public_url
    tokens = {name: [found["backoffice"][one] for one in has] for name, has in _AT_BOTH.items()}
    _write(settings.home / "desk-tokens.json", tokens)
    _write(path, found)


def _write(path: Path, found: Any) -> None:
    """As its owner's alone, whole or not at all."""
    scratch = path.with_suffix(".new")
    scratch.touch(mode=0o600)
    scratch.write_text(json.dumps(found, ensure_ascii=False, indent=1))
    scratch.replace(path)


def _add_people(units: Units, path: Path) -> dict[str, Any]:
    """Two at the township, one in a village, one at the county, an auditor, the back office's."""
    with units.read() as work:
        if identity_queries.staff_by_username(work, _STAFF[0][0]):
            raise SettingsError(
                f"{path} is gone, and its passwords with it: move {path.parent} away."
            )
    passwords = {username: secrets.token_urlsafe(12) for username, *_ in _STAFF}
    office = secrets.token_urlsafe(12)  # one for all of them: each hash makes a first start wait
    hashes = {username: identity.hash_password(plain) for username, plain in passwords.items()}
    office_hash = identity.hash_password(office)
    staff = {}
    with units.write() as work:
        for username, name, role, scope in _STAFF:
            secret = identity.add_staff(
                work,
                username=username,
                name=name,
                password_hash=hashes[username],
                roles=[role],
                scope=scope,
            )
            staff[username] = {"password": passwords[username], "totpSecret": secret, "role": role}
        issued = backoffice.seed_demo_staff(work, COUNTY, TOWNSHIP, office_hash)
    seats = {one.label: {"password": office, "totpSecret": one.totp_secret} for one in issued}
    tokens = {one.label: one.token for one in issued}
    return {"staff": staff, "backoffice": tokens, "backofficeSeats": seats}
