"""Bad input gets clear problem details, the same everywhere, and never a fault of ours."""

import io
import json
import logging

import marshmallow as ma
import pytest
import structlog.testing
from gunicorn.http.errors import InvalidChunkSize

from backend.core.logs import fault_without_values
from backend.web.schemas import Fen, Flag
from tests.factories.stage import bearer, stage_of

ECHO = "/api/v1/things/echo"
FIELDS = {"type", "status", "code", "title", "detail", "titleEn", "detailEn", "requestId"}


@pytest.fixture(params=["sqlite"])
def database_url(sqlite_template, tmp_path):
    """How bodies are read does not hang on the database: one is enough here."""
    import shutil

    shutil.copy(sqlite_template, tmp_path / "web.db")
    return f"sqlite:///{tmp_path}/web.db"


def problem(response, status, code):
    assert response.status_code == status, response.text
    assert response.mimetype == "application/problem+json"
    body = response.get_json()
    assert body.keys() - {"errors"} == FIELDS
    assert (body["status"], body["code"]) == (status, code)
    assert body["type"] == f"urn:zhangban:problem:{code}"
    assert all(body[name] for name in FIELDS)
    assert "{" not in body["title"] + body["detail"] + body["titleEn"] + body["detailEn"]
    assert "?" not in body["title"] + body["titleEn"]
    assert response.headers["X-Request-Id"] == body["requestId"]
    return body


def raw(client, body, content_type="application/json", **more):
    return client.post(ECHO, data=body, content_type=content_type, **more)


BROKEN = [
    b"{", b"{'title': 1}", b"\xff\xfe", b'{"title": "\xed\xa0\x80"}', b'{"title": "\\ud800"}',
    b"[" * 100_00, b'{"a":' * 5000 + b"1" + b"}" * 5000, b"NaN", b'{"title": "a\x00b"}', b"{}{}",
]  # fmt: skip


@pytest.mark.parametrize("body", BROKEN, ids=range(len(BROKEN)))
def test_broken_json_is_told(client, body):
    problem(raw(client, body), 400, "json_broken")


def test_a_nul_is_refused_wherever_it_hides(client):
    problem(raw(client, b'{"title": "a\\u0000b"}'), 400, "bad_request")
    problem(raw(client, b'{"a\\u0000": 1}'), 400, "bad_request")
    problem(client.get("/api/v1/things/by-name/a%00b"), 400, "bad_request")
    problem(client.get("/api/v1/things?cursor=a%00b"), 400, "bad_request")


@pytest.mark.parametrize("body", [b"[]", b'"x"', b"5", b"null", b"true", b'[{"title": "x"}]'])
def test_a_body_of_another_kind_is_invalid(client, body):
    found = problem(raw(client, body), 422, "invalid")
    assert found["errors"][0]["path"] == ""


def test_every_wrong_field_is_named_by_its_path(client):
    body = {
        "title": "", "amount": 1.5, "code": "ab", "extra": 1, "a/b~c": 2,
        "members": [{"givenName": "甲"}, {"givenName": 7, "nick": ""}, "x"],
    }  # fmt: skip
    found = problem(client.post(ECHO, json=body), 422, "invalid")
    errors = {e["path"]: e["code"] for e in found["errors"]}
    assert errors == {
        "/title": "text_too_short",
        "/amount": "field_invalid",
        "/code": "field_shape",
        "/extra": "field_unknown",
        "/a~1b~0c": "field_unknown",
        "/members/1/givenName": "field_invalid",
        "/members/1/nick": "field_unknown",
        "/members/2": "field_invalid",
    }
    assert f"{len(errors)} " in found["titleEn"]
    assert all(e["message"] and e["messageEn"] for e in found["errors"])


def test_what_is_missing_is_named(client):
    for body in (b"{}", b""):
        found = problem(raw(client, body), 422, "invalid")
        assert [(e["path"], e["code"]) for e in found["errors"]] == [("/title", "field_required")]


@pytest.mark.parametrize("title", ["a\u202eb", "a\x07b", "\x7f", "\u2066x"])
def test_control_and_direction_signs_are_refused(client, title):
    found = problem(client.post(ECHO, json={"title": title}), 422, "invalid")
    assert found["errors"][0]["code"] == "text_has_control_signs"


@pytest.mark.parametrize("amount", [True, "5", -1, 10**10 + 1, 10**30, 1e300])
def test_money_is_whole_fen_within_bounds(client, amount):
    problem(client.post(ECHO, json={"title": "x", "amount": amount}), 422, "invalid")


