"""`audit-verify` names what was done to the audit, wherever and to whatever column it was done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, update

from backend.audit import service
from backend.audit.models import AuditHead, AuditRoot, AuditRow
from backend.audit.rules import GENESIS, chain_breaks, root_hash, row_hash
from backend.core.access import SYSTEM
from backend.core.clocks import FixedClock
from backend.core.ids import new_id
from backend.core.uow import Units, Work
from tests.factories.statements import statements_of

CASE, OTHER = UUID(int=7), UUID(int=8)
CHAIN = f"case:{CASE}"
_TABLE: Any = AuditRow.__table__


# --- one chain, without a database


@dataclass(frozen=True)
class Kept:
    """A row of a chain in memory."""

    seq: int
    previous: bytes
    hash: bytes = b""
    id: UUID = field(default_factory=new_id)
    chain: str = CHAIN
    county: str = "610304"
    at: datetime = datetime(2026, 3, 2, 1, 2, 3, 456789, UTC)
    legal_date: date = date(2026, 3, 2)
    actor_role: str = "citizen"
    actor_id: UUID | None = CASE
    action: str = "case.changed"
    subject: str = "application:1"
    details: dict[str, Any] = field(default_factory=dict)
    head_seq: int | None = None
    head_hash: bytes | None = None


def hashed(row: Kept, *, with_id: bool = True) -> Kept:
    hidden = {"hash", "previous", "head_seq", "head_hash"} | (set() if with_id else {"id"})
    columns = {name: value for name, value in vars(row).items() if name not in hidden}
    return replace(row, hash=row_hash(row.previous, **columns))


def headed(rows: list[Kept]) -> list[Kept]:
    return [replace(row, head_seq=rows[-1].seq, head_hash=rows[-1].hash) for row in rows]


def chain_of(details: list[dict[str, Any]], *, with_id: bool = True) -> list[Kept]:
    rows: list[Kept] = []
    for seq, said in enumerate(details, 1):
        previous = rows[-1].hash if rows else GENESIS
        rows.append(hashed(Kept(seq, previous, details=said), with_id=with_id))
    return headed(rows)


def told(rows: list[Kept]) -> list[tuple[int, str]]:
    return [(found.seq, found.what) for found in chain_breaks(CHAIN, rows)]


words = st.text(max_size=8)
chains = st.lists(
    st.dictionaries(words, st.integers(0, 9) | words | st.none(), max_size=2),
    min_size=2,
    max_size=6,
).map(chain_of)
instants = st.datetimes(timezones=st.just(UTC))
# for every column what else could stand there; `seq` is a removal, see below
columns = st.one_of(
    st.tuples(st.just("id"), st.uuids()),
    st.tuples(st.just("county"), words),
    st.tuples(st.just("at"), instants),
    st.tuples(st.just("legal_date"), st.dates()),
    st.tuples(st.just("actor_role"), words),
    st.tuples(st.just("actor_id"), st.none() | st.uuids()),
    st.tuples(st.just("action"), words),
    st.tuples(st.just("subject"), words),
    st.tuples(st.just("details"), st.dictionaries(words, words, min_size=1)),
    st.tuples(st.just("previous"), st.binary(min_size=32, max_size=32)),
    st.tuples(st.just("hash"), st.binary(min_size=32, max_size=32)),
    st.tuples(st.just("chain"), words),
)


def test_the_strategy_changes_every_column_that_a_row_has() -> None:
    assert {name for name in vars(Kept(1, GENESIS)) if not name.startswith("head_")} == {
        column.name for column in AuditRow.__table__.columns
    }


@given(chains)
def test_an_untouched_chain_holds(rows: list[Kept]) -> None:
    assert told(rows) == []


@given(chains, st.data(), columns)
def test_whatever_column_is_changed_the_row_and_no_other_is_named(
    rows: list[Kept], data: st.DataObject, change: tuple[str, Any]
) -> None:
    at = data.draw(st.integers(0, len(rows) - 1))
    changed = replace(rows[at], **dict([change]))
    if changed == rows[at]:
        return
    rows[at] = changed
    assert told(rows) == [(at + 1, "changed")]


@given(chains, st.data())
def test_a_removed_row_is_named_the_first_and_the_last_too(
    rows: list[Kept], data: st.DataObject
) -> None:
    gone = data.draw(st.integers(0, len(rows) - 1))
    del rows[gone]
    assert told(rows) == [(gone + 1, "removed")]


@given(chains, st.data())
def test_two_swapped_rows_are_named_as_such(rows: list[Kept], data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(rows) - 2))
    second = data.draw(st.integers(first + 1, len(rows) - 1))
    one, other = rows[first], rows[second]
    whole = data.draw(st.booleans())  # with hash and previous, or only what they say
    for at, row, place in ((first, other, one), (second, one, other)):
        kept: dict[str, Any] = {} if whole else {"hash": place.hash, "previous": place.previous}
        rows[at] = replace(row, seq=place.seq, **kept)
    assert told(rows) == [
        (first + 1, f"swapped with row {second + 1}"),
        (second + 1, f"swapped with row {first + 1}"),
    ]


@given(chains, st.data())
def test_a_row_that_was_written_anew_with_its_hash_is_found_by_the_next(
    rows: list[Kept], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(rows) - 1))
    forged = hashed(replace(rows[at], action="case.forged"))
    rows[at] = forged
    last = at == len(rows) - 1
    what = "the head does not fit" if last else "does not follow the row before it"
    assert told(rows) == [(at + (1 if last else 2), what)]


def test_rows_of_the_first_release_hold_and_are_found_changed() -> None:
    rows = chain_of([{}, {"n": 1}, {}], with_id=False)
    assert told(rows) == []
    rows[1] = replace(rows[1], details={"n": 2})
    assert told(rows) == [(2, "changed")]


def test_a_row_that_was_put_in_is_found() -> None:
    rows = chain_of([{}, {}])
    assert (1, "added") in told([rows[0], *rows])


# --- in the database, on both


def record(units: Units, case: UUID | None, times: int = 3) -> None:
    for number in range(times):
        with units.write() as work:
            service.record(work, SYSTEM, f"case.step_{number}", "case", case=case, n=number)


def anchor(units: Units) -> None:
    with units.write() as work:
        assert service.anchor(work) is not None


def found(units: Units, *kept: service.KeptRoot) -> list[tuple[str, int, str]]:
    with units.read() as work:
        return [(b.chain, b.seq, b.what) for b in service.breaks(work, kept)]


def do(units: Units, *statements: Any) -> None:
    with units.write() as work:
        for statement in statements:
            work.session.execute(statement)


@pytest.fixture
def two_days(units: Units, clock: FixedClock) -> Units:
    """Two cases and the system's chains; a root, more rows, another root, one more row."""
    for case in (CASE, OTHER, None):
        record(units, case)
    anchor(units)
    clock.advance(days=1)
    record(units, CASE)
    anchor(units)
    record(units, CASE, 1)
    return units


