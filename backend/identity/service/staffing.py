"""Who works at which desk."""

from __future__ import annotations

from backend.audit import service as audit
from backend.core.access import SYSTEM, Role
from backend.core.passwords import hash_password, new_totp_secret
from backend.core.uow import Work
from backend.identity.models import StaffMember

__all__ = ["add_staff", "hash_password"]


def add_staff(
    work: Work, *, username: str, name: str, password_hash: str, roles: list[Role], scope: str
) -> str:
    """Add a member; answers the TOTP secret (base32), which is shown this once.

    `password_hash` is what `hash_password` made.
    """
    secret = new_totp_secret()
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
