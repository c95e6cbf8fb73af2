"""A county's receiver that is not ours: keeps what it hears before it answers, and decides.

`python -m tests.crash.county FD FILE EVENTS_URL`, the webhook secret in COUNTY_SECRET. Written from
the forwarding contract alone, with the standard library: an independent witness, which also notes
what a sender must never do. One SQLite file holds all it knows, so that a kill at any moment loses
nothing that it answered for. What it has to tell it tells with four threads in no order, and again
until it is heard.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
import os
import random
import socket
import sqlite3
import sys
import threading
import time
import uuid
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.crash.signed import ask, signature

TELLERS = 4
PAUSE_S = 0.05
LATE_S = 300
SCHEMA = """
PRAGMA journal_mode=WAL;
CREATE TABLE IF NOT EXISTS heard (
    webhook_id TEXT PRIMARY KEY, case_id TEXT, sequence INTEGER, type TEXT, digest TEXT,
    times INTEGER DEFAULT 1);
CREATE TABLE IF NOT EXISTS effects (
    at INTEGER PRIMARY KEY AUTOINCREMENT, case_id TEXT, sequence INTEGER, type TEXT,
    webhook_id TEXT, UNIQUE (case_id, sequence));
CREATE TABLE IF NOT EXISTS faults (what TEXT, case_id TEXT, sequence INTEGER, webhook_id TEXT);
CREATE TABLE IF NOT EXISTS told (
    webhook_id TEXT PRIMARY KEY, case_id TEXT, sequence INTEGER, body TEXT, heard INTEGER DEFAULT 0,
    times INTEGER DEFAULT 0, UNIQUE (case_id, sequence));
