"""getuserphonenumber: a code of the phone's button against the phone's number."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from flask import Blueprint, Response

from miniprogram_mock.wechat_platform.bounded import Bounded
from miniprogram_mock.wechat_platform.calls import Gate, answer, text_of
from miniprogram_mock.wechat_platform.errcodes import INVALID_CODE, WechatError
from miniprogram_mock.wechat_platform.logins import CODE_LIFE, MOST_CODES, code_key
from miniprogram_mock.wechat_platform.people import phone_of

COUNTRY = "86"


@dataclass(frozen=True)
class _Given:
    user: str
    number: str
    until: float


class Numbers:
    """The codes of getPhoneNumber buttons; each is good once, for five minutes."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = Lock()
        self._codes: Bounded[str, _Given] = Bounded(MOST_CODES)

    def issue(self, user: str, number: str | None = None) -> str:
        """What the button gives to the page; another `number` than the user's own may be named."""
        code = secrets.token_hex(32)
        given = _Given(user, number or phone_of(user), self._clock() + CODE_LIFE)
        with self._lock:
            self._codes.put(code_key(code), given)
        return code

    def owner(self, code: str) -> str | None:
        """Whose button this code is of, without using it up."""
        with self._lock:
            found = self._codes.get(code_key(code))
        return None if found is None else found.user

    def trade(self, code: str) -> str:
        """The number, once."""
        with self._lock:
            found = self._codes.pop(code_key(code))
        if found is None or self._clock() >= found.until:
            raise WechatError(INVALID_CODE)
        return found.number


def blueprint(appid: str, gate: Gate, numbers: Numbers) -> Blueprint:
    """POST /wxa/business/getuserphonenumber {code}."""
    blp = Blueprint("numbers", __name__)

    @blp.post("/wxa/business/getuserphonenumber")
    def get_user_phone_number() -> Response:
        code = text_of(gate.enter("getuserphonenumber"), "code", INVALID_CODE)
        gate.about("getuserphonenumber", numbers.owner(code) or "")
        number = numbers.trade(code)
        return answer(
            phone_info={
                "phoneNumber": number,
                "purePhoneNumber": number,
                "countryCode": COUNTRY,
                "watermark": {"timestamp": int(time.time()), "appid": appid},
            }
        )

    return blp
