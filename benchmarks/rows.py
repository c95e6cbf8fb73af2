"""Whole cases as rows, sealed and chained as the app would have left them, for bulk loading."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from backend.audit.rules import GENESIS, row_hash
from backend.core.crypto import Vault
from benchmarks import people

COLUMNS: dict[str, str] = {
    "persons": "id created_at version id_number id_number_digest",
    "accounts": "id created_at version openid openid_digest person_id name assurance",
    "login_sessions": "id created_at version token_hash account_id staff_id expires_at"
    " idle_seconds last_seen_at",
    "applications": "id created_at version county division area programme state stage"
    " owner_account_id applicant_person_id updated_at form assessment policy_version content_hash"
    " receipt_code submitted_at submitted_on accepted_on due_on due_provisional corrections"
    " heard_sequence",
    "household_members": "id created_at version case_id county role relation person_id name"
    " id_number id_number_digest details",
    "documents": "id created_at version county case_id member_id slot state media_type size width"
    " height sha256 uploaded_by uploaded_as full_key thumb_key",
    "consent_invitations": "id created_at version county division case_id member_id wards capacity"
    " purposes content_hash statement_version token_hash state expires_at signer_name"
    " signer_id_number signer_digest applicant_name face_failures under_review",
    "consents": "id created_at version county division case_id invitation_id state way assurance"
    " assisted given_at counted_at",
    "audit_rows": "id chain seq county at legal_date actor_role actor_id action subject details"
    " previous hash",
    "audit_heads": "chain seq hash anchored_seq",
    "inbox_messages": "id created_at version account_id code params about",
    "outbox": "id aggregatetype aggregateid type payload county created_at",
    "deliveries": "id created_at version outbox_id destination aggregateid county sequence state"
    " attempts next_at last_status heard_at",
}
Batch = dict[str, list[tuple[Any, ...]]]

DRAFT, WAITING, DONE = "draft", "awaiting_consent", "approved"
_FORM = {
    "cash_assets_fen": 500_000,
    "cash_assets_unknown": False,
    "promised": True,
    "staff_relatives_declared": True,
    "staff_relatives": [],
}
_PURPOSES = json.dumps(["dibao", "dibao-edge", "rigid-expense", "review_while_aid_lasts"])


@dataclass(frozen=True)
class Known:
    """What every case of a run shares: the policy's version and one assessment under it."""

    policy_version: str
    assessment: dict[str, Any]


@dataclass(frozen=True)
class Link:
    """An open invitation: its token, and whom it asks."""

    token: str
    name: str
    id_number: str


