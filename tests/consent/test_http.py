"""The doors as a phone meets them: one whole consent, and every wrong way in."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
import zxingcpp
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import OpenAPIV31SpecValidator
from PIL import Image
from sqlalchemy import select

from backend.adapters.face.fake import FakeFaceVerifier
from backend.audit import service as audit
from backend.consent import errors, service
from backend.consent.http import blp
from backend.consent.ports import MiniCodeUnavailable
from backend.consent.service import public_key, verify_evidence
from backend.core import messages
from backend.core.clocks import FixedClock
from backend.core.crypto import KeyRing
from backend.core.errors import AppError
from backend.core.uow import Units
from backend.house import Outside
from backend.regions import service as regions
from backend.web import api
from backend.web.context import WebKit
from backend.web.models import IdempotentAnswer
from tests.factories.consents import (
    CARD,
    FRAME,
    HUSBAND,
    REFUSED,
    SON,
    STROKES,
    TOWNSHIP,
    UNSURE,
    invite,
    text,
)

PUBLIC_URL = "https://zhangban.example"
BASE = "/api/v1/consent-invitations"
TYPED = {"name": SON.name, "idNumber": "61030319900101101x", "card": text(CARD)}


@pytest.fixture
def face() -> FakeFaceVerifier:
    return FakeFaceVerifier(0.3)


@pytest.fixture(scope="module")
def built() -> list[Flask]:
    """The room's doors once they are built, which takes long: a test gives them its own units."""
    return []


@pytest.fixture
def app(built: list[Flask], units: Units, face: FakeFaceVerifier) -> Flask:
    resolve, refused = service.resolve_signing, audit.record_refusal
    kit = WebKit(units, resolve, refused, public_url=PUBLIC_URL, demo=False)
    if not built:
        built.append(api.build(kit, [blp], trusted_proxies=0, limit=10000))
    built[0].extensions |= {"zhangban": kit, "face": face, "outside": Outside()}
    return built[0]


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    with app.test_client() as opened:
        yield opened


