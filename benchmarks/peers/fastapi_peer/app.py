"""Four routes; uvicorn serves `build()`, its sync endpoints run in the thread pool."""

from __future__ import annotations

import base64
import os
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import Depends, FastAPI, Header, HTTPException, Query, Response
from sqlalchemy import Connection, Select, and_, not_, or_, select, text

from benchmarks.peers.fastapi_peer import creating, reading, submitting, writing
from benchmarks.peers.fastapi_peer.database import Database, applications, mandates
from benchmarks.peers.fastapi_peer.entry import Around, Caller, Token, caller, may_see, note_seen
from benchmarks.peers.fastapi_peer.models import (
    ApplicationOut,
    NewApplication,
    PageOut,
    ReceiptOut,
    SummaryOut,
)
from benchmarks.peers.policies import Policies
from benchmarks.peers.sealing import Seals

_BASE = "/api/v1/applications"
Asked = Annotated[writing.Asked, Depends(writing.asked)]
IfMatch = Annotated[str, Header(pattern=r'^"\d{1,12}"$')]
_SUMMARY = [c for name in SummaryOut.model_fields if (c := applications.c.get(name)) is not None]


def build() -> FastAPI:
    """The peer over the database and keys that the environment names."""
    database = Database(os.environ["ZHANGBAN_DATABASE_URL"])
    seals = Seals(Path(os.environ["ZHANGBAN_KEY_FILE"]))
    with database.read() as connection:
        known = Policies(lambda sql: [tuple(row) for row in connection.execute(text(sql))])
    app = FastAPI(title="Peer")
    app.add_middleware(Around)
    _read_routes(app, database, seals, known)
    _write_routes(app, database, seals, known)
    return app


def _read_routes(app: FastAPI, database: Database, seals: Seals, known: Policies) -> None:
    @app.get("/health/ready")
    def ready() -> dict[str, bool]:
        return {"ok": True}

    @app.get(_BASE + "/{ident}")
    def get_application(ident: UUID, token: Token, response: Response) -> ApplicationOut:
        with database.read() as connection:
            who = caller(connection, token)
            statement = select(applications).where(applications.c.id == ident)
            case = connection.execute(statement).one_or_none()
            if case is None:
                raise HTTPException(404)
            may_see(who, case)
            if case.mandate_id in _ended(connection, who, case.mandate_id, case.owner_account_id):
                raise HTTPException(404)
            people = reading.people_of(connection, seals, ident)
            version = case.policy_version or reading.policy_version(connection)
            signers = reading.signers_of(known, version, case, people)
            standing = reading.standing_of(connection, ident)
        note_seen(database, who)
        response.headers["ETag"] = f'"{case.version}"'
        return reading.view(seals, case, people, signers, standing)

    @app.get(_BASE)
    def list_applications(
        token: Token, limit: Annotated[int, Query(ge=1, le=100)] = 20, cursor: str | None = None
    ) -> PageOut:
        with database.read() as connection:
            who = caller(connection, token)
            rows = connection.execute(_mine(connection, who, limit, cursor)).all()
        note_seen(database, who)
        items = [SummaryOut(**row._mapping) for row in rows[:limit]]
        more = _encoded(items[-1].id) if len(rows) > limit else None
        return PageOut(items=items, next_cursor=more)


def _write_routes(app: FastAPI, database: Database, seals: Seals, known: Policies) -> None:
    @app.post(_BASE, status_code=201, response_model=ApplicationOut)
    def create_application(body: NewApplication, token: Token, asked: Asked) -> Response:
        with database.read() as connection:
            who = caller(connection, token)
            attempt = writing.attempt_of(asked, who)
            before = writing.kept(connection, seals, attempt)
        if before is not None:
            return before
        people = creating.people_of(body)
        with database.write() as connection:
            version = creating.check(connection, known, body, who)
            case = creating.insert_case(connection, seals, body, people, who)
            signers = reading.signers_of(known, version, case, people)
            shown = reading.view(seals, case, people, signers, {})
            text = shown.model_dump_json(by_alias=True)
            response = writing.keep(connection, seals, attempt, 201, case.version, text)
        note_seen(database, who)
        return response

    @app.post(_BASE + "/{ident}/submission", response_model=ReceiptOut)
    def submit_application(ident: UUID, token: Token, asked: Asked, if_match: IfMatch) -> Response:
        with database.read() as connection:
            who = caller(connection, token)
            attempt = writing.attempt_of(asked, who)
            before = writing.kept(connection, seals, attempt)
        if before is not None:
            return before
        version = int(if_match.strip('"'))
        with database.write() as connection:
            receipt = submitting.submit(connection, seals, known, who, ident, version)
            text = receipt.model_dump_json(by_alias=True)
            response = writing.keep(connection, seals, attempt, 200, version + 1, text)
        note_seen(database, who)
        return response


def _mine(connection: Connection, who: Caller, limit: int, cursor: str | None) -> Select[Any]:
    """What the account filed or its proven person is concerned by, newest first, and one more."""
    mine = applications.c.owner_account_id == who.account
    if ended := _ended_mandates(connection, who):
        hidden = applications.c.mandate_id.in_(ended)
        mine = and_(mine, or_(applications.c.mandate_id.is_(None), not_(hidden)))
    if who.person is not None:
        mine = or_(mine, applications.c.applicant_person_id == who.person)
    statement = select(*_SUMMARY).where(mine)
    if cursor:
        statement = statement.where(applications.c.id < _decoded(cursor))
    return statement.order_by(applications.c.id.desc()).limit(limit + 1)


def _ended(connection: Connection, who: Caller, mandate: UUID | None, owner: UUID) -> list[UUID]:
    """The caller's ended mandates, where the case was filed by the caller under one."""
    if mandate is None or who.account != owner:
        return []
    return _ended_mandates(connection, who)


def _ended_mandates(connection: Connection, who: Caller) -> list[UUID]:
    over = or_(mandates.c.state == "revoked", mandates.c.valid_until < reading.today())
    statement = select(mandates.c.id).where(mandates.c.helper_account_id == who.account, over)
    return list(connection.execute(statement).scalars())


def _encoded(ident: UUID) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([str(ident)])).decode().rstrip("=")


def _decoded(cursor: str) -> UUID:
    try:
        (ident,) = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return UUID(ident)
    except ValueError as wrong:
        raise HTTPException(422) from wrong
