"""The API's four operations, for the app and its peers, in interleaved rounds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text

from benchmarks import durable, people
from benchmarks.cast import DIVISION, Cast, assemble, known_to_all
from benchmarks.filling import filling
from benchmarks.load import request
from benchmarks.measuring import Figures, Load, loading, measure, median
from benchmarks.place import Place
from benchmarks.serving import Server, serving

ROUNDS = 3
CLIENTS = (1, 16)
BASE = "/api/v1/applications"
_FASTEST = 1500  # writes a second that no server here passes: how many bodies a run prepares
_WARM = 40
Table = dict[str, Any]
_RESET = (
    "UPDATE applications SET state = 'draft', version = 1, receipt_code = NULL,"
    " submitted_at = NULL, submitted_on = NULL, assessment = NULL, content_hash = NULL,"
    " policy_version = NULL WHERE owner_account_id IN :owners"
)


@dataclass(frozen=True)
class Operation:
    """How one operation is asked for."""

    name: str
    expect: int
    requests: Callable[[Place, Cast, float], Sequence[bytes]]
    writes: bool = False
    once: bool = False  # each request can succeed only once


def _get(_place: Place, cast: Cast, _seconds: float) -> Sequence[bytes]:
    return [request("GET", f"{BASE}/{UUID(case)}", token) for token, case in cast.readers]


def _list(_place: Place, cast: Cast, _seconds: float) -> Sequence[bytes]:
    return [request("GET", f"{BASE}?limit=20", token) for token in cast.lists]


def create_requests(_place: Place, cast: Cast, seconds: float) -> Sequence[bytes]:
    """Each with an applicant who is known and three people whom nobody has met."""
    made = []
    for n in range(int(seconds * _FASTEST) + _WARM):
        token, household = cast.creators[n % len(cast.creators)]
        body = people.draft(household, cast.fresh % people.MOST, DIVISION)
        cast.fresh += 1
        made.append(request("POST", BASE, token, body=body))
    return made


def submit_requests(place: Place, cast: Cast, _seconds: float) -> Sequence[bytes]:
    """The ready drafts, made drafts again."""
    units = place.units()
    with units.write() as work:
        statement = text(_RESET).bindparams(bindparam("owners", expanding=True))
        owners = cast.filers if place.is_sqlite else [UUID(owner) for owner in cast.filers]
        work.session.execute(statement, {"owners": owners})
    units.kit.database.close()
    return [
        request("POST", f"{BASE}/{UUID(case)}/submission", token, version=1)
        for token, case in cast.drafts
    ]


OPERATIONS = (
    Operation("getApplication", 200, _get),
    Operation("listApplications", 200, _list),
    Operation("createApplication", 201, create_requests, writes=True),
    Operation("submitApplication", 200, submit_requests, writes=True, once=True),
)


@dataclass(frozen=True)
class Bench:
    """Everything that stands ready while operations are measured."""

    place: Place
    cast: Cast
    servers: list[Server]
    load: Load
    writers: durable.Writers
    seconds: float
    say: Callable[[str], None]


def run(place: Place, seconds: float, say: Callable[[str], None]) -> Table:
    """All operations at 1 and 16 clients; medians of the rounds, and the ratios that count."""
    say("making cases")
    known = known_to_all(place)
    with filling(place) as filler:
        cast = assemble(place, filler, known)
    writers = durable.writers_of(place, known)
    with serving(place) as servers, loading() as load:
        bench = Bench(place, cast, list(servers.values()), load, writers, seconds, say)
        return {operation.name: _operation(bench, operation) for operation in OPERATIONS}


def _operation(bench: Bench, operation: Operation) -> Table:
    for server in bench.servers:
        warm = operation.requests(bench.place, bench.cast, 0)
        bench.load.run(
            server.port, warm, expect=operation.expect, clients=4, seconds=10.0, most=_WARM
        )
    return {str(clients): _at(bench, operation, clients) for clients in CLIENTS}


def _at(bench: Bench, operation: Operation, clients: int) -> Table:
    """Interleaved rounds at so many clients; a write's raw limit is measured among them."""
    rounds: dict[str, list[Figures]] = {server.name: [] for server in bench.servers}
    limits: list[durable.Limit] = []
    for turn in range(ROUNDS):
        # Whoever begins a round has the quietest machine, so each begins one.
        first = turn % len(bench.servers)
        for server in bench.servers[first:] + bench.servers[:first]:
            requests = operation.requests(bench.place, bench.cast, bench.seconds)
            how: dict[str, Any] = {"expect": operation.expect, "clients": clients}
            how["most"] = len(requests) if operation.once else 10**9
            database = bench.place.database_pid
            figures = measure(bench.load, server, database, requests, seconds=bench.seconds, **how)
            rounds[server.name].append(figures)
        if operation.writes:
            limits.append(durable.measure(bench.writers, operation.name, clients, bench.seconds))
        bench.say(f"{operation.name}, {clients} clients, round {turn + 1} of {ROUNDS}")
    medians = {name: median(figures) for name, figures in rounds.items()}
    found: Table = {name: figures.as_json() for name, figures in medians.items()}
    found |= _ratios(medians)
    if limits:
        limit, rps = durable.median(limits), medians["app"].rps
        found["durable"] = limit
        found["app_to_durable"] = round(rps / limit["ready_rows_per_s"], 2)
        found["app_to_durable_with_sealing"] = round(rps / limit["with_sealing_per_s"], 2)
    return found


def _ratios(medians: dict[str, Figures]) -> dict[str, float]:
    app, ratios = medians["app"], {}
    for name, other in medians.items():
        if name != "app":
            ratios[f"cpu_app_to_{name}"] = round(app.cpu_us / other.cpu_us, 2)
            ratios[f"rps_app_to_{name}"] = round(app.rps / other.rps, 2)
    return ratios
