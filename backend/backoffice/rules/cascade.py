"""As what a case may be recognised: one application is classified downwards (低保 → 边缘)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_MOST = 10


@dataclass(frozen=True, slots=True)
class Recognition:
    """A programme of the cascade, and whether money follows its approval."""

    programme: str
    pays: bool


def steps_of(snapshot: Mapping[str, Any], programme: str, *, pays: bool) -> list[Recognition]:
    """The programmes to choose from, the best first: what the snapshot names in the words of
    docs/forwarding-contract.md, or the case's own where it names none.
    """
    named = snapshot.get("cascade")
    steps = [
        Recognition(one["programme"], one["pays"])
        for one in (named if isinstance(named, list) else [])[:_MOST]
        if isinstance(one, dict)
        and isinstance(one.get("programme"), str)
        and isinstance(one.get("pays"), bool)
    ]
    own = Recognition(programme, pays)
    return steps if programme in {step.programme for step in steps} else [own]


def applied_for(snapshot: Mapping[str, Any], programme: str) -> str:
    """What the applicant asked for, where the case has become something else since."""
    named = snapshot.get("appliedFor")
    return named if isinstance(named, str) and named else programme
