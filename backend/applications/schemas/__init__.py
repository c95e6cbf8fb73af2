"""What the application doors take and show."""

from backend.applications.schemas.bodies import (
    ApplicationPatch,
    InviteBody,
    NewApplicationBody,
    PersonBody,
    form_changes,
    person_from,
)
from backend.applications.schemas.shown import application_list, application_view
from backend.applications.schemas.views import (
    ApplicationPage,
    ApplicationView,
    ChecklistView,
    IssuedInvitationView,
    ReceiptView,
    invitation_view,
)

__all__ = [
    "ApplicationPage",
    "ApplicationPatch",
    "ApplicationView",
    "ChecklistView",
    "InviteBody",
    "IssuedInvitationView",
    "NewApplicationBody",
    "PersonBody",
    "ReceiptView",
    "application_list",
    "application_view",
    "form_changes",
    "invitation_view",
    "person_from",
]
