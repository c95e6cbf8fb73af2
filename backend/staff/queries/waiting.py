"""What waits at a desk, kind by kind: each kind a stream in the order in which it came."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, and_, func, literal, or_, select, tuple_

from backend.applications.models import Application
from backend.applications.states import FORWARDED, ApplicationState
from backend.consent.models import ConsentInvitation, CounterRecord, FaceReview
from backend.consent.states import LIVE, CounterState, ReviewState
from backend.core.access import Actor
from backend.core.clocks import SHANGHAI
from backend.core.uow import Work
from backend.help.models import HelpRequest
from backend.help.states import UNFINISHED
from backend.households.models import HouseholdMember
from backend.identity.models import Mandate
from backend.identity.states import MandateState
from backend.regions import queries as regions
from backend.staff.queries.cases import OPEN_AT_DESK
from backend.wishes.models import Wish
from backend.wishes.states import WishState

KINDS: Final = ("application", "review", "counter", "mandate", "help", "wish")
STATES: Final = tuple(str(s) for s in ApplicationState if s != ApplicationState.DRAFT)
ANY_STATE: Final = "all"
_WISHES = (WishState.SUBMITTED, WishState.CHECKING)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One matter of the list; `at` and `id` are its place in the stream of its kind. `name` is
    that of whom it is about, where the list may say it.
    """

    kind: str
    id: UUID
    at: datetime  # of a case whose clock runs: its last day
    division: str
    state: str
    about: str = ""  # the programme, the reason for a look, the kind of wish
    case_id: UUID | None = None
    name: str = ""
    due_on: date | None = None  # by law; before the acceptance there is none
    by_helper: bool = False
    handed_in_on: date | None = None  # by the legal clock, where the kind keeps that

    @property
    def came_on(self) -> date:
        """The day in China on which it came."""
        return self.handed_in_on or self.at.astimezone(SHANGHAI).date()


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Which of a desk's matters are wanted. `scope` is a division prefix; `came_until`: those that
    came on this day or before; `mine`: without those that a colleague has to do, because I did the
    first part. `due_before`: cases whose clock runs, and whose last day was before this one.
    """

    scope: str
    state: str | None = None
    came_until: date | None = None
    due_before: date | None = None
    mine: bool = False


def waiting(
    work: Work, actor: Actor, kind: str, wanted: Narrowing, after: tuple[datetime, UUID] | None,
    most: int,
) -> list[Waiting]:  # fmt: skip
    """At most `most` matters of one kind that come after a place in its stream."""
    stream = _stream(kind, wanted)
    statement = _narrowed(stream, actor, wanted)
    if after is not None:
        moment, last = after
        at = moment.astimezone(SHANGHAI).date() if stream is _BY_DUE else moment
        bound = tuple_(literal(at, stream.at.type), literal(last, stream.id.type))
        statement = statement.where(tuple_(stream.at, stream.id) > bound)
    # which rows, off the index alone; then these rows, and no others, are read
    wanted_ids = statement.with_only_columns(stream.id).order_by(stream.at, stream.id).limit(most)
    page = stream.select().where(stream.id.in_(wanted_ids)).order_by(stream.at, stream.id)
    rows = work.session.execute(page).all()
    found = [stream.shown(work, row) for row in rows]
    return _with_names(work, found) if kind == "application" else found


def count(work: Work, actor: Actor, kind: str, wanted: Narrowing) -> int:
    """How many there are."""
    narrowed = _narrowed(_stream(kind, wanted), actor, wanted).with_only_columns(func.count())
    return work.session.scalar(narrowed) or 0


def position_of(work: Work, kind: str, matter_id: UUID) -> tuple[datetime, UUID] | None:
    """The place of a matter in the stream of its kind, whether it still waits or not."""
    stream = _STREAMS[kind]
    at = work.session.scalar(select(stream.at).where(stream.id == matter_id))
    return None if at is None else (at, matter_id)


def _stream(kind: str, wanted: Narrowing) -> _Stream:
    """Cases whose clock runs stand by their last day, everything else as it came."""
    runs = kind == "application" and wanted.state in FORWARDED
    return _BY_DUE if runs else _STREAMS[kind]


@dataclass(frozen=True)
class _Stream:
    at: Any
    id: Any
    division: Any
    select: Callable[[], Any]
    waits: Callable[[Narrowing], Any]
    not_mine: Callable[[Actor], Any]
    shown: Callable[[Work, Any], Waiting]


def _narrowed(stream: _Stream, actor: Actor, wanted: Narrowing) -> Select[Any]:
    statement: Select[Any] = stream.select().where(
        stream.waits(wanted), regions.lies_within(stream.division, wanted.scope)
    )
    if stream is _BY_DUE:
        if wanted.due_before is not None:
            statement = statement.where(_A.due_on < wanted.due_before)
    elif wanted.came_until is not None:
        statement = statement.where(_came_until(stream, wanted.came_until))
    if wanted.mine:
        statement = statement.where(stream.not_mine(actor))
    return statement


def _came_until(stream: _Stream, day: date) -> Any:
    if stream.at is _A.submitted_at:
        return _A.submitted_on <= day
    return stream.at < datetime.combine(day + timedelta(days=1), time.min, SHANGHAI)


_A, _R, _C, _M, _W, _H = Application, FaceReview, CounterRecord, Mandate, Wish, HelpRequest
_I = ConsentInvitation


def _cases(wanted: Narrowing) -> Any:
    states: Sequence[str] = (wanted.state,) if wanted.state else OPEN_AT_DESK
    if wanted.state == ANY_STATE:
        states = STATES
    return and_(_A.state.in_(states), _A.submitted_at.is_not(None))


def _case(_: Work, row: Any) -> Waiting:
    return Waiting(
        "application",
        row.id,
        row.submitted_at,
        row.division,
        row.state,
        about=row.programme,
        case_id=row.id,
        due_on=row.due_on,
        by_helper=row.mandate_id is not None,
        handed_in_on=row.submitted_on,
    )


def _running(work: Work, row: Any) -> Waiting:
    """Its place in the stream is its last day."""
    found = _case(work, row)
    return replace(found, at=datetime.combine(row.due_on, time.min, SHANGHAI))


def _review(_: Work, row: Any) -> Waiting:
    return Waiting("review", row.id, row.created_at, row.division, row.state, row.kind, row.case_id)


def _record(_: Work, row: Any) -> Waiting:
    return Waiting("counter", row.id, row.created_at, row.division, row.state, case_id=row.case_id)


def _mandate(_: Work, row: Any) -> Waiting:
    return Waiting("mandate", row.id, row.created_at, row.division, row.state)


def _wish(_: Work, row: Any) -> Waiting:
    return Waiting("wish", row.id, row.created_at, row.division, row.state, about=row.kind)


def _help(work: Work, row: Any) -> Waiting:
    name = work.vault.open(_H.__tablename__, "name", row.id, row.name) if row.name else ""
    return Waiting("help", row.id, row.created_at, row.division, row.state, name=str(name))


_STREAMS: Mapping[str, _Stream] = {
    "application": _Stream(
        _A.submitted_at,
        _A.id,
        _A.division,
        lambda: select(
            _A.id,
            _A.submitted_at,
            _A.submitted_on,
            _A.division,
            _A.state,
            _A.programme,
            _A.due_on,
            _A.mandate_id,
        ),
        _cases,
        lambda _: literal(True),
        _case,
    ),
    "review": _Stream(
        _R.created_at,
        _R.id,
        _R.division,
        lambda: select(_R.id, _R.created_at, _R.division, _R.state, _R.kind, _R.case_id),
        lambda _: _R.state == ReviewState.OPEN,
        lambda _: literal(True),
        _review,
    ),
    "counter": _Stream(
        _C.created_at,
        _C.id,
        _I.division,
        lambda: select(_C.id, _C.created_at, _I.division, _C.state, _I.case_id).join(
            _I, _I.id == _C.invitation_id
        ),
        lambda _: and_(_C.state == CounterState.RECORDED, _I.state.in_(LIVE)),
        lambda actor: _C.first_witness != actor.id,
        _record,
    ),
    "mandate": _Stream(
        _M.created_at,
        _M.id,
        _M.division,
        lambda: select(_M.id, _M.created_at, _M.division, _M.state),
        lambda _: _M.state == MandateState.SUBMITTED,
        lambda _: literal(True),
        _mandate,
    ),
    "help": _Stream(
        _H.created_at,
        _H.id,
        _H.division,
        lambda: select(_H.id, _H.created_at, _H.division, _H.state, _H.name),
        lambda _: _H.state.in_(UNFINISHED),
        lambda actor: or_(_H.taken_by.is_(None), _H.taken_by == actor.id),
        _help,
    ),
    "wish": _Stream(
        _W.created_at,
        _W.id,
        _W.division,
        lambda: select(_W.id, _W.created_at, _W.division, _W.state, _W.kind),
        lambda _: _W.state.in_(_WISHES),
        lambda actor: _W.posted_by != actor.id,
        _wish,
    ),
}


_BY_DUE: Final = replace(_STREAMS["application"], at=_A.due_on, shown=_running)


def _with_names(work: Work, found: list[Waiting]) -> list[Waiting]:
    """The applicants' names, in one look."""
    members = work.session.scalars(
        select(HouseholdMember).where(
            HouseholdMember.case_id.in_([one.id for one in found]),
            HouseholdMember.relation == "01",
        )
    )
    names = {row.case_id: str(row.unseal(work.vault, "name")) for row in members}
    return [replace(one, name=names.get(one.id, "")) for one in found]
