"""The public door of applications."""

from backend.applications.service.beginning import (
    CounterFiling,
    NewApplication,
    create,
    create_at_counter,
)
from backend.applications.service.clock import (
    ClockFacts,
    clock_facts,
    extend,
    is_paused,
    pause,
    resume,
)
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
    get,
    get_to_add,
    list_mine,
    patch,
    put_member,
    remove_member,
    withdraw,
)
from backend.applications.service.reading import (
    checklist,
    counter_of,
    facts,
    gaps_of,
    pays,
    snapshot,
    staff_relatives,
)
from backend.applications.service.review import apply_event
from backend.applications.service.submission import Receipt, submit

__all__ = [
    "CaseFacts",
    "ClockFacts",
    "CounterFiling",
    "NewApplication",
    "Receipt",
    "accept",
    "apply_event",
    "checklist",
    "clock_facts",
    "consent_case",
    "counter_of",
    "create",
    "create_at_counter",
    "extend",
    "facts",
    "gaps_of",
    "get",
    "get_to_add",
    "invite",
    "is_paused",
    "list_mine",
    "note",
    "on_consent_counted",
    "on_consent_lost",
    "outstanding",
    "patch",
    "pause",
    "pays",
    "put_member",
    "reject",
    "remind",
    "remove_member",
    "renew",
    "request_correction",
    "resume",
    "show_link",
    "signers_of",
    "snapshot",
    "staff_relatives",
    "submit",
    "withdraw",
]
