"""Requests that no well-meaning client sends: broken encodings, bodies that are hardly JSON, odd
content types, doubled parts. Each is answered as the document says, and never by a fault of ours.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, cast
from urllib.parse import unquote_to_bytes

import pytest
from werkzeug.test import EnvironBuilder, TestResponse
from werkzeug.wrappers import Response

from backend.core.ids import new_id
from tests.fuzz.openapi import Operation, checker, operations
from tests.fuzz.scenes import caller, path_values, scene_of
from tests.fuzz.world import World

SEGMENTS = (
    "%00", "%ff", "%c0%af", "%ed%a0%80", "%2f", "%2e%2e%2f", "..%5c", "%", "%zz", "%25",
    "%0d%0aX:1", "x" * 3000, "%F0%9F%98%80", "%E2%80%AE", "-1", "0", "null",
    "99999999999999999999", " ", "%20", "00000000-0000-0000-0000-000000000000",
    "01A20C38-F9B8-7467-BE20-060C8E8B54DB", "{01a20c38-f9b8-7467-be20-060c8e8b54db}",
    "'%20OR%201=1--", ";x=1", "?", "#",
)  # fmt: skip
WORDS = (
    "", "%00", "%ff%fe", "%ed%a0%80", "%", "%zz", "-1", "0", "1.0", "1e3", "101", "9" * 400,
    "NaN", "true", "null", "undefined", "x" * 5000, "%0a", "%F0%9F%98%80", "1&limit=2", "1;2",
    "[]", "..", "+", "%2B1", "WzFd", "bnVsbA", "W10", "WyJhIiwiYiJd", "e30", "WzFlNDAwXQ",
    "WyIyMDI2IiwgIngiXQ", "=",
)  # fmt: skip
HEADERS = (
    "", " ", '""', '"0"', '"-1"', 'W/"1"', "*", '"1", "2"', '"' + "9" * 12 + '"', "1", '"١"',
    '"99999999999999999999"', "x" * 200, "\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f", "é" * 10,
)  # fmt: skip
BODIES: tuple[bytes, ...] = (
    b"", b" ", b"null", b"true", b"1", b'"x"', b"[]", b"[null]", b"{}", b"{", b"}", b"{]",
    b'{"a":1}{}', b'{"a":1,}', b"{'a':1}", b"NaN", b"Infinity", b'{"a":NaN}', b'{"a":1e999}',
    b'{"a":-1e999}', b'{"a":' + b"9" * 5000 + b"}", b'{"a":"\\ud800"}', b'{"a":"\\udfff\\ud800"}',
    b'{"a":"\\u0000"}', b'{"a":"\x00"}', b'{"\\u0000":1}', b'{"a":"\xff\xfe"}', b"\xef\xbb\xbf{}",
    b"\xff\xfe{\x00}\x00", b"[" * 5000, b"[" * 900 + b"]" * 900,
    b'{"a":' * 900 + b"1" + b"}" * 900, b'{"a":1,"a":2}', b'{"":""}', b'{"__proto__":{}}',
    b"<x/>", b"a=1&b=2", b"\x00" * 64, b'{"a":"' + b"x" * 70000 + b'"}',
)  # fmt: skip
KINDS = (
    "", "application/json; charset=utf-16", "application/json; charset=nonsense", "text/plain",
    "*/*", "application/problem+json", "multipart/form-data", "multipart/form-data; boundary=",
    "application/x-www-form-urlencoded", "application/json, application/json", "json", "x" * 300,
    "application/xml", "multipart/form-data; boundary=" + "b" * 300, ";", "/", "application/",
)  # fmt: skip


def ask(
    world: World, operation: Operation, *, path: str | None = None, query: str = "",
    headers: dict[str, str] | None = None, **more: Any,
) -> Response:  # fmt: skip
    """One request from the operation's seat, its answer held against the document."""
    scene = scene_of(world, operation.doc)
    who = caller(scene, operation.doc)
    sent = {"Idempotency-Key": str(new_id()), "If-Match": f'"{scene.version}"'}
    if who:
        sent["Authorization"] = f"Bearer {world.tokens[who]}"
    plain = path_of(world, operation)
    builder = EnvironBuilder(
        path=plain, method=operation.method, headers=[*(sent | (headers or {})).items()], **more
    )
    environ = builder.get_environ()
    if path is not None:  # as a server would hand it on: decoded, with Latin-1 for what is no UTF-8
        environ["PATH_INFO"] = path
        environ["REQUEST_URI"] = environ["RAW_URI"] = path
    environ["QUERY_STRING"] = query
    response = Response.from_app(world.app, environ, buffered=True)
    checker().check(operation.method, path or plain, cast(TestResponse, response))
    assert response.status_code < 500, response.get_data(as_text=True)
    world.put_back()
    return response


def path_of(world: World, operation: Operation) -> str:
    path = operation.path
    for name, value in {**path_values(world), **scene_of(world, operation.doc).path}.items():
        path = path.replace("{" + name + "}", value)
    return path


