"""Face checks over HTTP by 1 and 4 signers at once, and what they do to the API beside them."""

from __future__ import annotations

import http.client
import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from benchmarks import api
from benchmarks.cast import assemble, known_to_all
from benchmarks.filling import filling
from benchmarks.measuring import quantile
from benchmarks.place import Place
from benchmarks.rows import Link
from benchmarks.serving import Server, serving
from miniprogram_mock.demo.pictures import card_base64, frames_base64

SIGNERS = (1, 4)
_CHECKS = 15  # of each signer
_READS_A_SECOND = 18  # an address may ask twenty times a second
_OUTCOMES = (200, 422)  # a movement that was not shown costs the engine the same work


@dataclass(frozen=True)
class Sitting:
    """One signer who has shown the card."""

    link: Link
    token: str
    reference: str


def run(place: Place, seconds: float, say: Callable[[str], None]) -> dict[str, Any]:
    """p50 and p99 of the check, and of getApplication at a steady rate, idle and beside it."""
    with filling(place) as filler:
        cast = assemble(place, filler, known_to_all(place), accounts=4, drafts=1)
    with serving(place, ("app",)) as servers:
        server = servers["app"]
        sittings = [_sit_down(server, link) for link in cast.links[: sum(SIGNERS)]]
        say("the signers have shown their cards")
        reads = [(token, f"{api.BASE}/{UUID(case)}") for token, case in cast.readers]
        found: dict[str, Any] = {"reads_a_second": _READS_A_SECOND, "checks": {}}
        with _reading(server, reads) as times:
            time.sleep(seconds * 3)  # nothing else runs: this is what idle means
        found["get_idle"] = _figures(times)
        for signers in SIGNERS:
            seated, sittings = sittings[:signers], sittings[signers:]  # a day allows twenty tries
            with _reading(server, reads) as times, ThreadPoolExecutor(signers) as pool:
                every = list(pool.map(lambda sitting: _checks(server, sitting), seated))
            found["checks"][str(signers)] = _figures([t for one in every for t in one])
            found[f"get_beside_{signers}"] = _figures(times)
            say(f"{signers} signers")
    return found


def _figures(times: list[float]) -> dict[str, float]:
    return {
        "count": len(times),
        "p50_ms": round(quantile(times, 0.5) * 1000, 1),
        "p99_ms": round(quantile(times, 0.99) * 1000, 1),
    }


def _sit_down(server: Server, link: Link) -> Sitting:
    body = {"name": link.name, "idNumber": link.id_number, "card": card_base64("obama")}
    status, begun = _post(server, f"{_path(link)}/identification", body)
    if status != 200:
        raise RuntimeError(f"identification: {status} {begun.get('code')}")
    return Sitting(link, begun["token"], begun["reference"])


def _checks(server: Server, sitting: Sitting) -> list[float]:
    """Challenge and check, again and again; the check alone is timed."""
    # Looking ahead, and with turned head and open mouth: whatever the challenge asks is in it.
    frames = [*frames_base64("obama")[:1], *frames_base64("obama2")[:2]]
    times = []
    for _ in range(_CHECKS):
        path = _path(sitting.link)
        status, challenge = _post(server, f"{path}/face-challenge", None, sitting.token)
        if status != 200:
            raise RuntimeError(f"challenge: {status} {challenge.get('code')}")
        sent = {
            "challengeId": challenge["challengeId"],
            "reference": sitting.reference,
            "frames": frames,
            "faceConsent": True,
            "reviewConsent": False,
        }
        begun = time.perf_counter()
        status, answer = _post(server, f"{path}/face-check", sent, sitting.token)
        times.append(time.perf_counter() - begun)
        if status not in _OUTCOMES:
            raise RuntimeError(f"face check: {status} {answer.get('code')}")
    return times


@contextmanager
def _reading(server: Server, reads: list[tuple[str, str]]) -> Iterator[list[float]]:
    """getApplication at a steady rate as long as the block runs; gives the times it took."""
    times: list[float] = []
    refused: list[int] = []
    ended = threading.Event()

    def read() -> None:
        with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)) as line:
            due = time.perf_counter()
            for token, path in itertools.cycle(reads):
                due += 1 / _READS_A_SECOND
                if ended.wait(max(0.0, due - time.perf_counter())):
                    return
                # Counted from when it was due: a late answer delays nobody's asking here.
                headers = {"Authorization": f"Bearer {token}", "X-Forwarded-For": "10.2.0.1"}
                line.request("GET", path, headers=headers)
                answer = line.getresponse()
                answer.read()
                if answer.status != 200:
                    refused.append(answer.status)
                times.append(time.perf_counter() - due)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        yield times
    finally:
        ended.set()
        reader.join()
    if refused:
        raise RuntimeError(f"reads beside the checks were refused: {refused[:5]}")


def _path(link: Link) -> str:
    return f"/api/v1/consent-invitations/{link.token}"


def _post(server: Server, path: str, body: Any, token: str = "") -> tuple[int, Any]:
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)) as connection:
        data = None if body is None else json.dumps(body)
        connection.request("POST", path, data, headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
