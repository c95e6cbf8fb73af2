"""getwxacodeunlimit: the mini-program code that opens the signing page."""

from __future__ import annotations

import io
from typing import Final

from PIL import Image, UnidentifiedImageError

from backend.adapters.wechat.api import WechatApi, WechatRefused
from backend.adapters.wechat.client import PlatformDown
from backend.consent.ports import MiniCodeUnavailable

PATH: Final = "/wxa/getwxacodeunlimit"
SIGN_PAGE: Final = "pages/sign/index"


class HttpMiniCode:
    """The `MiniCode` port over HTTP; the token travels as the code's scene."""

    def __init__(self, api: WechatApi, *, demo: bool = False) -> None:
        self._api = api
        self._version = "develop" if demo else "release"

    def picture(self, token: str) -> bytes:
        """A picture of a code; see the port."""
        body = {"scene": token, "page": SIGN_PAGE, "env_version": self._version}
        try:
            return _png(self._api.picture(PATH, body))
        except PlatformDown as down:
            raise MiniCodeUnavailable(down.reason) from None
        except WechatRefused as refused:
            raise MiniCodeUnavailable(f"refused_{refused.errcode}") from None


def _png(drawn: bytes) -> bytes:
    """WeChat draws a JPEG or a PNG, as it likes; the door answers a PNG."""
    out = io.BytesIO()
    try:
        with Image.open(io.BytesIO(drawn), formats=("JPEG", "PNG")) as picture:
            if picture.format == "PNG":
                return drawn
            picture.save(out, "PNG")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        raise MiniCodeUnavailable("no_picture") from None
    return out.getvalue()
