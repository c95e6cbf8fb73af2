"""A family that consents: a case, its signers, and the steps of a sitting in one call each."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field, replace
from uuid import UUID

from backend.adapters.face.fake import FakeFaceVerifier
from backend.consent import service
from backend.consent.rules.strokes import Strokes
from backend.consent.service import ConsentCase, FaceSent, Issued, Signature, Signer, Typed
from backend.core.access import Actor, Role
from backend.core.uow import Units

CASE = ConsentCase(
    id=UUID(int=100),
    county="610302",
    division="610302001001",
    applicant_name="王秀英",
    purposes=("dibao", "review_while_aid_lasts"),
    content_hash="ab" * 32,
)
SON = Signer(UUID(int=201), "王建国", "61030319900101101X", "legal_supporter")
HUSBAND = Signer(UUID(int=202), "李大山", "11010519491231002X", "adult_member")
OWNER = Actor(frozenset({Role.CITIZEN}), id=UUID(int=1), person_id=UUID(int=2), proven=True)
TOWNSHIP = Actor(frozenset({Role.TOWNSHIP}), id=UUID(int=11), scope="610302001")
COLLEAGUE = Actor(frozenset({Role.TOWNSHIP}), id=UUID(int=12), scope="610302001")
ELSEWHERE = Actor(frozenset({Role.TOWNSHIP}), id=UUID(int=13), scope="610303")
AUDITOR = Actor(frozenset({Role.AUDITOR}), id=UUID(int=14), scope="6103")

CARD = b"\xff\xd8 the photographed card of a test \xff\xd9"
FRAME = b"\xff\xd8 a frame of a test \xff\xd9"
ADDRESS = "192.0.2.7"
STROKES: Strokes = [[[10, 10, 0], [40, 60, 120], [80, 20, 260]], [[5, 5, 400], [6, 90, 520]]]

ACCEPTED, UNSURE, REFUSED = 0.30, 0.45, 0.70


def text(picture: bytes) -> str:
    return base64.b64encode(picture).decode()


def invite(units: Units, signer: Signer = SON, case: ConsentCase = CASE) -> Issued:
    with units.write() as work:
        return service.invite(work, case, signer, OWNER)


@dataclass
class Seat:
    """One signer on their way; every method is one request of theirs."""

    units: Units
    token: str
    signer: Signer = SON
    face: FakeFaceVerifier = field(default_factory=lambda: FakeFaceVerifier(ACCEPTED))
    actor: Actor = field(default_factory=lambda: Actor(frozenset()))
    reference: str = ""

    def identify(self, **typed: str) -> Seat:
        said = Typed(self.signer.name, self.signer.id_number, text(CARD))
        said = replace(said, **typed)
        begun = service.identify(self.units, self.face, self.token, ADDRESS, "wechat", said)
        found = service.resolve_signing(self.units, begun.token)
        assert found is not None
        self.actor, self.reference = found, begun.reference
        return self

    def look(self, score: float = ACCEPTED, **sent: object) -> service.FaceAnswer:
        self.face.score = score
        challenge = service.new_challenge(self.units, self.actor, self.token)
        body = FaceSent(challenge.challenge_id, self.reference, [text(FRAME)] * 3, True, True)
        return self.send(replace(body, **sent))  # type: ignore[arg-type]

    def send(self, body: FaceSent) -> service.FaceAnswer:
        return service.check_face(self.units, self.face, self.actor, self.token, body)

    def sign(self, **changes: object) -> service.ConsentView:
        shown = service.open_invitation(self.units, self.token, ADDRESS)
        signature = Signature(STROKES, shown.statement.hash, agreed=True, assisted=False)
        signature = replace(signature, **changes)  # type: ignore[arg-type]
        with self.units.write() as work:
            return service.give(work, self.actor, self.token, signature)


def seat(units: Units, signer: Signer = SON, case: ConsentCase = CASE) -> Seat:
    """A freshly invited signer."""
    return Seat(units, invite(units, signer, case).token, signer)


def given(units: Units, signer: Signer = SON, score: float = ACCEPTED) -> tuple[Seat, UUID]:
    """A signer who has signed, and the consent's id."""
    there = seat(units, signer).identify()
    there.look(score)
    return there, there.sign().id
