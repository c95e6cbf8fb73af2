"""`python -m benchmarks.load`: closed-loop clients on keep-alive sockets, in an own process.

Reads one JSON line (what to send), prints one JSON line (what came of it). One thread and epoll,
no HTTP library: some 30 µs a request, so that on two cores the server is what is measured.
"""

from __future__ import annotations

import base64
import json
import secrets
import selectors
import socket
import sys
import time
from dataclasses import dataclass, field
from typing import Any

# What each request has for itself. The addresses are as many as no limit per address is met.
KEY = b"@@key@@"
ADDRESS = b"@@address@@"
_ADDRESSES = 4096
_LEAST = 200  # requests, however slow: the kernel counts CPU time in hundredths of a second
_SILENCE_S = 30.0


@dataclass
class Run:
    """One measurement as it grows."""

    requests: list[bytes]
    expect: int
    stop_at: float
    most: int
    sent: int = 0
    times: list[float] = field(default_factory=list)
    wrong: dict[str, int] = field(default_factory=dict)
    salt: str = field(default_factory=lambda: secrets.token_hex(6))

    def next(self) -> bytes | None:
        """The next request; None when time or work is over."""
        late = self.sent >= _LEAST and time.perf_counter() >= self.stop_at
        if late or self.sent >= self.most:
            return None
        n, self.sent = self.sent, self.sent + 1
        request = self.requests[n % len(self.requests)]
        address = b"10.1.%d.%d" % ((n % _ADDRESSES) >> 8, n & 255)
        return request.replace(ADDRESS, address).replace(KEY, f"{self.salt}-{n:010d}".encode())


@dataclass
class Client:
    """One keep-alive connection with one request on its way."""

    sock: socket.socket
    begun: float = 0.0
    came: bytes = b""

    def send(self, request: bytes) -> None:
        self.came, self.begun = b"", time.perf_counter()
        self.sock.sendall(request)

    def receive(self) -> int | None:
        """The status once the whole answer is there."""
        part = self.sock.recv(262_144)
        if not part:
            raise ConnectionError("the server closed a connection")
        self.came += part
        head, found, body = self.came.partition(b"\r\n\r\n")
        if not found:
            return None
        at = head.lower().find(b"content-length:")
        if at < 0:
            raise ValueError("an answer without its length")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0])
        return int(head[9:12]) if len(body) >= length else None


def run(asked: dict[str, Any]) -> dict[str, Any]:
    """Warm up for a moment, then send until the time or the work is over."""
    requests = [base64.b64decode(request) for request in asked["requests"]]
    now = time.perf_counter()
    found = Run(requests, asked["expect"], now + asked["seconds"], asked["most"])
    with selectors.DefaultSelector() as selector:
        busy = 0
        for _ in range(asked["clients"]):
            client = Client(_connect(asked["port"]))
            selector.register(client.sock, selectors.EVENT_READ, client)
            request = found.next()
            if request is not None:
                client.send(request)
                busy += 1
        while busy:
            events = selector.select(_SILENCE_S)
            if not events:
                raise TimeoutError("the server fell silent")
            for key, _ in events:
                busy -= _answered(found, key.data)
    took = time.perf_counter() - now
    return {"seconds": took, "times": found.times, "wrong": found.wrong}


def _answered(found: Run, client: Client) -> int:
    """Take what came and send the next; 1 when this client is done."""
    status = client.receive()
    if status is None:
        return 0
    found.times.append(time.perf_counter() - client.begun)
    if status != found.expect:
        told = client.came[-300:].decode(errors="replace") if not found.wrong else ""
        found.wrong[f"{status} {told}"] = found.wrong.get(f"{status} {told}", 0) + 1
    request = found.next()
    if request is None:
        client.sock.close()
        return 1
    client.send(request)
    return 0


def _connect(port: int) -> socket.socket:
    sock = socket.create_connection(("127.0.0.1", port), timeout=_SILENCE_S)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def request(
    method: str, path: str, token: str, *, body: Any = None, version: int | None = None
) -> bytes:
    """A request as bytes, with places for what differs each time."""
    head = [
        f"{method} {path} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: Bearer {token}",
        f"X-Forwarded-For: {ADDRESS.decode()}",
    ]
    data = b""
    if method != "GET":
        head.append(f"Idempotency-Key: {KEY.decode()}")
        data = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
        head.append(f"Content-Length: {len(data)}")
    if data:
        head.append("Content-Type: application/json")
    if version is not None:
        head.append(f'If-Match: "{version}"')
    return "\r\n".join(head).encode() + b"\r\n\r\n" + data


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(run(json.loads(line))), flush=True)
