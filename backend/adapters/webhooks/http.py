"""Posts signed webhooks with httpx; follows no redirect and reads no more than the status."""

from __future__ import annotations

from collections.abc import Mapping

import httpx

from backend.relay.ports import ANSWER_S, CONNECT_S, ReceiverUnreachable

_TIMEOUT = httpx.Timeout(ANSWER_S, connect=CONNECT_S)


class HttpWebhookSender:
    """relay.ports.WebhookSender over one pooled client."""

    def __init__(self) -> None:
        self._client = httpx.Client(timeout=_TIMEOUT, follow_redirects=False, trust_env=False)

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        try:
            with self._client.stream("POST", url, headers=dict(headers), content=body) as answer:
                return answer.status_code
        except httpx.HTTPError as lost:
            raise ReceiverUnreachable() from lost

    def close(self) -> None:
        self._client.close()