class Phone:
    """One signer's phone."""

    def __init__(self, client: FlaskClient, token: str) -> None:
        self.client, self.token = client, token
        self.headers: dict[str, str] = {}
        self.reference = ""
        self.agreed_to = ""

    def get(self, path: str = "") -> Any:
        return self.client.get(f"{BASE}/{self.token}{path}", headers=self.headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.client.post(
            f"{BASE}/{self.token}/{path}", json=body, headers={**self.headers, **headers}
        )

    def identify(self, **changes: str) -> Phone:
        answer = self.post("identification", {**TYPED, **changes})
        assert answer.status_code == 200, answer.json
        self.headers = {"Authorization": f"Bearer {answer.json['token']}"}
        self.reference = answer.json["reference"]
        self.agreed_to = self.get().json["statement"]["hash"]
        return self

    def look(self, **changes: Any) -> Any:
        challenge = self.post("face-challenge").json["challengeId"]
        body = {
            "challengeId": challenge,
            "reference": self.reference,
            "frames": [text(FRAME)] * 3,
            "faceConsent": True,
            "reviewConsent": True,
        }
        return self.post("face-check", {**body, **changes})

    def sign(self, key: str = "key-12345", **changes: Any) -> Any:
        body = {
            "strokes": STROKES,
            "statementHash": self.agreed_to,
            "agreed": True,
            "assisted": True,
        }
        return self.post("signature", {**body, **changes}, **{"Idempotency-Key": key})


@pytest.fixture
def phone(client: FlaskClient, units: Units) -> Phone:
    return Phone(client, invite(units).token)


def refused(answer: Any, status: int, code: str) -> dict[str, Any]:
    """The problem, proven to be one with words in both languages."""
    assert answer.status_code == status, answer.get_data(as_text=True)[:400]
    assert answer.mimetype == "application/problem+json"
    body: dict[str, Any] = answer.json
    assert body["code"] == code
    assert all(body[part] for part in ("title", "detail", "titleEn", "detailEn"))
    return body


def test_one_whole_consent(phone: Phone, units: Units, ring: KeyRing) -> None:
    shown = phone.get().json
    assert (shown["state"], shown["signerName"], shown["applicantName"]) == ("open", "王*", "王*")
    assert SON.name not in json.dumps(shown, ensure_ascii=False)
    assert [w["code"] for w in shown["ways"]] == [
        "face", "counter", "home_visit", "video", "network_identity",
    ]  # fmt: skip
    phone.identify()
    answer = phone.look()
    assert (answer.status_code, answer.json["outcome"]) == (200, "accept")
    signed = phone.sign()
    assert signed.status_code == 201
    assert (signed.json["counts"], signed.json["assurance"]) == (True, "A")
    evidence = phone.client.get(
        f"/api/v1/consents/{signed.json['id']}/evidence", headers=phone.headers
    )
    assert evidence.status_code == 200
    assert verify_evidence(evidence.data, public_key(ring).encode()) == []
    assert evidence.headers["Cache-Control"] == "no-store"
    taken_back: Any = phone.client.post(
        f"/api/v1/consents/{signed.json['id']}/withdrawal", json={}, headers=phone.headers
    )
    assert (taken_back.status_code, taken_back.json["state"]) == (200, "withdrawn")


def test_a_double_tap_gets_the_first_answer_and_another_body_none(phone: Phone) -> None:
    phone.identify().look()
    first, again = (phone.sign() for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json
    refused(phone.sign(assisted=False), 422, "idempotency_key_reused")
    refused(phone.sign("another-key"), 409, "consent_already_given")


def test_wrong_links_are_one_404(phone: Phone) -> None:
    bodies = []
    for token in ("guess", "x" * 300, "%01", "身份"):
        for path in ("", "/qr.png"):
            body = refused(phone.client.get(f"{BASE}/{token}{path}"), 404, "invitation_not_found")
            body.pop("requestId")
            bodies.append(body)
        body = refused(
            phone.client.post(f"{BASE}/{token}/identification", json=TYPED),
            404,
            "invitation_not_found",
        )
        body.pop("requestId")
        bodies.append(body)
    assert all(body == bodies[0] for body in bodies)


def test_a_link_that_once_worked_says_what_became_of_it(
    phone: Phone, units: Units, clock: FixedClock
) -> None:
    phone.identify().look()
    consent = phone.sign().json["id"]
    replaced, expired = invite(units, HUSBAND).token, invite(units, HUSBAND).token
    clock.advance(days=31)
    became = {
        phone.token: "invitation_given",
        replaced: "invitation_replaced",
        expired: "invitation_expired",
    }
    for token, code in became.items():
        for path in ("", "/qr.png"):
            body = refused(phone.client.get(f"{BASE}/{token}{path}"), 409, code)
            assert "王" not in body["title"] + body["detail"]
        answer = phone.client.post(f"{BASE}/{token}/identification", json=TYPED)
        refused(answer, 409, code)
        answer = phone.client.post(f"{BASE}/{token}/alternative", json={"way": "counter"})
        refused(answer, 409, code)
    assert "2026-03-02" in phone.get().json["title"]
    with units.write() as work:
        service.withdraw(work, TOWNSHIP, UUID(consent), None)
    assert "2026-04-02" in refused(phone.get(), 409, "invitation_withdrawn")["title"]


def test_too_many_wrong_links_are_slowed_down(client: FlaskClient) -> None:
    for _ in range(30):
        assert client.get(f"{BASE}/guess").status_code == 404
    slowed = client.get(f"{BASE}/guess")
    refused(slowed, 429, "too_many_attempts")
    assert int(slowed.headers["Retry-After"]) == 600


def test_the_qr_code_reads_back_as_the_link(phone: Phone) -> None:
    answer = phone.get("/qr.png")
    assert answer.mimetype == "image/png"
    read = zxingcpp.read_barcodes(Image.open(io.BytesIO(answer.data)).convert("L"))
    assert [code.text for code in read] == [f"{PUBLIC_URL}/mini/sign?t={phone.token}"]


class Drawer:
    """WeChat's drawer of codes, or one that is down."""

    def __init__(self, *, down: bool = False) -> None:
        self.down = down
        self.asked: list[str] = []

    def picture(self, token: str) -> bytes:
        self.asked.append(token)
        if self.down:
            raise MiniCodeUnavailable("ConnectError")
        return b"\x89PNG drawn by WeChat"


def test_a_deployment_may_choose_wechats_own_code(app: Flask, phone: Phone) -> None:
    drawer = Drawer()
    app.extensions["outside"] = Outside(mini_code=drawer)
    assert phone.get("/qr.png").data == b"\x89PNG drawn by WeChat"
    assert drawer.asked == [phone.token]
    assert phone.client.get(f"{BASE}/guess/qr.png").status_code == 404
    assert drawer.asked == [phone.token], "nothing is drawn for a token that is none"


def test_without_wechat_the_code_is_the_links(app: Flask, phone: Phone) -> None:
    app.extensions["outside"] = Outside(mini_code=Drawer(down=True))
    answer = phone.get("/qr.png")
    read = zxingcpp.read_barcodes(Image.open(io.BytesIO(answer.data)).convert("L"))
    assert [code.text for code in read] == [f"{PUBLIC_URL}/mini/sign?t={phone.token}"]


def test_the_place_asks_by_its_name(phone: Phone, units: Units) -> None:
    with units.write() as work:
        regions.load_divisions(work, regions.DATA / "divisions-6103.tsv")
    asks = phone.get().json["authority"]
    assert (asks["code"], asks["zh"]) == ("610302", "宝鸡市渭滨区民政部门")


def test_who_is_not_the_invited_person(phone: Phone) -> None:
    wrong_name = phone.post("identification", {**TYPED, "name": "王建军"})
    wrong_number = phone.post("identification", {**TYPED, "idNumber": "610305197403150016"})
    bodies = [refused(a, 422, "identity_not_matching") for a in (wrong_name, wrong_number)]
    assert all("errors" not in body for body in bodies)


@pytest.mark.parametrize(
    ("changes", "path", "code"),
    [
        ({"idNumber": "61030319900101101"}, "/idNumber", "id_number_length"),
        ({"idNumber": "610303199001011011"}, "/idNumber", "id_number_check_character"),
        ({"name": ""}, "/name", "name_invalid"),
        ({"card": "???"}, "/card", "photo_unreadable"),
        ({"card": None}, "/card", "field_required"),
        ({"face": "x"}, "/face", "field_unknown"),
    ],
)
def test_a_wrong_field_of_the_identification(
    phone: Phone, changes: dict[str, Any], path: str, code: str
) -> None:
    answer = phone.post("identification", {**TYPED, **changes})
    assert answer.status_code == 422
    assert (answer.json["errors"][0]["path"], answer.json["errors"][0]["code"]) == (path, code)


def test_a_picture_too_large_for_the_door(phone: Phone) -> None:
    answer = phone.post("identification", {**TYPED, "card": "A" * 2_200_000})
    refused(answer, 413, "body_too_large")


def test_pictures_come_as_json_only(phone: Phone) -> None:
    answer = phone.client.post(
        f"{BASE}/{phone.token}/identification",
        data={"name": SON.name, "card": (io.BytesIO(CARD), "card.jpg")},
    )
    refused(answer, 415, "media_type_unsupported")


def test_without_a_sitting_no_step_of_one(phone: Phone, units: Units, clock: FixedClock) -> None:
    for path in ("face-challenge", "face-check", "signature", "refusal"):
        refused(phone.post(path, {}), 401, "not_logged_in")
    phone.identify()
    other = Phone(phone.client, invite(units, HUSBAND).token)
    other.headers = phone.headers
    refused(other.post("face-challenge"), 404, "invitation_not_found")
    clock.advance(minutes=15)
    refused(phone.post("face-challenge"), 401, "not_logged_in")


def test_the_face_door_names_each_problem(phone: Phone, face: FakeFaceVerifier) -> None:
    phone.identify()
    refused(phone.look(faceConsent=False), 422, "face_consent_missing")
    refused(phone.look(reference="AAAA"), 422, "reference_broken")
    refused(phone.look(frames=["???"] * 3), 422, "photo_unreadable")
    large = text(b"x" * 210_000)
    refused(phone.look(frames=[large] * 3), 422, "frame_too_large")
    assert phone.look(frames=[text(FRAME)] * 2).json["errors"][0]["path"] == "/frames"
    assert phone.look(frames=[text(FRAME)] * 6).json["errors"][0]["path"] == "/frames"
    for raised in (errors.WrongTurn(action="turn_left"), errors.TwoFaces()):
        face.raises = raised
        refused(phone.look(), 422, raised.code)
    face.raises = errors.FaceQueueFull(retry_after=5)
    busy = phone.look()
    refused(busy, 429, "face_queue_full")
    assert busy.headers["Retry-After"] == "5"


def test_three_refused_faces_need_a_person(phone: Phone, face: FakeFaceVerifier) -> None:
    phone.identify()
    face.score = REFUSED
    for left in ("2", "1"):
        assert left in refused(phone.look(), 422, "face_not_matching")["titleEn"]
    refused(phone.look(), 409, "face_needs_person")
    assert phone.get().json["faceNeedsPerson"] is True
    way = phone.post("alternative", {"way": "counter"})
    assert (way.status_code, way.json["code"]) == (200, "counter")
    assert phone.post("alternative", {"way": "face"}).status_code == 422


def test_unsure_is_signed_now_and_counts_later(phone: Phone, face: FakeFaceVerifier) -> None:
    phone.identify()
    face.score = UNSURE
    assert phone.look().json["outcome"] == "review"
    signed = phone.sign()
    assert (signed.json["counts"], signed.json["underReview"]) == (False, True)


@pytest.mark.parametrize(
    ("strokes", "code"),
    [
        ([], "signature_empty"),
        ([[[1, 1, 0]]], "signature_empty"),
        ([[[1, 1, 0], [1, 99999, 5]]], "signature_broken"),
    ],
)
def test_what_is_no_name(phone: Phone, strokes: Any, code: str) -> None:
    phone.identify().look()
    refused(phone.sign(strokes=strokes), 422, code)


@pytest.mark.parametrize(
    "strokes", [[[[1, 1]]], [[[1, 1, "x"]]], [[[1.5, 1, 1]]], "x", [[[1, 1, 1]] * 6000]]
)
def test_strokes_that_are_none(phone: Phone, strokes: Any) -> None:
    phone.identify().look()
    assert phone.sign(strokes=strokes).status_code == 422


def test_refusing(phone: Phone) -> None:
    phone.identify()
    answer = phone.post("refusal", {"reason": "我想先问问"})
    assert (answer.status_code, answer.json) == (200, {"state": "refused"})
    refused(phone.post("refusal", {}), 409, "move_not_possible")
    refused(phone.get(), 409, "invitation_refused")


def test_a_consent_of_others_is_not_there(phone: Phone, units: Units) -> None:
    phone.identify().look()
    consent = phone.sign().json["id"]
    other = Phone(phone.client, invite(units, HUSBAND).token)
    other.identify(name=HUSBAND.name, idNumber=HUSBAND.id_number)
    path = f"/api/v1/consents/{consent}"
    refused(phone.client.get(f"{path}/evidence", headers=other.headers), 404, "not_found")
    refused(phone.client.get(f"{path}/evidence"), 401, "not_logged_in")
    denied = phone.client.post(f"{path}/withdrawal", json={}, headers=other.headers)
    refused(denied, 404, "not_found")


def test_no_picture_and_no_token_lies_in_the_kept_answers(phone: Phone, units: Units) -> None:
    phone.identify().look()
    phone.sign()
    with units.read() as work:
        kept = work.session.scalars(select(IdempotentAnswer)).all()
        bodies = [work.vault.open("idempotent_answers", "body", a.id, a.body) for a in kept]
    route = "POST /api/v1/consent-invitations/<string:token>/signature"
    assert [a.route for a in kept] == [route]
    assert not any(text(FRAME) in body or phone.token in body for body in bodies)


def test_the_contract_lists_every_operation_with_its_problems(client: FlaskClient) -> None:
    spec: Any = client.get("/openapi.json").json
    OpenAPIV31SpecValidator(spec).validate()
    operations = {
        op["operationId"]: op for path in spec["paths"].values() for op in path.values()
        if isinstance(op, dict)
    }  # fmt: skip
    assert set(operations) == {
        "openInvitation", "getInvitationQr", "identifySigner", "createFaceChallenge", "checkFace",
        "giveConsent", "refuseConsent", "chooseOtherWay", "withdrawConsent", "getEvidence",
        "listConsents",
    }  # fmt: skip
    assert (
        "`invitation_not_found`" in operations["openInvitation"]["responses"]["404"]["description"]
    )
    assert "default" not in operations["checkFace"]["responses"]


def test_every_problem_of_the_room_has_its_words() -> None:
    codes = {
        kind.code
        for kind in vars(errors).values()
        if isinstance(kind, type)
        and issubclass(kind, AppError)
        and kind.__module__ == errors.__name__
    }
    assert codes <= set(messages.catalogue())
    for code in codes:
        words = messages.say(code, {"max_kb": 1, "tries_left": 1, "retry_after": 1})
        assert all((words.zh, words.zh_next, words.en, words.en_next))


def test_the_phone_cannot_read_the_portrait_that_it_carries(phone: Phone) -> None:
    phone.identify()
    assert CARD not in base64.b64decode(phone.reference)
