"""WeChat's log-in for tests that need no HTTP."""

from __future__ import annotations

from backend.core.errors import AppError
from backend.identity.errors import WechatCodeInvalid
from backend.identity.ports import WechatIdentity


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
