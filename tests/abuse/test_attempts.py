"""Tries are counted in the database: a second process shares the count, a restart forgets none."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import pyotp

from backend.consent import service as consent
from backend.consent.service.identify import IDENTITY_TRIES
from backend.consent.service.links import WRONG_LINKS
from backend.core import attempts
from backend.core.access import Role
from backend.core.ids import new_code
from backend.identity import service as identity
from backend.identity.service.login import ADDRESS_TRIES, STAFF_TRIES
from backend.identity.service.persons import CLAIMS
from backend.tracking.service import ADDRESS_LOOKUPS, LOOKUPS
from tests.factories.consents import CARD, CASE, OWNER, SON, text
from tests.factories.house import TOWNSHIP
from tests.factories.people import APPLICANT
from tests.factories.served import Answer, Place, Process

HERE = "127.0.0.1"
PASSWORD = "correct horse battery"


@dataclass
class Guess:
    """One kind of guessing: what its count is kept under, and what a try looks like."""

    limit: attempts.Limit
    subject: str
    attempt: Callable[[Process], Answer]
    refused: int


def use_up(home: Place, guess: Guess, but: int) -> None:
    """All tries but some, as another process would have let them through."""
    with home.units() as units, units.write() as work:
        for _ in range(guess.limit.most - but):
            assert attempts.count(work, guess.limit, guess.subject) is None


def wrong_staff(username: str) -> Callable[[Process], Answer]:
    body = {"username": username, "password": "guess", "totp": "123456"}
    return lambda process: process.send("POST", "/api/v1/sessions/staff", body)


def wrong_receipt(code: str) -> Callable[[Process], Answer]:
    body = {"receiptCode": code, "lastFour": "1234"}
    return lambda process: process.send("POST", "/api/v1/case-lookups", body)


def wrong_link(process: Process) -> Answer:
    return process.send("GET", "/api/v1/consent-invitations/" + "w" * 32)


def wrong_identity(token: str) -> Callable[[Process], Answer]:
    body = {"name": "王某某", "idNumber": APPLICANT.number, "card": text(CARD)}
    path = f"/api/v1/consent-invitations/{token}/identification"
    return lambda process: process.send("POST", path, body)


def claim(token: str) -> Callable[[Process], Answer]:
    body = {"name": APPLICANT.name, "idNumber": APPLICANT.number}
    return lambda process: process.send("PUT", "/api/v1/me/identity", body, token=token)


def guesses(home: Place) -> list[Guess]:
    with home.units() as units:
        with units.write() as work:
            issued = consent.invite(work, CASE, SON, OWNER)
            invitation = str(issued.invitation.id)
        token = home.citizen("guesser")
        found = identity.resolve(units, token)
    assert found is not None
    receipt, other = new_code(), new_code()
    return [
        Guess(STAFF_TRIES, "zhou", wrong_staff("zhou"), 401),
        Guess(ADDRESS_TRIES, HERE, wrong_staff("somebody"), 401),
        Guess(LOOKUPS, receipt, wrong_receipt(receipt), 404),
        Guess(ADDRESS_LOOKUPS, HERE, wrong_receipt(other), 404),
        Guess(WRONG_LINKS, HERE, wrong_link, 404),
        Guess(IDENTITY_TRIES, invitation, wrong_identity(issued.token), 422),
        Guess(CLAIMS, str(found.id), claim(token), 200),
    ]


def test_no_guess_is_forgotten_by_a_second_process_or_a_restart(home: Place) -> None:
    one, two = home.start(), home.start()
    tried = guesses(home)
    for guess in tried:
        forget(home, guess)  # some share an address with those before
        use_up(home, guess, but=2)
        allowed = [guess.attempt(one), guess.attempt(two)]
        kind = guess.limit.kind
        assert [answer.status for answer in allowed] == [guess.refused] * 2, (kind, allowed)
        over = [guess.attempt(process) for process in (one, two)]
        assert [answer.status for answer in over] == [429, 429], (kind, over)
        assert int(over[0].headers["retry-after"]) <= guess.limit.window.total_seconds()
        if guess.limit in {ADDRESS_TRIES, ADDRESS_LOOKUPS}:
            forget(home, guess)  # else it would answer for the others
    for process in (one, two):
        process.kill()
    again = home.start()
    for guess in tried:
        if guess.limit in {ADDRESS_TRIES, ADDRESS_LOOKUPS}:
            forget(home, guess)
            use_up(home, guess, but=0)
        assert guess.attempt(again).status == 429, guess.limit.kind


def forget(home: Place, guess: Guess) -> None:
    with home.units() as units, units.write() as work:
        attempts.clear(work, guess.limit, guess.subject)


def test_a_one_time_code_is_spent_for_every_process_and_after_a_restart(home: Place) -> None:
    with home.units() as units:
        hashed = identity.hash_password(PASSWORD)
        with units.write() as work:
            secret = identity.add_staff(
                work, username="zhou", name="周干事", password_hash=hashed,
                roles=[Role.TOWNSHIP], scope=TOWNSHIP,
            )  # fmt: skip
    one, two = home.start(), home.start()
    # the next step's code: it is accepted now and stays the newest until this test is over
    code = pyotp.TOTP(secret).at(int(time.time()) + 30)
    body = {"username": "zhou", "password": PASSWORD, "totp": code}
    first = one.send("POST", "/api/v1/sessions/staff", body)
    assert first.status == 201, first
    assert two.send("POST", "/api/v1/sessions/staff", body).status == 401
    for process in (one, two):
        process.kill()
    again = home.start()
    assert again.send("POST", "/api/v1/sessions/staff", body).status == 401
    token = first.json["token"]
    assert again.send("GET", "/api/v1/staff/worklist", token=token).status == 200