DAY_1, DAY_2 = date(2026, 3, 2), date(2026, 3, 3)


def test_an_audit_of_two_days_holds(two_days: Units) -> None:
    assert found(two_days) == []


def cut_back(seq: int) -> Callable[[Work], None]:
    """The tail is cut and the head put back to the row before it."""

    def cut(work: Work) -> None:
        (kept,) = work.session.scalars(
            select(AuditRow.hash).where(AuditRow.chain == CHAIN, AuditRow.seq == seq)
        )
        work.session.execute(delete(AuditRow).where(AuditRow.chain == CHAIN, AuditRow.seq > seq))
        work.session.execute(
            update(AuditHead).where(AuditHead.chain == CHAIN).values(seq=seq, hash=kept)
        )

    return cut


def remove_whole(work: Work) -> None:
    work.session.execute(delete(AuditRow).where(AuditRow.chain == CHAIN))
    work.session.execute(delete(AuditHead).where(AuditHead.chain == CHAIN))


def remove_rows(work: Work) -> None:
    work.session.execute(delete(AuditRow).where(AuditRow.chain == CHAIN))


def remove_head(work: Work) -> None:
    work.session.execute(delete(AuditHead).where(AuditHead.chain == CHAIN))


def rebuild(work: Work) -> None:
    """The whole chain again without its second row, every hash made anew."""
    rows = [
        dict(row._mapping)
        for row in work.session.execute(
            select(_TABLE).where(AuditRow.chain == CHAIN, AuditRow.seq != 2).order_by(AuditRow.seq)
        )
    ]
    work.session.execute(delete(AuditRow).where(AuditRow.chain == CHAIN))
    last = GENESIS
    for seq, row in enumerate(rows, 1):
        body = {k: v for k, v in row.items() if k not in {"hash", "previous"}} | {"seq": seq}
        values = body | {"previous": last, "hash": row_hash(last, **body)}
        work.session.execute(insert(AuditRow).values(values))
        last = values["hash"]
    work.session.execute(
        update(AuditHead).where(AuditHead.chain == CHAIN).values(seq=len(rows), hash=last)
    )


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        (cut_back(5), (CHAIN, 6, f"removed: the root of {DAY_2} knows it")),
        (cut_back(2), (CHAIN, 3, f"removed: the root of {DAY_1} knows it")),
        (remove_whole, (CHAIN, 3, f"removed: the root of {DAY_1} knows it")),
        (remove_rows, (CHAIN, 1, "removed, with all up to row 7")),
        (remove_head, (CHAIN, 7, "the chain has no head")),
        (rebuild, (CHAIN, 3, f"rewritten: the root of {DAY_1} knows it")),
    ],
    ids=["tail", "longer tail", "whole chain", "all rows", "head", "rebuilt"],
)
def test_what_was_done_to_a_chain_is_named(
    two_days: Units, damage: Callable[[Work], None], expected: tuple[str, int, str]
) -> None:
    with two_days.write() as work:
        damage(work)
    assert expected in found(two_days)
    assert {chain for chain, *_ in found(two_days)} == {CHAIN}


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ({"at": datetime(2026, 3, 2, tzinfo=UTC)}, "changed"),
        ({"chains": 1}, "changed"),
        ({"heads": {}}, "changed"),
        ({"heads": {CHAIN: [3, "00" * 32]}}, "changed"),
        ({"previous": b"x" * 32}, "changed"),
        ({"hash": b"x" * 32}, "changed"),
        ({"legal_date": date(2026, 3, 1)}, "changed"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else value,
)
def test_a_changed_root_is_named_whatever_column_it_is(
    two_days: Units, values: dict[str, Any], what: str
) -> None:
    do(two_days, update(AuditRoot).where(AuditRoot.legal_date == DAY_1).values(values))
    day = values.get("legal_date", DAY_1)
    assert (f"root {day}", 0, what) in found(two_days)


