"""One case from log-in to decision, everything killed at each boundary of each of its steps."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, Literal

import pyotp

from miniprogram_mock.client import Answer, Problem, new_key
from miniprogram_mock.demo import pictures
from miniprogram_mock.demo.people import Household, Person, invent
from miniprogram_mock.demo.play import first
from miniprogram_mock.demo.signing import STROKES
from miniprogram_mock.demo.story import wait_for
from tests.crash.pair import House, Pair
from tests.crash.parts import Part
from tests.crash.phone import Patient, settled
from tests.crash.wire import Crash

DIVISION = "610303100001"
AMOUNT_FEN = 18_600
INBOX, EVENTS = b"/backoffice/inbox", b"/backoffice/events"
PATIENCE_S = 60.0
MOMENTS: Final[tuple[Literal["request", "answer"], ...]] = ("request", "answer")


@dataclass
class Tale:
    """The people, their connections, and how often something was killed."""

    pair: Pair
    people: Household = field(default_factory=invent)
    case_id: str = ""
    kills: int = 0
    steps: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._open: list[Patient] = []
        self.phone = self.client()
        self.desk, self.second = self.client(), self.client()

    def close(self) -> None:
        for client in self._open:
            client.close()

    @property
    def case(self) -> str:
        return f"/applications/{self.case_id}"

    def client(self, token: str | None = None) -> Patient:
        """A connection of somebody to us."""
        made = Patient(self.pair.server.url, self.pair.server.wechat_url)
        made.token = token
        self._open.append(made)
        return made

    def officer(self, label: str) -> Patient:
        """A connection of one of the back office's people to theirs."""
        made = Patient(self.pair.theirs.wire.url)
        made.token = self.pair.server.backoffice_token(label)
        return made

    def step(self, name: str, path: str, send: Callable[[], Any], at: House | None = None) -> Any:
        """`send`, with all parts killed before it, and the web process that takes it killed once
        when it has half of the request and once when it has answered and nobody has heard.
        """
        house = at or self.pair.ours
        self.steps.append(name)
        for part in self.pair.parts:
            self.kill(part)
        match = f"/api/v1{path}".encode()
        crashes = (
            Crash("request", match, lambda: self.kill(house.web)),
            Crash("answer", match, lambda: self.kill(house.web)),
        )
        house.wire.arm(*crashes)
        result = send()
        self._went_off(name, crashes)
        return result

    def kill(self, part: Part) -> None:
        """`kill -9` of its whole group; it is started again at once."""
        part.revive()
        self.kills += 1

    @contextmanager
    def message(self, name: str, sender: House, receiver: House, match: bytes) -> Iterator[None]:
        """What is sent within meets a kill of who sends it and one of who takes it, each once when
        half of it is there and once between commit and answer.
        """
        self.messages.append(name)
        crashes = [
            Crash(when, match, lambda victim=victim: self.kill(victim))  # type: ignore[misc]
            for when in MOMENTS
            for victim in (sender.worker, receiver.web)
        ]
        receiver.wire.arm(*crashes)
        yield
        self._went_off(name, crashes)

    @contextmanager
    def killed_between_file_and_row(self) -> Iterator[None]:
        """One more kill of our web process, as soon as a new file lies in its store."""
        store = self.pair.ours.home / "files"
        before, over = set(store.rglob("*-full")), threading.Event()

        def watch() -> None:
            while not set(store.rglob("*-full")) - before:
                if over.wait(0.001):
                    return
            self.kill(self.pair.ours.web)

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            yield
        finally:
            over.set()
            watcher.join()

    def _went_off(self, name: str, crashes: Sequence[Crash]) -> None:
        """All of them, or the story does not show what it says."""
        for crash in crashes:
            if not crash.fired.wait(PATIENCE_S):
                raise AssertionError(f"{name}: the kill at its {crash.when} never came")

    def member(self, person: Person) -> dict[str, Any]:
        """The person as the case shows them."""
        members = self.phone.get(self.case)["members"]
        return next(dict(m) for m in members if m["name"] == person.name)


def play(tale: Tale) -> None:
    """From log-in to decision."""
    people = tale.people
    hand_in(tale)
    sign_by_face(tale, people.husband, "obama", "obama2", review=False)
    sign_by_face(tale, people.son, "obama2", "obama3", review=True)
    log_in_desk(tale)
    witness_applicant(tale)
    look_at_face(tale)
    accept(tale)
    review(tale)


# The citizen


