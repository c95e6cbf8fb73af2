"""Who holds a phone, as WeChat sees it: an openid per mini-program, a unionid per developer."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode


def openid_of(appid: str, user: str) -> str:
    """28 characters, `o` first, the same for ever for one label under one mini-program."""
    return "o" + _name("openid", appid, user)


def unionid_of(user: str) -> str:
    """28 characters, `u` first, the same under every mini-program of the developer."""
    return "u" + _name("unionid", user)


def _name(*parts: str) -> str:
    digest = hashlib.sha256("\x00".join(parts).encode()).digest()
    return urlsafe_b64encode(digest).decode()[:27]
