"""For each operation a request that must succeed: who asks, about what, and which fields of the
published example stand for something of this world.

An operation without a line here is tried as its audience and its example say; one that then does
not succeed needs a line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pyotp

from backend.relay.rules import signed_headers
from tests.factories.house import VILLAGE, member_of
from tests.factories.people import APPLICANT, HELPER, SON
from tests.factories.pictures import corners, jpeg
from tests.fuzz.world import World

# Who asks where nothing else is said: the first of these that the operation's audience holds.
BY_AUDIENCE = {
    "citizen": "owner",
    "township": "township",
    "signer": "signer",
    "backoffice": "verifier",
    "county": "county",
    "city": "city",
    "auditor": "auditor",
    "village": "village",
    "monitor": "monitor",
}


@dataclass(frozen=True)
class Scene:
    """`body` replaces fields of the example; `about` is the fact whose version is named;
    `as_shown` says why the example as it is published is refused as invalid, where it is.
    """

    who: str | None = None
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    form: Mapping[str, Any] | None = None
    version: int | None = None
    as_shown: str = ""
    signed: bool = False


def scenes(world: World) -> dict[str, Scene]:
    """The lines, by operationId."""
    f = world.facts
    from tests.fuzz import wishing  # which is written in scenes too

    rooms = (_people(world), _cases(f), _consents(f), _desk(f), _back_office(f), wishing.scenes(f))
    return {name: scene for room in rooms for name, scene in room.items()}


def scene_of(world: World, operation: Mapping[str, Any]) -> Scene:
    """The operation's line, or what its audience suggests."""
    if not world.scenes:
        world.scenes.update(scenes(world))
    found: Scene = world.scenes.get(operation["operationId"], Scene())
    return found


def caller(scene: Scene, operation: Mapping[str, Any]) -> str | None:
    """Whose token is sent; None where anybody may come."""
    if scene.who is not None:
        return scene.who
    return next((who for role, who in BY_AUDIENCE.items() if role in operation["x-audience"]), None)


def path_values(world: World) -> dict[str, str]:
    """Something real for every name that stands in a path."""
    f = world.facts
    return {
        "application_id": f["draft"]["id"],
        "member_id": f["draft"]["members"][-1]["id"],
        "document_id": f["document"]["id"],
        "mandate_id": f["mandate"]["id"],
        "consent_id": f["consent"],
        "letter_id": f["letter"]["id"],
        "token": f["link"],
        "review_id": f["review"]["id"],
        "record_id": f["record"],
        "account_id": f["helper_id"],
        "delivery_id": f["delivery"]["id"],
        "task_id": f["task"]["id"],
        "case_row_id": f["forwarded_row"],
        "wish_id": f["wish_submitted"]["id"],
        "help_id": f["help"]["id"],
        "code": "dibao",
        "year": "2026",
        "day": "2026-03-03",
    }


def _about(case: Mapping[str, Any], **more: Any) -> Scene:
    """A request about this case as it stands."""
    return Scene(path={"application_id": case["id"]}, version=case["version"], **more)


def _people(world: World) -> dict[str, Scene]:
    f = world.facts
    now = pyotp.TOTP(f["totp_secret"]).at(world.town.clock.now())
    return {
        "createWechatSession": Scene(
            body={"code": f["wechat_code"]}, as_shown="WeChat gave no such code"
        ),
        "createStaffSession": Scene(body={"totp": now}),
        "bindIdentity": Scene("stranger"),
        "bindPhone": Scene(body={"code": f["phone_code"]}, as_shown="WeChat gave no such code"),
        "createMandate": Scene("helper"),
        "revokeMandate": Scene("helper"),
        "acceptMandate": Scene(version=f["mandate"]["version"]),
        "rejectMandate": Scene(version=f["mandate"]["version"]),
        "proveAccount": Scene(body={"idNumber": HELPER.number}),
        "unproveAccount": Scene(path={"account_id": f["owner_id"]}),
    }