def hand_in(tale: Tale) -> None:
    """Log-in, form, three photos, receipt."""
    me, phone = tale.people.applicant, tale.phone
    tale.step("log-in", "/sessions/wechat", lambda: phone.log_in("phone-of-the-tale"))
    typed = {"name": me.name, "idNumber": me.id_number}
    tale.step("identity", "/me/identity", lambda: phone.put("/me/identity", typed))
    body = {
        "programme": "dibao",
        "division": DIVISION,
        "area": "urban",
        "members": tale.people.members,
        "cashAssetsFen": 300_000,
    }
    created = tale.step("form", "/applications ", lambda: phone.post("/applications", body))
    tale.case_id = str(created["id"])
    _change(tale, {"truthPromise": {"accepted": True}}, lambda: phone.get(tale.case)["promised"])
    _change(
        tale,
        {"staffRelatives": []},
        lambda: phone.get(tale.case)["staffRelatives"] is not None,
    )
    card = pictures.phone_photo("obama")
    for person in (tale.people.applicant, tale.people.husband):
        _photo(tale, "id_card", card, tale.member(person)["id"])
    _photo(tale, "household_register", pictures.register_page(), None)
    key, version = new_key(), phone.get(tale.case)
    tale.step(
        "submission",
        f"{tale.case}/submission",
        lambda: phone.post(f"{tale.case}/submission", key=key, if_match=version),
    )


def _change(tale: Tale, change: dict[str, Any], is_there: Callable[[], bool]) -> None:
    seen, phone = tale.phone.get(tale.case), tale.phone

    def send() -> Any:
        return settled(phone, lambda: phone.patch(tale.case, change, if_match=seen), is_there)

    tale.step(f"change of {next(iter(change))}", f"{tale.case} ", send)


def _photo(tale: Tale, slot: str, photo: bytes, member_id: str | None) -> None:
    form = {"caseId": tale.case_id, "slot": slot} | ({"memberId": member_id} if member_id else {})
    files = {"file": ("1.jpg", photo, "image/jpeg")}

    def send() -> Any:
        with tale.killed_between_file_and_row():
            return tale.phone.post("/documents", form, files=files)

    tale.step(f"photo of {slot}", "/documents", send)


# The family


def sign_by_face(tale: Tale, person: Person, card: str, frames: str, *, review: bool) -> None:
    """Link, card, challenge, face, signature."""
    body = {"memberId": tale.member(person)["id"]}
    path = f"{tale.case}/consent-invitations"
    issued = tale.step("invitation", path, lambda: tale.phone.post(path, body))
    link = f"/consent-invitations/{issued['token']}"
    signer = tale.client()
    statement = signer.get(link)["statement"]["hash"]
    typed = {
        "name": person.name,
        "idNumber": person.id_number,
        "card": pictures.card_base64(card),
    }
    path = f"{link}/identification"
    sitting = tale.step("identification", path, lambda: signer.post(path, typed))
    signer.token = str(sitting["token"])
    _show_face(tale, signer, link, str(sitting["reference"]), frames, review=review)
    signed = {"strokes": STROKES, "statementHash": statement, "agreed": True}
    path = f"{link}/signature"
    consent = tale.step("signature", path, lambda: signer.post(path, signed))
    assert (consent["counts"], consent["underReview"]) == (not review, review)


def _show_face(
    tale: Tale, signer: Patient, link: str, reference: str, frames: str, *, review: bool
) -> None:
    shown = {
        "reference": reference,
        "frames": pictures.frames_base64(frames),
        "faceConsent": True,
        "reviewConsent": review,
    }
    ask, path = f"{link}/face-challenge", f"{link}/face-check"
    challenge = tale.step("challenge", ask, lambda: signer.post(ask))

    def is_verified() -> bool:
        return bool(signer.get(link)["state"] == "verified")

    def show() -> Any:
        """A challenge is good once: where its check was lost, another one is asked for."""
        body = {**shown, "challengeId": challenge["challengeId"]}
        while True:
            try:
                return settled(signer, partial(signer.post, path, body), is_verified)
            except Problem as problem:
                if problem.code != "challenge_used":
                    raise
            body = {**shown, "challengeId": signer.post(ask)["challengeId"]}

    tale.step("face", path, show)


# The township


def log_in_desk(tale: Tale) -> None:
    """A code is good once: who got no answer types the next one."""
    tale.step("staff log-in", "/sessions/staff", lambda: _log_in(tale, tale.desk, "chencang"))
    _log_in(tale, tale.second, "chencang2")


def _log_in(tale: Tale, desk: Patient, username: str) -> None:
    known = tale.pair.server.staff(username)
    clock = pyotp.TOTP(known["totpSecret"])
    body = {"username": username, "password": known["password"]}
    for ahead in (0, 1):
        code = clock.at(int(time.time()) + ahead * clock.interval)
        try:
            desk.token = str(desk.post("/sessions/staff", {**body, "totp": code})["token"])
        except Problem as problem:
            if not desk.repeated or problem.code != "credentials_invalid":
                raise
        else:
            return
    raise AssertionError("no code was taken")


