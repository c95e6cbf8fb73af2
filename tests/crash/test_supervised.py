"""Under the supervisor that `make run` starts: whatever of web is killed comes back, and nothing of
the life before it stays, the face engine least of all.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from miniprogram_mock.demo import pictures
from miniprogram_mock.demo.people import Person, invent
from miniprogram_mock.demo.server import started
from tests.crash.parts import wait_until
from tests.crash.phone import Patient

ENGINE = "backend.adapters.face.child"


@dataclass
class Served:
    """A phone with a draft case, and the process number of the supervisor."""

    phone: Patient
    supervisor: int
    link: str
    me: Person

    @property
    def web(self) -> int:
        """The gunicorn master that lives now."""
        found = [pid for pid in children(self.supervisor) if "gunicorn" in command(pid)]
        return found[0] if found else 0

    def show_card(self) -> Any:
        """Wakes the face engine."""
        typed = {
            "name": self.me.name,
            "idNumber": self.me.id_number,
            "card": pictures.card_base64("obama"),
        }
        return self.phone.post(f"{self.link}/identification", typed)


@pytest.fixture
def served(town_home: Path) -> Iterator[Served]:
    home = town_home / "var"
    me = invent().applicant
    with (
        started(home) as server,
        contextlib.closing(Patient(server.url, server.wechat_url)) as phone,
    ):
        phone.log_in("supervised")
        phone.put("/me/identity", {"name": me.name, "idNumber": me.id_number})
        body = {
            "programme": "dibao",
            "division": "610303100001",
            "area": "urban",
            "members": [me.body],
        }
        case = phone.post("/applications", body)
        path = f"/applications/{case['id']}/consent-invitations"
        issued = phone.post(path, {"memberId": case["members"][0]["id"]})
        link = f"/consent-invitations/{issued['token']}"
        pid = int((home / "supervisor.pid").read_text())
        yield Served(phone, pid, link, me)


def test_what_was_killed_comes_back_and_nothing_of_it_stays(served: Served) -> None:
    for victim in ("the process that serves", "its master", "the whole group"):
        assert served.show_card()["token"], victim
        master = served.web
        (serving,) = children(master)
        engines = [pid for pid in children(serving) if ENGINE in command(pid)]
        assert len(engines) == 1, victim
        if victim == "the process that serves":
            os.kill(serving, signal.SIGKILL)
        elif victim == "its master":
            os.kill(master, signal.SIGKILL)
        else:
            os.killpg(master, signal.SIGKILL)
        gone = [serving, *engines]
        wait_until(f"{victim} is gone", lambda gone=gone: not any(map(lives, gone)))
        assert served.phone.get("/me")["name"] == served.me.mask
        assert (served.web == master) == (victim == "the process that serves")


def children(pid: int) -> list[int]:
    """The living children of a process, whichever of its threads started them."""
    found: list[int] = []
    for file in Path("/proc").glob(f"{pid}/task/*/children"):
        with contextlib.suppress(OSError):
            found += map(int, file.read_text().split())
    return [child for child in found if lives(child)]


def command(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    return ""


def lives(pid: int) -> bool:
    """Whether it runs; one that is dead and not buried yet does not."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False
