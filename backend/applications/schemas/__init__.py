"""What the application doors take and show."""

from backend.applications.schemas.bodies import (
    ApplicationPatch,
    CounterApplicationBody,
    ExtensionBody,
    InviteBody,
    MoneyBody,
    NewApplicationBody,
    PauseBody,
    PersonBody,
    PersonChangeBody,
    changed_person,
    form_changes,
    person_from,
)
from backend.applications.schemas.clock import clock_view, shown_to
from backend.applications.schemas.shown import application_list, application_view
from backend.applications.schemas.views import (
    ApplicationPage,
    ApplicationView,
    ChecklistView,
    DocumentList,
    IssuedInvitationView,
    ReceiptView,
    ReminderView,
    RenewalView,
    invitation_view,
)

__all__ = [
    "ApplicationPage",
    "ApplicationPatch",
    "ApplicationView",
    "ChecklistView",
    "CounterApplicationBody",
    "DocumentList",
    "ExtensionBody",
    "InviteBody",
    "IssuedInvitationView",
    "MoneyBody",
    "NewApplicationBody",
    "PauseBody",
    "PersonBody",
    "PersonChangeBody",
    "ReceiptView",
    "ReminderView",
    "RenewalView",
    "application_list",
    "application_view",
    "changed_person",
    "clock_view",
    "form_changes",
    "invitation_view",
    "person_from",
    "shown_to",
]
