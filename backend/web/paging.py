"""The one query and the one answer of paged lists."""

from __future__ import annotations

from typing import Any

import marshmallow as ma

from backend.core.paging import MAX_LIMIT, PageRequest
from backend.web.schemas import Schema, absent


class PageQuery(Schema):
    """`?limit=&cursor=`"""

    limit = ma.fields.Integer(load_default=20, validate=ma.validate.Range(1, MAX_LIMIT))
    # no null among the words of a query
    cursor = ma.fields.String(load_default=absent, validate=ma.validate.Length(max=400))

    @ma.post_load
    def as_request(self, data: dict[str, Any], **_: Any) -> Any:
        """Plain paging queries load as a PageRequest; a subclass with filters gets `page` beside
        them.
        """
        page = PageRequest(data.pop("limit"), data.pop("cursor"))
        return {**data, "page": page} if type(self) is not PageQuery else page


def page_schema(item: type[Schema]) -> type[Schema]:
    """The schema of one page of `item`: `{items, nextCursor}`."""
    fields: dict[str, Any] = {
        "items": ma.fields.List(ma.fields.Nested(item), required=True),
        "next_cursor": ma.fields.String(allow_none=True, required=True),
    }
    return type(f"{item.__name__}Page", (Schema,), fields)
