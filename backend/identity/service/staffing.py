"""Who works at which desk."""

from __future__ import annotations

import pyotp

from backend.audit import service as audit
from backend.core.access import SYSTEM, Role
from backend.core.uow import Work
from backend.identity.models import StaffMember
from backend.identity.service.login import HASHER


def hash_password(password: str) -> str:
    """Argon2id; takes 0.2 s: do it before a write unit is opened, and not in a request."""
    return HASHER.hash(password)


def add_staff(
    work: Work, *, username: str, name: str, password_hash: str, roles: list[Role], scope: str
) -> str:
    """Add a member; answers the TOTP secret (base32), which is shown this once.

    `password_hash` is what `hash_password` made.
    """
    secret = pyotp.random_base32()
    member = StaffMember(
        id=work.new_id(),
        username=username,
        password_hash=password_hash,
        roles=[str(role) for role in roles],
        scope=scope,
    )
    member.seal(work.vault, name=name, totp_secret=secret)
    work.session.add(member)
    audit.record(work, SYSTEM, "staff.added", f"staff:{member.id}", roles=member.roles, scope=scope)
    return secret
