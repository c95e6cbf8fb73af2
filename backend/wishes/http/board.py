"""What everybody may see: the public board and what can be wished for."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from backend.core.paging import CursorInvalid
from backend.web import work
from backend.web.doors import EVERYBODY
from backend.web.leads import first
from backend.wishes import schemas, service
from backend.wishes.http.doors import blp
from backend.wishes.rules.terms import kinds, terms_of


@blp.get("/wishes")
@blp.door(
    "listWishes",
    EVERYBODY,
    problems=[CursorInvalid],
    leads={"claimWish": first(wish_id="id")},
)
@blp.arguments(schemas.BoardQuery, location="query")
@blp.response(200, schemas.BoardPage)
def list_wishes(query: dict[str, Any]) -> Any:
    """The public board: wishes that wait for a giver, newest first, without a name."""
    return service.board(work(), query["division"] or "", query["page"])


@blp.get("/wish-kinds")
@blp.door("listWishKinds", EVERYBODY)
@blp.arguments(schemas.KindsQuery, location="query")
@blp.response(200, schemas.WishKindList)
def list_wish_kinds(query: dict[str, Any]) -> dict[str, Any]:
    """What can be wished for, and what it may be worth."""
    terms = terms_of(query["division"] or "")
    return {"items": [{**asdict(kind), "cap_fen": terms.cap_fen(kind.code)} for kind in kinds()]}
