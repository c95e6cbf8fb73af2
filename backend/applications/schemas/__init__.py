"""What the application doors take and show."""

from backend.applications.schemas.bodies import (
    ApplicationPatch,
    CounterApplicationBody,
    InviteBody,
    MoneyBody,
    NewApplicationBody,
    PersonBody,
    PersonChangeBody,
    changed_person,
    form_changes,
    person_from,
)
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
    "InviteBody",
    "IssuedInvitationView",
    "MoneyBody",
    "NewApplicationBody",
    "PersonBody",
    "PersonChangeBody",
    "ReceiptView",
    "ReminderView",
    "RenewalView",
    "application_list",
    "application_view",
    "changed_person",
    "form_changes",
    "invitation_view",
    "person_from",
]
