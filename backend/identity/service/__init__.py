"""The public door of identity: log-in, who somebody is, mandates, messages."""

from backend.identity.service.inbox import messages_of, tell
from backend.identity.service.login import log_in_staff, log_in_wechat, log_out, resolve
from backend.identity.service.mandates import (
    create_mandate,
    decide_mandate,
    mandate_for,
    own_mandate,
    paper_arrived,
    readable_mandate,
    revoke_mandate,
)
from backend.identity.service.persons import (
    account_at_desk,
    bind_identity,
    bind_phone,
    claimed_person,
    ensure_person,
    hold_person,
    id_number_of,
    me,
    name_of_account,
    openid_of,
    prove,
    prove_at_desk,
    read_messages,
    unprove,
    unprove_person,
)
from backend.identity.service.staffing import add_staff, hash_password

__all__ = [
    "account_at_desk",
    "add_staff",
    "bind_identity",
    "bind_phone",
    "claimed_person",
    "create_mandate",
    "decide_mandate",
    "ensure_person",
    "hash_password",
    "hold_person",
    "id_number_of",
    "log_in_staff",
    "log_in_wechat",
    "log_out",
    "mandate_for",
    "me",
    "messages_of",
    "name_of_account",
    "openid_of",
    "own_mandate",
    "paper_arrived",
    "prove",
    "prove_at_desk",
    "read_messages",
    "readable_mandate",
    "resolve",
    "revoke_mandate",
    "tell",
    "unprove",
    "unprove_person",
]
