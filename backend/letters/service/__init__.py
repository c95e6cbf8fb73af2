"""The public door of letters: issue, list, print, check."""

from backend.letters.service.check import Checked, check
from backend.letters.service.issue import (
    issue_acceptance,
    issue_authorisation,
    issue_decision,
    issue_notice,
    issue_receipt,
    issue_refusal,
    withdraw_authorisation,
)
from backend.letters.service.print import (
    MOST_AT_ONCE,
    PdfFile,
    of_consent,
    one,
    receipt_of,
    together,
)
from backend.letters.service.reading import LetterLine, LettersOfDay, of_case, of_day, of_opened

__all__ = [
    "MOST_AT_ONCE",
    "Checked",
    "LetterLine",
    "LettersOfDay",
    "PdfFile",
    "check",
    "issue_acceptance",
    "issue_authorisation",
    "issue_decision",
    "issue_notice",
    "issue_receipt",
    "issue_refusal",
    "of_case",
    "of_consent",
    "of_day",
    "of_opened",
    "one",
    "receipt_of",
    "together",
    "withdraw_authorisation",
]
