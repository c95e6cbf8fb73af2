"""What can be wrong with forwarded cases and events."""

from __future__ import annotations

from backend.core.errors import Conflict, Invalid, NotFound


class EventUnknown(Invalid):
    """The event is of no known type or lacks what its type needs."""

    code = "backoffice_event_invalid"


class EventContradicts(Conflict):
    """Another event came with this case's sequence number before."""

    code = "backoffice_event_contradicts"


class DeliveryNotFound(NotFound):
    """No such delivery within the caller's scope."""

    code = "delivery_not_found"
