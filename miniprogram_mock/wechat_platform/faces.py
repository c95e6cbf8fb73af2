"""The official face service 2.0: a session for one named person, decided on the phone."""

from __future__ import annotations

import hashlib
import re
import secrets
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final

from flask import Blueprint, Response

from miniprogram_mock.wechat_platform.bounded import Bounded
from miniprogram_mock.wechat_platform.calls import Gate, answer, text_of
from miniprogram_mock.wechat_platform.errcodes import (
    INVALID_ARGUMENTS,
    INVALID_OPENID,
    WechatError,
)
from miniprogram_mock.wechat_platform.people import People, openid_of

SESSION_LIFE = 3600
MOST_SESSIONS = 10_000
PASSED: Final = 10000
CANCELLED: Final = 90002
NOT_DONE: Final = 10300
# How WeChat's page may end: by the face, the camera, the network, or a cancel (90002 to 90006).
RESULTS: Final = frozenset(
    {PASSED, *range(10001, 10005), NOT_DONE}
    | {*range(90001, 90015), 90017, 90018, *range(90104, 90108), 90109, 90110, 90199}
)
CANCELS: Final = range(90002, 90007)
_SEQUENCE = re.compile(r"[0-9A-Za-z_-]{5,32}")


def cert_hash(cert: Mapping[str, str]) -> str:
    """SHA-256 over type, name and number in base64 with padding, as WeChat documents it."""
    parts = (
        f"{name}={b64encode(cert[name].encode()).decode()}"
        for name in ("cert_type", "cert_name", "cert_no")
    )
    return hashlib.sha256("&".join(parts).encode()).hexdigest()


@dataclass
class _Session:
    openid: str
    sequence: str
    hash: str
    until: float
    result: int = NOT_DONE


class Faces:
    """The sessions that were opened and what became of them."""

    def __init__(self, appid: str, clock: Callable[[], float]) -> None:
        self._appid = appid
        self._clock = clock
        self._lock = Lock()
        self._sessions: Bounded[str, _Session] = Bounded(MOST_SESSIONS)
        self._sequences: Bounded[str, bool] = Bounded(MOST_SESSIONS)

    def open(self, openid: str, sequence: str, cert: Mapping[str, str]) -> str:
        """A session of an hour; a sequence number is good once."""
        verify_id = secrets.token_urlsafe(48)
        with self._lock:
            if self._sequences.get(sequence):
                raise WechatError(INVALID_ARGUMENTS, ": out_seq_no repeated")
            self._sequences.put(sequence, True)
            until = self._clock() + SESSION_LIFE
            self._sessions.put(verify_id, _Session(openid, sequence, cert_hash(cert), until))
        return verify_id

    def decide(self, user: str, verify_id: str, result: int) -> int:
        """What the phone's owner lets WeChat's face page say: 0 for done, else why it did not run.

        Only the phone of the session's openid may; what was passed stays passed.
        """
        with self._lock:
            found = self._sessions.get(verify_id)
            if found is None or found.openid != openid_of(self._appid, user):
                return 10001
            if self._clock() >= found.until:
                return 90107
            if found.result != PASSED:
                found.result = result
            return result if result in CANCELS else 0

    def query(self, verify_id: str, sequence: str, hashed: str, openid: str) -> int:
        """The result for exactly the person that the session was opened for."""
        with self._lock:
            found = self._sessions.get(verify_id)
        if found is None:
            raise WechatError(INVALID_ARGUMENTS, ": verify_id")
        if found.openid != openid:
            raise WechatError(INVALID_OPENID)
        if (found.sequence, found.hash) != (sequence, hashed):
            raise WechatError(INVALID_ARGUMENTS, ": out_seq_no or cert_hash")
        return found.result


def blueprint(gate: Gate, people: People, faces: Faces) -> Blueprint:
    """POST /cityservice/face/identify/getverifyid and /queryverifyinfo."""
    blp = Blueprint("faces", __name__, url_prefix="/cityservice/face/identify")

    @blp.post("/getverifyid")
    def get_verify_id() -> Response:
        body = gate.enter("getverifyid")
        openid = text_of(body, "openid", INVALID_OPENID)
        gate.about("getverifyid", people.of(openid).user)
        sequence = text_of(body, "out_seq_no")
        if not _SEQUENCE.fullmatch(sequence):
            raise WechatError(INVALID_ARGUMENTS, ": out_seq_no")
        verify_id = faces.open(openid, sequence, _cert(body.get("cert_info")))
        return answer(verify_id=verify_id, expires_in=SESSION_LIFE)

    @blp.post("/queryverifyinfo")
    def query_verify_info() -> Response:
        body = gate.enter("queryverifyinfo")
        openid = text_of(body, "openid", INVALID_OPENID)
        gate.about("queryverifyinfo", people.of(openid).user)
        verify_id, sequence = text_of(body, "verify_id"), text_of(body, "out_seq_no")
        result = faces.query(verify_id, sequence, text_of(body, "cert_hash"), openid)
        return answer(verify_ret=result)

    return blp


def _cert(given: Any) -> dict[str, str]:
    if not isinstance(given, dict):
        raise WechatError(INVALID_ARGUMENTS, ": cert_info")
    cert = {name: text_of(given, name) for name in ("cert_type", "cert_name", "cert_no")}
    if cert["cert_type"] != "IDENTITY_CARD":
        raise WechatError(INVALID_ARGUMENTS, ": cert_type")
    return cert