def test_a_forged_root_does_not_fit_the_next(two_days: Units) -> None:
    with two_days.write() as work:
        root = work.session.get_one(AuditRoot, DAY_1)
        heads = {k: v for k, v in root.heads.items() if k != CHAIN}
        root.heads, root.chains = heads, len(heads)
        root.hash = root_hash(root.previous, DAY_1, heads, root.at)
    assert (f"root {DAY_2}", 0, "does not follow the root before it") in found(two_days)


def test_a_removed_root_is_found_the_newest_too(two_days: Units) -> None:
    do(two_days, delete(AuditRoot).where(AuditRoot.legal_date == DAY_1))
    assert (f"root {DAY_2}", 0, "does not follow the root before it") in found(two_days)
    do(two_days, delete(AuditRoot))
    assert (CHAIN, 6, "is said to be under a root, and no root knows it") in found(two_days)


def test_a_chain_that_was_hidden_from_the_roots_is_found(two_days: Units) -> None:
    """Said to be covered, it would never be anchored again, and its tail could go."""
    do(two_days, update(AuditHead).where(AuditHead.chain == CHAIN).values(anchored_seq=7))
    assert found(two_days) == [(CHAIN, 7, "is said to be under a root, and no root knows it")]
    do(two_days, update(AuditHead).where(AuditHead.chain == CHAIN).values(anchored_seq=2))
    assert (CHAIN, 6, f"is said to be under no root: the root of {DAY_2} knows it") in found(
        two_days
    )


def begin_anew(work: Work) -> None:
    """A forger who makes every hash anew, roots and all: the database alone is whole again."""
    rebuild(work)
    previous = GENESIS
    for root in work.session.scalars(select(AuditRoot).order_by(AuditRoot.legal_date)):
        heads = {}
        for chain, (seq, _) in root.heads.items():
            place = seq - 1 if chain == CHAIN else seq
            row = select(AuditRow.hash).where(AuditRow.chain == chain, AuditRow.seq == place)
            heads[chain] = [place, work.session.scalars(row).one().hex()]
            head = work.session.get_one(AuditHead, chain)
            head.anchored_seq = place
        root.heads, root.previous = heads, previous
        root.hash = previous = root_hash(previous, root.legal_date, heads, root.at)


