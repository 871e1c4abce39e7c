"""The crash drill: officers sign cases over HTTP, the server is killed with -9 under their hands, again and again.

What the server has acknowledged is written down by the client after the answer, and forced to disk. Afterwards nothing
acknowledged may be missing, no case half changed, and no request done twice.
"""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

from django.utils.timezone import now

from accounts.models import Post, Role
from casework.models import Action, Case
from casework.record import said
from flows.drills.invariants import broken
from flows.drills.scene import ADMISSION, Scene
from flows.drills.visitor import BROKEN_OFF, GOOD, Officer

ROOT: Final = Path(__file__).resolve().parents[2]
SIGNERS: Final = ("federation", "civil_affairs", "hrss", "district_government")
PATIENCE: Final = 120  # seconds for the first answer of the server, and for the next of its officers
_AGREED: Final = ("accepted", "agreed", "granted", "confirmed")


@dataclass
class Counts:
    """What the drill found; the first three must be nothing."""

    lost: list[str] = field(default_factory=list)
    half: list[str] = field(default_factory=list)
    double: list[str] = field(default_factory=list)
    acknowledged: int = 0
    in_doubt: int = 0
    kills: int = 0

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.half or self.double)


class Server:
    """gunicorn as `make run` starts it, on a port that it keeps through every restart."""

    def __init__(self, url: str, var: Path) -> None:
        self.environment = {**os.environ, "DATABASE_URL": url, "VAR_DIR": str(var), "MODE": "demonstration"}
        self.log = var / "server.log"
        self.process: subprocess.Popen[bytes] | None = None
        with socket.socket() as place:
            place.bind(("127.0.0.1", 0))
            self.port = place.getsockname()[1]
        self.origin = f"http://127.0.0.1:{self.port}"

    def manage(self, *arguments: str) -> str:
        """Run a management command on the drill's database; what it printed."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"manage.py {' '.join(arguments)} failed: {done.stderr[-2000:]}")
        return done.stdout

    def start(self) -> None:
        options = ["--bind", f"127.0.0.1:{self.port}", "--workers", "2", "--threads", "4", "--log-level", "critical"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "config.wsgi", "--no-control-socket", *options],
                cwd=ROOT, env=self.environment, start_new_session=True, stdout=log, stderr=log,
            )  # fmt: skip
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise RuntimeError(f"The server did not start: {self.log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.05)

    def kill(self) -> None:
        """All of its processes at once, with no chance to finish anything."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def _answers(self) -> bool:
        try:
            return Officer(self.origin, "").ask("/readyz")[0] == 200
        except BROKEN_OFF:
            return False


class Client(threading.Thread):
    """One officer who takes cases on and signs them, as fast as the pages come."""

    def __init__(
        self, officer: Officer, log: IO[str], lock: threading.Lock, serving: threading.Event, seed: int
    ) -> None:
        super().__init__(daemon=True)
        self.officer, self.log, self.lock, self.serving = officer, log, lock, serving
        self.random = random.Random(seed)
        self.ending = threading.Event()
        self.sent: list[dict[str, Any]] = []
        self.acknowledged: list[dict[str, Any]] = []
        self.in_doubt = 0

    def run(self) -> None:
        while not self.ending.is_set():
            self.serving.wait(1)
            try:
                waiting = self.officer.waiting()
                if waiting:
                    self._work_on(self.random.choice(waiting))
                else:
                    self.ending.wait(0.1)
            except BROKEN_OFF:
                self.ending.wait(0.05)  # the server is gone: what was sent is in doubt

    def _work_on(self, reference: str) -> None:
        for form in self.officer.forms(reference):
            if form.action.endswith("/claim/"):
                self._send(form, reference, "claim")
            elif good := [verb for verb in GOOD if verb in form.buttons]:
                self._send(form, reference, good[0])

    def _send(self, form: Any, reference: str, verb: str) -> None:
        """Send it once; what was answered with a redirect is done, and that is written down at once."""
        token = f"drill {uuid.uuid4()}"
        reasons = {name: token for name in form.fields if name.startswith("r-")}
        request = {"case": reference.replace("-", ""), "verb": verb, "login": self.officer.login, "token": token}
        self.sent.append(request)
        try:
            more = {} if verb == "claim" else {"do": verb, "opinion": token, **reasons}
            status = self.officer.send(form, **more)
        except BROKEN_OFF:
            self.in_doubt += 1
            raise
        if status in (302, 303):
            with self.lock:
                self.log.write(json.dumps(request) + "\n")
                self.log.flush()
                os.fsync(self.log.fileno())
            self.acknowledged.append(request)