@pytest.mark.parametrize("amount", [1.5, 0.1, -0.5, 10**10 + 0.0 + 1024, float(2**63)])
def test_a_part_of_a_fen_is_no_money(client, amount):
    problem(client.post(ECHO, json={"title": "x", "amount": amount}), 422, "invalid")


def test_a_whole_number_may_be_written_with_a_point():
    """JSON Schema's `integer` takes 180000.0, and some languages write it so."""
    found = Fen().deserialize(180_000.0)
    assert (found, type(found)) == (180_000, int)


@pytest.mark.parametrize("title", ["", " ", "\u0085", "\u2003\n"])
def test_blanks_alone_are_no_text(client, title):
    found = problem(client.post(ECHO, json={"title": title}), 422, "invalid")
    assert [(e["path"], e["code"]) for e in found["errors"]] == [("/title", "text_too_short")]


def test_a_doubled_slash_is_no_page_that_names_the_host(client):
    answer = client.get("/api/v1//things", headers={"Host": "elsewhere.example"})
    problem(answer, 404, "not_found")
    assert "elsewhere" not in answer.text


def test_a_shape_must_fit_whole(client):
    problem(client.post(ECHO, json={"title": "x", "code": "ABC\n"}), 422, "invalid")
    assert client.post(ECHO, json={"title": " x\n", "code": "ABC"}).get_json()["title"] == "x"


def test_a_thousand_wrong_fields_are_told_by_the_first_fifty(client):
    found = problem(client.post(ECHO, json={f"f{n}": 1 for n in range(1000)}), 422, "invalid")
    assert len(found["errors"]) == 50


def test_a_body_beyond_the_bound_is_refused_with_the_bound(client):
    body = json.dumps({"title": "x" * 70_000}).encode()
    assert "64 KB" in problem(raw(client, body), 413, "body_too_large")["titleEn"]
    chunked = raw(
        client,
        None,
        input_stream=io.BytesIO(body),
        environ_overrides={"wsgi.input_terminated": True},
    )
    problem(chunked, 413, "body_too_large")


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/xml", "multipart/form-data; boundary=x"]
)
def test_another_kind_of_body_is_refused(client, kind):
    problem(raw(client, b'{"title": "x"}', kind), 415, "media_type_unsupported")


class Cut(io.RawIOBase):
    """A body that ends in `fault` while it is read."""

    def __init__(self, fault):
        self.fault = fault

    def readable(self):
        return True

    def readinto(self, buffer):
        raise self.fault


@pytest.mark.parametrize("fault", [InvalidChunkSize(b"ZZ"), BlockingIOError(11, "silent")])
def test_a_body_that_breaks_off_is_told(client, fault):
    broken = client.post(
        ECHO,
        content_type="application/json",
        environ_overrides={
            "wsgi.input": io.BufferedReader(Cut(fault)),
            "wsgi.input_terminated": True,
        },
    )
    problem(broken, 400, "bad_request")


@pytest.mark.parametrize("given", [1, 0, 1.0, "true", "on", "yes", "1", [], {}])
def test_a_promise_is_true_or_false_and_nothing_like_it(given):
    with pytest.raises(ma.ValidationError):
        Flag().deserialize(given)
    assert Flag().deserialize(True) is True


def test_unknown_addresses_and_methods_are_problems_too(client):
    problem(client.get("/api/v1/nowhere"), 404, "not_found")
    problem(client.get("/static/x.js"), 404, "not_found")
    problem(client.get("/api/v1/things/not-a-uuid"), 404, "not_found")
    refused = client.delete(ECHO)
    problem(refused, 405, "method_not_allowed")
    assert set(refused.headers["Allow"].split(", ")) == {"POST", "OPTIONS"}


def test_a_fault_shows_nothing_and_logs_no_value(client, caplog):
    with (
        structlog.testing.capture_logs(processors=[fault_without_values]) as lines,
        caplog.at_level(logging.DEBUG),
    ):
        response = client.get("/api/v1/things/fault?name=Zhang-610303199001011234")
    body = problem(response, 500, "internal_error")
    assert body["requestId"] in body["detailEn"]
    for told in (response.text, caplog.text, str(lines)):
        assert "Zhang" not in told
        assert "610303199001011234" not in told
    faults = [line for line in lines if line["event"] == "request_failed"]
    assert [line["request_id"] for line in faults] == [body["requestId"]]


def test_an_error_that_nobody_catalogued_is_still_a_problem(client):
    """Werkzeug's own refusals of odd requests end as problems."""
    response = client.open("/api/v1/things", method="QUERY")
    assert response.mimetype == "application/problem+json"


