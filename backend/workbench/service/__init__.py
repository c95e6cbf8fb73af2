"""What the desk's pages show, put together from the rooms below."""

from backend.workbench.service.casefile import CaseFile, case_file
from backend.workbench.service.filing import Filing, filing
from backend.workbench.service.listing import (
    ListQuery,
    Worklist,
    due_here,
    following,
    kinds_of,
    villages,
    worklist,
)
from backend.workbench.service.trail import Trail, as_csv, roots, trail
from backend.workbench.service.twice import elsewhere_of

__all__ = [
    "CaseFile",
    "Filing",
    "ListQuery",
    "Trail",
    "Worklist",
    "as_csv",
    "case_file",
    "due_here",
    "elsewhere_of",
    "filing",
    "following",
    "kinds_of",
    "roots",
    "trail",
    "villages",
    "worklist",
]
