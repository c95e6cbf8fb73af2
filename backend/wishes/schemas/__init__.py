"""What the doors of wishes take and show."""

from backend.wishes.schemas.bodies import (
    BoardQuery,
    ConfirmationBody,
    DeliveryBody,
    DeskQuery,
    KindsQuery,
    MineQuery,
    NewWishBody,
    PublicationBody,
    SettlementBody,
    ThanksBody,
    WishPatchBody,
    WishReasonBody,
)
from backend.wishes.schemas.views import (
    BoardPage,
    DeskWishPage,
    WishKindList,
    WishPage,
    WishView,
    wish_view,
)

__all__ = [
    "BoardPage",
    "BoardQuery",
    "ConfirmationBody",
    "DeliveryBody",
    "DeskQuery",
    "DeskWishPage",
    "KindsQuery",
    "MineQuery",
    "NewWishBody",
    "PublicationBody",
    "SettlementBody",
    "ThanksBody",
    "WishKindList",
    "WishPage",
    "WishPatchBody",
    "WishReasonBody",
    "WishView",
    "wish_view",
]
