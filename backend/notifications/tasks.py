"""Jobs of notifications."""

from __future__ import annotations

from backend.core.uow import Units
from backend.notifications import service
from backend.notifications.ports import MessageSender


def send_notices(units: Units, sender: MessageSender) -> int:
    """Call whoever is to be called now; returns how many were tried."""
    return service.send_due(units, sender)
