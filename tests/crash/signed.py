"""Standard Webhooks as the county of a storm speaks them, with the standard library alone."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import time
import urllib.error
import urllib.request

TIMEOUT_S = 10


def signature(secret: bytes, webhook_id: str, timestamp: str, body: bytes) -> str:
    """Standard Webhooks: v1 and HMAC-SHA-256 over id, time and body."""
    signed = f"{webhook_id}.{timestamp}.".encode() + body
    digest = hmac.new(secret, signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def ask(secret: bytes, url: str, webhook_id: str, body: bytes) -> int | None:
    """The status of the answer; None where none came whole, for then nobody refused anything."""
    now = str(int(time.time()))
    request = urllib.request.Request(  # noqa: S310 - loopback, http
        url,
        data=body,
        headers={
            "content-type": "application/cloudevents+json",
            "webhook-id": webhook_id,
            "webhook-timestamp": now,
            "webhook-signature": signature(secret, webhook_id, now, body),
            "X-Forwarded-For": "203.0.113.77",
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return _refusal(refused)
    except (OSError, http.client.HTTPException):
        return None


def _refusal(refused: urllib.error.HTTPError) -> int | None:
    """A web process that was killed while it refused has not said why; a head that breaks off looks
    like one that has ended.
    """
    try:
        with refused:
            said = refused.read()
    except (OSError, http.client.HTTPException):
        return None
    if "Content-Length" not in refused.headers:
        return None
    return 503 if b"changed_meanwhile" in said else refused.code
