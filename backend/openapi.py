"""The OpenAPI document without a server: the same doors over a house that serves nothing."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, cast

from backend import house as houses
from backend.adapters.face.dlib import DlibFaceVerifier
from backend.adapters.storage.local import LocalFileStore
from backend.adapters.wechat.client import WechatHttp
from backend.adapters.wechat.login import HttpWechatLogin
from backend.app import create_app
from backend.core.crypto import KeyRing, Vault
from backend.core.settings import Settings


def document() -> dict[str, Any]:
    """The document as `/openapi.json` serves it outside demo mode."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.from_env({"ZHANGBAN_HOME": folder})
        vault = Vault(KeyRing.generate())
        house = houses.assemble(
            settings,
            vault,
            wechat=HttpWechatLogin(WechatHttp(settings.wechat_url), "none", "none"),
            face=DlibFaceVerifier(),
            files=LocalFileStore(Path(folder) / "files", vault),
        )
        app = create_app(house)
        house.close()
        api = app.extensions["flask-smorest"]["apis"][""]["ext_obj"]
        return cast(dict[str, Any], api.spec.to_dict())
