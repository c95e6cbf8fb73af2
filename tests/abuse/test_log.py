"""The log of a real server: one JSON object a line, whatever callers say, and nobody in it."""

from __future__ import annotations

import json
import re

import pytest

from backend.consent import service as consent
from backend.core.ids import new_code
from tests.factories.consents import CARD, CASE, OWNER, SON, text
from tests.factories.house import draft_body
from tests.factories.people import APPLICANT, HUSBAND, household
from tests.factories.served import Answer, Place, Process

GUNICORN = re.compile(r"\[[0-9: +-]+\] \[\d+\] \[[A-Z]+\] [^{}\x1b]*")
EVIL = [
    '\r\n{"event": "forged", "level": "info"}',
    "\n[2026-01-01 00:00:00 +0000] [1] [INFO] forged",
    "\x1b[2J\x1b[31mforged\x1b]0;forged\x07",
    '", "event": "forged", "x": "',
    "forged\u2028forged\u0085forged",
    "%0d%0aforged",
    "{event} %s ${jndi:ldap://forged} forged",
]
PHONE, PLACE, DETAIL = "13800138000", "forged-query", "forged-body"


@pytest.fixture
def web(home: Place) -> Process:
    return home.start()


def visible(text_: str) -> str:
    """What a URL or a header can hold of it."""
    return "".join(f"%{byte:02x}" for byte in text_.encode())


def attack(web: Process, token: str, evil: str) -> None:
    """The same words in every place that a caller fills."""
    header = re.sub(r"[\r\n]", " ", evil).encode().decode("latin-1")
    for path in (f"/{visible(evil)}", f"/api/v1/programmes/{visible(evil)}"):
        web.send("GET", path)
    web.send("GET", f"/api/v1/applications?cursor={visible(evil)}", token=token)
    web.send("POST", "/api/v1/sessions/wechat", {"code": evil, evil: DETAIL})
    web.send("PUT", "/api/v1/me/identity", {"name": evil, "idNumber": evil}, token=token)
    headers = {"User-Agent": header, "X-Request-Id": header, "Referer": header}
    web.send("GET", "/api/v1/programmes", headers=headers)
    for raw in (
        f"GET /{PLACE} HTTP/1.1\r\nHost: x\r\nX: {evil}\r\n\r\n",
        f"{evil} / HTTP/1.1\r\n\r\n",
    ):
        web.raw(raw.encode())


def parsed(web: Process) -> list[dict[str, object]]:
    """Every line, each an object of ours or a plain word of the server's own."""
    found = []
    for line in web.log.read_bytes().decode().split("\n"):
        if not line or GUNICORN.fullmatch(line):
            continue
        record = json.loads(line)
        assert isinstance(record, dict), line
        found.append(record)
    return found


def test_no_caller_writes_a_line_of_the_log(home: Place, web: Process) -> None:
    token = home.citizen("attacker")
    for evil in EVIL:
        attack(web, token, evil)
    records = parsed(web)
    assert len([r for r in records if r["event"] == "request"]) >= 6 * len(EVIL)
    whole = web.log.read_text()
    for said in ("forged", "\x1b", "\u2028", "jndi", PLACE, DETAIL):
        assert said not in whole, said
    routes = {str(record.get("route")) for record in records}
    assert "unknown" in routes
    assert "/api/v1/programmes/<string:code>" in routes


def ok(answer: Answer, status: int) -> Answer:
    assert answer.status == status, answer
    return answer


def test_a_journey_leaves_nobody_in_the_log(home: Place, web: Process) -> None:
    """Names, numbers, phones, tokens, links and receipts, told well and told wrong."""
    token, receipt = home.citizen("wang"), new_code()
    said = {"name": APPLICANT.name, "idNumber": APPLICANT.number}
    ok(web.send("PUT", "/api/v1/me/identity", said, token=token), 200)
    draft = web.send("POST", "/api/v1/applications", draft_body(), token=token, key="log-key-1234")
    case = f"/api/v1/applications/{ok(draft, 201).json['id']}"
    web.send("GET", case, token=token)
    web.send("GET", f"{case}/checklist", token=token)
    early = web.send("POST", f"{case}/submission", token=token, key="log-key-5678",
                     headers={"If-Match": '"1"'})  # fmt: skip
    ok(early, 422)
    wrong = {**draft_body(), "members": [{**household()[0], "idNumber": APPLICANT.number + "9"}]}
    ok(web.send("POST", "/api/v1/applications", wrong, token=token, key="log-key-9012"), 422)
    with home.units() as units, units.write() as work:
        link = consent.invite(work, CASE, SON, OWNER).token
    ok(web.send("GET", f"/api/v1/consent-invitations/{link}"), 200)
    ok(web.send("GET", f"/api/v1/consent-invitations/{link}/qr.png"), 200)
    typed = {"name": HUSBAND.name, "idNumber": HUSBAND.number, "card": text(CARD)}
    ok(web.send("POST", f"/api/v1/consent-invitations/{link}/identification", typed), 422)
    lookup = {"receiptCode": receipt, "lastFour": APPLICANT.number[-4:]}
    ok(web.send("POST", "/api/v1/case-lookups", lookup), 404)
    staff = {"username": "zhou.secret", "password": "a pass phrase", "totp": "482913"}
    ok(web.send("POST", "/api/v1/sessions/staff", staff), 401)
    web.send("GET", f"/mini/sign?t={link}")
    secrets = {
        APPLICANT.name, APPLICANT.number, HUSBAND.name, HUSBAND.number, SON.name, SON.id_number,
        PHONE, token, link, receipt, "zhou.secret", "a pass phrase", "482913", "log-key",
    }  # fmt: skip
    assert len(parsed(web)) >= 12
    whole = web.log.read_text()
    leaked = {secret for secret in secrets if secret in whole or json.dumps(secret)[1:-1] in whole}
    assert leaked == set()
