"""Officers who take cases on and sign them over HTTP, as fast as the pages come; what was acknowledged is kept on disk.

An answer is written down after it came, and forced to disk: whatever is killed afterwards, it must be in the record.
"""

import json
import os
import random
import threading
import time
import uuid
from collections.abc import Sequence
from typing import IO, Any, Final

from django.utils.timezone import now

from accounts.models import Post, Role
from flows.drills.scene import ADMISSION, Scene
from flows.drills.serving import PATIENCE, Server
from flows.drills.visitor import BROKEN_OFF, GOOD, Form, Officer, Roaming

SIGNERS: Final = ("federation", "civil_affairs", "hrss", "district_government")


class Signer(threading.Thread):
    """One officer at work."""

    def __init__(
        self,
        officer: Officer,
        password: str,
        log: IO[str],
        lock: threading.Lock,
        serving: threading.Event,
        seed: int,
        pause: float,
    ) -> None:
        super().__init__(daemon=True)
        self.password = password
        self.officer, self.log, self.lock, self.serving, self.pause = officer, log, lock, serving, pause
        self.random = random.Random(seed)
        self.ending = threading.Event()
        self.sent: list[dict[str, Any]] = []
        self.acknowledged: list[dict[str, Any]] = []
        self.in_doubt = 0
        self.refused: set[str] = set()  # cases that ask for more than a signature: they are left to people
        self.stale: list[str] = []  # cases whose page did not show what this officer had done there

    def run(self) -> None:
        while not self.ending.wait(self.pause):
            self.serving.wait(1)
            try:
                waiting = [one for one in self.officer.waiting() if one not in self.refused]
                if waiting:
                    self._work_on(self.random.choice(waiting))
                else:
                    self.ending.wait(0.1)
            except BROKEN_OFF:
                self.ending.wait(0.05)  # the server is gone: what was sent is in doubt

    def _work_on(self, reference: str) -> None:
        for form in self.officer.forms(reference):
            if form.action.endswith("/claim/"):
                if self._send(form, reference, "claim"):
                    self._look_whether_it_shows(form, reference)
            elif good := [verb for verb in GOOD if verb in form.buttons]:
                self._send(form, reference, good[0])

    def _look_whether_it_shows(self, claimed: Form, reference: str) -> None:
        if any(form.action == claimed.action for form in self.officer.forms(reference)):
            self.stale.append(reference)

    def _send(self, form: Form, reference: str, verb: str) -> bool:
        """Send it once; what was answered with a redirect is done, and that is written down at once."""
        token = f"drill {uuid.uuid4()}"
        reasons = {name: token for name in form.fields if name.startswith("r-")}
        request = {"case": reference.replace("-", ""), "verb": verb, "login": self.officer.login, "token": token}
        self.sent.append(request)
        try:
            more = {} if verb == "claim" else {"do": verb, "opinion": token, **reasons}
            if "password" in form.fields:  # the page asks again who signs: the last proof is older than 15 minutes
                more["password"] = self.password
            status = self.officer.send(form, **more)
        except BROKEN_OFF:
            self.in_doubt += 1
            raise
        if status not in (302, 303):
            if status == 403:  # the session may have ended
                self.officer.sign_in(self.password)
            elif status == 400:
                self.refused.add(reference)
            return False
        with self.lock:
            self.log.write(json.dumps(request) + "\n")
            self.log.flush()
            os.fsync(self.log.fileno())
        self.acknowledged.append({**request, "at": time.monotonic()})
        return True


class Office:
    """All officers of the demonstration who sign direct admissions, each at work in a thread."""

    def __init__(
        self, servers: Sequence[Server], password: str, log: IO[str], *, seed: int = 1, pause: float = 0
    ) -> None:
        self.serving = threading.Event()
        self.serving.set()
        self.signers: list[Signer] = []
        lock = threading.Lock()
        for number, login in enumerate(_logins()):
            officer = Roaming([one.origin for one in servers], login)
            officer.sign_in(password)
            self.signers.append(Signer(officer, password, log, lock, self.serving, seed + number, pause))

    def __enter__(self) -> "Office":
        for one in self.signers:
            one.start()
        return self

    def __exit__(self, *error: object) -> None:
        for one in self.signers:
            one.ending.set()
        for one in self.signers:
            one.join(60)

    @property
    def acknowledged(self) -> list[dict[str, Any]]:
        return [request for one in self.signers for request in one.acknowledged]

    @property
    def sent(self) -> list[dict[str, Any]]:
        return [request for one in self.signers for request in one.sent]

    @property
    def in_doubt(self) -> int:
        return sum(one.in_doubt for one in self.signers)

    @property
    def stale(self) -> list[str]:
        return [reference for one in self.signers for reference in one.stale]

    @property
    def failed(self) -> list[str]:
        """Requests that were answered with an error of ours, or not at all."""
        return [words for one in self.signers for words in one.officer.failed]

    @property
    def asked(self) -> int:
        return sum(one.officer.asked for one in self.signers)

    @property
    def slowest(self) -> float:
        """Seconds of the longest answer."""
        return max(one.officer.slowest for one in self.signers)

    def work_until(self, more: int) -> None:
        """Wait until so many more were acknowledged. Raises RuntimeError where the work does not go on."""
        wanted, deadline = len(self.acknowledged) + more, time.monotonic() + PATIENCE
        while len(self.acknowledged) < wanted:
            if time.monotonic() > deadline:
                raise RuntimeError("The officers' work does not go on.")
            time.sleep(0.02)


def password_of(server: Server) -> str:
    """What the demonstration's officers sign in with."""
    return server.manage("demo", "--accounts").splitlines()[0].rsplit(" ", 1)[-1]


class Applicants:
    """Invented people who hand in direct admissions, in this process, so that the officers do not run out of work."""

    def __init__(self) -> None:
        self.scene = Scene("k")
        self.people = [self.scene.person() for _ in range(6)]
        self.begun = 0

    def begin(self, number: int) -> None:
        for _ in range(number):
            self.scene.begin(ADMISSION, self.people[self.begun % len(self.people)], now())
            self.begun += 1


def _logins() -> list[str]:
    posts = Post.objects.filter(department__code__in=SIGNERS, role__in=(Role.INTAKE, Role.REVIEWER, Role.APPROVER))
    return sorted(set(posts.exclude(user__login__startswith="k").values_list("user__login", flat=True)))
