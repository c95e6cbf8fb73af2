"""The outside client against a server that says back what it heard."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask, Response, jsonify, request
from flask.typing import ResponseReturnValue

from miniprogram_mock.client import ANSWER_MOST, Answer, Client, Phone, Problem, TooLong
from miniprogram_mock.wechat_platform import PlatformConfig, create_platform
from miniprogram_mock.wechat_platform.server import make_platform_server

NAMED = ("Authorization", "Idempotency-Key", "If-Match", "X-HTTP-Method-Override")


def echoing() -> Flask:
    app = Flask(__name__)

    @app.route("/api/v1/echo", methods=["GET", "POST", "PUT", "DELETE"])
    def echo() -> ResponseReturnValue:
        heard = {
            "method": request.method,
            "query": request.args,
            "headers": {name: request.headers.get(name) for name in NAMED},
            "json": request.get_json(silent=True),
            "form": request.form,
            "files": {
                name: [sent.filename, sent.mimetype, sent.read().decode()]
                for name, sent in request.files.items()
            },
        }
        return jsonify(heard), 200, {"ETag": '"7"'}

    @app.post("/api/v1/sessions/wechat")
    def log_in() -> ResponseReturnValue:
        return jsonify(token=f"token-{len(request.json['code'])}", heard=request.json), 201

    @app.get("/api/v1/nothing")
    def nothing() -> ResponseReturnValue:
        return "", 204

    @app.get("/api/v1/elsewhere")
    def elsewhere() -> ResponseReturnValue:
        return "", 302, {"Location": "http://203.0.113.1/"}

    @app.get("/api/v1/long")
    def long() -> ResponseReturnValue:
        return Response(b"x" * 1_000_000 for _ in range(1 + ANSWER_MOST // 1_000_000))

    @app.get("/api/v1/refused")
    def refused() -> ResponseReturnValue:
        body = {"code": "invalid", "title": "填错了。", "errors": [{"path": "/members/0/idNumber"}]}
        return jsonify(body), 422, {"Content-Type": "application/problem+json"}

    return app


@contextmanager
def served(app: Flask) -> Iterator[str]:
    server = make_platform_server(app, "127.0.0.1", 0)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with served(echoing()) as url:
        yield url


@pytest.fixture
def client(server: str) -> Iterator[Client]:
    with Client(server) as built:
        yield built


def heard(answer: Answer, header: str) -> str | None:
    value: str | None = answer["headers"][header]
    return value


def test_get_carries_a_query_and_nothing_that_was_not_asked_for(client: Client) -> None:
    answer = client.get("/echo", limit=20, cursor="a b")
    assert answer["query"] == {"limit": "20", "cursor": "a b"}
    assert answer["headers"] == dict.fromkeys(NAMED)
    assert answer.etag == '"7"'


def test_each_post_is_a_wish_of_its_own_unless_said_otherwise(client: Client) -> None:
    keys = {heard(client.post("/echo", {"a": 1}), "Idempotency-Key") for _ in range(3)}
    assert len(keys) == 3
    again = client.post("/echo", {"a": 1}, key="the-same-wish")
    assert heard(again, "Idempotency-Key") == "the-same-wish"
    assert again["json"] == {"a": 1}


def test_a_change_names_the_version_it_was_made_on(client: Client) -> None:
    seen = client.get("/echo")
    changed = client.patch("/echo", {"a": 1}, if_match=seen)
    assert (changed["method"], heard(changed, "X-HTTP-Method-Override")) == ("POST", "PATCH")
    assert heard(changed, "If-Match") == '"7"'
    assert heard(client.put("/echo", {}, if_match='"8"'), "If-Match") == '"8"'
    assert client.delete("/echo", if_match=changed)["method"] == "DELETE"


def test_a_file_goes_up_as_a_form(client: Client) -> None:
    answer = client.post(
        "/echo", {"slot": "id_card"}, files={"file": ("照片.jpg", b"bytes", "image/jpeg")}
    )
    assert answer["form"] == {"slot": "id_card"}
    assert answer["files"] == {"file": ["照片.jpg", "image/jpeg", "bytes"]}
    assert answer["json"] is None


def test_a_refusal_is_a_problem_with_its_code_and_paths(client: Client) -> None:
    with pytest.raises(Problem, match="422 invalid: 填错了。") as caught:
        client.get("/refused")
    assert (caught.value.status, caught.value.code) == (422, "invalid")
    assert caught.value.paths == ["/members/0/idNumber"]


@pytest.mark.parametrize(("path", "status"), [("/no-such", 404), ("/elsewhere", 302)])
def test_whatever_is_no_success_is_a_problem(client: Client, path: str, status: int) -> None:
    with pytest.raises(Problem) as caught:
        client.get(path)
    assert (caught.value.status, caught.value.code, caught.value.paths) == (status, "", [])


def test_an_empty_answer_is_none(client: Client) -> None:
    assert client.get("/nothing").json is None


def test_an_endless_answer_is_given_up(client: Client) -> None:
    with pytest.raises(TooLong):
        client.get("/long")


def test_a_path_outside_the_api_is_taken_as_it_is(client: Client) -> None:
    assert client.get("//api/v1/echo")["method"] == "GET"


@pytest.mark.parametrize(("shared", "said"), [(False, {}), (True, {"sharedPhone": True})])
def test_a_phone_logs_in_with_a_fresh_code_and_keeps_the_token(
    server: str, shared: bool, said: dict[str, bool]
) -> None:
    with (
        served(create_platform(PlatformConfig("wx1", "s"))) as wechat,
        Phone(server, wechat + "/") as phone,
    ):
        first = phone.log_in("李梅", shared_phone=shared)["heard"]
        second = phone.log_in("李梅", shared_phone=shared)["heard"]
        phone.provoke("李梅", 40226)
        authorization = heard(phone.get("/echo"), "Authorization")
    assert first.pop("code") != second.pop("code")
    assert first == second == said
    assert authorization == f"Bearer {phone.token}" == "Bearer token-32"
