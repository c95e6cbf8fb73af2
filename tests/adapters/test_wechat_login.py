"""The log-in adapter over real HTTP, against the mock platform and against broken servers."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

import httpx
import pytest
from structlog.testing import capture_logs

from backend.adapters.wechat.client import ANSWER_MOST, AddressNotEncrypted, WechatHttp
from backend.adapters.wechat.login import HttpWechatLogin
from backend.core.errors import AppError
from backend.identity.errors import (
    WechatBlocked,
    WechatCodeInvalid,
    WechatTooOften,
    WechatUnavailable,
)
from backend.identity.ports import WechatIdentity
from tests.factories.platform import APPID, PHONE, SECRET, Platform, running_platform


@pytest.fixture
def platform() -> Iterator[Platform]:
    with running_platform() as running:
        yield running


@contextmanager
def login_at(
    url: str, appid: str = APPID, secret: str = SECRET, read_seconds: float = 5.0
) -> Iterator[HttpWechatLogin]:
    http = WechatHttp(url, read_seconds=read_seconds)
    yield HttpWechatLogin(http, appid, secret)
    http.close()


def refusal(login: HttpWechatLogin, code: str) -> AppError:
    with pytest.raises(AppError) as caught:
        login.session_of(code)
    return caught.value


def test_a_code_names_the_same_person_every_time(platform: Platform) -> None:
    with login_at(platform.url) as login:
        first = login.session_of(platform.code("李梅"))
        again = login.session_of(platform.code("李梅"))
        other = login.session_of(platform.code("王强"))
    assert first == again != other
    assert len(first.openid) == 28
    assert first.unionid not in (None, first.openid)


def test_the_platform_sends_a_session_key_and_we_drop_it(platform: Platform) -> None:
    sent = PHONE.get(
        f"{platform.url}/sns/jscode2session",
        params={
            "appid": APPID,
            "secret": SECRET,
            "js_code": platform.code("li"),
            "grant_type": "authorization_code",
        },
    ).json()
    with login_at(platform.url) as login:
        identity = login.session_of(platform.code("li"))
    assert len(sent["session_key"]) == 24
    assert WechatIdentity.__slots__ == ("openid", "unionid")
    assert identity.openid == sent["openid"]
    assert identity.openid not in repr(identity)


def test_a_code_is_good_once(platform: Platform) -> None:
    code = platform.code("li")
    with login_at(platform.url) as login:
        login.session_of(code)
        assert isinstance(refusal(login, code), WechatCodeInvalid)


@pytest.mark.parametrize(("age", "good"), [(299.9, True), (300.0, False)])
def test_a_code_lives_five_minutes(platform: Platform, age: float, good: bool) -> None:
    code = platform.code("li")
    platform.now += age
    with login_at(platform.url) as login:
        if good:
            assert login.session_of(code).openid
        else:
            assert isinstance(refusal(login, code), WechatCodeInvalid)


@pytest.mark.parametrize(
    "code", ["never-issued", "", "x" * 129, "a b", "码", "a\r\nb", "１２３"], ids=ascii
)
def test_other_codes_are_invalid(platform: Platform, code: str) -> None:
    with login_at(platform.url) as login:
        assert isinstance(refusal(login, code), WechatCodeInvalid)


@pytest.mark.parametrize(
    ("errcode", "kind", "retry_after"),
    [
        (40029, WechatCodeInvalid, None),
        (40163, WechatCodeInvalid, None),
        (40226, WechatBlocked, None),
        (45011, WechatTooOften, 60),
        (-1, WechatUnavailable, 5),
        (40002, WechatUnavailable, 60),
    ],
)
def test_every_refusal_has_its_problem(
    platform: Platform, errcode: int, kind: type[AppError], retry_after: int | None
) -> None:
    platform.provoke("li", errcode)
    with login_at(platform.url) as login:
        code = platform.code("li")
        error = refusal(login, code)
        assert type(error) is kind
        assert error.retry_after == retry_after
        assert login.session_of(code).openid, "a refusal is spent and leaves the code usable"


def test_the_hundred_and_first_log_in_of_a_minute_is_too_often(platform: Platform) -> None:
    with login_at(platform.url) as login:
        for _ in range(100):
            login.session_of(platform.code("li"))
        code = platform.code("li")
        assert isinstance(refusal(login, code), WechatTooOften)
        assert login.session_of(platform.code("wang")).openid
        platform.now += 60
        assert login.session_of(code).openid


@pytest.mark.parametrize(
    ("appid", "secret", "errcode"),
    [("wxother", SECRET, 40013), (APPID, "wrong", 40125), (APPID, "", 41004)],
)
def test_our_own_mistake_is_unavailable_to_citizens_and_logged_for_us(
    platform: Platform, appid: str, secret: str, errcode: int
) -> None:
    with login_at(platform.url, appid, secret) as login, capture_logs() as logs:
        error = refusal(login, platform.code("li"))
    assert isinstance(error, WechatUnavailable)
    assert [entry["errcode"] for entry in logs] == [errcode]
    assert logs[0]["log_level"] == "error"


@pytest.mark.parametrize(
    "body",
    [{"user": ""}, {"user": "x" * 65}, {"user": 7}, {}, [], "li"],
    ids=str,
)
def test_the_mock_takes_only_short_labels(platform: Platform, body: object) -> None:
    assert PHONE.post(f"{platform.url}/mock/login", json=body).status_code == 422


@pytest.mark.parametrize("errcode", [0, 99, "40029", None])
def test_the_mock_provokes_only_refusals_that_wechat_has(
    platform: Platform, errcode: object
) -> None:
    answer = PHONE.post(f"{platform.url}/mock/provoke", json={"user": "li", "errcode": errcode})
    assert answer.status_code == 422


def test_nothing_secret_is_logged(platform: Platform, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    code = platform.code("li")
    with login_at(platform.url) as login, capture_logs() as logs:
        openid = login.session_of(code).openid
        refusal(login, code)
    written = caplog.text + str(logs)
    assert "jscode2session" in caplog.text, "httpx does log; only the query is cut off"
    for hidden in (code, SECRET, openid, "session_key"):
        assert hidden not in written


# Servers that are not what they should be.


@contextmanager
def raw_server(answer: Callable[[socket.socket, threading.Event], None]) -> Iterator[str]:
    """Answers every connection with `answer(connection, ended)`; the event is set at the end."""
    ended = threading.Event()
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            connection, _ = listening.accept()
            with connection:
                if ended.is_set():
                    return
                connection.recv(65_536)
                try:
                    answer(connection, ended)
                except OSError:
                    continue  # the client left first

    thread = threading.Thread(target=serve)
    thread.start()
    port = listening.getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    ended.set()
    socket.create_connection(("127.0.0.1", port)).close()
    thread.join()
    listening.close()


def http_bytes(body: bytes, status: str = "200 OK") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return head.encode() + body


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (http_bytes(b"<html>502</html>", "502 Bad Gateway"), "status_502"),
        (http_bytes(b"", "302 Found"), "status_302"),
        (http_bytes(b"<html>hello</html>"), "not_json"),
        (http_bytes(b""), "not_json"),
        (http_bytes(b"\xff\xfe{}"), "not_json"),
        (http_bytes(b"[1]"), "not_an_object"),
        (http_bytes(b'{"openid": "' + b"x" * ANSWER_MOST + b'"}'), "too_long"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "RemoteProtocolError"),
        (b"", "RemoteProtocolError"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", "RemoteProtocolError"),
    ],
)
def test_garbage_is_unavailable(answer: bytes, reason: str) -> None:
    with (
        raw_server(lambda connection, _: connection.sendall(answer)) as url,
        login_at(url) as login,
        capture_logs() as logs,
    ):
        error = refusal(login, "code")
    assert isinstance(error, WechatUnavailable)
    assert error.retry_after == 5
    assert [entry["reason"] for entry in logs] == [reason]


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b'{"openid": ""}',
        b'{"openid": 7}',
        b'{"openid": "' + b"o" * 65 + b'"}',
        b'{"openid": "o1234567 or 1=1"}',
        b'{"openid": "o12345678", "unionid": 7}',
        b'{"errcode": "40029"}',
        b'{"errcode": null}',
        b'{"errcode": 99999, "errmsg": "something new"}',
    ],
)
def test_an_answer_without_a_usable_name_is_unavailable(body: bytes) -> None:
    with (
        raw_server(lambda connection, _: connection.sendall(http_bytes(body))) as url,
        login_at(url) as login,
        capture_logs(),
    ):
        assert isinstance(refusal(login, "code"), WechatUnavailable)


def test_errcode_zero_is_a_success_too() -> None:
    body = http_bytes(b'{"errcode": 0, "openid": "o12345678", "unionid": ""}')
    with (
        raw_server(lambda connection, _: connection.sendall(body)) as url,
        login_at(url) as login,
    ):
        assert login.session_of("code") == WechatIdentity("o12345678", None)


def test_a_platform_that_is_down_is_unavailable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        free_port = taken.getsockname()[1]
    with login_at(f"http://127.0.0.1:{free_port}") as login, capture_logs() as logs:
        assert isinstance(refusal(login, "code"), WechatUnavailable)
    assert [entry["reason"] for entry in logs] == ["ConnectError"]


def test_a_silent_platform_is_given_up() -> None:
    def say_nothing(_connection: socket.socket, ended: threading.Event) -> None:
        ended.wait()

    with (
        raw_server(say_nothing) as url,
        login_at(url, read_seconds=0.1) as login,
        capture_logs() as logs,
    ):
        assert isinstance(refusal(login, "code"), WechatUnavailable)
    assert [entry["reason"] for entry in logs] == ["ReadTimeout"]


def test_a_dripping_platform_is_given_up() -> None:
    """Each byte comes in time for httpx; the whole does not."""

    def drip(connection: socket.socket, ended: threading.Event) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n")
        while not ended.wait(0.02):
            connection.sendall(b" ")

    ticks = count()
    with raw_server(drip) as url, capture_logs() as logs:
        http = WechatHttp(url, read_seconds=5.0, clock=lambda: float(next(ticks)))
        assert isinstance(refusal(HttpWechatLogin(http, APPID, SECRET), "code"), WechatUnavailable)
        http.close()
    assert [entry["reason"] for entry in logs] == ["too_slow"]


class Wire(httpx.BaseTransport):
    """Fails the first calls as told, then answers."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.calls = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.calls += 1
        if self.failures:
            raise self.failures.pop(0)
        return httpx.Response(200, json={"openid": "o12345678"})


@pytest.mark.parametrize(
    ("failures", "calls", "good"),
    [
        ([], 1, True),
        ([httpx.ConnectError("")], 2, True),
        ([httpx.ConnectError(""), httpx.ConnectError("")], 2, False),
        ([httpx.ConnectTimeout("")], 1, False),
        ([httpx.ReadTimeout("")], 1, False),
        ([httpx.ReadError("")], 1, False),
        ([httpx.ConnectError(""), httpx.ReadError("")], 2, False),
    ],
)
def test_only_a_call_that_never_left_is_made_again(
    failures: list[Exception], calls: int, good: bool
) -> None:
    wire = Wire(*failures)
    login = HttpWechatLogin(WechatHttp("https://wechat.test", transport=wire), APPID, SECRET)
    with capture_logs():
        if good:
            assert login.session_of("code").openid == "o12345678"
        else:
            assert isinstance(refusal(login, "code"), WechatUnavailable)
    assert wire.calls == calls


def test_the_secret_never_travels_in_the_clear() -> None:
    with pytest.raises(AddressNotEncrypted):
        WechatHttp("http://api.weixin.qq.com")
