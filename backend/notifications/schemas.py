"""What notifications' door shows."""

from __future__ import annotations

import marshmallow as ma

from backend.web.schemas import Schema


class MessageTemplateList(Schema):
    template_ids = ma.fields.List(
        ma.fields.String(),
        required=True,
        metadata={
            "description": "for wx.requestSubscribeMessage; empty: no WeChat messages here",
            "example": ["zhangban-demo-news"],
        },
    )
