"""What makes `make bench` honest: for the same rows every peer answers what the app answers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from uuid import UUID

import pytest

from backend.applications.rules import MOST_DRAFTS
from backend.audit.service import verify
from benchmarks import api, cast, people, place
from benchmarks.filling import filling
from benchmarks.serving import NAMES, Server, serving

PEERS = [name for name in NAMES if name != "app"]
_HEADERS = ("ETag", "Content-Type", "Cache-Control", "X-Content-Type-Options", "Referrer-Policy")
# What is new in every answer: identifiers, times, the receipt's code.
_FRESH = re.compile(
    r"[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d\d-\d\dT[\d:.]+\+00:00|[0-9A-Y]{4}-[0-9A-Y]{4}-[0-9A-Y]{4}-."
)


@dataclass
class Bench:
    """Running servers over one database, and the cases in it."""

    at: place.Place
    people: cast.Cast
    servers: dict[str, Server]

    def ask(self, name: str, method: str, path: str, token: str, **sent: Any) -> tuple[Any, ...]:
        """Status, the headers that every peer owes, and the body."""
        headers = {"Authorization": f"Bearer {token}", **sent.get("headers", {})}
        body = None
        if "body" in sent:
            body = json.dumps(sent["body"]).encode()
            headers["Content-Type"] = "application/json"
        connection = HTTPConnection("127.0.0.1", self.servers[name].port, timeout=30)
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        raw = answer.read()
        connection.close()
        return answer.status, {h: answer.headers[h] for h in _HEADERS}, json.loads(raw)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    with place.opened(request.param) as at:
        known = cast.known_to_all(at)
        with filling(at) as filler:
            whom = cast.assemble(at, filler, known, accounts=2, drafts=4)
        with serving(at) as servers:
            yield Bench(at, whom, servers)


def same(bench: Bench, peer: str, *request: Any, **sent: Any) -> Any:
    """Ask both; gives the app's answer, which the peer's equals but for what is new each time."""
    headers = sent.pop("headers", {})
    answers = []
    for name in ("app", peer):
        own = {**headers, "Idempotency-Key": f"key-of-{name}-{headers.get('n', '')}"}
        answers.append(bench.ask(name, *request, **sent, headers=own))
    ours, theirs = answers
    assert _without_fresh(theirs) == _without_fresh(ours)
    return ours


def _without_fresh(answer: Any) -> Any:
    return json.loads(_FRESH.sub("new", json.dumps(answer, sort_keys=True)))


@pytest.mark.parametrize("peer", PEERS)
def test_a_peer_reads_a_case_as_the_app_does(bench: Bench, peer: str) -> None:
    token, case = bench.people.readers[0]
    path = f"{api.BASE}/{UUID(case)}"
    ours, theirs = (bench.ask(name, "GET", path, token) for name in ("app", peer))
    assert theirs == ours
    assert ours[0] == 200
    signers = [member["signer"] for member in ours[2]["members"] if member["signer"]]
    assert [signer["state"] for signer in signers] == ["given", "open", "open"]


@pytest.mark.parametrize("peer", PEERS)
def test_a_peer_lists_the_same_page_and_the_next(bench: Bench, peer: str) -> None:
    token = bench.people.lists[0]
    path = f"{api.BASE}?limit=20"
    first = bench.ask("app", "GET", path, token)
    assert bench.ask(peer, "GET", path, token) == first
    assert len(first[2]["items"]) == 20
    following = f"{path}&cursor={first[2]['nextCursor']}"
    rest = bench.ask("app", "GET", following, token)
    assert bench.ask(peer, "GET", following, token) == rest
    assert len(rest[2]["items"]) >= 4


@pytest.mark.parametrize("peer", PEERS)
def test_a_peer_creates_the_same_draft_and_keeps_the_answer(bench: Bench, peer: str) -> None:
    token, household = bench.people.creators[0]
    bench.people.fresh += 1
    body = people.draft(household, bench.people.fresh, cast.DIVISION)
    ours = same(bench, peer, "POST", api.BASE, token, body=body, headers={"n": peer})
    assert ours[0] == 201
    key = {"Idempotency-Key": f"key-of-{peer}-{peer}"}
    first, again = (
        bench.ask(peer, "POST", api.BASE, token, body=body, headers=key) for _ in range(2)
    )
    assert again == first
    # Each reads back what the other wrote: the rows are the same kind of rows.
    path = f"{api.BASE}/{first[2]['id']}"
    assert bench.ask("app", "GET", path, token) == bench.ask(peer, "GET", path, token)


@pytest.mark.parametrize("peer", PEERS)
def test_a_peer_refuses_what_the_app_refuses(bench: Bench, peer: str) -> None:
    token, household = bench.people.creators[0]
    body = people.draft(household, bench.people.fresh, cast.DIVISION)
    body["members"][1]["idNumber"] = body["members"][1]["idNumber"][:-1] + "!"
    key = {"Idempotency-Key": "key-of-a-wrong-body"}
    foreign, _ = bench.people.drafts[0]
    case = f"{api.BASE}/{UUID(bench.people.readers[0][1])}"
    for name in ("app", peer):
        assert bench.ask(name, "POST", api.BASE, token, body=body, headers=key)[0] == 422
        assert bench.ask(name, "GET", case, foreign)[0] == 404
        assert bench.ask(name, "GET", case, "x" * 32)[0] == 401


def test_everybody_refuses_the_thirty_first_draft(bench: Bench) -> None:
    token, household = bench.people.creators[1]
    body = people.draft(household, bench.people.fresh + 1, cast.DIVISION)
    for key in range(MOST_DRAFTS):
        own = {"Idempotency-Key": f"draft-number-{key}"}
        assert bench.ask("app", "POST", api.BASE, token, body=body, headers=own)[0] == 201
    for name in NAMES:
        own = {"Idempotency-Key": f"one-more-for-{name}"}
        assert bench.ask(name, "POST", api.BASE, token, body=body, headers=own)[0] == 409


@pytest.mark.parametrize("peer", PEERS)
def test_a_peer_gives_the_same_receipt_and_an_audit_that_verifies(bench: Bench, peer: str) -> None:
    (token, ours), (same_token, theirs) = bench.people.drafts[:2]
    del bench.people.drafts[:2]
    answers = [
        bench.ask(
            name,
            "POST",
            f"{api.BASE}/{UUID(case)}/submission",
            holder,
            headers={"If-Match": '"1"', "Idempotency-Key": f"submission-{name}-{case}"},
        )
        for name, holder, case in (("app", token, ours), (peer, same_token, theirs))
    ]
    bodies = [_without_fresh(answer[2]) for answer in answers]
    assert bodies[1] == bodies[0]
    assert [answer[0] for answer in answers] == [200, 200]
    assert answers[0][2]["state"] == "awaiting_consent"
    views = [bench.ask("app", "GET", f"{api.BASE}/{UUID(c)}", token)[2] for c in (ours, theirs)]
    for shown in (view["assessment"]["lines"] for view in views):
        for line in shown:
            del line["zh"], line["en"]  # they name the people, who are others
    assert views[1]["assessment"] == views[0]["assessment"]
    units = bench.at.units()
    with units.read() as work:
        assert verify(work) == []
    units.kit.database.close()
