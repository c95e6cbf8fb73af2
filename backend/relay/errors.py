"""What can be wrong with a signed message."""

from __future__ import annotations

from backend.core.errors import Unauthenticated


class SignatureInvalid(Unauthenticated):
    """The signature does not fit the body, or the timestamp is older than five minutes."""

    code = "webhook_signature_invalid"