"""
FORWARDED = "case.submitted_for_review"
STAGES = ("verification", "survey", "first_opinion", "decision")


class County:
    """What is kept; every method is one transaction, durable when it returns."""

    def __init__(self, path: str, secret: bytes) -> None:
        self.secret = secret
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.executescript(SCHEMA)
        self._db.execute("PRAGMA synchronous=FULL")
        self._telling: set[str] = set()

    def close(self) -> None:
        self._db.close()

    def fault(self, what: str, case_id: str = "", sequence: int = 0, webhook_id: str = "") -> None:
        """Something that a sender must never do."""
        with self._lock:
            self._fault(what, case_id, sequence, webhook_id)

    def hear(self, webhook_id: str, event: dict[str, Any], raw: bytes) -> tuple[int, str]:
        """Status and outcome, as the contract has them; kept before this returns."""
        data = event["data"]
        case, sequence, kind = data["caseId"], data["sequence"], event["type"]
        digest = hashlib.sha256(raw).hexdigest()
        with self._lock:
            known = self._db.execute(
                "SELECT digest FROM heard WHERE webhook_id = ?", (webhook_id,)
            ).fetchone()
            if known is not None:
                if known[0] != digest:
                    self._fault("the same message, changed", case, sequence, webhook_id)
                self._db.execute(
                    "UPDATE heard SET times = times + 1 WHERE webhook_id = ?", (webhook_id,)
                )
                return 200, "duplicate"
            last = self._db.execute(
                "SELECT coalesce(max(sequence), 0) FROM effects WHERE case_id = ?", (case,)
            ).fetchone()[0]
            if sequence <= last:
                self._fault("twice under another id", case, sequence, webhook_id)
                return 200, "outdated"
            if sequence > last + 1:
                self._fault("out of order", case, sequence, webhook_id)
                return 503, "gap"
            self._take(webhook_id, case, sequence, kind, digest, data)
            return 200, "accepted"

    def _take(
        self, webhook_id: str, case: str, sequence: int, kind: str, digest: str, data: Any
    ) -> None:
        with self._db:  # which rolls back where it cannot be kept
            self._db.execute("BEGIN IMMEDIATE")
            self._db.execute(
                "INSERT INTO heard (webhook_id, case_id, sequence, type, digest)"
                " VALUES (?,?,?,?,?)",
                (webhook_id, case, sequence, kind, digest),
            )
            self._db.execute(
                "INSERT INTO effects (case_id, sequence, type, webhook_id) VALUES (?,?,?,?)",
                (case, sequence, kind, webhook_id),
            )
            if kind == FORWARDED:
                for number, (what, body) in enumerate(_review(data), 1):
                    self._plan(case, data["county"], number, what, body)

    def _plan(self, case: str, county: str, number: int, kind: str, body: dict[str, Any]) -> None:
        ident = str(uuid.uuid4())
        event = {
            "specversion": "1.0",
            "id": ident,
            "source": f"backoffice/{county}",
            "type": kind,
            "subject": case,
            "time": datetime.now(UTC).isoformat(timespec="seconds"),
            "datacontenttype": "application/json",
            "data": {"caseId": case, "county": county, "sequence": number, **body},
        }
        self._db.execute(
            "INSERT INTO told (webhook_id, case_id, sequence, body) VALUES (?,?,?,?)",
            (ident, case, number, json.dumps(event)),
        )

    def take_one_to_tell(self) -> tuple[str, str] | None:
        """Any message that is not heard yet and that nobody tells just now."""
        with self._lock:
            rows = self._db.execute(
                "SELECT webhook_id, body FROM told WHERE heard = 0 LIMIT 40"
            ).fetchall()
            free = [row for row in rows if row[0] not in self._telling]
            if not free:
                return None
            chosen = random.choice(free)
            self._telling.add(chosen[0])
            self._db.execute("UPDATE told SET times = times + 1 WHERE webhook_id = ?", (chosen[0],))
            return str(chosen[0]), str(chosen[1])

    def told(self, webhook_id: str, *, heard: bool) -> None:
        with self._lock:
            if heard:
                self._db.execute("UPDATE told SET heard = 1 WHERE webhook_id = ?", (webhook_id,))
            self._telling.discard(webhook_id)

    def _fault(self, what: str, case_id: str, sequence: int, webhook_id: str) -> None:
        self._db.execute(
            "INSERT INTO faults VALUES (?,?,?,?)", (what, case_id, sequence, webhook_id)
        )


def _review(data: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """All that the county has to say about a case, from its receipt to its payment."""
    today = datetime.now(UTC).date().isoformat()
    amount = data["snapshot"]["amountFen"]
    stages = [("case.stage_changed", {"stage": stage, "since": today}) for stage in STAGES]
    decided = {
        "decision": "approved",
        "amountFen": amount,
        "reasons": [],
        "decidedOn": today,
        "decidedBy": data["decidedBy"],
    }
    granted = {
        "programme": data["programme"],
        "area": data["area"],
        "amountFen": amount,
        "headcount": data["snapshot"]["headcount"],
        "payFrom": "2027-01",
    }
    return [
        ("case.received", {"receivedOn": today}),
        *stages,
        ("case.decided", decided),
        ("benefit.granted", granted),
    ]


class Inbox(BaseHTTPRequestHandler):
    """What the county hears; `county` is what keeps it."""

    protocol_version = "HTTP/1.1"
    county: County

    def do_POST(self) -> None:
        raw = self._whole_body()
        if raw is None:  # its sender was killed in the middle of a word
            self.close_connection = True
            return
        webhook_id = self.headers.get("webhook-id", "")
        if not self._is_signed(webhook_id, raw):
            self.county.fault("a wrong signature", webhook_id=webhook_id)
            self._say(401, "signature")
            return
        event = json.loads(raw)
        if not {"id", "type", "data"} <= event.keys():
            self.county.fault("no event", webhook_id=webhook_id)
            self._say(400, "no event")
            return
        if event["id"] != webhook_id:
            self.county.fault("another id in the event", webhook_id=webhook_id)
        self._say(*self.county.hear(webhook_id, event, raw))

    def _whole_body(self) -> bytes | None:
        """None where less came than was announced, or not even that: a head that breaks off
        looks like one that has ended.
        """
        announced = self.headers.get("Content-Length", "")
        if not announced.isdecimal():
            return None
        try:
            raw = self.rfile.read(int(announced))
        except ConnectionError:
            return None
        return raw if len(raw) == int(announced) else None

    def _is_signed(self, webhook_id: str, raw: bytes) -> bool:
        timestamp = self.headers.get("webhook-timestamp", "")
        if not timestamp.isdecimal() or abs(time.time() - int(timestamp)) > LATE_S:
            return False
        wanted = signature(self.county.secret, webhook_id, timestamp, raw).encode()
        given = self.headers.get("webhook-signature", "").split()
        return any(hmac.compare_digest(wanted, one.encode()) for one in given)

    def _say(self, status: int, outcome: str) -> None:
        body = json.dumps({"outcome": outcome}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        with contextlib.suppress(ConnectionError):  # who asked was killed
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: what matters is in the file."""


def make_handler(county: County) -> type[Inbox]:
    """The inbox of one county."""
    return type("InboxOf", (Inbox,), {"county": county})


def tell(county: County, url: str) -> None:
    """Tell what is to be told, for ever."""
    while True:
        found = county.take_one_to_tell()
        if found is None:
            time.sleep(PAUSE_S)
            continue
        webhook_id, body = found
        status = ask(county.secret, url, webhook_id, body.encode())
        heard = status is not None and 200 <= status < 300
        if status is not None and 400 <= status < 500 and status != 429:
            county.fault(f"refused with {status}", webhook_id=webhook_id)
        county.told(webhook_id, heard=heard)
        if not heard:
            time.sleep(PAUSE_S * 4)


def main(fd: int, path: str, events_url: str) -> None:
    """Serve on the open socket until killed."""
    shown = os.environ.pop("COUNTY_SECRET")
    county = County(path, base64.b64decode(shown.removeprefix("whsec_")))
    for _ in range(TELLERS):
        threading.Thread(target=tell, args=(county, events_url), daemon=True).start()
    server = ThreadingHTTPServer(("127.0.0.1", 0), make_handler(county), bind_and_activate=False)
    server.socket.close()
    server.socket = socket.socket(fileno=fd)
    server.serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3])
