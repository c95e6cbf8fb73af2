"""The composition root: picks adapters, fills ports, wires who hears what; built once a process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from backend.adapters.backoffice.tasks import HttpTaskSource, read_tokens
from backend.adapters.face.dlib import DlibFaceVerifier
from backend.adapters.storage.local import LocalFileStore
from backend.adapters.wechat.api import WechatApi
from backend.adapters.wechat.client import WechatHttp
from backend.adapters.wechat.content import HttpTextCheck
from backend.adapters.wechat.login import HttpWechatLogin
from backend.adapters.wechat.messages import HttpMessageSender
from backend.adapters.wechat.minicodes import HttpMiniCode
from backend.adapters.wechat.phone import HttpWechatPhone
from backend.applications import service as applications
from backend.applications.errors import MandateNotActive
from backend.applications.events import (
    ApplicationAccepted,
    ApplicationDecided,
    ApplicationRejected,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    CorrectionRequested,
    DueMoved,
)
from backend.applications.rules import PROMISE_PAPER
from backend.applications.states import EDITABLE, INVITING, ApplicationState
from backend.consent import events as consent_events
from backend.consent.ports import FaceVerifier, MiniCode
from backend.core.access import Actor
from backend.core.clocks import WallClock
from backend.core.crypto import Vault
from backend.core.db import Database
from backend.core.errors import NotFound
from backend.core.keyfile import KeyFile
from backend.core.settings import Settings
from backend.core.uow import Kit, Listeners, Units, Work
from backend.documents.errors import DocumentsClosed
from backend.documents.events import DocumentStored
from backend.documents.ports import CaseRef, DocumentKit, FileStore
from backend.documents.rules.slots import OTHER_SLOT, PHOTO_ONLY_SLOTS
from backend.forwarding import subscribers as forwarding
from backend.households import service as households
from backend.identity import service as identity
from backend.identity.events import Told
from backend.identity.ports import WechatLogin, WechatPhone
from backend.identity.states import TAKES_PAPER
from backend.letters import subscribers as letters
from backend.notifications import subscribers as notifications
from backend.notifications.ports import MessageSender
from backend.policy import queries as policy
from backend.wishes import service as wishes
from backend.wishes.ports import TextCheck
from backend.workbench.ports import TaskSource

MANDATE_SLOT = "mandate_paper"
DESK_TOKENS = "desk-tokens.json"  # in the home; docs/runbook.md
LostConsent = (
    consent_events.ConsentRefused
    | consent_events.ConsentWithdrawn
    | consent_events.ConsentExpired
    | consent_events.FaceReviewRejected
)


@dataclass(frozen=True)
class Outside:
    """What WeChat does beside the log-in; None where a deployment does not use it."""

    phone: WechatPhone | None = None
    sender: MessageSender | None = None
    mini_code: MiniCode | None = None
    texts: TextCheck | None = None


@dataclass(frozen=True)
class House:
    """Everything that stands behind the doors."""

    settings: Settings
    units: Units
    wechat: WechatLogin
    face: FaceVerifier
    documents: DocumentKit
    tasks: TaskSource
    outside: Outside

    def close(self) -> None:
        self.tasks.close()
        self.face.close()
        self.units.kit.database.close()


def build(settings: Settings) -> House:
    """The house as settings choose it; raises KeyFileError, SettingsError."""
    vault = Vault(KeyFile(settings.key_file))
    http = WechatHttp(settings.wechat_url)
    wechat = HttpWechatLogin(http, settings.wechat_appid, settings.wechat_secret)
    face = DlibFaceVerifier(liveness=settings.liveness)
    files = LocalFileStore(settings.home / "files", vault)
    tasks = HttpTaskSource(settings.backoffice_api, read_tokens(settings.home / DESK_TOKENS))
    outside = wechat_of(settings, http)
    return assemble(
        settings, vault, wechat=wechat, face=face, files=files, tasks=tasks, outside=outside
    )


def wechat_of(settings: Settings, http: WechatHttp) -> Outside:
    """WeChat's interfaces behind its access token, as the settings choose them."""
    api = WechatApi(http, settings.wechat_appid, settings.wechat_secret)
    template, demo = settings.wechat_template, settings.demo
    return Outside(
        phone=HttpWechatPhone(api),
        sender=HttpMessageSender(api, template, demo=demo) if template else None,
        mini_code=HttpMiniCode(api, demo=demo) if settings.mini_codes else None,
        texts=HttpTextCheck(api),
    )


def assemble(
    settings: Settings,
    vault: Vault,
    *,
    wechat: WechatLogin,
    face: FaceVerifier,
    files: FileStore,
    wall: WallClock | None = None,
    tasks: TaskSource | None = None,
    outside: Outside = Outside(),
    database: Database | None = None,
) -> House:
    """The same with given adapters, as tests use it."""
    listeners = wire(calls_people=outside.sender is not None)
    database = database or Database(settings.database_url)
    kit = Kit(database, vault, listeners, wall or WallClock(), demo=settings.demo)
    kept = DocumentKit(files=files, access=CaseDoors())
    nobodys = HttpTaskSource(settings.backoffice_api, {})
    return House(settings, Units(kit), wechat, face, kept, tasks or nobodys, outside)


