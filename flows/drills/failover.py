"""The primary is killed with -9 under load, the replica is promoted, and what was acknowledged is counted.

Officers sign over HTTP at two web servers in turn, behind the pooler; pages are read from the replica. Beside what the crash
drill counts: pages that did not show their reader what they had just done (stale), and the time without service.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from django.db import connection

from config.cluster import Servers
from flows.drills.crash import Counts, count, last_record
from flows.drills.serving import Server
from flows.drills.signing import Applicants, Office, password_of

CASES: Final = 60
BEFORE, AFTER = 60, 40  # acknowledged before the primary is killed, and after the promotion


@dataclass
class Told:
    """What the drill found."""

    counts: Counts = field(default_factory=Counts)
    stale: list[str] = field(default_factory=list)
    reads_on_replica: int = 0
    failed: list[str] = field(default_factory=list)
    without_service: float = 0.0  # seconds from the kill to the next acknowledgement
    verified: str = ""

    @property
    def is_clean(self) -> bool:
        return self.counts.is_clean and not self.stale and self.reads_on_replica > 0


def run(servers: Servers, url: str, folder: Path, tell: Callable[[str], None]) -> Told:
    """The whole drill on an empty database at `url`, behind the pooler of `servers`. Raises RuntimeError where the record
    and the log do not verify afterwards."""
    database = str(connection.settings_dict["NAME"])
    more = {"DATABASE_REPLICA_URL": servers.serve_reads_of(database)}
    first, second = (Server(url, folder, workers=1, more=more) for _ in range(2))
    (folder / "static").mkdir(exist_ok=True)
    first.manage("migrate", "-v0")
    first.manage("demo", "-v0")
    first.manage("sequence", "-v0")
    Applicants().begin(CASES)
    begun_at, told, log = last_record(), Told(), folder / "acknowledged.jsonl"
    with log.open("w", encoding="utf-8") as written, first, second:
        office = Office([first, second], password_of(first), written)
        with office:
            office.work_until(BEFORE)
            told.reads_on_replica = servers.reads_answered(database)
            tell(f"{len(office.acknowledged)} acknowledged, {told.reads_on_replica} transactions read on the replica")
            killed_at = time.monotonic()
            servers.kill_primary()
            servers.promote(database)
            tell(f"primary killed, replica promoted after {time.monotonic() - killed_at:.1f} s")
            office.work_until(AFTER)
        told.without_service = min(one["at"] for one in office.acknowledged if one["at"] > killed_at) - killed_at
    connection.close()
    told.counts = count(office.sent, log, since=begun_at)
    told.counts.kills, told.counts.in_doubt = 1, office.in_doubt
    told.stale, told.failed = office.stale, office.failed
    first.manage("sequence", "-v0")
    told.verified = first.manage("verify").strip().splitlines()[-1]
    return told
