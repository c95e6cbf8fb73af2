"""The outside client as a phone in a village uses it: it asks again until it is answered."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from miniprogram_mock.client import Answer, Client, Files, Phone, Problem

PATIENCE_S = 120.0
# Problems after which the same request is right: busy, starting, still running, met on one row.
AGAIN = frozenset({429, 502, 503, 504})
AGAIN_CODES = frozenset({"idempotency_still_running", "changed_meanwhile"})
FIRST_WAIT_S, LONGEST_WAIT_S = 0.05, 1.0


class GaveUp(Exception):
    """No answer within the patience."""


@dataclass
class Counted:
    """How often a client had to ask again, and why."""

    requests: int = 0
    again: dict[str, int] = field(default_factory=dict)

    def note(self, why: str) -> None:
        self.again[why] = self.again.get(why, 0) + 1


class Patient(Phone):
    """Repeats what got no answer, under the same Idempotency-Key, with the same body.

    `repeated` says whether the last call was sent more than once: a refusal may then mean that the
    first one was heard, and a real client looks.
    """

    def __init__(self, base_url: str, wechat_url: str = "", *, address: str | None = None) -> None:
        super().__init__(base_url, wechat_url)
        self.counted = Counted()
        self.repeated = False
        self._address = address

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: Mapping[str, str | int] | None = None,
        key: str | None = None,
        if_match: str | Answer | None = None,
        files: Files | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """As Client's; raises GaveUp."""
        if self._address is not None:
            headers = {**(headers or {}), "X-Forwarded-For": self._address}
        until = time.monotonic() + PATIENCE_S
        wait = FIRST_WAIT_S
        self.repeated = False
        self.counted.requests += 1
        while True:
            try:
                return Client.call(
                    self, method, path, body,
                    query=query, key=key, if_match=if_match, files=files, headers=headers,
                )  # fmt: skip
            except httpx.TransportError as lost:
                self._again(type(lost).__name__, until)
            except Problem as problem:
                if problem.status not in AGAIN and problem.code not in AGAIN_CODES:
                    raise
                self._again(problem.code or str(problem.status), until)
            time.sleep(wait * random.uniform(0.5, 1.0))
            wait = min(wait * 2, LONGEST_WAIT_S)

    def log_in(self, user: str, *, shared_phone: bool = False) -> Answer:
        """A code is good once: when its answer was lost, wx.login is called again."""
        while True:
            try:
                return super().log_in(user, shared_phone=shared_phone)
            except Problem as problem:
                if not self.repeated or not problem.code.startswith("wechat_code"):
                    raise

    def _again(self, why: str, until: float) -> None:
        self.repeated = True
        self.counted.note(why)
        if time.monotonic() > until:
            raise GaveUp(why)


def settled(client: Patient, send: Callable[[], Answer], look: Callable[[], Any]) -> Any:
    """The answer of `send`; where a repeated one is refused, what `look` finds: it had been heard.

    Raises the refusal where nothing is found: then it was meant.
    """
    try:
        return send()
    except Problem:
        if not client.repeated:
            raise
        found = look()
        if not found:
            raise
        return found
