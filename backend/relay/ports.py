"""What the relay needs from outside."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from backend.core.uow import Work


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """One row of the outbox as the builder of its body sees it."""

    id: UUID
    aggregatetype: str
    aggregateid: UUID
    type: str
    payload: Mapping[str, Any]
    county: str
    created_at: datetime


BodyBuilder = Callable[[Work, OutboxMessage], dict[str, Any]]


class ReceiverUnreachable(Exception):
    """No answer came: refused, timed out, or broken off."""


CONNECT_S, ANSWER_S = 3.0, 10.0  # the contract: a receiver answers within 10 s


class WebhookSender(Protocol):
    """Posts one signed body; returns the receiver's HTTP status or raises ReceiverUnreachable."""

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int: ...


@dataclass(frozen=True, slots=True)
class Destination:
    """A receiver: its name in the delivery table and its address."""

    name: str
    url: str
