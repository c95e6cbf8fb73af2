"""What identity needs from outside: who WeChat says is holding the phone, and its number."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class WechatIdentity:
    """One person under our mini-program (`openid`) and under all of the owner's apps (`unionid`).

    Both are at most 64 characters of letters, digits, `-` and `_`, and name a person: never log
    them. WeChat's session_key is not here, because nothing on our side may use it.
    """

    openid: str = field(repr=False)
    unionid: str | None = field(default=None, repr=False)


class WechatLogin(Protocol):
    """Trades the code that wx.login() gave to the phone for an identity. Slow: never in a unit."""

    def session_of(self, code: str) -> WechatIdentity:
        """Ask once for one code; a code is good for one call.

        Raises WechatCodeInvalid, WechatTooOften, WechatBlocked or WechatUnavailable.
        """
        ...


class WechatPhone(Protocol):
    """Trades the code of a getPhoneNumber button for a number. Slow: never in a unit."""

    def number_of(self, code: str) -> str:
        """The mainland mobile number that the holder chose to give; a code is good for one call.

        Raises WechatCodeInvalid, PhoneForeign or WechatUnavailable.
        """
        ...
