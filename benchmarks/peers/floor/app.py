"""Four routes over raw SQL; gunicorn serves `wsgi()` as it serves the app."""

from __future__ import annotations

import base64
import os
import re
from pathlib import Path

import orjson
from flask import Flask, Response, request
from werkzeug.exceptions import BadRequest, NotFound

from benchmarks.peers.floor import creating, submitting, views
from benchmarks.peers.floor.entry import answer, caller, install, may_see
from benchmarks.peers.floor.store import Query, Store, open_store
from benchmarks.peers.policies import Policies
from benchmarks.peers.sealing import Seals

_CASE = f"SELECT {views.CASE} FROM applications WHERE id = ?"  # noqa: S608
_PAGE = (
    "SELECT id, programme, state, stage, division, created_at, submitted_on, due_on, version,"
    " mandate_id"
    " FROM applications WHERE (owner_account_id = ? {ended}{proven}) {after}"
    " ORDER BY id DESC LIMIT ?"
)
_ENDED = (
    "SELECT id FROM mandates WHERE helper_account_id = ? AND (state = 'revoked' OR valid_until < ?)"
)


def wsgi() -> Flask:
    """The floor over the database and keys that the environment names."""
    return build(
        open_store(os.environ["ZHANGBAN_DATABASE_URL"]),
        Seals(Path(os.environ["ZHANGBAN_KEY_FILE"])),
    )


def build(store: Store, seals: Seals) -> Flask:
    app = Flask("floor", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = 256 * 1024
    install(app, store)
    with store.read() as query:
        policies = Policies(query.all)

    @app.get("/health/ready")
    def ready() -> Response:
        return answer({"ok": True}, 200)

    @app.get("/api/v1/applications/<uuid:ident>")
    def get(ident: object) -> Response:
        with store.read() as query:
            who = caller(query, store)
            key = store.id_in(str(ident))
            row = query.one(_CASE, key)
            if row is None:
                raise NotFound()
            may_see(who, row[18], row[19])
            if row[10] is not None and who.account == row[18]:
                _hide_from_former_helper(query, store, who.account, row[10])
            people = views.people_of(query, store, seals, key)
            version = row[20] or views.policy_version(query)
            day = views.date_of(row[6])
            signers = views.signers_of(policies, version, day, row[4], row[1], people)
            standing = views.standing_of(query, store, key)
        return answer(views.view(store, seals, row, people, signers, standing), 200, row[8])

    @app.get("/api/v1/applications")
    def page() -> Response:
        limit, cursor = _asked()
        with store.read() as query:
            who = caller(query, store)
            ended = query.all(_ENDED, who.account, views.day_in(store, views.today()))
            values = [who.account, *(row[0] for row in ended)]
            marks = ", ".join("?" * len(ended))
            hidden = f"AND (mandate_id IS NULL OR mandate_id NOT IN ({marks}))" if ended else ""
            proven = " OR applicant_person_id = ?" if who.person is not None else ""
            values += [who.person] if who.person is not None else []
            after = "AND id < ?" if cursor else ""
            values += [store.id_in(cursor)] if cursor else []
            sql = _PAGE.format(ended=hidden, proven=proven, after=after)
            rows = query.all(sql, *values, limit + 1)
        items = [views.summary(store, row, row[9]) for row in rows[:limit]]
        more = _cursor(items[-1]["id"]) if len(rows) > limit else None
        return answer({"items": items, "nextCursor": more}, 200)

    @app.post("/api/v1/applications")
    def create() -> Response:
        return creating.create(store, seals, policies)

    @app.post("/api/v1/applications/<uuid:ident>/submission")
    def submit(ident: object) -> Response:
        return submitting.submit(store, seals, policies, str(ident))

    return app


def _hide_from_former_helper(query: Query, store: Store, account: object, mandate: object) -> None:
    ended = query.all(_ENDED, account, views.day_in(store, views.today()))
    if any(row[0] == mandate for row in ended):
        raise NotFound()


def _asked() -> tuple[int, str | None]:
    limit = request.args.get("limit", "20")
    if not limit.isascii() or not limit.isdigit() or not 1 <= int(limit) <= 100:
        raise BadRequest()
    cursor = request.args.get("cursor")
    if cursor is None:
        return int(limit), None
    try:
        (ident,) = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError as wrong:
        raise BadRequest() from wrong
    if not re.fullmatch(r"[0-9a-f-]{36}", ident):
        raise BadRequest()
    return int(limit), ident


def _cursor(ident: str) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([ident])).decode().rstrip("=")
