"""Money as somebody types it."""

from __future__ import annotations

import re
import unicodedata

_YUAN = re.compile(r"(-?)(\d{1,9})(?:\.(\d{1,2}))?")


def fen_of(typed: str, *, signed: bool = False) -> int | None:
    """Fen of an amount in yuan (`1,234.5`, `186元`, full-width digits); None where it is none.
    `signed`: less than nothing is an amount too (a loss).
    """
    plain = unicodedata.normalize("NFKC", typed).strip().removesuffix("元").strip()
    found = _YUAN.fullmatch(plain.replace(",", ""))
    if found is None or (found[1] and not signed):
        return None
    minus, yuan, rest = found.groups()
    fen = int(yuan) * 100 + int((rest or "").ljust(2, "0"))
    return -fen if minus else fen
