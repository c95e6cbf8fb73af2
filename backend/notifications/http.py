"""The door of notifications: what a phone asks its holder to accept."""

from __future__ import annotations

from typing import Any

from backend.notifications import schemas
from backend.web import Doors
from backend.web.context import extension
from backend.web.doors import EVERYBODY

blp = Doors("notifications", __name__, url_prefix="/api/v1", description="WeChat messages")


@blp.get("/message-templates")
@blp.door("listMessageTemplates", EVERYBODY)
@blp.response(200, schemas.MessageTemplateList)
def list_message_templates() -> dict[str, Any]:
    """Which WeChat messages may be accepted; WeChat itself counts who accepted how many."""
    sender = extension("outside").sender
    return {"template_ids": list(sender.template_ids) if sender else []}
