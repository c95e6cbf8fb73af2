"""Doors of the reference back office: the signed inbox, and a small API for its own staff."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import marshmallow as ma
import orjson
import structlog
from flask import request

from backend.backoffice import errors, schemas, service
from backend.backoffice.models import BoTask
from backend.backoffice.rules.completion import Completion
from backend.backoffice.service import CaseMessage, reading
from backend.backoffice.states import StaffRole, Stage
from backend.core import logs
from backend.core.access import Role
from backend.core.errors import Invalid
from backend.core.paging import Page, PageRequest
from backend.relay.errors import SignatureInvalid
from backend.relay.rules import verify
from backend.web import Doors, actor, work
from backend.web.context import context
from backend.web.doors import EVERYBODY
from backend.web.leads import first
from backend.web.paging import PageQuery, page_schema
from backend.web.problems import JsonBroken, field_errors

INBOX_KB = 1024
OWN_STAFF = frozenset({Role.BACKOFFICE})

blp = Doors(
    "backoffice",
    __name__,
    url_prefix="/api/v1/backoffice",
    description="The reference back office (参考业务系统): replaceable by a county's own system",
)


@blp.post("/inbox")
@blp.door(
    "receiveForwardedCase",
    EVERYBODY,
    problems=[
        SignatureInvalid,
        JsonBroken,
        Invalid,
        errors.EventInvalid,
        errors.SequenceGap,
    ],
    message=schemas.CaseEvent,
    body_kb=INBOX_KB,
)
@blp.response(200, schemas.Receipt)
def receive_forwarded_case() -> dict[str, Any]:
    """Take one event of the forwarding contract (Standard Webhooks, CloudEvents 1.0 JSON)."""
    return {"outcome": service.receive(work(), _verified_message())}


def _verified_message() -> CaseMessage:
    """The signature is checked over the raw body before anything of it is parsed."""
    raw = request.get_data()
    keys = context().kit.units.vault.ring.all("webhook")
    headers = {name.lower(): value for name, value in request.headers.items()}
    webhook_id = verify([key.secret for key in keys], headers, raw)
    structlog.contextvars.bind_contextvars(message_id=webhook_id[:64])
    try:
        event = orjson.loads(raw)
        message: CaseMessage = schemas.CaseEvent().load(event)
    except orjson.JSONDecodeError as broken:
        raise JsonBroken() from broken
    except ma.ValidationError as wrong:
        raise errors.EventInvalid(errors=field_errors(wrong.messages)[:50]) from wrong
    if message.id != webhook_id:
        raise SignatureInvalid()
    logs.about_case(message.case_id)
    return message


@blp.get("/tasks")
@blp.door(
    "listBackofficeTasks",
    OWN_STAFF,
    leads={
        "completeBackofficeTask": first(task_id="id"),
        "getBackofficeCase": first(case_row_id="backofficeCaseId"),
        "getBackofficeSnapshot": first(case_row_id="backofficeCaseId"),
        "enterBackofficeObjection": first(case_row_id="backofficeCaseId"),
    },
)
@blp.arguments(PageQuery, location="query")
@blp.response(200, page_schema(schemas.TaskView))
def list_tasks(wanted: PageRequest) -> Page[BoTask]:
    """The open tasks that I may do, the earliest due first."""
    return reading.tasks_for(work(), actor(), wanted)


@blp.post("/tasks/<uuid:task_id>/completion")
@blp.door(
    "completeBackofficeTask",
    OWN_STAFF,
    problems=[
        errors.TaskNotFound,
        errors.RoleMissing,
        errors.DeciderInvestigated,
        errors.TaskNotOpen,
        errors.CompletionInvalid,
        errors.ApprovalNotPossible,
        errors.ReturnedAlready,
    ],
)
@blp.arguments(schemas.CompletionBody)
@blp.response(200, schemas.TaskView)
def complete_task(body: Completion, task_id: UUID) -> BoTask:
    """Finish a task with its result; the case moves on."""
    return service.complete_task(work(), actor(), task_id, body)


@blp.get("/cases/<uuid:case_row_id>")
@blp.door("getBackofficeCase", OWN_STAFF, problems=[errors.CaseNotFound])
@blp.response(200, schemas.CaseView)
def get_case(case_row_id: UUID) -> reading.CaseFile:
    """One case, its notice and its tasks, without the household's data."""
    return reading.case_for(work(), actor(), case_row_id)


@blp.get("/cases/<uuid:case_row_id>/snapshot")
@blp.door("getBackofficeSnapshot", OWN_STAFF, problems=[errors.CaseNotFound])
@blp.arguments(schemas.SnapshotQuery, location="query")
@blp.response(200, schemas.SnapshotView)
def get_snapshot(query: dict[str, Any], case_row_id: UUID) -> dict[str, Any]:
    """The household's data as they were forwarded; who reads them, and why, is audited."""
    purpose = Stage(query["purpose"])
    return {"snapshot": reading.snapshot_for(work(), actor(), case_row_id, purpose)}


@blp.post("/cases/<uuid:case_row_id>/objections")
@blp.door(
    "enterBackofficeObjection",
    OWN_STAFF,
    problems=[
        errors.CaseNotFound,
        errors.RoleMissing,
        errors.NotPublished,
        errors.ObjectionsFull,
    ],
)
@blp.arguments(schemas.ObjectionBody)
@blp.response(200, schemas.CaseView)
def enter_objection(body: dict[str, Any], case_row_id: UUID) -> reading.CaseFile:
    """Enter an objection against a published case; the first leads back to the survey."""
    case = service.raise_objection(work(), actor(), case_row_id, body["note"])
    return reading.case_for(work(), actor(), case.id)


@blp.get("/colleagues")
@blp.door("listBackofficeColleagues", OWN_STAFF)
@blp.arguments(schemas.ColleagueQuery, location="query")
@blp.response(200, schemas.Colleagues)
def list_colleagues(query: dict[str, Any]) -> dict[str, Any]:
    """Who else holds a role where I work: the second investigator is named by id."""
    return {"items": reading.colleagues_for(work(), actor(), StaffRole(query["role"]))}


@blp.get("/notices")
@blp.door("listPublicNotices", EVERYBODY)
@blp.arguments(schemas.NoticeQuery, location="query")
@blp.response(200, page_schema(schemas.PublishedNotice))
def list_notices(query: dict[str, Any]) -> Page[dict[str, Any]]:
    """The notices that hang now (公示): name, headcount and amount, nothing else."""
    return reading.notices_in(work(), query["division"], query["page"])
