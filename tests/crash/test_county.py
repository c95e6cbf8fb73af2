"""The storm's witness: it calls nobody a forger who was only killed while it spoke."""

from __future__ import annotations

import socket
import sqlite3
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from http.server import HTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.crash.county import County, make_handler
from tests.crash.signed import ask, signature

SECRET = b"secret"


class Inbox(HTTPServer):
    """Keeps what its handlers did not expect, which the real one only prints."""

    def __init__(self, county: County) -> None:
        super().__init__(("127.0.0.1", 0), make_handler(county))
        self.surprises: list[BaseException] = []

    def handle_error(self, request: Any, client_address: Any) -> None:
        fault = sys.exc_info()[1]
        assert fault is not None
        self.surprises.append(fault)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "county.sqlite"


@pytest.fixture
def inbox(file: Path) -> Iterator[Inbox]:
    with closing(County(str(file), SECRET)) as county, Inbox(county) as server:
        yield server


def head(**headers: str) -> bytes:
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(["POST / HTTP/1.0", *lines, "", ""]).encode()


FORGED = signature(b"another", "1", "0", b"{}")


def sent_at(now: str) -> dict[str, tuple[bytes, list[str]]]:
    """What a sender says, and the faults that are his; what is too old is one as well."""
    return {
        "nothing": (b"", []),
        "half of its first line": (b"POST / HT", []),
        "half of its head": (b"POST / HTTP/1.1\r\nwebhook-id: 1\r\nContent-Le", []),
        "a head that ends before the length": (head(webhook_id="1"), []),
        "a length that ends too early": (b"POST / HTTP/1.1\r\nContent-Length: ", []),
        "half of its body": (head(Content_Length="2", webhook_signature=FORGED) + b"{", []),
        "a forged whole": (
            head(Content_Length="2", webhook_signature=FORGED) + b"{}", ["a wrong signature"],
        ),
        "a time that is none": (
            head(
                Content_Length="2", webhook_id="1", webhook_timestamp="noon",
                webhook_signature=signature(SECRET, "1", "noon", b"{}"),
            ) + b"{}",
            ["a wrong signature"],
        ),
        "a signature that is no text": (
            head(
                Content_Length="2", webhook_id="1", webhook_timestamp=now,
                webhook_signature="v1,签",
            ) + b"{}",
            ["a wrong signature"],
        ),
        "what is signed and no event": (
            head(
                Content_Length="2", webhook_id="1", webhook_timestamp=now,
                webhook_signature=signature(SECRET, "1", now, b"{}"),
            ) + b"{}",
            ["no event"],
        ),
    }  # fmt: skip


@pytest.mark.parametrize("what", sent_at("0"))
def test_only_what_came_whole_can_be_a_fault_of_its_sender(
    inbox: Inbox, file: Path, what: str
) -> None:
    sent, faults = sent_at(str(int(time.time())))[what]
    with closing(socket.create_connection(("127.0.0.1", inbox.server_port))) as sender:
        sender.sendall(sent)
        sender.shutdown(socket.SHUT_WR)
        inbox.handle_request()
    assert inbox.surprises == []
    with closing(sqlite3.connect(file)) as kept:
        assert [what for (what,) in kept.execute("SELECT what FROM faults")] == faults


def test_a_message_that_cannot_be_kept_does_not_stop_the_next(file: Path) -> None:
    with closing(County(str(file), SECRET)) as county:
        data = {"caseId": "one", "sequence": 1}
        with pytest.raises(KeyError):  # a submitted case without its county
            county.hear("1", {"type": "case.submitted_for_review", "data": data}, b"1")
        assert county.hear("2", {"type": "case.withdrawn", "data": data}, b"2") == (200, "accepted")


WHOLE = b"HTTP/1.1 409 CONFLICT\r\nContent-Length: %d\r\n\r\n%s"
HEARD = {
    "refused in other words": (WHOLE % (2, b"{}"), 409),
    "refused": (WHOLE % (19, b'{"code": "refused"}'), 409),
    "met on one row": (WHOLE % (29, b'{"code": "changed_meanwhile"}'), 503),
    "half of its body": (WHOLE % (29, b'{"code": "chan'), None),
    "half of its head": (b"HTTP/1.1 409 CONFLICT\r\nContent-Ty", None),
    "half of its first line": (b"HTTP/1.1 40", None),
    "nothing": (b"", None),
    "accepted": (b"HTTP/1.1 202 ACCEPTED\r\nContent-Length: 0\r\n\r\n", 202),
}


@pytest.mark.parametrize("what", HEARD)
def test_an_answer_that_broke_off_is_no_refusal(file: Path, what: str) -> None:
    said, status = HEARD[what]
    with closing(socket.create_server(("127.0.0.1", 0))) as web:

        def answer() -> None:
            with closing(web.accept()[0]) as caller:
                caller.recv(65536)
                caller.sendall(said)
                caller.shutdown(socket.SHUT_WR)
                while caller.recv(65536):
                    pass

        speaking = threading.Thread(target=answer)
        speaking.start()
        url = f"http://127.0.0.1:{web.getsockname()[1]}/"
        assert ask(SECRET, url, "1", b"{}") == status
        speaking.join()
