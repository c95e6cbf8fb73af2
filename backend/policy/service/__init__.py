"""The public door of this room."""

from backend.policy.service.check import CheckInput, assess_household, check_eligibility
from backend.policy.service.load import Loaded, load_policy

__all__ = ["CheckInput", "Loaded", "assess_household", "check_eligibility", "load_policy"]
