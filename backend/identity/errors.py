"""What can go wrong while somebody says who they are."""

from __future__ import annotations

from backend.core.errors import Forbidden, Invalid, TooManyAttempts, Unavailable


class WechatCodeInvalid(Invalid):
    """The log-in code of the phone is unknown, used or too old: one problem, one way out."""

    code = "wechat_code_invalid"


class WechatTooOften(TooManyAttempts):
    """WeChat takes no more log-ins of this person for the minute."""

    code = "wechat_too_often"


class WechatBlocked(Forbidden):
    """WeChat holds this account for a risk and gives it no log-in."""

    code = "wechat_blocked"


class WechatUnavailable(Unavailable):
    """WeChat does not answer, or answers nothing that can be used."""

    code = "wechat_unavailable"
