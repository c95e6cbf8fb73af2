"""Who sees deliveries and may send them again."""

from __future__ import annotations

from backend.core.access import Actor, Permission, Role
from backend.relay.service import DeliveryView


def is_staff_of_county(actor: Actor, delivery: DeliveryView) -> bool:
    """Township and county staff of the case's county, and staff of its city."""
    if not actor.scope or not actor.has(Role.TOWNSHIP, Role.COUNTY, Role.CITY):
        return False
    return delivery.county.startswith(actor.scope[:6])


DELIVERY_RESEND = Permission("delivery.resend", [[is_staff_of_county]])
