"""After a storm: what was answered must be there, once, in order, and whole."""

from __future__ import annotations

import hashlib
import io
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from PIL import Image
from sqlalchemy import func, select

from backend import house as houses
from backend.applications.models import Application
from backend.audit.models import AuditRow
from backend.consent.models import Consent, CounterRecord
from backend.consent.rules.verify import verify_evidence
from backend.core.clocks import WallClock
from backend.core.settings import Settings
from backend.core.uow import Kit, Units, Work
from backend.documents import service as documents
from backend.documents.errors import FileDamaged
from backend.documents.models import Document
from backend.forwarding.models import BackofficeEvent
from backend.house import House
from backend.relay.models import Delivery, OutboxRow
from backend.relay.states import HEARD
from miniprogram_mock.client import Client
from tests.crash.county import FORWARDED, STAGES
from tests.crash.lean import SLOTS, Ledger
from tests.crash.parts import NotReady, wait_until
from tests.crash.town import Town

EVENTS = 3 + len(STAGES)
ONCE = ("case.created", "case.submitted", "case.accepted", "case.approved", "case.withdrawn")
KINDS = (
    "lost", "twice", "out of order", "documents damaged", "orphan files", "audit breaks",
    "evidence faults", "stuck deliveries", "other faults",
)  # fmt: skip


@dataclass
class Faults:
    """What was found, by kind; empty is what is wanted."""

    found: dict[str, list[str]] = field(default_factory=lambda: {kind: [] for kind in KINDS})

    def add(self, kind: str, what: object) -> None:
        self.found[kind].append(str(what))

    def unless(self, holds: object, kind: str, what: object) -> None:
        if not holds:
            self.add(kind, what)

    @property
    def counts(self) -> dict[str, int]:
        return {kind: len(found) for kind, found in self.found.items()}


class Later(WallClock):
    """Two hours on: what belongs to nobody is old enough to be swept."""

    def now(self) -> datetime:
        return super().now() + timedelta(hours=2)


class Books:
    """The database, the files and the county's file, opened beside what serves."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.house: House = houses.build(Settings.from_env(town.env))
        self.units = self.house.units

    def close(self) -> None:
        self.house.close()

    def county(self, question: str) -> list[Any]:
        """Rows of the county's own file."""
        with closing(sqlite3.connect(f"file:{self.town.county_file}?mode=ro", uri=True)) as db:
            return db.execute(question).fetchall()

    def is_quiet(self) -> bool:
        """Nothing is on its way any more, in either direction."""
        return self._on_their_way() == 0

    def wait_for_quiet(self, seconds: float) -> None:
        """Until it is, or nothing arrived for that long: a slow machine gets its time."""
        while left := self._on_their_way():
            try:
                wait_until("something arrives", lambda n=left: self._on_their_way() != n, seconds)
            except NotReady:
                return

    def _on_their_way(self) -> int:
        with self.units.read() as work:
            unheard = select(func.count()).where(Delivery.state.not_in(HEARD))
            count = work.session.scalar(unheard) or 0
        return int(count + self.county("SELECT count(*) FROM told WHERE heard = 0")[0][0])

    def decided_at(self) -> dict[str, float]:
        """When the county's decision reached each case, in seconds."""
        with self.units.read() as work:
            rows = work.session.execute(
                select(AuditRow.chain, AuditRow.at).where(AuditRow.action == "case.approved")
            )
            return {chain.removeprefix("case:"): at.timestamp() for chain, at in rows}

    def reckon(self, ledgers: Sequence[Ledger], tokens: dict[int, str], desk: str) -> Faults:
        """Everything, compared with what people were answered."""
        faults = Faults()
        with self.units.read() as work:
            stored = _Stored(work)
        for ledger in ledgers:
            _case(faults, ledger, stored)
        _messages(faults, stored)
        _county(faults, self)
        files_are_whole(faults, self.house)
        self._people(faults, ledgers, tokens)
        self._evidence(faults, ledgers, desk)
        code, said = self.town.command("audit-verify")
        if code != 0:
            for line in said.splitlines():
                faults.add("audit breaks", line)
        return faults

    def _people(self, faults: Faults, ledgers: Sequence[Ledger], tokens: dict[int, str]) -> None:
        """What the citizens themselves see."""
        with Client(self.town.url) as client:
            for ledger in ledgers:
                if not ledger.accepted_at:
                    continue
                client.token = tokens[ledger.number]
                address = {"X-Forwarded-For": f"198.19.{ledger.number // 250}.9"}
                mine = client.call("GET", "/applications", headers=address)["items"]
                faults.unless(len(mine) == 1, "twice", f"{ledger.case_id}: {len(mine)} cases")
                shown = client.call(
                    "GET", f"/applications/{ledger.case_id}/timeline", headers=address
                )
                faults.unless(
                    shown["state"] == _wanted_state(ledger), "lost", f"timeline {ledger.case_id}"
                )

    def _evidence(self, faults: Faults, ledgers: Sequence[Ledger], desk: str) -> None:
        """Each file that an officer exports holds offline, against the key that is published."""
        key = self.town.zhangban("evidence-key").encode()
        with Client(self.town.url, token=desk) as client:
            for ledger in ledgers:
                if ledger.consent_id:
                    path = f"/consents/{ledger.consent_id}/evidence"
                    address = {"X-Forwarded-For": f"198.19.0.{ledger.number % 250}"}
                    file = client.call("GET", path, headers=address).content
                    for fault in verify_evidence(file, key):
                        faults.add("evidence faults", f"{ledger.consent_id}: {fault}")