def with_(place: str) -> list[str]:
    return sorted(name for name, one in operations().items() if one.parameters(place))


def decoded(segment: str) -> str:
    """As PATH_INFO holds it."""
    return unquote_to_bytes(segment).decode("latin-1")


@pytest.mark.parametrize("name", with_("path"))
def test_odd_ids(world: World, name: str) -> None:
    operation = operations()[name]
    for segment in SEGMENTS:
        for parameter in operation.parameters("path"):
            wild = operation.path.replace("{" + parameter["name"] + "}", decoded(segment))
            for known, value in path_values(world).items():
                wild = wild.replace("{" + known + "}", value)
            ask(world, operation, path=wild)


@pytest.mark.parametrize("name", with_("query"))
def test_odd_queries(world: World, name: str) -> None:
    operation = operations()[name]
    for parameter in operation.parameters("query"):
        for word in WORDS:
            ask(world, operation, query=f"{parameter['name']}={word}")
    for whole in ("&&&", "=", "a", "%00=1", "limit", "limit=1&limit=2", "x" * 5000, "%ff=1"):
        ask(world, operation, query=whole)


@pytest.mark.parametrize("name", with_("header"))
def test_odd_headers(world: World, name: str) -> None:
    operation = operations()[name]
    for parameter in operation.parameters("header"):
        for value in HEADERS:
            ask(world, operation, headers={parameter["name"]: value})


@pytest.mark.parametrize("header", ["Authorization", "X-Request-Id", "Accept", "Content-Length"])
@pytest.mark.parametrize("name", ["listDivisions", "getMe", "submitApplication", "giveConsent"])
def test_odd_headers_that_any_request_has(world: World, name: str, header: str) -> None:
    for value in _values(header):
        ask(world, operations()[name], headers={header: value})


def _values(header: str) -> Iterator[str]:
    yield from HEADERS if header != "Content-Length" else ("0", "-1", "x", "1", "9" * 30)
    if header == "Authorization":
        yield from ("Bearer", "Bearer ", "Basic eDp5", "bearer a b c d e f g h i j k l m n o p")
        yield from (f"Bearer {kind}{'x' * 30}" for kind in ("", "é", "sg_", "bo_"))


CHANGING = sorted(name for name, one in operations().items() if one.method != "GET")


@pytest.mark.parametrize("name", CHANGING)
def test_odd_bodies(world: World, name: str) -> None:
    operation = operations()[name]
    for body in BODIES:
        ask(world, operation, data=body, content_type="application/json")


@pytest.mark.parametrize("name", CHANGING)
def test_odd_kinds(world: World, name: str) -> None:
    operation = operations()[name]
    body = json.dumps(operation.example or {}).encode()
    for kind in KINDS:
        ask(world, operation, data=body, content_type=kind)
    ask(
        world,
        operation,
        data=body,
        headers={"Content-Type": "application/json", "Content-Encoding": "gzip"},
    )
    ask(world, operation, data=body, headers={"Transfer-Encoding": "chunked"})


PART = '--b\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n{value}\r\n'


def parts(*given: tuple[str, str, str]) -> bytes:
    text = "".join(PART.format(name=name, more=more, value=value) for name, more, value in given)
    return (text + "--b--\r\n").encode()


def test_odd_forms(world: World) -> None:
    operation = operations()["uploadDocument"]
    case, file = world.facts["draft"]["id"], '; filename="a.jpg"'
    right = [("caseId", "", case), ("slot", "", "household_register"), ("file", file, "x")]
    for wild in (
        [*right, *right],
        [*right, ("caseId", "", str(new_id()))],
        [*right, ("file", "", "no file")],
        [*right, ("file", file, "another")],
        [*right, *[(f"f{n}", "", "x") for n in range(30)]],
        [("caseId", file, case), *right[1:]],
        [("caseId", "", "\ud7ff"), *right[1:]],
        [*right[:2], ("file", '; filename="../../x"', "x")],
        [*right[:2], ("file", '; filename="' + "x" * 5000 + '"', "x")],
        [*right[:2], ("file", '; filename="a\x00b"', "x")],
        [*right[:2], ("file", "; filename*=UTF-8''%ff%fe", "x")],
        [*right[:2], ("file", '; filename=""', "")],
        [*right[:2]],
        [("", "", ""), *right],
        [("slot", "", "household_register\x00"), right[0], right[2]],
        [("slot", "", "x" * 70000), right[0], right[2]],
    ):
        ask(world, operation, data=parts(*wild), content_type="multipart/form-data; boundary=b")
    whole = parts(*right)
    for cut in (0, 1, 10, 60, len(whole) - 4):
        ask(world, operation, data=whole[:cut], content_type="multipart/form-data; boundary=b")
    ask(
        world,
        operation,
        data=whole.replace(b"\r\n", b"\n"),
        content_type="multipart/form-data; boundary=b",
    )
