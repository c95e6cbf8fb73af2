"""A process beside the test's own: `serve NAME` works on one home until told to end, `rotate AT`
rotates its keys and is killed at that point.
"""

import json
import os
import random
import signal
import sys
import threading
from datetime import date, timedelta

from sqlalchemy import select

from backend.adapters.storage.local import LocalFileStore
from backend.core import logs
from backend.core.clocks import WallClock
from backend.core.crypto import RETIRED, KeyRing, Vault
from backend.core.db import Database
from backend.core.ids import new_id
from backend.core.keyfile import KeyFile
from backend.core.settings import Settings
from backend.core.uow import Kit, Listeners, Units
from backend.identity.models import Account, Person
from backend.identity.service import log_in_wechat
from backend.identity.service.persons import ensure_person
from backend.rotating import ROTATED, rotate
from tests.factories.people import id_number
from tests.fakes.wechat import FakeWechatLogin

THREADS = 3
NEW_EACH_ROUND = 2  # people whom nobody has met, met by every thread of every process


class Serving:
    """What a web process does with keys, on several threads, and every fault of it."""

    def __init__(self, settings, name):
        vault = Vault(KeyFile(settings.key_file))
        self.units = Units(Kit(Database(settings.database_url), vault, Listeners(), WallClock()))
        self.files = LocalFileStore(settings.home / "files", vault)
        self.wechat = FakeWechatLogin()
        self.name = name
        self.faults, self.numbers, self.keys = [], set(), []
        self.rounds = 0
        self.ended = threading.Event()
        self._lock = threading.Lock()

    def work(self, thread):
        chance = random.Random(f"{self.name}{thread}")  # noqa: S311 - repeatable
        while not self.ended.is_set():
            try:
                self.round(chance)
            except Exception as fault:
                self.faults.append(f"{type(fault).__name__}: {fault}")
            with self._lock:
                self.rounds += 1

    def round(self, chance):
        """Meet people, log them in, keep a file, read everybody and a file again."""
        for at in range(NEW_EACH_ROUND):
            day = self.rounds // THREADS * NEW_EACH_ROUND + at
            number = id_number(date(1950, 1, 1) + timedelta(days=day))
            with self.units.write() as work:
                ensure_person(work, number)
            self.numbers.add(number)
            code = self.wechat.code_for(f"openid-{number}")
            log_in_wechat(
                self.units, self.wechat, code, shared_phone=False, address=str(chance.random())
            )
        key = f"{new_id().hex}-full"
        self.files.put(key, key.encode())
        self.keys.append(key)
        with self.units.read() as work:
            for person in work.session.scalars(select(Person).limit(50)):
                person.unseal(work.vault, "id_number")
            for account in work.session.scalars(select(Account).limit(50)):
                account.unseal(work.vault, "openid")
        seen = chance.choice(self.keys)
        if self.files.get(seen) != seen.encode():
            raise ValueError(seen)

    def report(self):
        return {
            "faults": self.faults[:5],
            "rounds": self.rounds,
            "numbers": sorted(self.numbers),
            "files": self.keys,
        }


def say(line):
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def serve(settings, name):
    serving = Serving(settings, name)
    threads = [threading.Thread(target=serving.work, args=(n,)) for n in range(THREADS)]
    say("serving")
    for thread in threads:
        thread.start()
    for line in sys.stdin:
        if line == "end\n":
            break
        # every thread has then begun and ended a round since it was asked
        wanted = serving.rounds + 2 * THREADS
        while serving.rounds < wanted and not serving.faults:
            threads[0].join(0.01)
        say("round")
    serving.ended.set()
    for thread in threads:
        thread.join()
    serving.units.kit.database.close()
    say(json.dumps(serving.report()))


def rotate_and_die(settings, at):
    def dies():
        return at == "retired" and KeyRing.load(settings.key_file).has(RETIRED, ROTATED)

    watch = threading.Thread(target=die_when, args=(dies,), daemon=True)
    if at == "retired":
        watch.start()
    # the grace time of the last step leaves time to be killed in it
    for line in rotate(settings, drop_old=True, grace_s=0 if at != "retired" else 0.2):
        if at in line:
            os.kill(os.getpid(), signal.SIGKILL)


def die_when(happened):
    while not happened():
        pass
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    logs.configure()
    what, argument = sys.argv[1:]
    {"serve": serve, "rotate": rotate_and_die}[what](Settings.from_env(), argument)
