"""An upgrade while officers work: the old version serves, the new one migrates beside it, then replaces it server by server.

The old version is a revision of this project's own history, laid out in a folder of its own. No request may fail.
"""

import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Final

from django.core.management.base import CommandError
from django.db import connection

from flows.drills.crash import Counts, count, last_record
from flows.drills.serving import ROOT, Server
from flows.drills.signing import Office, password_of

CASES: Final = 60
PART: Final = 15  # acknowledged on each leg: before the migration, after it, and after each server is replaced
# In the old version's own words and models; before this drill was written, the crash drill had them.
_BEGIN: Final = """
import django, sys
django.setup()
try:
    from flows.drills.signing import Applicants
    Applicants().begin(int(sys.argv[1]))
except ImportError:
    from flows.drills.crash import _new_cases
    _new_cases(int(sys.argv[1]))
"""


@dataclass
class Told:
    """What the drill found; `failed` must be empty, too."""

    revision: str
    counts: Counts = field(default_factory=Counts)
    failed: list[str] = field(default_factory=list)
    asked: int = 0
    slowest: float = 0.0  # seconds of the longest answer
    migrations: list[str] = field(default_factory=list)
    verified: str = ""

    @property
    def is_clean(self) -> bool:
        return self.counts.is_clean and not self.failed and not self.counts.in_doubt and bool(self.migrations)


def run(url: str, folder: Path, revision: str, tell: Callable[[str], None]) -> Told:
    """The whole drill on an empty database at `url`, from `revision` (a commit of this project) to the code that runs here."""
    told = Told(revision)
    old = laid_out(revision, folder / "old")
    (folder / "static").mkdir(exist_ok=True)
    servers = [Server(url, folder, code=old, workers=1, keeps_socket=True) for _ in range(2)]
    new = Server(url, folder)  # never serves: it migrates
    servers[0].manage("migrate", "-v0")
    servers[0].manage("demo", "-v0")
    _begin(servers[0], CASES)
    begun_at, log, before = last_record(), folder / "acknowledged.jsonl", _applied()
    with log.open("w", encoding="utf-8") as written, servers[0], servers[1]:
        office = Office(servers, password_of(servers[0]), written)
        with office:
            office.work_until(PART)
            new.manage("migrate", "-v0")
            told.migrations = sorted(_applied() - before)
            tell(f"migrated while {revision[:12]} serves: {', '.join(told.migrations) or 'nothing'}")
            office.work_until(PART)
            for number, server in enumerate(servers, 1):
                server.end()
                server.code = ROOT
                server.start()
                tell(f"server {number} replaced, {len(office.acknowledged)} acknowledged so far")
                office.work_until(PART)
    connection.close()
    told.counts = count(office.sent, log, since=begun_at)
    told.counts.in_doubt, told.failed, told.asked, told.slowest = (
        office.in_doubt, office.failed, office.asked, office.slowest,
    )  # fmt: skip
    new.manage("sequence", "-v0")
    told.verified = new.manage("verify").strip().splitlines()[-1]
    return told


def before_newest_migration() -> str:
    """The commit before the one that brought the newest migration. Raises CommandError without the project's history."""
    newest = _git("log", "-1", "--format=%H", "--diff-filter=A", "--", "*/migrations/0*.py").decode().strip()
    return _git("rev-parse", f"{newest}^").decode().strip()


def laid_out(revision: str, folder: Path) -> Path:
    """The files of that revision, in a new folder."""
    packed = _git("archive", revision)
    with tarfile.open(fileobj=BytesIO(packed)) as files:
        files.extractall(folder, filter="data")
    return folder


def _git(*arguments: str) -> bytes:
    if (git := shutil.which("git")) is None:
        raise CommandError("The old version comes from the project's history, and there is no git here.")
    done = subprocess.run([git, *arguments], cwd=ROOT, capture_output=True, check=False)
    if done.returncode or not done.stdout.strip():
        said = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise CommandError(
            f"The old version comes from the project's history, which git can't read here. {' '.join(said)}"
        )
    return done.stdout


def _applied() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT app || '.' || name FROM django_migrations")
        return {row[0] for row in cursor.fetchall()}


def _begin(server: Server, number: int) -> None:
    command = [sys.executable, "-c", _BEGIN, str(number)]
    given = {**server.environment, "DJANGO_SETTINGS_MODULE": "config.settings"}
    subprocess.run(command, cwd=server.code, env=given, check=True)