def kept_root(units: Units, day: date | None = None) -> service.KeptRoot:
    with units.read() as work:
        root = service.root_of(work, day)
    assert root is not None
    return service.KeptRoot(date.fromisoformat(root["legalDate"]), bytes.fromhex(root["hash"]))


@pytest.mark.parametrize("day", [DAY_1, DAY_2, None])
def test_whoever_rebuilt_everything_is_found_by_a_root_kept_elsewhere(
    two_days: Units, day: date | None
) -> None:
    kept = kept_root(two_days, day)
    assert found(two_days, kept) == []
    with two_days.write() as work:
        begin_anew(work)
    assert found(two_days) == []  # nothing within the database can tell
    name = f"root {kept.legal_date}"
    assert found(two_days, kept) == [(name, 0, "is not the one that was kept")]


def test_a_kept_root_that_is_gone_is_missed(two_days: Units) -> None:
    kept = kept_root(two_days)
    do(two_days, delete(AuditRoot).where(AuditRoot.legal_date == DAY_2))
    assert (f"root {DAY_2}", 0, "removed") in found(two_days, kept)


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"format": "x", "legalDate": "2026-03-02", "hash": ""}',
     '{"format": "zhangban-audit-root/1", "legalDate": "2026-03-02", "hash": "00"}',
     '{"format": "zhangban-audit-root/1", "legalDate": "March", "hash": "00"}'],
)  # fmt: skip
def test_what_is_no_kept_root_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="audit-root"):
        service.read_kept_root(text.encode())


def test_what_the_first_release_wrote_still_holds(units: Units, clock: FixedClock) -> None:
    """One chain for all that is no case's, no id in a row's hash, no time in a root's."""
    last = GENESIS
    for seq in (1, 2):
        body: dict[str, Any] = {
            "chain": "system", "seq": seq, "county": "000000", "at": clock.now(),
            "legal_date": DAY_1, "actor_role": "citizen", "actor_id": None,
            "action": "session.opened", "subject": "account:1", "details": {"shared": False},
        }  # fmt: skip
        digest = row_hash(last, **body)
        do(units, insert(AuditRow).values(id=new_id(), previous=last, hash=digest, **body))
        last = digest
    heads = {"system": [2, last.hex()]}
    do(
        units,
        insert(AuditHead).values(chain="system", seq=2, hash=last, anchored_seq=2),
        insert(AuditRoot).values(
            legal_date=DAY_1, at=clock.now(), chains=1, heads=heads, previous=GENESIS,
            hash=root_hash(GENESIS, DAY_1, heads),
        ),
    )  # fmt: skip
    clock.advance(days=1)
    record(units, None)
    anchor(units)
    assert found(units) == []
    do(units, delete(AuditRow).where(AuditRow.chain == "system", AuditRow.seq == 1))
    assert ("system", 1, "removed") in found(units)


def test_log_ins_do_not_wait_in_one_line(units: Units) -> None:
    record(units, None, 40)
    with units.read() as work:
        names = set(work.session.scalars(select(AuditHead.chain)))
    assert len(names) > 8
    assert names <= {f"system:{n:x}" for n in range(16)}


def test_the_number_of_statements_grows_with_the_rows_over_a_thousand_not_with_the_chains(
    units: Units,
) -> None:
    """A root over many chains is compared in batches."""
    last = {}
    rows, heads = [], []
    for number in range(1200):
        body: dict[str, Any] = {
            "id": new_id(), "chain": f"case:{UUID(int=number)}", "seq": 1, "county": "610304",
            "at": datetime(2026, 3, 2, tzinfo=UTC) + timedelta(seconds=number),
            "legal_date": DAY_1, "actor_role": "citizen", "actor_id": None, "action": "a",
            "subject": "s", "details": {},
        }  # fmt: skip
        digest = row_hash(GENESIS, **body)
        rows.append(body | {"previous": GENESIS, "hash": digest})
        heads.append({"chain": body["chain"], "seq": 1, "hash": digest, "anchored_seq": 0})
        last[body["chain"]] = digest
    with units.write() as work:
        work.session.execute(insert(AuditRow), rows)
        work.session.execute(insert(AuditHead), heads)
    anchor(units)
    with statements_of(units) as statements:
        assert found(units) == []
    assert len(statements) < 20
    do(units, update(AuditRow).where(AuditRow.chain == f"case:{UUID(int=999)}").values(county="x"))
    assert found(units) == [(f"case:{UUID(int=999)}", 1, "changed")]
