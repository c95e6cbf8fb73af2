"""The public door of consent: invite, identify, check the face, sign, other ways, review,
evidence.
"""

from backend.consent.queries import SignerStanding, standing
from backend.consent.rules.evidence import public_key
from backend.consent.rules.scope import ConsentCase, Signer
from backend.consent.rules.verify import AnchoredHead, erased_fields, verify_evidence
from backend.consent.service.again import (
    RanOut,
    Reminded,
    look_for_renewal,
    ran_out,
    remind,
    show_link,
)
from backend.consent.service.counter import (
    confirm_at_counter,
    confirm_persons,
    record_at_counter,
)
from backend.consent.service.evidence import EvidenceExport, evidence_root, get_evidence
from backend.consent.service.face import FaceAnswer, FaceSent, check_face, new_challenge
from backend.consent.service.identify import Typed, identify
from backend.consent.service.invite import Issued, invite, open_invitation, qr_code, wish_way
from backend.consent.service.links import resolve_signing
from backend.consent.service.mine import MyConsent, list_mine
from backend.consent.service.moving import follow
from backend.consent.service.paper import Authorisation, authorisation, require_paper
from backend.consent.service.reviews import (
    ReviewItem,
    ShownPictures,
    decide_review,
    get_review,
    list_reviews,
    review_pictures,
)
from backend.consent.service.sign import ConsentView, Signature, give, refuse, withdraw

__all__ = [
    "AnchoredHead",
    "Authorisation",
    "ConsentCase",
    "ConsentView",
    "EvidenceExport",
    "FaceAnswer",
    "FaceSent",
    "Issued",
    "MyConsent",
    "RanOut",
    "Reminded",
    "ReviewItem",
    "ShownPictures",
    "Signature",
    "Signer",
    "SignerStanding",
    "Typed",
    "authorisation",
    "check_face",
    "confirm_at_counter",
    "confirm_persons",
    "decide_review",
    "erased_fields",
    "evidence_root",
    "follow",
    "get_evidence",
    "get_review",
    "give",
    "identify",
    "invite",
    "list_mine",
    "list_reviews",
    "look_for_renewal",
    "new_challenge",
    "open_invitation",
    "public_key",
    "qr_code",
    "ran_out",
    "record_at_counter",
    "refuse",
    "remind",
    "require_paper",
    "resolve_signing",
    "review_pictures",
    "show_link",
    "standing",
    "verify_evidence",
    "wish_way",
    "withdraw",
]