def _cases(f: Mapping[str, Any]) -> dict[str, Scene]:
    draft, lying = f["draft"], f["lying"]
    waited = {"application_id": lying["id"], "member_id": member_of(lying, SON)["id"]}
    return {
        "createApplication": Scene("shown"),
        "createCounterApplication": Scene(body={"division": VILLAGE}),
        "patchApplication": _about(
            draft, body={"division": VILLAGE}, as_shown="that village lies in another county"
        ),
        "putMember": _about(
            draft, body=SON.body("20"), as_shown="the applicant stands in the case already"
        ),
        "deleteMember": _about(draft),
        "submitApplication": _about(f["whole"]),
        "withdrawApplication": _about(f["lying"]),
        "inviteConsent": _about(
            f["lying"],
            body={"memberId": member_of(f["lying"], SON)["id"]},
            as_shown="nobody of that id signs",
        ),
        "showInvitation": Scene(path=waited),
        "remindSigner": Scene(path=waited),
        "uploadDocument": Scene(
            form={
                "caseId": draft["id"],
                "slot": "household_register",
                "file": jpeg(corners()),
            }
        ),
        "deleteDocument": Scene(version=1),
        "listLetters": Scene(path={"application_id": f["lying"]["id"]}),
        "getReceipt": Scene(path={"application_id": f["lying"]["id"]}),
        "getConsentLetter": Scene("township"),
        "checkLetter": Scene(body={"code": f["letter"]["code"]}),
        "lookUpCase": Scene(
            body={"receiptCode": f["lying"]["receiptCode"], "lastFour": APPLICANT.number[-4:]}
        ),
    }


def _consents(f: Mapping[str, Any]) -> dict[str, Scene]:
    return {
        "renewInvitation": Scene(path={"token": f["lapsed_link"]}),
        "identifySigner": Scene(
            body={"name": SON.name, "idNumber": SON.number}, as_shown="is not who was invited"
        ),
        "createFaceChallenge": Scene("signer", {"token": f["begun_link"]}),
        "refuseConsent": Scene("signer", {"token": f["begun_link"]}),
        "checkFace": Scene(
            "challenged",
            {"token": f["challenged_link"]},
            body={"challengeId": f["challenge"], "reference": f["reference"]},
            as_shown="the portrait is not one that the server sealed",
        ),
        "giveConsent": Scene(
            "verified", {"token": f["verified_link"]}, body={"statementHash": f["statement"]}
        ),
        "withdrawConsent": Scene("township"),
        "getEvidence": Scene("township"),
        "recordCounterConsent": _about(
            f["counter"], body={"invitationId": f["counter_invitation"]}
        ),
    }


def _desk(f: Mapping[str, Any]) -> dict[str, Scene]:
    ready, review = f["ready"], f["review"]
    return {
        "acceptApplication": _about(ready),
        "requestCorrection": _about(ready),
        "rejectApplication": _about(ready),
        "noteApplication": _about(ready),
        "listNotes": _about(ready),
        "listDuplicates": _about(ready),
        "acceptFaceReview": Scene(version=review["version"]),
        "rejectFaceReview": Scene(version=review["version"]),
        "askForHelp": Scene("helper"),
        "withdrawHelp": Scene("owner", version=f["help"]["version"]),
        "claimHelp": Scene(version=f["help"]["version"]),
        "finishHelp": Scene(version=f["help"]["version"]),
        "retryDelivery": Scene("county", version=f["delivery"]["version"]),
        "putCalendarDay": Scene("county", version=0),
        "putCalendarYear": Scene("county", {"year": "2027"}, version=0),
        "extendClock": _about(f["running"]),
        "pauseClock": _about(f["running"]),
        "resumeClock": _about(f["standing"]),
    }


def _back_office(f: Mapping[str, Any]) -> dict[str, Scene]:
    told = {"caseId": f["waiting"]["id"], "sequence": 1, "receivedOn": "2026-03-02"}
    return {
        "receiveBackofficeEvent": Scene(signed=True, body={"data": told}),
        "receiveForwardedCase": Scene(signed=True),
        "getBackofficeSnapshot": Scene(query={"purpose": "verification"}),
        "enterBackofficeObjection": Scene("reviewer", {"case_row_id": f["published_row"]}),
        "listBackofficeColleagues": Scene(query={"role": "surveyor"}),
        "listPublicNotices": Scene(query={"division": VILLAGE[:9]}),
    }


def signature(world: World, raw: bytes, message_id: str) -> dict[str, str]:
    """The headers of a signed message, by the real clock, which the receiver looks at."""
    key = world.town.units.vault.ring.current("webhook").secret
    return signed_headers(key, message_id, datetime.now(UTC), raw)
