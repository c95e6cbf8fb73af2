"""What hostile bytes on the wire are answered: in one clear word, and the server lives on."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator

import pytest

from tests.factories.served import Answer, Process

LOG_IN = "/api/v1/sessions/wechat"
CHECK = "/api/v1/eligibility-checks"
SAFE = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cache-control": "no-store",
}


@pytest.fixture(autouse=True)
def _lives_on(server: Process) -> Iterator[None]:
    yield
    assert server.run.poll() is None
    assert server.send("GET", "/health/live").status == 200
    assert "Traceback" not in server.log.read_text()


def only(answers: list[Answer]) -> Answer:
    assert len(answers) == 1, answers
    return answers[0]


def head(method: str, path: str, *lines: str, body: bytes = b"") -> bytes:
    """A request as it stands: nothing is added but Host and what ends it."""
    whole = "\r\n".join([f"{method} {path} HTTP/1.1", "Host: x", *lines, "", ""])
    return whole.encode("latin-1") + body


# Bodies


def test_a_declared_length_beyond_the_bound_is_refused_unread(server: Process) -> None:
    lines = ("Content-Type: application/json", "Content-Length: 10000000000")
    answer = only(server.raw(head("POST", LOG_IN, *lines, body=b'{"code":')))
    assert (answer.status, answer.code) == (413, "body_too_large")


def test_chunks_without_a_length_are_counted(server: Process) -> None:
    chunk = b"4000\r\n" + b"a" * 0x4000 + b"\r\n"
    lines = ("Content-Type: application/json", "Transfer-Encoding: chunked")
    answer = only(server.raw(head("POST", LOG_IN, *lines, body=chunk * 5 + b"0\r\n\r\n")))
    assert (answer.status, answer.code) == (413, "body_too_large")
    for cut in server.raw(head("POST", LOG_IN, *lines, body=chunk * 5)):
        assert cut.status in {400, 413}


@pytest.mark.parametrize("said", ["-1", "0x10", "1,1", "１", "+1", "", "9" * 30])
def test_a_length_that_is_none_is_refused(server: Process, said: str) -> None:
    sent = head("POST", LOG_IN, "Content-Type: application/json").replace(
        b"\r\n\r\n", f"\r\nContent-Length: {said}\r\n\r\n".encode()
    )
    assert only(server.raw(sent + b"{}")).status in {400, 413}


def test_a_length_that_lies_short_leaves_no_second_request(server: Process) -> None:
    """The rest of the body is not taken for a request of somebody else."""
    smuggled = head("GET", "/api/v1/programmes")
    lines = ("Content-Type: application/json", "Content-Length: 2", "Connection: close")
    answer = only(server.raw(head("POST", LOG_IN, *lines, body=b"{}" + smuggled)))
    assert answer.status == 422


def test_a_length_that_lies_long_ends_with_the_caller(server: Process) -> None:
    lines = ("Content-Type: application/json", "Content-Length: 60000")
    for answer in server.raw(head("POST", LOG_IN, *lines, body=b'{"code": "x"}')):
        assert answer.status == 400


@pytest.mark.parametrize(
    "lines",
    [
        ("Content-Length: 5", "Transfer-Encoding: chunked"),
        ("Transfer-Encoding: chunked", "Content-Length: 5"),
        ("Content-Length: 5", "Content-Length: 6"),
        ("Transfer-Encoding: chunked, identity",),
        ("Transfer-Encoding: xchunked",),
        ("Transfer-Encoding : chunked",),
        ("Transfer-Encoding: chunked", "Transfer-Encoding: identity"),
        (" Transfer-Encoding: chunked",),
        ("Transfer-Encoding:\x0bchunked",),
    ],
)
def test_two_ways_to_end_a_body_smuggle_nothing(server: Process, lines: tuple[str, ...]) -> None:
    body = b"0\r\n\r\n" + head("GET", "/api/v1/programmes")
    answers = server.raw(head("POST", LOG_IN, "Content-Type: application/json", *lines, body=body))
    assert [answer.status for answer in answers] in ([400], [501]), answers


def test_a_packed_body_is_not_unpacked(server: Process) -> None:
    packed = gzip.compress(b" " * 10_000_000)
    answer = server.send("POST", CHECK, packed, headers={"Content-Encoding": "gzip"})
    assert (answer.status, answer.code) == (400, "json_broken")


def test_a_form_of_ten_thousand_parts_is_refused(server: Process) -> None:
    part = b'--b\r\nContent-Disposition: form-data; name="caseId"\r\n\r\nx\r\n'
    answer = server.send(
        "POST",
        LOG_IN,
        part * 10_000 + b"--b--",
        headers={"Content-Type": "multipart/form-data; boundary=b"},
    )
    assert answer.status in {413, 415}
    few = server.send(
        "POST",
        LOG_IN,
        part * 900 + b"--b--",
        headers={"Content-Type": "multipart/form-data; boundary=b"},
    )
    assert (few.status, few.code) == (415, "media_type_unsupported")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"[" * 30_000, "json_broken"),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "json_broken"),
        (json.dumps({f"k{n}": n for n in range(4_000)}).encode(), "invalid"),
        (b'{"code": ' + b"9" * 60_000 + b"}", None),
        (b'{"code": 1e999999}', None),
        (b'{"code": -0.0e-99999999999}', None),
        (b'{"code": "' + b"\\u0041" * 10_000 + b'"}', "invalid"),
        (b'{"code": "a", "code": "b", "code": ["c"]}', "invalid"),
        (b'{"__proto__": {}, "constructor": 1}', "invalid"),
        (b"\xff" * 1000, "json_broken"),
        (b'"' + b"a" * 60_000, "json_broken"),
    ],
)  # fmt: skip
def test_a_poisonous_document_is_refused_in_words(
    server: Process, body: bytes, code: str | None
) -> None:
    answer = server.send("POST", LOG_IN, body)
    assert answer.status in {400, 422}, answer
    assert answer.code in ({code} if code else {"json_broken", "invalid"})
    assert len(answer.body) < 40_000, "what is wrong is told, not given back"


def test_a_hundred_thousand_keys_are_too_many_bytes(server: Process) -> None:
    body = json.dumps({f"k{n}": n for n in range(100_000)}).encode()
    assert server.send("POST", LOG_IN, body).status == 413


# Heads


@pytest.mark.parametrize(
    "sent",
    [
        head("GET", "/health/live?q=" + "a" * 65_536),
        head("GET", "/" + "a" * 65_536),
        head("GET", "/health/live", "X-Long: " + "a" * 65_536),
        head("GET", "/health/live", *[f"X-{n}: a" for n in range(2_000)]),
        head("GET" * 100, "/health/live"),
        head("GET", "/health/live", "X-A: a\x00b"),
        head("GET", "/health/live", "X A: b"),
        head("GET", "/health/live", "X-A: a\r\n folded"),
        head("GET", "/health/live", "Host: y"),
        b"GET /health/live\r\n\r\n",
        b"GET /health/live HTTP/9.9\r\nHost: x\r\n\r\n",
        b"GET /health/live HTTP/1.1\nHost: x\n\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 500 + b"\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /a\x00b HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /a\rb HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
)
def test_a_head_that_is_none_is_refused_or_finds_nothing(server: Process, sent: bytes) -> None:
    for answer in server.raw(sent):
        assert 400 <= answer.status < 500 or answer.status in {501, 505}, answer
        assert b"folded" not in answer.body


@pytest.mark.parametrize(
    "line",
    [
        "Host: evil.example", "X-Forwarded-Host: evil.example", "X-Forwarded-Proto: gopher",
        "X-Forwarded-Prefix: /evil", "Forwarded: host=evil.example", "X-Original-URL: /desk",
        "X-Rewrite-URL: /desk", "X-Forwarded-For: 127.0.0.1, evil", "X-Real-IP: 127.0.0.1",
        "Authorization: Bearer \xff\xfe\xfd", "Cookie: session=evil.example",
        "X-Request-Id: evil.example evil", "Origin: https://evil.example",
        "Accept: evil.example/evil", "Range: bytes=0-1,2-3,4-5", "If-None-Match: *",
        "Upgrade: h2c", "Connection: Upgrade, HTTP2-Settings",
    ],
)  # fmt: skip
def test_no_header_of_a_caller_is_believed_or_given_back(server: Process, line: str) -> None:
    sent = head("GET", "/api/v1/programmes", line)
    if line.startswith("Host"):
        sent = sent.replace(b"Host: x\r\n", b"")
    answer = only(server.raw(sent))
    assert answer.status == 200
    for value in (*answer.headers.values(), answer.body.decode()):
        assert "evil" not in value
        assert "desk" not in value


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT", "HEAD", "TRACE", "post", "PATCH "])
def test_the_override_makes_a_post_no_other_method(server: Process, method: str) -> None:
    answer = server.send("POST", LOG_IN, {}, headers={"X-HTTP-Method-Override": method})
    wanted = 405 if method.strip() == "PATCH" else 422
    assert answer.status in {422, wanted}


def test_a_doubled_authorization_is_nobodys(server: Process) -> None:
    two = ("Authorization: Bearer " + "a" * 32, "Authorization: Bearer " + "b" * 32)
    for answer in server.raw(head("GET", "/api/v1/me", *two)):
        assert answer.status in {400, 401}


# Paths and verbs


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/../../etc/passwd", "/api/v1/%2e%2e/%2e%2e/etc/passwd", "/api/v1/..;/me",
        "/api/v1//me", "/api/v1/%2Fme", "/api/v1/me%2f..", "/api/v1/me/",
        "/API/V1/me", "/api/v1/me;jsessionid=1", "/api/v1/me%00", "/api/v1/me%0d%0aX-Evil:1",
        "/static/../backend/app.py", "/style.css/../../keys.json", "/api/v1/\\..\\me",
        "/api/v1/divisions/../me", "/%c0%ae%c0%ae/", "/.git/config", "/var/keys.json", "*",
        "/api/v1/consent-invitations/..%2f..%2fme", "/docs/..%2f", "/metrics/../me",
    ],
)  # fmt: skip
def test_a_crooked_path_leads_nowhere(server: Process, path: str) -> None:
    for answer in server.raw(head("GET", path)):
        assert answer.status in {400, 404}, answer
        assert b"evil" not in answer.body.lower()
        assert "x-evil" not in answer.headers


def test_a_doubled_slash_is_the_same_door_and_no_other_host(server: Process) -> None:
    """Found here: the answer was a link to whatever host the caller had named."""
    assert only(server.raw(head("GET", "//api/v1/me"))).status == 401
    answer = only(server.raw(head("GET", "/api/v1//me").replace(b"Host: x", b"Host: evil.example")))
    assert (answer.status, "location" in answer.headers) == (404, False)


def test_an_absolute_target_is_no_way_out(server: Process) -> None:
    """We are nobody's proxy; its host is not believed either."""
    for target in ("http://127.0.0.1:1/health/live", "http://evil.example/api/v1/nowhere"):
        for answer in server.raw(head("GET", target)):
            assert answer.status in {200, 400, 404}
            assert b"evil" not in answer.body


