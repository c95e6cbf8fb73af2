"""What can stand in an application's way."""

from __future__ import annotations

from backend.core.errors import Conflict, Forbidden, Invalid, NotFound, TooManyAttempts


class ApplicationNotFound(NotFound):
    """No such case: with the code of `NotFound`, so that another's case looks the same."""


class ApplicationIncomplete(Invalid):
    """Something is missing; every missing thing is named at once (一次性告知)."""

    code = "application_incomplete"


class NotEditable(Conflict):
    """The case lies at the township and cannot be changed now."""

    code = "application_not_editable"


class MandateNotActive(Conflict):
    """The mandate was not checked yet, ended, or is somebody else's."""

    code = "mandate_not_active"


class ConsentsOutstanding(Conflict):
    """Somebody's consent is missing, and the county does not accept without it."""

    code = "consents_outstanding"


class CorrectionsUsedUp(Conflict):
    """The county allows no further request for correction."""

    code = "corrections_used_up"


class PersonsNotConfirmed(Conflict):
    """Somebody proved himself with a self-photographed card only: the township confirms the
    person.
    """

    code = "persons_not_confirmed"


class SignerInvited(Conflict):
    """The person was asked to sign, and another ID number would be another person."""

    code = "signer_invited"


class OtherCounty(Invalid):
    """A case stays with its county: its papers and consents lie there."""

    code = "division_other_county"


class NotASigner(Invalid):
    """This person need not sign."""

    code = "not_a_signer"


class AreaNotOffered(Invalid):
    """The programme does not exist for this kind of registration."""

    code = "area_not_offered"


class ForeignApplicant(Invalid):
    """The applicant of the form is not the person that the account or the mandate names."""

    code = "applicant_not_the_principal"


class DraftsFull(Conflict):
    """The account keeps as many open drafts as it may; `most`."""

    code = "application_drafts_full"


class TooManyToday(TooManyAttempts):
    """The account began as many applications within a day as it may; `most`."""

    code = "application_too_many_today"


class CounterTooManyToday(TooManyAttempts):
    """The officer began as many applications at the counter within a day as one may; `most`."""

    code = "counter_too_many_today"


class AcceptedByRecorder(Conflict):
    """Whoever filed a case at the counter does not accept it alone, where county data says so."""

    code = "accepted_by_recorder"


class OfficerIsRelative(Conflict):
    """The officer is a near relative of the household: somebody else decides (回避)."""

    code = "officer_is_relative"


class ChangedTooOften(Conflict):
    """The case was changed more often than any household needs; `most`."""

    code = "application_changed_too_often"


class ClockNotRunning(Conflict):
    """Only a case that was accepted and not yet decided has a clock that runs."""

    code = "clock_not_running"


class ClockNotYours(Forbidden):
    """The place's rules leave the extension and the pause to another office."""

    code = "clock_not_yours"


class ClockOver(Conflict):
    """The last day has passed: a clock that ran out is not made longer afterwards."""

    code = "clock_over"


class ClockExtended(Conflict):
    """A case is extended once."""

    code = "clock_extended_already"


class ClockNotExtendable(Conflict):
    """The programme knows no longer time."""

    code = "clock_not_extendable"


class ClockReasonUnknown(Invalid):
    """The reason is none of those that the rules name."""

    code = "clock_reason_unknown"


class PauseNotAllowed(Conflict):
    """The place's rules let no clock stand after the acceptance."""

    code = "clock_pause_not_allowed"


class ClockPaused(Conflict):
    """The clock stands already."""

    code = "clock_paused_already"


class ClockNotPaused(Conflict):
    """The clock does not stand."""

    code = "clock_not_paused"