@dataclass
class Maker:
    """Makes one case after another into `batch`; the same seed makes the same people."""

    vault: Vault
    known: Known
    now: datetime
    seed: int = 7
    lean: bool = False  # one paper, one signer, one audit row a case: a crowd has to fit a disk
    links: list[Link] = field(default_factory=list)
    batch: Batch = field(default_factory=lambda: {table: [] for table in COLUMNS})

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def take(self) -> Batch:
        """What was made since the last time."""
        made, self.batch = self.batch, {table: [] for table in COLUMNS}
        return made

    def account(self, household: int, at: datetime, *, token: str = "") -> tuple[str, str]:
        """A citizen who claims to be the household's applicant, logged in where a token is given;
        account and person.
        """
        person = self._person(people.id_number(household, 0), at)
        ident = self._id(at)
        openid = f"openid-{household}"
        self.batch["accounts"].append(
            (
                ident.hex, stamp(at), 1, self.vault.seal("accounts", "openid", ident, openid),
                self.vault.digest("openid", openid), person,
                self.vault.seal("accounts", "name", ident, people.name(household, 0)), "C",
            )
        )  # fmt: skip
        if token:
            self.session(token, account=ident.hex)
        return ident.hex, person

    def session(self, token: str, *, account: str | None = None, staff: str | None = None) -> None:
        """A log-in of this moment: a citizen's for a month, staff's for eight hours."""
        life, idle = (timedelta(days=30), None) if staff is None else (timedelta(hours=8), 1800)
        self.batch["login_sessions"].append(
            (
                self._id(self.now).hex, stamp(self.now), 1,
                hashlib.sha256(token.encode()).digest(), account, staff,
                stamp(self.now + life), idle, stamp(self.now),
            )
        )  # fmt: skip

    def case(
        self,
        household: int,
        owner: tuple[str, str],
        division: str,
        state: str,
        at: datetime,
        *,
        others: int | None = None,
    ) -> str:
        """One case of a household of four (the applicant of `household`, the family of `others`),
        its papers, and what its state brings; gives its id.
        """
        case = self._id(at)
        handed_in = state != DRAFT
        family = [household, *[household if others is None else others] * 3]
        known = [owner[1], *(self._person(people.id_number(family[n], n), at) for n in (1, 2, 3))]
        members = [self._member(case, division[:6], family[n], n, known[n], at) for n in range(4)]
        content = hashlib.sha256(case.bytes).hexdigest()  # nothing that is measured reads it
        self._application(case, owner, division, state, at, content)
        self._papers(case, division[:6], members, owner[0], at)
        actions = ["case.created"]
        if handed_in:
            self._invitations(case, division, family, members, state, at)
            self._told(case, owner[0], at)
            actions += ["case.submitted"]
        if state == DONE:
            self._forwarded(case, division[:6], at)
            actions += ["case.accepted"]
        self._chain(case, division[:6], owner[0], actions[-1:] if self.lean else actions, at)
        return case.hex

    def _application(
        self,
        case: UUID,
        owner: tuple[str, str],
        division: str,
        state: str,
        at: datetime,
        content: str,
    ) -> None:
        in_ = state != DRAFT
        day = at.date().isoformat()
        seal = self.vault.seal
        self.batch["applications"].append(
            (
                case.hex, stamp(at), 3 if in_ else 1, division[:6], division, "urban", "dibao",
                state, None, owner[0], owner[1], stamp(at),
                seal("applications", "form", case, _FORM),
                seal("applications", "assessment", case, self.known.assessment) if in_ else None,
                self.known.policy_version if in_ else None, content if in_ else None,
                self._receipt() if in_ else None, stamp(at) if in_ else None, day if in_ else None,
                day if state == DONE else None, day if state == DONE else None, False, 0, 0,
            )
        )  # fmt: skip

    def _member(
        self, case: UUID, county: str, household: int, place: int, person: str, at: datetime
    ) -> UUID:
        ident = self._id(at + timedelta(milliseconds=place))  # they show in this order
        number = people.id_number(household, place)
        body = people.person(household, place)
        details = {
            "phone": body.get("phone"),
            "work": body.get("work"),
            "health": body.get("health"),
            "incapable": False,
            "incomes": _items(body.get("incomes", [])),
            "deductions": _items(body.get("deductions", [])),
            "incomes_unknown": False,
            "disability": None,
        }
        seal = self.vault.seal
        self.batch["household_members"].append(
            (
                ident.hex, stamp(at), 1, case.hex, county, body["role"], body["relation"], person,
                seal("household_members", "name", ident, body["name"]),
                seal("household_members", "id_number", ident, number),
                self.vault.digest("id_number", number),
                seal("household_members", "details", ident, details),
            )
        )  # fmt: skip
        return ident

    def _papers(
        self, case: UUID, county: str, members: list[UUID], account: str, at: datetime
    ) -> None:
        """Both adults' cards, the household register and the bills of an illness."""
        cards: list[tuple[str, str | None]] = [("id_card", m.hex) for m in members[:2]]
        wanted = [("household_register", None), ("illness_proof", None), *cards]
        for slot, member in wanted[:1] if self.lean else wanted:
            ident = self._id(at)
            self.batch["documents"].append(
                (
                    ident.hex, stamp(at), 1, county, case.hex, member, slot, "stored", "image/jpeg",
                    412_345, 2016, 1512, self._random.randbytes(32), account, "citizen",
                    f"{ident.hex}-full", f"{ident.hex}-thumb",
                )
            )  # fmt: skip

    def _invitations(
        self,
        case: UUID,
        division: str,
        family: list[int],
        members: list[UUID],
        state: str,
        at: datetime,
    ) -> None:
        """All three signers were asked; the applicant has signed, of a finished case all have."""
        for place in (0,) if self.lean else (0, 1, 3):
            given = state != WAITING or place == 0
            ident, number = self._id(at), people.id_number(family[place], place)
            signer = people.name(family[place], place)
            token = self._random.randbytes(24).hex()
            if not given:
                self.links.append(Link(token, signer, number))
            until = at if given else self.now + timedelta(days=20)
            wards = [str(members[2])] if place == 0 else []
            seal = self.vault.seal
            self.batch["consent_invitations"].append(
                (
                    ident.hex, stamp(at), 1, division[:6], division, case.hex, members[place].hex,
                    json.dumps(wards), "legal_supporter" if place == 3 else "adult_member",
                    _PURPOSES, "0" * 64, "bench", hashlib.sha256(token.encode()).digest(),
                    "given" if given else "open", stamp(until),
                    seal("consent_invitations", "signer_name", ident, signer),
                    seal("consent_invitations", "signer_id_number", ident, number),
                    self.vault.digest("id_number", number),
                    seal("consent_invitations", "applicant_name", ident, people.name(family[0], 0)),
                    0, False,
                )
            )  # fmt: skip
            if given:
                self.batch["consents"].append(
                    (
                        self._id(at).hex, stamp(at), 1, division[:6], division, case.hex, ident.hex,
                        "given", "counter", "C", False, stamp(at), stamp(at),
                    )
                )  # fmt: skip

    def _told(self, case: UUID, account: str, at: datetime) -> None:
        self.batch["inbox_messages"].append(
            (self._id(at).hex, stamp(at), 1, account, "told_case_submitted", "{}", case.hex)
        )

    def _forwarded(self, case: UUID, county: str, at: datetime) -> None:
        outbox = self._id(at).hex
        self.batch["outbox"].append(
            (outbox, "application", case.hex, "case.accepted", "{}", county, stamp(at))
        )
        self.batch["deliveries"].append(
            (
                self._id(at).hex, stamp(at), 3, outbox, "backoffice", case.hex, county, 1,
                "acknowledged", 1, stamp(at), 202, stamp(at),
            )
        )  # fmt: skip

    def _chain(
        self, case: UUID, county: str, account: str, actions: list[str], at: datetime
    ) -> None:
        chain, previous = f"case:{case}", GENESIS
        for seq, action in enumerate(actions, 1):
            row: dict[str, Any] = {
                "id": self._id(at),
                "chain": chain,
                "seq": seq,
                "county": county,
                "at": at,
                "legal_date": at.date(),
                "actor_role": "citizen",
                "actor_id": UUID(account),
                "action": action,
                "subject": f"application:{case}",
                "details": {},
            }
            digest = row_hash(previous, **row)
            self.batch["audit_rows"].append(
                (
                    row["id"].hex, chain, seq, county, stamp(at), at.date().isoformat(),
                    "citizen", account, action, row["subject"], "{}", previous, digest,
                )
            )  # fmt: skip
            previous = digest
        # A crowd's chains lie under roots of long ago, which nobody asks for here.
        anchored = len(actions) if self.lean else 0
        self.batch["audit_heads"].append((chain, len(actions), previous, anchored))

    def _person(self, number: str, at: datetime) -> str:
        ident = self._id(at)
        self.batch["persons"].append(
            (
                ident.hex, stamp(at), 1, self.vault.seal("persons", "id_number", ident, number),
                self.vault.digest("id_number", number),
            )
        )  # fmt: skip
        return ident.hex

    def _receipt(self) -> str:
        return f"{self._random.getrandbits(64):016X}"

    def _id(self, at: datetime) -> UUID:
        """A UUIDv7 of that moment."""
        bits, ms = self._random.getrandbits(74), int(at.timestamp() * 1000)
        head = ms << 80 | 7 << 76 | (bits >> 62) << 64
        return UUID(int=head | 2 << 62 | bits & (1 << 62) - 1)


@lru_cache(maxsize=256)
def stamp(at: datetime) -> str:
    """As SQLite keeps an instant; PostgreSQL reads it in a session whose zone is UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def moments(count: int, until: datetime) -> Iterator[datetime]:
    """So many moments of the two years before, in order."""
    step = timedelta(days=700) / max(count, 1)
    first = until - timedelta(days=701)
    return (first + n * step for n in range(count))


def _items(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"kind": i["kind"], "amount_fen": i["amountFen"], "period": i["period"]} for i in items]
