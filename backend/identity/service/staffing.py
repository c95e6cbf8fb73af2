"""Who works at which desk."""

from __future__ import annotations

import pyotp

from backend.audit import service as audit
from backend.core.access import SYSTEM, Role
from backend.core.uow import Work
from backend.identity.models import StaffMember
from backend.identity.service.login import HASHER


def add_staff(
    work: Work, *, username: str, name: str, password: str, roles: list[Role], scope: str
) -> str:
    """Add a member; answers the TOTP secret (base32), which is shown this once.

    Hashing takes 0.2 s: use it from the command line, not in a request.
    """
    secret = pyotp.random_base32()
    member = StaffMember(
        id=work.new_id(),
        username=username,
        password_hash=HASHER.hash(password),
        roles=[str(role) for role in roles],
        scope=scope,
    )
    member.seal(work.vault, name=name, totp_secret=secret)
    work.session.add(member)
    audit.record(work, SYSTEM, "staff.added", f"staff:{member.id}", roles=member.roles, scope=scope)
    return secret