def test_unknown_places_all_look_alike(server: Process) -> None:
    shapes = set()
    for path in ("/nowhere", "/api/v1/nowhere", "/api/v1/applications/not-a-uuid", "/mini/x/y"):
        answer = server.send("GET", path)
        body = {k: v for k, v in answer.json.items() if k != "requestId"}
        shapes.add((answer.status, json.dumps(body), answer.headers["content-type"]))
    assert len(shapes) == 1


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "DEBUG", "BREW", "TRACK"])
@pytest.mark.parametrize("path", ["/", "/api/v1/me", "/health/live", LOG_IN])
def test_odd_verbs_are_not_served(server: Process, method: str, path: str) -> None:
    answer = only(server.raw(head(method, path, "X-Secret: mirrored")))
    assert answer.status == 405
    assert answer.headers["allow"]
    assert b"mirrored" not in answer.body
    assert {name: answer.headers.get(name) for name in SAFE} == SAFE


def test_every_door_says_which_verbs_it_has_and_carries_the_safe_headers(server: Process) -> None:
    paths = server.send("GET", "/openapi.json").json["paths"]
    assert len(paths) > 50
    for path, operations in paths.items():
        verbs = {verb.upper() for verb in operations} & {"GET", "PUT", "POST", "DELETE", "PATCH"}
        filled = path.replace("{token}", "t" * 32)
        for name in ("application_id", "member_id", "id"):
            filled = filled.replace("{" + name + "}", "00000000-0000-7000-8000-000000000000")
        while "{" in filled:
            before, _, rest = filled.partition("{")
            filled = before + "00000000-0000-7000-8000-000000000000" + rest.partition("}")[2]
        refused = server.send("LOCK", filled)
        if refused.status == 405:
            assert verbs <= {verb.strip() for verb in refused.headers["allow"].split(",")}
        else:
            assert (refused.status, path.count("{")) == (404, path.count("{") or 1), path
        for answer in (refused, server.send(sorted(verbs)[0], filled)):
            wanted = {**SAFE, "cache-control": answer.headers["cache-control"]}
            assert {name: answer.headers.get(name) for name in SAFE} == wanted, path
            assert "no-store" in answer.headers["cache-control"], path
            assert not [name for name in answer.headers if name.startswith("access-control")]
            assert "set-cookie" not in answer.headers
            assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
