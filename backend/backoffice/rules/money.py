"""Money as somebody types it."""

from __future__ import annotations

import re
import unicodedata

_YUAN = re.compile(r"(\d{1,9})(?:\.(\d{1,2}))?")


def fen_of(typed: str) -> int | None:
    """Fen of an amount in yuan (`1,234.5`, `186元`, full-width digits); None where it is none."""
    plain = unicodedata.normalize("NFKC", typed).strip().removesuffix("元").strip()
    found = _YUAN.fullmatch(plain.replace(",", ""))
    if found is None:
        return None
    yuan, rest = found.groups()
    return int(yuan) * 100 + int((rest or "").ljust(2, "0"))
