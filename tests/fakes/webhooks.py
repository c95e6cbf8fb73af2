"""A receiver of webhooks that answers as it is told and remembers what came."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from backend.relay.ports import ReceiverUnreachable


@dataclass(frozen=True)
class Post:
    """One request that arrived."""

    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class FakeSender:
    """relay.ports.WebhookSender: `answers` are statuses, or exceptions, given one after another;
    the last one stays. `during` runs while the receiver works.
    """

    answers: list[int | Exception] = field(default_factory=lambda: [204])
    during: Callable[[Post], None] = lambda post: None
    posts: list[Post] = field(default_factory=list)
    at_once: dict[str, int] = field(default_factory=dict)
    most_at_once: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        post = Post(url, dict(headers), body)
        message = headers["webhook-id"]
        with self._lock:
            self.posts.append(post)
            answer = self.answers[0] if len(self.answers) == 1 else self.answers.pop(0)
            self.at_once[message] = self.at_once.get(message, 0) + 1
            self.most_at_once = max(self.most_at_once, self.at_once[message])
        try:
            self.during(post)
        finally:
            with self._lock:
                self.at_once[message] -= 1
        if isinstance(answer, Exception):
            raise answer
        return answer


def unreachable() -> Exception:
    """What an adapter raises when nobody answers."""
    lost = ReceiverUnreachable()
    lost.__cause__ = TimeoutError()
    return lost