def files_are_whole(faults: Faults, house: House) -> None:
    """Every document opens and is what was stored; what belongs to none goes with a sweep."""
    files, used = house.documents.files, set()
    with house.units.read() as work:
        stored = list(work.session.scalars(select(Document)))
    for document in stored:
        for key in filter(None, (document.full_key, document.thumb_key)):
            used.add(key)
            try:
                data = files.get(key)
                same = hashlib.sha256(data).digest() == document.sha256
                if key == document.full_key and not same:
                    faults.add("documents damaged", f"{document.id}: other content")
                with Image.open(io.BytesIO(data)) as image:
                    image.load()
            except (FileDamaged, OSError) as damaged:
                faults.add("documents damaged", f"{key}: {damaged!r}")
    kit = house.units.kit
    later = Units(Kit(kit.database, kit.vault, kit.listeners, Later()))
    documents.sweep(later, house.documents)
    for path in (house.settings.home / "files").rglob("*"):
        if path.is_file() and path.name not in used:
            faults.add("orphan files", path.name)


class _Stored:
    """Rows by case, read in one unit."""

    def __init__(self, work: Work) -> None:
        def all_of(model: Any) -> Iterable[Any]:
            return work.session.scalars(select(model)).unique()

        self.cases = {str(row.id): row for row in all_of(Application)}
        self.documents = {str(row.id): row for row in all_of(Document)}
        self.consents = {str(row.id): row for row in all_of(Consent)}
        self.counter = list(all_of(CounterRecord))
        self.deliveries = list(all_of(Delivery))
        self.outbox = list(all_of(OutboxRow))
        self.events: dict[UUID, list[int]] = defaultdict(list)
        for event in all_of(BackofficeEvent):
            self.events[event.case_id].append(event.sequence)
        self.audit = Counter(
            (chain.removeprefix("case:"), action)
            for chain, action in work.session.execute(
                select(AuditRow.chain, AuditRow.action).where(AuditRow.action.in_(ONCE))
            )
        )


def _wanted_state(ledger: Ledger) -> str:
    back = ledger.after == "case_taken_back" and ledger.taken_back
    return "withdrawn" if back else "approved"


