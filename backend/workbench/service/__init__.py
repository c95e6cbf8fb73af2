"""What the desk's pages show, put together from the rooms below."""

from backend.workbench.service.casefile import CaseFile, case_file
from backend.workbench.service.listing import (
    ListQuery,
    Worklist,
    due_here,
    following,
    kinds_of,
    villages,
    worklist,
)

__all__ = [
    "CaseFile",
    "ListQuery",
    "Worklist",
    "case_file",
    "due_here",
    "following",
    "kinds_of",
    "villages",
    "worklist",
]
