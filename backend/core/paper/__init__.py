"""Papers for people: what a letter says as data, set in lines and pages, printed as a PDF."""

from backend.core.paper.press import Printed, press
from backend.core.paper.sheet import (
    Block,
    Foot,
    Handwriting,
    Paragraph,
    Sheet,
    Table,
    sheet_of,
)

__all__ = [
    "Block",
    "Foot",
    "Handwriting",
    "Paragraph",
    "Printed",
    "Sheet",
    "Table",
    "press",
    "sheet_of",
]