def _case(faults: Faults, ledger: Ledger, stored: _Stored) -> None:
    """One ledger against the rows."""
    if not ledger.case_id:
        return
    case = stored.cases.get(ledger.case_id)
    if case is None:
        faults.add("lost", f"case {ledger.case_id}")
        return
    if ledger.receipt:
        faults.unless(case.receipt_code == ledger.receipt, "lost", f"receipt of {case.id}")
    if ledger.accepted_at:
        faults.unless(case.accepted_on, "lost", f"acceptance of {case.id}")
        faults.unless(
            case.state == _wanted_state(ledger), "lost", f"decision of {case.id}: {case.state}"
        )
        numbers = sorted(stored.events[case.id])
        whole = numbers == list(range(1, EVENTS + 1)) and case.heard_sequence == EVENTS
        faults.unless(whole, "lost", f"events of {case.id}: {numbers}, {case.heard_sequence}")
    _papers(faults, ledger, stored)
    for action in ONCE:
        often = stored.audit[ledger.case_id, action]
        faults.unless(often <= 1, "twice", f"{action} of {case.id}: {often} times")


def _papers(faults: Faults, ledger: Ledger, stored: _Stored) -> None:
    for ident, digest in ledger.documents.items():
        document = stored.documents.get(ident)
        same = document is not None and document.sha256.hex() == digest
        faults.unless(same, "lost", f"document {ident}")
    mine = [d for d in stored.documents.values() if str(d.case_id) == ledger.case_id]
    slots = Counter(d.slot for d in mine if d.state == "stored")
    for slot in SLOTS:
        faults.unless(slots[slot] <= 1, "twice", f"{slot} of {ledger.case_id}")
    if not ledger.consent_id:
        return
    faults.unless(ledger.consent_id in stored.consents, "lost", f"consent {ledger.consent_id}")
    mine = [c for c in stored.consents.values() if str(c.case_id) == ledger.case_id]
    faults.unless(len(mine) == 1, "twice", f"consents of {ledger.case_id}: {len(mine)}")
    if ledger.after == "consent_taken_back" and ledger.taken_back:
        faults.unless(mine[0].state == "withdrawn", "lost", f"withdrawal {ledger.consent_id}")


def _messages(faults: Faults, stored: _Stored) -> None:
    """One acceptance, one message; all of them heard."""
    kinds = Counter((row.aggregateid, row.type) for row in stored.outbox)
    for (case, kind), often in kinds.items():
        faults.unless(often == 1, "twice", f"{kind} of {case}: {often} messages")
    for case in stored.cases.values():
        wanted = 1 if case.accepted_on else 0
        often = kinds[case.id, FORWARDED]
        faults.unless(often >= wanted, "lost", f"message of {case.id}")
        faults.unless(often <= wanted, "twice", f"message of {case.id}: not accepted")
    for delivery in stored.deliveries:
        if delivery.sequence == 1 and delivery.destination == "backoffice":
            faults.unless(
                delivery.state == "acknowledged",
                "stuck deliveries",
                f"{delivery.id}: {delivery.state}",
            )
        elif delivery.state not in HEARD:
            faults.add("stuck deliveries", f"{delivery.id}: {delivery.state}")


def _county(faults: Faults, books: Books) -> None:
    """What the receiver kept: one effect for each message, in order, and no fault of a sender."""
    for what, case, sequence, message in books.county("SELECT * FROM faults"):
        kind = {"out of order": "out of order", "twice under another id": "twice"}.get(what)
        faults.add(kind or "other faults", f"{what}: {case} {sequence} {message}")
    rows = books.county("SELECT case_id, sequence, type, webhook_id FROM effects ORDER BY at")
    last: dict[str, int] = {}
    kinds: Counter[tuple[str, str]] = Counter()
    for case, sequence, kind, _ in rows:
        in_order = sequence == last.get(case, 0) + 1
        faults.unless(in_order, "out of order", f"{case}: {sequence} after {last.get(case, 0)}")
        last[case] = sequence
        kinds[case, kind] += 1
    for (case, kind), often in kinds.items():
        faults.unless(often == 1, "twice", f"the county did {kind} of {case} {often} times")
    with books.units.read() as work:
        sent = {str(ident) for ident in work.session.scalars(select(OutboxRow.id))}
    heard = {row[3] for row in rows}
    for ident in sent ^ heard:
        faults.add("lost", f"message {ident}: sent or heard only")


def percentiles(values: Iterable[float]) -> Iterator[float]:
    """p50 and p99."""
    ordered = sorted(values)
    for share in (0.5, 0.99):
        yield round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 2) if ordered else 0
