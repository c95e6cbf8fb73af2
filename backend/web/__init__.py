"""The Flask kit: how every route behaves. It knows no room."""

from backend.web.context import actor, client_address, request_id, units, work
from backend.web.doors import Doors
from backend.web.etag import if_match, with_etag
from backend.web.paging import PageQuery, page_schema
from backend.web.schemas import Schema

__all__ = [
    "Doors",
    "PageQuery",
    "Schema",
    "actor",
    "client_address",
    "if_match",
    "page_schema",
    "request_id",
    "units",
    "with_etag",
    "work",
]
