"""What each signer of a case waits for, by the app's own rule and sentences."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from backend.applications.rules import wait_code
from backend.core import messages
from backend.households.rules import RequiredSigner


def wait_of(
    signer: RequiredSigner,
    state: str | None,
    *,
    counts: bool = False,
    under_review: bool = False,
    other_way: bool = False,
    wards: Iterable[Any] = (),
) -> dict[str, Any] | None:
    """As the signer's `waitsFor` shows it; `state` is None for who was not invited."""
    asked = {str(ward) for ward in wards}
    code = wait_code(
        state or "",
        counts=counts,
        for_all=asked.issuperset(map(str, signer.also_for)),
        under_review=under_review,
        other_way=other_way,
    )
    if code is None:
        return None
    words = messages.say(code)
    return {
        "code": code,
        "text": words.zh,
        "next": words.zh_next,
        "textEn": words.en,
        "nextEn": words.en_next,
    }


def counted(waits: Iterable[dict[str, Any] | None]) -> dict[str, int]:
    """As `consents` shows it."""
    found = list(waits)
    return {"needed": len(found), "counted": sum(wait is None for wait in found)}
