"""Signing and verifying by Standard Webhooks, CloudEvents, and when to try again."""

from __future__ import annotations

import base64
import random
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

from backend.relay.errors import SignatureInvalid

MAX_ATTEMPTS = 12
_FIRST_WAIT_S = 1.0
LONGEST_WAIT = timedelta(hours=1)
_SIGNED_HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")


def signed_headers(
    secret: bytes, message_id: str, at: datetime, body: bytes, *, older: Iterable[bytes] = ()
) -> dict[str, str]:
    """The three headers of Standard Webhooks over `{id}.{timestamp}.{body}`.

    One signature a secret: while it changes, a receiver that knows an older one is content, too.
    """
    at = at.astimezone(UTC)  # the library signs the wall's hour as if it were UTC's
    text = body.decode()
    signature = " ".join(_webhook(s).sign(message_id, at, text) for s in (secret, *older))
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signature,
        "content-type": "application/cloudevents+json",
    }


def shown_secret(secret: bytes) -> str:
    """The secret as Standard Webhooks writes it: whsec_ and base64."""
    return "whsec_" + base64.b64encode(secret).decode()


def verify(secrets: Iterable[bytes], headers: Mapping[str, str], body: bytes) -> str:
    """The message's id where any secret fits and the timestamp is at most five minutes off;
    raises SignatureInvalid.
    """
    found = {name: headers.get(name, "") for name in _SIGNED_HEADERS}
    for secret in secrets:
        try:
            _webhook(secret).verify(body, found, json_parse=False)
        except (WebhookVerificationError, ValueError, UnicodeDecodeError):
            continue
        return found["webhook-id"]
    raise SignatureInvalid()


def cloud_event(
    message_id: str, source: str, kind: str, subject: str, at: datetime, data: Mapping[str, Any]
) -> dict[str, Any]:
    """A CloudEvents 1.0 envelope."""
    return {
        "specversion": "1.0",
        "id": message_id,
        "source": source,
        "type": kind,
        "subject": subject,
        "time": at.astimezone(UTC).isoformat(timespec="seconds"),
        "datacontenttype": "application/json",
        "data": dict(data),
    }


def wait_before(attempt: int, jitter: random.Random) -> timedelta:
    """The wait before the next try: doubling from a second to an hour, spread over its upper
    half.
    """
    longest = min(LONGEST_WAIT.total_seconds(), _FIRST_WAIT_S * 2 ** (attempt - 1))
    return timedelta(seconds=longest * (0.5 + jitter.random() / 2))


def _webhook(secret: bytes) -> Webhook:
    return Webhook(base64.b64encode(secret).decode())
