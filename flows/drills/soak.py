"""A day in the office, for as long as one likes: everybody at work at once, and nothing may grow or go wrong.

Officers sign, applicants hand in, visitors walk through the pages of every audience, the jobs run beside them; two web
servers behind the pooler, pages read from the replica. Memory is what a process has for itself (USS): of a web server all of its
processes together; of a database the largest one, as the pooler opens and closes connections when it needs them.
"""

import json
import re
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import psutil
from django.db import connection

from config.cluster import Servers
from flows.drills.crash import Counts, count, last_record
from flows.drills.serving import ROOT, Server
from flows.drills.signing import Applicants, Office, password_of
from flows.drills.visitor import Officer, Roaming
from flows.drills.walking import Walker

JOBS: Final = ("sweep", "relay", "sequence")
JOB_EVERY: Final = 15  # seconds
SAMPLE_EVERY: Final = 5  # seconds
NEW_CASES: Final = 2  # at each sample: more than the officers can sign, so that there is always work
RARE: Final = "/guides/direct_admission/leaflet.pdf"  # a page that loads what few pages need: fonts, and what sets them
WARM_UP: Final = 180  # seconds before the time that counts: every database connection fills its caches once
MOST_GROWTH: Final = 0.1  # of a part's memory, in the time that counts, by its trend …
LEAST_GROWTH: Final = 1.0  # … and less than so many MB is not growth
PAUSE: Final = 0.3  # seconds between two pages of a visitor; an officer takes a second
DATABASES: Final = ("primary", "replica")
PUBLIC: Final = ("/", "/guides/", "/check/", "/notices/", "/jobs/", "/fairs/", "/rounds/", "/products/", "/spaces/")
APPLICANT: Final = ("/my/", "/my/work/", "/my/services/", "/my/messages/")
OFFICER: Final = ("/work/inbox/", "/work/messages/")
SUPERVISOR: Final = (
    "/audit/", "/audit/?event=agreed", "/audit/?who=civil-1&event=granted", "/audit/?measure=direct_admission",
    "/supervision/dashboard/", "/reports/", "/audit/looks/",
)  # fmt: skip


@dataclass
class Told:
    """What the soak found. Memory in MB, as (seconds since the start, MB) of each part."""

    counts: Counts = field(default_factory=Counts)
    failed: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)  # lines of logs, and jobs that failed
    memory: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    asked: int = 0
    seconds: float = 0.0
    median_ms: float = 0.0
    answers: Counter[int] = field(default_factory=Counter)
    jobs: int = 0
    reads_on_replica: int = 0
    verified: str = ""

    @property
    def growing(self) -> list[str]:
        """Parts whose memory is not flat."""
        return [f"{part}: {words(samples)}" for part, samples in self.memory.items() if not is_flat(samples)]

    @property
    def is_clean(self) -> bool:
        return self.counts.is_clean and not (self.failed or self.stale or self.wrong or self.growing)


def run(servers: Servers, url: str, folder: Path, minutes: float, tell: Callable[[str], None]) -> Told:
    """The whole soak on an empty database at `url`, behind the pooler of `servers`."""
    database = str(connection.settings_dict["NAME"])
    more = {"DATABASE_REPLICA_URL": servers.serve_reads_of(database), "LOG_FORMAT": "json"}
    web = [Server(url, folder, workers=1, more=more) for _ in range(2)]
    (folder / "static").mkdir(exist_ok=True)
    web[0].manage("migrate", "-v0")
    web[0].manage("demo", "-v0")
    applicants, told, log = Applicants(), Told(), folder / "acknowledged.jsonl"
    applicants.begin(20)
    begun_at = last_record()
    with log.open("w", encoding="utf-8") as written, web[0], web[1]:
        password = password_of(web[0])
        for server in web:
            Officer(server.origin, "").ask(RARE)
        office = Office(web, password, written, pause=1)
        walkers = [*visitors(web, password)]
        jobs = Jobs(web[0])
        beside: list[Walker | Jobs] = [*walkers, jobs]
        tell(
            f"{len(office.signers)} officers, {len(walkers)} visitors, the jobs every {JOB_EVERY} s, {minutes:g} minutes"
        )
        with office:
            for one in beside:
                one.start()
            _watch(told, office, applicants, _parts(servers, web), WARM_UP + minutes * 60, tell)
            for one in beside:
                one.ending.set()
            for one in beside:
                one.join(60)
        told.reads_on_replica = servers.reads_answered(database)
    connection.close()
    told.counts = count(office.sent, log, since=begun_at)
    told.counts.in_doubt = office.in_doubt
    told.stale, told.jobs = office.stale, jobs.done
    told.failed = office.failed + [said for one in walkers for said in one.visitor.failed]
    told.asked = office.asked + sum(one.visitor.asked for one in walkers)
    told.median_ms = 1000 * statistics.median(second for one in walkers for second in one.seconds)
    told.answers = sum((one.answers for one in walkers), Counter[int]())
    told.wrong = [*jobs.failed, *(said for one in web for said in errors_in(one.log.read_text("utf-8", "replace")))]
    web[0].manage("sequence", "-v0")
    told.verified = web[0].manage("verify").strip().splitlines()[-1]
    return told


