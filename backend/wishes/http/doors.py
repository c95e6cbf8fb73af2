"""The blueprint of wishes, and the answer that most of its doors give."""

from __future__ import annotations

from typing import Any

from backend.core.access import Role
from backend.web import Doors, actor, with_etag, work
from backend.web.doors import CITIZENS
from backend.wishes import queries
from backend.wishes.models import Wish
from backend.wishes.schemas import wish_view

blp = Doors("wishes", __name__, url_prefix="/api/v1", description="微心愿")
DESK = frozenset({Role.VILLAGE, Role.TOWNSHIP})
ASKING = CITIZENS | DESK


def view(wish: Wish) -> dict[str, Any]:
    """The wish as it stands now, as the caller may see it, with its ETag."""
    with_etag(wish)
    return wish_view(work(), actor(), queries.get(work(), wish.id))
