"""What WeChat does for us, for tests that need no HTTP."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from backend.core.errors import AppError
from backend.identity.errors import WechatCodeInvalid
from backend.identity.ports import WechatIdentity
from backend.notifications.ports import MessageNotSent, Outcome
from backend.wishes.ports import Verdict


class FakeWechatLogin:
    """Knows the codes that the test gave out with `code_for`; each is good once."""

    def __init__(self) -> None:
        self._codes: dict[str, WechatIdentity] = {}
        self._refusal: AppError | None = None

    def code_for(self, person: str, unionid: str | None = None) -> str:
        """A fresh code for one person; the openid is the same for the same label."""
        code = f"code-{len(self._codes)}-{person}"
        self._codes[code] = WechatIdentity(f"openid-{person}", unionid)
        return code

    def refuse_next(self, error: AppError) -> None:
        """Let the next call fail, whatever its code."""
        self._refusal = error

    def session_of(self, code: str) -> WechatIdentity:
        """See the port."""
        refusal, self._refusal = self._refusal, None
        if refusal is not None:
            raise refusal
        identity = self._codes.get(code)
        if identity is None:
            raise WechatCodeInvalid
        self._codes[code] = _USED
        if identity is _USED:
            raise WechatCodeInvalid
        return identity


_USED = WechatIdentity("used")


class FakeWechatPhone:
    """Knows one code, which is good once: `phone-` and the number that it stands for."""

    def __init__(self) -> None:
        self._used: set[str] = set()

    def number_of(self, code: str) -> str:
        """See the port."""
        begins, _, number = code.partition("-")
        if begins != "phone" or code in self._used:
            raise WechatCodeInvalid
        self._used.add(code)
        return number

    def forget(self) -> None:
        """Every code is good again, as in a world that is put back."""
        self._used.clear()


@dataclass(frozen=True)
class SentMessage:
    """One message as the sender got it."""

    openid: str
    text: str
    at: datetime
    page: str


@dataclass
class FakeMessageSender:
    """Keeps what was sent; the next calls end as `ends` says, then every message goes."""

    sent: list[SentMessage] = field(default_factory=list)
    tried: list[SentMessage] = field(default_factory=list)
    ends: list[Outcome | MessageNotSent] = field(default_factory=list)
    template_ids: tuple[str, ...] = ("fake-template",)

    def send(self, openid: str, text: str, at: datetime, page: str) -> Outcome:
        """See the port."""
        message = SentMessage(openid, text, at, page)
        self.tried.append(message)
        end = self.ends.pop(0) if self.ends else Outcome.SENT
        if isinstance(end, MessageNotSent):
            raise end
        if end == Outcome.SENT:
            self.sent.append(message)
        return end


class FakeTextCheck:
    """Says `said` of every text, and keeps what it was asked."""

    def __init__(self, said: Verdict | None = Verdict.PASS) -> None:
        self.said = said
        self.asked: list[tuple[str, str]] = []

    def verdict(self, openid: str, text: str) -> Verdict | None:
        """See the port."""
        self.asked.append((openid, text))
        return self.said