class Jobs(threading.Thread):
    """What timers start in an office, again and again."""

    def __init__(self, server: Server) -> None:
        super().__init__(daemon=True)
        self.server, self.ending = server, threading.Event()
        self.done, self.failed = 0, list[str]()

    def run(self) -> None:
        while not self.ending.wait(JOB_EVERY):
            for job in JOBS:
                command = [sys.executable, "manage.py", job]
                ended = subprocess.run(
                    command, cwd=ROOT, env=self.server.environment, capture_output=True, text=True, check=False
                )
                self.done += 1
                if ended.returncode:
                    last = (ended.stderr.strip().splitlines() or ["nothing said"])[-1]
                    self.failed.append(f"{job} ended with {ended.returncode}: {last}")
                self.failed += [f"{job}: {said}" for said in errors_in(ended.stderr)]


def visitors(web: Sequence[Server], password: str, pause: float = PAUSE) -> Iterator[Walker]:
    """Applicants, officers, a supervisor and two of nobody in particular, signed in, each to walk in a thread."""
    origins = [one.origin for one in web]
    accounts = web[0].manage("demo", "--accounts")
    people = re.findall(r"^  (\d{17}[\dX])  (\S+)$", accounts, re.M)
    for number, name in people[:3]:
        applicant = Roaming(origins, "")
        applicant.post("/signin/", {"name": name, "number": number})
        yield Walker(applicant, APPLICANT, len(number), pause)
    for number_of, login, starts in (
        (11, "fed-review-1", OFFICER), (12, "hrss-1", OFFICER), (13, "supervisor", SUPERVISOR), (14, "finance-1", OFFICER),
    ):  # fmt: skip
        officer = Roaming(origins, login)
        officer.sign_in(password)
        yield Walker(officer, starts, number_of, pause)
    for seed in (21, 22):
        yield Walker(Roaming(origins, ""), PUBLIC, seed, pause)


def _watch(
    told: Told, office: Office, applicants: Applicants, parts: dict[str, int], seconds: float, tell: Callable[[str], None]
) -> None:  # fmt: skip
    """Measure until the time is over; hand in as many new cases as the officers need."""
    begun = time.monotonic()
    said = 0
    while (spent := time.monotonic() - begun) < seconds:
        for part, root in parts.items():
            told.memory.setdefault(part, []).append((spent, memory_of(part, root)))
        applicants.begin(NEW_CASES)
        if (minute := int(spent // 60)) > said:
            said = minute
            now = ", ".join(f"{part} {samples[-1][1]:.0f} MB" for part, samples in told.memory.items())
            tell(f"{minute} min: {len(office.acknowledged)} acknowledged, {len(office.failed)} failed; {now}")
        time.sleep(max(0.0, SAMPLE_EVERY - (time.monotonic() - begun - spent)))
    told.seconds = time.monotonic() - begun


def _parts(servers: Servers, web: Sequence[Server]) -> dict[str, int]:
    """The first process of each part; its children belong to it."""
    found = {f"web {number}": one.process.pid for number, one in enumerate(web, 1) if one.process is not None}
    return found | servers.processes()


def memory_of(part: str, root: int) -> float:
    """In MB: the largest process of a database, all of anything else."""
    found = private_mb(root)
    return max(found) if part in DATABASES else sum(found)


def private_mb(root: int) -> list[float]:
    """What a process and each of its children have for themselves, in MB; 0 for one that has ended."""
    found = [0.0]
    with suppress(psutil.NoSuchProcess):
        for one in (psutil.Process(root), *psutil.Process(root).children(recursive=True)):
            with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                found.append(one.memory_full_info().uss / 1e6)
    return found


# --- judging


def measured(samples: Sequence[tuple[float, float]]) -> Sequence[tuple[float, float]]:
    """What comes after the warm-up."""
    return [one for one in samples if one[0] >= WARM_UP]


def growth(samples: Sequence[tuple[float, float]]) -> float:
    """By how many MB the trend (least squares) rises from the warm-up to the end; 0 for less than three samples."""
    kept = measured(samples)
    if len(kept) < 3:
        return 0.0
    times, sizes = zip(*kept, strict=True)
    slope: float = statistics.linear_regression(times, sizes).slope
    return slope * float(times[-1] - times[0])


def is_flat(samples: Sequence[tuple[float, float]]) -> bool:
    """Whether the memory of a part does not grow beyond what this page of the docs allows (docs/drills.md)."""
    if not measured(samples):
        return False
    return growth(samples) <= max(LEAST_GROWTH, MOST_GROWTH * statistics.fmean(size for _, size in measured(samples)))


def words(samples: Sequence[tuple[float, float]]) -> str:
    if not (kept := measured(samples)):
        return "never measured"
    return f"{kept[0][1]:.1f} to {kept[-1][1]:.1f} MB, trend {growth(samples):+.1f} MB"


def errors_in(log: str) -> list[str]:
    """The lines of a log that tell of an error: JSON lines by their level, anything else by a traceback or its level."""
    found = Counter[str]()
    for line in log.splitlines():
        try:
            told: Any = json.loads(line)
        except ValueError:
            told = None
        if isinstance(told, dict):
            if told.get("level") in ("error", "critical"):
                found[
                    f"{told.get('part')}: {told.get('words')} {told.get('error', '')} {(told.get('where') or [''])[-1]}"
                ] += 1
        elif line.startswith("Traceback") or re.search(r"\[(ERROR|CRITICAL)\]", line):
            found[line] += 1
    return [f"{times} times: {said}" for said, times in found.items()]
