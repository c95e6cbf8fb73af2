"""What can go wrong with a consent."""

from __future__ import annotations

from typing import Final

from backend.core.errors import Conflict, Invalid, NotFound, TooManyAttempts, Unavailable


class NoFace(Invalid):
    """No face was found."""

    code = "no_face"


class TwoFaces(Invalid):
    """More than one face was found."""

    code = "two_faces"


class FaceTooSmall(Invalid):
    """The face has too few pixels to be compared."""

    code = "face_too_small"


class FrameTooLarge(Invalid):
    """A frame has more bytes than the contract allows; `max_kb`."""

    code = "frame_too_large"


class FramesCount(Invalid):
    """Too few or too many frames; `least`, `most`."""

    code = "frames_count"


class FramesDiffer(Invalid):
    """The frames do not show the same person."""

    code = "frames_differ"


class FaceStandsStill(Invalid):
    """Nothing moves between the frames, as on a printed photo."""

    code = "face_stands_still"


class WrongTurn(Invalid):
    """The head was turned to the other side; `action` is what was asked."""

    code = "wrong_turn"


class ChallengeNotMet(Invalid):
    """An action that was asked for is not to be seen; `action` is what was asked."""

    code = "challenge_not_met"


class FaceQueueFull(TooManyAttempts):
    """More checks are waiting than may wait."""

    code = "face_queue_full"


class FaceEngineDown(Unavailable):
    """The face engine did not answer."""

    code = "face_engine_down"


# Invitation, identification, signature, review, counter.


class InvitationNotFound(NotFound):
    """The link is none of ours: one answer for all, so that nothing can be guessed."""

    code = "invitation_not_found"


# What is told to whoever holds a link that once worked: its 192 random bits prove that.


class InvitationExpired(Conflict):
    """The link ran out unanswered; it can be renewed."""

    code = "invitation_expired"


class InvitationReplaced(Conflict):
    """A newer link was made for this signer."""

    code = "invitation_replaced"


class InvitationGiven(Conflict):
    """The consent was given by this link; `on` is the day."""

    code = "invitation_given"


class InvitationRefused(Conflict):
    """The signer said no by this link."""

    code = "invitation_refused"


class InvitationWithdrawn(Conflict):
    """The consent was given by this link and taken back; `on` is the day."""

    code = "invitation_withdrawn"


OVER: Final = (
    InvitationExpired,
    InvitationReplaced,
    InvitationGiven,
    InvitationRefused,
    InvitationWithdrawn,
)


class InvitationStillGood(Conflict):
    """The link works: there is nothing to renew."""

    code = "invitation_still_good"


class RenewalClosed(Conflict):
    """Nobody waits for this signature any more."""

    code = "renewal_closed"


class RemindedLately(TooManyAttempts):
    """One reminder a day is enough."""

    code = "reminded_lately"


class StatementMissing(Invalid):
    """No text of ours covers what is to be consented to."""

    code = "statement_missing"


class IdentityNotMatching(Invalid):
    """Name or number are not the invited person's; which of them is not said."""

    code = "identity_not_matching"


class PhotoUnreadable(Invalid):
    """What was sent as a photo is not base64, or too large; `max_kb`."""

    code = "photo_unreadable"


class FaceConsentMissing(Invalid):
    """The separate consent to the face check was not given."""

    code = "face_consent_missing"


class ChallengeUsed(Conflict):
    """The challenge was used before, is over, or is another signer's."""

    code = "challenge_used"


class ReferenceBroken(Invalid):
    """The sealed portrait does not belong to this signing."""

    code = "reference_broken"


class FaceNotMatching(Invalid):
    """The face is not the one on the card; `tries_left`."""

    code = "face_not_matching"


class FaceNeedsPerson(Conflict):
    """Three checks failed: a person looks now, and the other ways stay open."""

    code = "face_needs_person"


class NotVerified(Conflict):
    """The signature comes before this sitting's face check."""

    code = "not_verified"


class StatementChanged(Conflict):
    """The text agreed to is not the one that is valid for this invitation."""

    code = "statement_changed"


class AgreementMissing(Invalid):
    """The signer did not say that they agree."""

    code = "agreement_missing"


class SignatureEmpty(Invalid):
    """Nothing was written."""

    code = "signature_empty"


class SignatureTooLong(Invalid):
    """More strokes or points than a name has."""

    code = "signature_too_long"


class SignatureBroken(Invalid):
    """A point that is none."""

    code = "signature_broken"


class ConsentAlreadyGiven(Conflict):
    """The consent is there already."""

    code = "consent_already_given"


class ConsentNotStanding(Conflict):
    """The consent was withdrawn or is void already."""

    code = "consent_not_standing"


class ReviewNotFound(NotFound):
    """There is no such review, or no pictures of it (any more)."""

    code = "review_not_found"


class ReviewPicturesGone(Conflict):
    """There are no pictures (any more) by which a face could be accepted."""

    code = "review_pictures_gone"


class SameWitness(Conflict):
    """The second witness at the counter must be another person."""

    code = "same_witness"


class InvitationsTooMany(TooManyAttempts):
    """One signer was sent as many links within a day as anybody needs; `most`."""

    code = "consent_invitations_too_many"
