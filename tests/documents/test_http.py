"""The doors of documents, with real encrypted files behind them."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Response, request
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from backend.adapters.storage.local import LocalFileStore
from backend.audit.service import record_refusal
from backend.core.access import Actor
from backend.core.uow import Units
from backend.documents.http import blp
from backend.documents.ports import CaseRef, DocumentKit
from backend.web.api import build
from backend.web.context import WebKit
from tests.documents.conftest import MEMBER
from tests.factories.pictures import corners, jpeg, pdf, png_bomb
from tests.fakes.documents import FakeCaseAccess

OWNER, OFFICER, STRANGER = ("t" * 23 + end for end in "123")
PHOTO = jpeg(corners(800, 600), orientation=6, note="SECRET PLACE")


@pytest.fixture
def client(
    units: Units, owner: Actor, officer: Actor, access: FakeCaseAccess, tmp_path: Path
) -> FlaskClient:
    people = {OWNER: owner, OFFICER: officer, STRANGER: replace(owner, id=uuid4())}
    kit = WebKit(
        units,
        lambda _units, token: people.get(token),
        record_refusal,
        public_url="http://127.0.0.1",
        demo=False,
    )
    app = build(kit, [blp], trusted_proxies=0, limit=10000)
    files = LocalFileStore(tmp_path / "files", units.vault)
    app.extensions["documents"] = DocumentKit(files, access)
    return app.test_client()


def bearer(token: str = OWNER, **headers: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", **headers}


def send(
    client: FlaskClient,
    case: CaseRef,
    data: bytes = PHOTO,
    name: str = "photo.jpg",
    *,
    token: str = OWNER,
    key: str = "key-00000001",
    **form: str,
) -> Any:
    body = {
        "caseId": str(case.id),
        "slot": "id_card",
        "file": FileStorage(io.BytesIO(data), name),
        **form,
    }
    headers = bearer(token, **{"Idempotency-Key": key})
    # Encoded here: the test client would leave temporary files of big bodies open.
    boundary, encoded = encode_multipart(body)
    return client.post(
        "/api/v1/documents",
        data=encoded,
        content_type=f'multipart/form-data; boundary="{boundary}"',
        headers=headers,
    )


def test_upload_look_read_and_delete(client: FlaskClient, case: CaseRef) -> None:
    made = send(client, case, memberId=str(MEMBER))
    assert made.status_code == 201
    view = made.json
    assert view["caseId"] == str(case.id)
    assert view["memberId"] == str(MEMBER)
    assert (view["slot"], view["state"], view["mediaType"]) == ("id_card", "stored", "image/jpeg")
    assert (view["width"], view["height"]) == (800, 600)
    assert view["actions"] == ["delete"]
    assert view["createdAt"].endswith("+00:00")
    assert made.headers["ETag"] == '"1"'
    url = f"/api/v1/documents/{view['id']}"
    assert client.get(url, headers=bearer()).json == view

    content = client.get(f"{url}/content", headers=bearer())
    assert content.mimetype == "image/jpeg"
    assert content.headers["Cache-Control"] == "private, no-store"
    assert content.headers["X-Content-Type-Options"] == "nosniff"
    assert content.headers["Content-Disposition"] == "inline"
    assert len(content.data) == view["size"]
    assert b"SECRET" not in content.data
    thumb = client.get(f"{url}/content?variant=thumb", headers=bearer())
    with Image.open(io.BytesIO(thumb.data)) as image:
        assert max(image.size) == 320

    assert client.delete(url, headers=bearer()).status_code == 428
    assert client.delete(url, headers=bearer(**{"If-Match": '"7"'})).status_code == 412
    assert client.delete(url, headers=bearer(**{"If-Match": '"1"'})).status_code == 204
    assert client.get(url, headers=bearer()).status_code == 404
    assert client.get(f"{url}/content", headers=bearer()).status_code == 404


def test_a_double_tap_stores_once(client: FlaskClient, case: CaseRef, tmp_path: Path) -> None:
    first, second = send(client, case), send(client, case)
    assert second.json == first.json
    assert second.headers["Idempotency-Replayed"] == "true"
    assert len([path for path in (tmp_path / "files").rglob("*") if path.is_file()]) == 2
    other = send(client, case, jpeg(corners(50, 50)))
    assert (other.status_code, other.json["code"]) == (422, "idempotency_key_reused")


@pytest.mark.parametrize(
    ("data", "name", "status", "code"),
    [
        (b"", "a.jpg", 422, "file_empty"),
        (b"hello", "a.jpg", 415, "file_type_not_taken"),
        (pdf(), "a.jpg", 415, "file_type_mismatch"),
        (pdf(), "a.pdf", 415, "photo_only"),
        (PHOTO[: len(PHOTO) // 2], "a.jpg", 422, "image_broken"),
        (png_bomb(), "a.png", 413, "image_too_large"),
        (PHOTO + bytes(10 * 1024**2), "a.jpg", 413, "file_too_large"),
    ],
    ids=["empty", "text", "pdf-as-jpg", "pdf", "truncated", "bomb", "large"],
)
def test_bad_files_are_named_in_two_languages(
    client: FlaskClient, case: CaseRef, data: bytes, name: str, status: int, code: str
) -> None:
    refused = send(client, case, data, name)
    assert refused.status_code == status
    assert refused.mimetype == "application/problem+json"
    assert refused.json["code"] == code
    assert refused.json["title"]
    assert refused.json["detailEn"]
    assert "{" not in refused.json["title"] + refused.json["titleEn"]


def test_an_upload_is_never_on_disk_in_clear(client: FlaskClient, case: CaseRef) -> None:
    seen: list[object] = []

    @client.application.after_request
    def look(response: Response) -> Response:
        seen.extend(file.stream for file in request.files.values())
        return response

    assert send(client, case, jpeg(corners(4032, 3024), quality=100)).status_code == 201
    assert [type(stream) for stream in seen] == [io.BytesIO]


def test_wrong_fields_carry_their_path(client: FlaskClient, case: CaseRef) -> None:
    for form, path, code in (
        ({"slot": "passport"}, "/slot", "slot_unknown"),
        ({"slot": "../etc"}, "/slot", "slot_unknown"),
        ({"memberId": str(uuid4())}, "/memberId", "document_member_unknown"),
        ({"caseId": "1"}, "/caseId", "field_invalid"),
        ({"colour": "red"}, "/colour", "field_unknown"),
    ):
        refused = send(client, case, PHOTO, **form)
        assert refused.status_code == 422
        assert [(e["path"], e["code"]) for e in refused.json["errors"]] == [(path, code)]


def test_a_form_without_a_file_says_so(client: FlaskClient, case: CaseRef) -> None:
    refused = client.post(
        "/api/v1/documents",
        data={"caseId": str(case.id), "slot": "other"},
        content_type="multipart/form-data",
        headers=bearer(**{"Idempotency-Key": "key-00000001"}),
    )
    assert refused.status_code == 422
    assert refused.get_json()["errors"][0]["path"] == "/file"
    assert refused.get_json()["errors"][0]["code"] == "field_required"


def test_another_citizen_sees_nothing_and_staff_only_look(
    client: FlaskClient, case: CaseRef
) -> None:
    url = f"/api/v1/documents/{send(client, case).json['id']}"
    match = {"If-Match": '"1"'}
    assert send(client, case, token=STRANGER).status_code == 404
    assert client.get(url, headers=bearer(STRANGER)).status_code == 404
    assert client.get(f"{url}/content", headers=bearer(STRANGER)).status_code == 404
    assert client.delete(url, headers=bearer(STRANGER, **match)).status_code == 404
    assert client.get(f"{url}/content", headers=bearer(OFFICER)).status_code == 200
    assert client.delete(url, headers=bearer(OFFICER, **match)).status_code == 404
    assert client.get(url).status_code == 401


def test_a_damaged_file_is_a_named_problem(
    client: FlaskClient, case: CaseRef, tmp_path: Path
) -> None:
    url = f"/api/v1/documents/{send(client, case).json['id']}/content"
    for path in (tmp_path / "files").rglob("*-full"):
        path.write_bytes(path.read_bytes()[:100])
    refused = client.get(url, headers=bearer())
    assert (refused.status_code, refused.get_json()["code"]) == (503, "file_damaged")
    assert client.get(f"{url}?variant=thumb", headers=bearer()).status_code == 200
    assert client.get(f"{url}?variant=huge", headers=bearer()).status_code == 422


def test_the_upload_is_documented_as_a_form_with_a_file(client: FlaskClient) -> None:
    paths: Any = client.get("/openapi.json").get_json()["paths"]
    body = paths["/api/v1/documents"]["post"]["requestBody"]["content"]
    assert list(body) == ["multipart/form-data"]
    content = paths["/api/v1/documents/{document_id}/content"]["get"]["responses"]["200"]
    assert set(content["content"]) == {"image/jpeg", "application/pdf"}
