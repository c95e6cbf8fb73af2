"""What only the desk's pages refuse."""

from __future__ import annotations

from backend.core.errors import Invalid


class ReceiptUnknown(Invalid):
    """No case that this desk may see has this receipt code."""

    code = "receipt_unknown"


class NothingToPrint(Invalid):
    """No letter was chosen."""

    code = "nothing_to_print"


class TooManyToPrint(Invalid):
    """More letters than one file takes; `most`."""

    code = "too_many_to_print"


class NothingToCorrect(Invalid):
    """A request for correction without any item."""

    code = "nothing_to_correct"


class MoneyNotAsked(Invalid):
    """Nobody at the counter asked what the household has."""

    code = "money_not_asked"