@pytest.mark.parametrize("given", ["abcdefgh", "A-b_1234" * 8])
def test_a_well_formed_request_id_is_kept(client, given):
    response = client.post(ECHO, json={"title": "x"}, headers={"X-Request-Id": given})
    assert response.headers["X-Request-Id"] == given == response.get_json()["requestId"]


@pytest.mark.parametrize("given", ["short", "a" * 65, "has space", "<script>", "é" * 10, ""])
def test_any_other_request_id_is_replaced(client, given):
    response = client.post(
        ECHO, json={"title": "x"}, headers={"X-Request-Id": given.encode().decode("latin-1")}
    )
    assert response.headers["X-Request-Id"] != given
    assert len(response.headers["X-Request-Id"]) == 16


def test_the_method_is_overridden_from_post_to_patch_only(client):
    def call(method, override):
        return client.open(
            ECHO, method=method, json={"title": "x"}, headers={"X-HTTP-Method-Override": override}
        ).status_code

    assert call("POST", "PATCH") == 405
    assert call("POST", "patch") == 405
    assert call("POST", "DELETE") == 200
    assert call("GET", "POST") == 405


def test_every_answer_carries_the_safe_headers_and_lets_no_other_site_in(client):
    for response in (
        client.post(ECHO, json={"title": "x"}, headers={"Origin": "https://evil.example"}),
        client.get("/nowhere", headers={"Origin": "https://evil.example"}),
        client.options(ECHO, headers={"Origin": "https://evil.example"}),
        client.get("/openapi.json"),
        client.get("/docs"),
    ):
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
        assert not [h for h in response.headers if h[0].lower().startswith("access-control")]
        assert "Set-Cookie" not in response.headers
    assert client.post(ECHO, json={"title": "x"}).headers["Cache-Control"] == "no-store"
    assert client.get("/api/v1/nowhere").headers["Cache-Control"] == "no-store"


def test_too_many_requests_are_told_when_to_come_back(units):
    client = stage_of(units, limit=2).client()
    for _ in range(2):
        assert client.post(ECHO, json={"title": "x"}).status_code == 200
    refused = client.post(ECHO, json={"title": "x"})
    problem(refused, 429, "too_many_attempts")
    assert 0 < int(refused.headers["Retry-After"]) <= 60


def test_the_address_is_taken_from_trusted_proxies_only(units):
    forged = {"X-Forwarded-For": "9.9.9.9, 8.8.8.8"}
    plain, behind = stage_of(units).client(), stage_of(units, trusted_proxies=1).client()
    assert (
        plain.post(ECHO, json={"title": "x"}, headers=forged).get_json()["address"] == "127.0.0.1"
    )
    assert behind.post(ECHO, json={"title": "x"}, headers=forged).get_json()["address"] == "8.8.8.8"


@pytest.mark.parametrize(
    "value", ["", "Bearer", "Bearer x", "Basic citizen-token-000000000", "Bearer " + "x" * 65,
              "Bearer citizen-token-00000000é", "Bearer nobody-token-0000000000"]
)  # fmt: skip
def test_whoever_is_not_logged_in_is_asked_to(client, value):
    headers = {"Authorization": value.encode().decode("latin-1"), "Idempotency-Key": "k" * 8}
    refused = client.post("/api/v1/things", json={"title": "x"}, headers=headers)
    problem(refused, 401, "not_logged_in")
    assert refused.headers["WWW-Authenticate"] == "Bearer"


def test_another_audience_is_refused(client):
    headers = bearer("township-token-00000000", **{"Idempotency-Key": "k" * 8})
    problem(client.post("/api/v1/things", json={"title": "x"}, headers=headers), 403, "not_allowed")


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=x", "limit=1e3", "cursor=" + "a" * 401, "page=2",
              "cursor=AAAA", "cursor=%ff", "cursor=W10"]
)  # fmt: skip
def test_a_wrong_page_is_told(client, query):
    response = client.get(f"/api/v1/things?{query}")
    assert response.status_code == 422, response.text
    assert response.get_json()["errors"][0]["path"].split("/")[1] in {"limit", "cursor", "page"}


def test_pages_follow_each_other(client, units):
    from tests.factories.stage import put

    with units.write() as work:
        for number in range(5):
            put(work, str(number))
    first = client.get("/api/v1/things?limit=3").get_json()
    rest = client.get(f"/api/v1/things?limit=3&cursor={first['nextCursor']}").get_json()
    assert (len(first["items"]), len(rest["items"]), rest["nextCursor"]) == (3, 2, None)
    assert len({row["id"] for row in first["items"] + rest["items"]}) == 5