def wire(*, calls_people: bool = True) -> Listeners:
    """Who hears which event, all of it in one place; without anybody to send a message, what people
    are told waits in the mini-program alone.
    """
    listeners = Listeners()
    if calls_people:
        listeners.on(Told, notifications.on_told)
    _wire_letters(listeners)
    listeners.on(ApplicationAccepted, forwarding.on_accepted)
    listeners.on(ApplicationWithdrawn, forwarding.on_withdrawn)
    listeners.on(DueMoved, forwarding.on_due_moved)
    listeners.on(consent_events.ConsentRefused, forwarding.on_consent_lost)
    listeners.on(consent_events.ConsentWithdrawn, forwarding.on_consent_lost)
    listeners.on(DocumentStored, _mandate_paper)
    listeners.on(
        consent_events.ConsentCounted,
        lambda work, happened: applications.on_consent_counted(work, happened.case_id),
    )
    listeners.on(consent_events.ConsentRefused, _consent_lost)
    listeners.on(consent_events.ConsentWithdrawn, _consent_lost)
    listeners.on(consent_events.ConsentExpired, _consent_lost)
    listeners.on(consent_events.FaceReviewRejected, _consent_lost)
    return listeners


def _wire_letters(listeners: Listeners) -> None:
    listeners.on(ApplicationSubmitted, letters.on_submitted)
    listeners.on(ApplicationAccepted, letters.on_accepted)
    listeners.on(CorrectionRequested, letters.on_correction)
    listeners.on(ApplicationRejected, letters.on_rejected)
    listeners.on(ApplicationDecided, letters.on_decided)
    listeners.on(consent_events.ConsentCounted, letters.on_consent)
    listeners.on(consent_events.ConsentWithdrawn, letters.on_consent_withdrawn)


def _consent_lost(work: Work, happened: LostConsent) -> None:
    applications.on_consent_lost(work, happened.case_id)


def _mandate_paper(work: Work, happened: DocumentStored) -> None:
    if happened.slot == MANDATE_SLOT:
        identity.paper_arrived(work, happened.case_id, happened.document_id)


def _wish_ref(case_id: UUID, photos: wishes.PhotoSlots) -> CaseRef:
    if not photos.slots:
        raise DocumentsClosed()
    return CaseRef(case_id, photos.county, photos.slots, frozenset(), photo_only=photos.slots)


class CaseDoors:
    """documents.ports.CaseAccess: an application, a mandate for its signed paper, a wish."""

    def require_upload(self, work: Work, actor: Actor, case_id: UUID) -> CaseRef:
        mandate = identity.own_mandate(work, actor, case_id)
        if mandate is not None:
            if mandate.state not in TAKES_PAPER:
                raise DocumentsClosed()
            return CaseRef(case_id, mandate.county, frozenset({MANDATE_SLOT}), frozenset())
        photos = wishes.slots_to_add(work, actor, case_id)
        if photos is not None:
            return _wish_ref(case_id, photos)
        case = self._to_add(work, actor, case_id)
        if ApplicationState(case.state) not in INVITING:
            raise DocumentsClosed()
        return self._ref(work, case)

    def require_read(self, work: Work, actor: Actor, case_id: UUID, document_id: UUID) -> CaseRef:
        mandate = identity.readable_mandate(work, actor, case_id)
        if mandate is not None:
            return CaseRef(case_id, mandate.county, frozenset({MANDATE_SLOT}), frozenset())
        photos = wishes.slots_to_read(work, actor, case_id, document_id)
        if photos is not None:
            return CaseRef(case_id, photos.county, photos.slots, frozenset())
        case = applications.get(work, actor, case_id)
        shown = applications.shown_documents(work, actor, case)
        if not any(one.id == document_id for one in shown):
            raise NotFound()
        return self._ref(work, case)

    def require_delete(self, work: Work, actor: Actor, case_id: UUID) -> CaseRef:
        photos = wishes.slots_to_delete(work, actor, case_id)
        if photos is not None:
            return _wish_ref(case_id, photos)
        case = self._to_add(work, actor, case_id)
        others = actor.is_staff and case.recorded_by is None
        if others or ApplicationState(case.state) not in EDITABLE:
            raise DocumentsClosed()
        return self._ref(work, case)

    def _to_add(self, work: Work, actor: Actor, case_id: UUID) -> Any:
        try:
            return applications.get_to_add(work, actor, case_id)
        except MandateNotActive as ended:
            raise DocumentsClosed() from ended

    def _ref(self, work: Work, case: Any) -> CaseRef:
        programme = policy.programme(work, case.programme, case.submitted_on, case.policy_version)
        slots = frozenset(slot.code for slot in programme.documents) | {OTHER_SLOT}
        if case.recorded_by is not None:
            slots |= {PROMISE_PAPER}
        members = frozenset(households.person_ids(work, case.id))
        return CaseRef(case.id, case.county, slots, members, PHOTO_ONLY_SLOTS)
