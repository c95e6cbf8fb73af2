"""The public door of this room."""

from backend.policy.service.check import CheckInput, assess_household, check_eligibility
from backend.policy.service.load import Loaded, load_policy
from backend.policy.service.needs import NeedCheck, Told, check_needs

__all__ = [
    "CheckInput",
    "Loaded",
    "NeedCheck",
    "Told",
    "assess_household",
    "check_eligibility",
    "check_needs",
    "load_policy",
]
