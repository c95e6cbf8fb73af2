"""The public door of applications."""

from backend.applications.service.consents import (
    consent_case,
    invite,
    on_consent_counted,
    on_consent_lost,
    outstanding,
    remind,
    renew,
    show_link,
    signers_of,
)
from backend.applications.service.desk import accept, note, reject, request_correction
from backend.applications.service.draft import (
    CaseFacts,
    NewApplication,
    create,
    get,
    get_to_add,
    list_mine,
    patch,
    put_member,
    remove_member,
    withdraw,
)
from backend.applications.service.reading import checklist, facts, gaps_of, pays, snapshot
from backend.applications.service.review import apply_event
from backend.applications.service.submission import Receipt, submit

__all__ = [
    "CaseFacts",
    "NewApplication",
    "Receipt",
    "accept",
    "apply_event",
    "checklist",
    "consent_case",
    "create",
    "facts",
    "gaps_of",
    "get",
    "get_to_add",
    "invite",
    "list_mine",
    "note",
    "on_consent_counted",
    "on_consent_lost",
    "outstanding",
    "patch",
    "pays",
    "put_member",
    "reject",
    "remind",
    "remove_member",
    "renew",
    "request_correction",
    "show_link",
    "signers_of",
    "snapshot",
    "submit",
    "withdraw",
]