def witness_applicant(tale: Tale) -> None:
    """She signs before two officers."""
    member = tale.member(tale.people.applicant)["id"]
    path = f"{tale.case}/consent-invitations"
    tale.step("desk's invitation", path, lambda: tale.desk.post(path, {"memberId": member}))
    invitation = tale.member(tale.people.applicant)["signer"]["invitationId"]
    seen = {"invitationId": invitation, "papersSeen": "身份证原件", "reason": "本人到窗口。"}
    path = f"/staff{tale.case}/counter-consents"
    record = tale.step("first witness", path, lambda: tale.desk.post(path, seen))
    path = f"/staff/counter-consents/{record['id']}/confirmation"
    tale.step("second witness", path, lambda: tale.second.post(path))


def look_at_face(tale: Tale) -> None:
    """A person decides what the machine left open."""

    def open_review() -> Any:
        return first(tale.desk, "/staff/face-reviews", lambda one: one["caseId"] == tale.case_id)

    review = open_review()
    path = f"/staff/face-reviews/{review['id']}/acceptance"
    version = f'"{review["version"]}"'

    def send() -> Answer:
        return tale.desk.post(path, {"reason": "是同一个人。"}, if_match=version)

    tale.step("face review", path, lambda: settled(tale.desk, send, lambda: not open_review()))
    assert tale.phone.get(tale.case)["state"] == "submitted"


def accept(tale: Tale) -> None:
    """The acceptance, its one message, and the receipt and first stage that come back."""
    ours, theirs = tale.pair.ours, tale.pair.theirs
    seen = tale.desk.get(tale.case)
    path = f"/staff{tale.case}/acceptance"

    def send() -> Any:
        return settled(
            tale.desk,
            lambda: tale.desk.post(path, {"personsConfirmed": True}, if_match=seen),
            lambda: tale.desk.get(tale.case)["state"] in {"accepted", "in_review"},
        )

    with (
        tale.message("case to the county", ours, theirs, INBOX),
        tale.message("receipt and verification", theirs, ours, EVENTS),
    ):
        tale.step("acceptance", path, send)
        _until(tale, "stage", "verification")


# The county


def review(tale: Tale) -> None:
    """Every task, the publication, the decision; each with its messages back."""
    ours, theirs = tale.pair.ours, tale.pair.theirs

    def told(what: str) -> AbstractContextManager[None]:
        return tale.message(what, theirs, ours, EVENTS)

    with told("survey"):
        _complete(tale, "verifier", "verification", result="passed", note="与申报一致")
        _until(tale, "stage", "survey")
    with tale.officer("surveyor-1") as surveyor:
        found = surveyor.get("/backoffice/colleagues", role="surveyor")["items"]
    pair = [one["id"] for one in found][:2]
    with told("first opinion"):
        _complete(tale, "surveyor-1", "survey", result="done", investigators=pair)
        _until(tale, "stage", "first_opinion")
    _complete(tale, "reviewer", "first_opinion", result="positive", amountFen=AMOUNT_FEN)
    with told("publication"):
        _complete(tale, "reviewer", "start_publicity", result="posted")
        _until(tale, "stage", "publicity")
    with told("decision is due"):
        _pass_publication(tale)
        _until(tale, "stage", "decision")
    with told("decision and grant"):
        _complete(tale, "decider", "county_decision", result="approved")
        _until(tale, "state", "approved")
    wait_for("grant", lambda: tale.phone.get(tale.case)["outcome"]["payFrom"], PATIENCE_S)


def _complete(tale: Tale, who: str, task: str, **said: Any) -> None:
    with tale.officer(who) as officer:

        def open_task() -> Any:
            return first(officer, "/backoffice/tasks", lambda one: one["name"] == task)

        path = f"/backoffice/tasks/{wait_for(task, open_task, PATIENCE_S)['id']}/completion"

        def send() -> Any:
            return settled(officer, lambda: officer.post(path, said), lambda: not open_task())

        tale.step(task, path, send, at=tale.pair.theirs)


def _pass_publication(tale: Tale) -> None:
    """Its last day goes by, and the worker that should see it is killed again and again."""
    for house in (tale.pair.ours, tale.pair.theirs):
        with Patient(house.wire.url) as anybody:
            anybody.post("/demo/clock", {"days": 8})
    for _ in range(4):
        tale.kill(tale.pair.theirs.worker)
        tale.kill(tale.pair.theirs.web)


def _until(tale: Tale, field: str, value: str) -> None:
    """The citizen sees it."""
    wait_for(value, lambda: tale.phone.get(tale.case)[field] == value or None, PATIENCE_S)
