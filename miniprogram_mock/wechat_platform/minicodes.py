"""getwxacodeunlimit: a picture that opens one page of the mini-program.

WeChat draws its own round code, which only WeChat reads. Here it is a QR code of
`{app_url}/mini/#/{page}?scene={scene}`, so that any reader opens the page in the browser's host.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

import qrcode
from flask import Blueprint, Response

from miniprogram_mock.wechat_platform.calls import Gate
from miniprogram_mock.wechat_platform.errcodes import (
    INVALID_ARGUMENTS,
    INVALID_PAGE,
    INVALID_SCENE,
    NOT_JSON,
    WechatError,
)

SCENE: Final = re.compile(r"[0-9A-Za-z!#$&'()*+,/:;=?@\-._~]{1,32}")
WIDTHS: Final = range(280, 1281)
VERSIONS: Final = frozenset({"release", "trial", "develop"})


def blueprint(gate: Gate, app_url: str, pages: tuple[str, ...]) -> Blueprint:
    """POST /wxa/getwxacodeunlimit: an image, or JSON that says why there is none."""
    blp = Blueprint("minicodes", __name__)

    @blp.post("/wxa/getwxacodeunlimit")
    def get_unlimited() -> Response:
        body = gate.enter("getwxacodeunlimit")
        scene = body.get("scene")
        if not isinstance(scene, str) or not SCENE.fullmatch(scene):
            raise WechatError(INVALID_SCENE)
        page = _page(body, pages)
        width = body.get("width", 430)
        if not isinstance(width, int) or width not in WIDTHS:
            raise WechatError(INVALID_ARGUMENTS, ": width")
        if body.get("env_version", "release") not in VERSIONS:
            raise WechatError(INVALID_ARGUMENTS, ": env_version")
        url = f"{app_url}/mini/#/{page}?scene={quote(scene, safe='')}"
        return Response(_drawn(url, width), mimetype="image/png")

    return blp


def _page(body: Mapping[str, Any], pages: tuple[str, ...]) -> str:
    """The page, the first one where none is named; one of the published unless told not to look."""
    page, check = body.get("page", pages[0]), body.get("check_path", True)
    if not isinstance(check, bool):
        raise WechatError(NOT_JSON)
    bad = not isinstance(page, str) or not page or page.startswith("/") or "?" in page
    if bad or (check and page not in pages):
        raise WechatError(INVALID_PAGE)
    return str(page)


def _drawn(url: str, width: int) -> bytes:
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=4)
    code.add_data(url)
    drawn = code.make_image().get_image().resize((width, width))
    out = io.BytesIO()
    drawn.save(out, "PNG")
    return out.getvalue()