def run(url: str, folder: Path, kills: int, tell: Callable[[str], None], seed: int = 1) -> Counts:
    """The whole drill on an empty database at `url`, which this process's own connection must be on too."""
    server, pick = Server(url, folder), random.Random(seed)
    (folder / "static").mkdir(exist_ok=True)
    server.manage("migrate", "-v0")
    server.manage("demo", "-v0")
    password = server.manage("demo", "--accounts").splitlines()[0].rsplit(" ", 1)[-1]
    cases = 12 + 12 * kills
    _new_cases(cases)
    begun_at = Action.objects.order_by("-pk").values_list("pk", flat=True)[0]
    tell(f"{cases} cases wait; the server is killed {kills} times")
    acknowledged = folder / "acknowledged.jsonl"
    with acknowledged.open("w", encoding="utf-8") as log:
        server.start()
        clients = _clients(server, password, log, seed)
        try:
            for number in range(kills):
                _under_load(clients, pick)
                clients[0].serving.clear()
                server.kill()
                server.start()
                clients[0].serving.set()
                tell(f"kill {number + 1}: {sum(len(one.acknowledged) for one in clients)} acknowledged so far")
            _under_load(clients, pick)
        finally:
            for client in clients:
                client.ending.set()
            for client in clients:
                client.join(30)
            server.kill()
    sent = [request for client in clients for request in client.sent]
    counts = count(sent, acknowledged, since=begun_at)
    counts.kills, counts.in_doubt = kills, sum(client.in_doubt for client in clients)
    return counts


def _new_cases(number: int) -> None:
    """So many direct admissions, just submitted, for the demonstration's officers."""
    scene = Scene("k")
    people = [scene.person() for _ in range(6)]
    for place in range(number):
        scene.begin(ADMISSION, people[place % 6], now())


def _clients(server: Server, password: str, log: IO[str], seed: int) -> list[Client]:
    posts = Post.objects.filter(department__code__in=SIGNERS, role__in=(Role.INTAKE, Role.REVIEWER, Role.APPROVER))
    logins = sorted(set(posts.exclude(user__login__startswith="k").values_list("user__login", flat=True)))
    lock, serving = threading.Lock(), threading.Event()
    serving.set()
    clients = []
    for number, login in enumerate(logins):
        officer = Officer(server.origin, login)
        officer.sign_in(password)
        clients.append(Client(officer, log, lock, serving, seed + number))
    for client in clients:
        client.start()
    return clients


def _under_load(clients: list[Client], pick: random.Random) -> None:
    """Until a good few more were acknowledged, and then for a moment that nobody chose."""
    before, deadline = sum(len(one.acknowledged) for one in clients), time.monotonic() + PATIENCE
    wanted = before + pick.randint(20, 60)
    while sum(len(one.acknowledged) for one in clients) < wanted:
        if time.monotonic() > deadline:
            raise RuntimeError("The officers' work does not go on.")
        time.sleep(0.02)
    time.sleep(pick.random() / 5)


# --- counting


def count(sent: list[dict[str, Any]], log: Path, since: int = 0) -> Counts:
    """What of the acknowledged requests in the log is missing, which of those sent were done twice, which cases are half
    changed. Records up to the key `since` were there before."""
    counts = Counts()
    acknowledged = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    counts.acknowledged = len(acknowledged)
    signed, claimed = _recorded(since)
    asked = Counter((one["case"], one["login"]) for one in sent if one["verb"] == "claim")
    claims = Counter((one["case"], one["login"]) for one in acknowledged if one["verb"] == "claim")
    for one in acknowledged:
        if one["verb"] != "claim" and not signed[one["token"]]:
            counts.lost.append(f"{one['verb']} of {one['case']} by {one['login']}")
    counts.lost += [f"claim of {case} by {login}" for (case, login), n in claims.items() if claimed[case, login] < n]
    counts.double += [f"{token}: {n} records" for token, n in signed.items() if n > 1]
    counts.double += [f"claim of {case} by {login}" for (case, login), n in claimed.items() if n > asked[case, login]]
    for case in Case.objects.order_by("pk"):
        counts.half += [f"{case.reference}: {words}" for words in broken(case.pk)]
    return counts


def _recorded(since: int) -> tuple[Counter[str], Counter[tuple[str, str]]]:
    """How often each request's own words stand in the record, and how often each officer took each case on."""
    cases = {case.pk: case for case in Case.objects.select_related("person__key", "organisation__key", "own_key")}
    signed: Counter[str] = Counter()
    claimed: Counter[tuple[str, str]] = Counter()
    events = Action.objects.filter(pk__gt=since, subject_kind="case", event__in=(*_AGREED, "claimed"))
    for action in events.select_related("user"):
        case = cases[action.subject_id]
        if action.event == "claimed" and action.user is not None:
            claimed[case.reference, action.user.login] += 1
        elif (opinion := said(action, case.key).get("opinion", "")).startswith("drill "):
            signed[opinion] += 1
    return signed, claimed
