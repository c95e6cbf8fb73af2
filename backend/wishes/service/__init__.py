"""The public door of wishes."""

from backend.wishes.service.checking import look_at
from backend.wishes.service.giving import claim, confirm, deliver, give_back, thank
from backend.wishes.service.photos import (
    PhotoSlots,
    slots_to_add,
    slots_to_delete,
    slots_to_read,
)
from backend.wishes.service.posting import Named, NewWish, edit, post, withdraw
from backend.wishes.service.reading import (
    Card,
    Listed,
    board,
    claim_of,
    handover_of,
    list_asked,
    list_desk,
    list_given,
    moves_of,
    person_of,
    read,
)
from backend.wishes.service.review import publish, reject, send_back, settle

__all__ = [
    "Card",
    "Listed",
    "Named",
    "NewWish",
    "PhotoSlots",
    "board",
    "claim",
    "claim_of",
    "confirm",
    "deliver",
    "edit",
    "give_back",
    "handover_of",
    "list_asked",
    "list_desk",
    "list_given",
    "look_at",
    "moves_of",
    "person_of",
    "post",
    "publish",
    "read",
    "reject",
    "send_back",
    "settle",
    "slots_to_add",
    "slots_to_delete",
    "slots_to_read",
    "thank",
    "withdraw",
]
