"""Who may check and end a mandate."""

from __future__ import annotations

from backend.core.access import Actor, Permission, Role
from backend.identity.models import Mandate


def is_helper(actor: Actor, mandate: Mandate) -> bool:
    return actor.has(Role.CITIZEN) and actor.id == mandate.helper_account_id


def is_principal(actor: Actor, mandate: Mandate) -> bool:
    return actor.proven and actor.person_id == mandate.principal_person_id


def is_township_of_place(actor: Actor, mandate: Mandate) -> bool:
    return actor.has(Role.TOWNSHIP) and actor.covers(mandate.division)


MANDATE_READ = Permission("mandate.read", [[is_helper], [is_principal], [is_township_of_place]])
MANDATE_PAPER = Permission("mandate.paper", [[is_helper]])
MANDATE_CHECK = Permission("mandate.check", [[is_township_of_place]])
MANDATE_REVOKE = Permission("mandate.revoke", [[is_helper], [is_principal], [is_township_of_place]])
