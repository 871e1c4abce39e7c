"""The crash drill: officers sign cases over HTTP, the server is killed with -9 under their hands, again and again.

What the server has acknowledged is written down by the client after the answer, and forced to disk. Afterwards nothing
acknowledged may be missing, no case half changed, and no request done twice.
"""

import json
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from casework.models import Action, Case
from casework.record import said
from flows.drills.invariants import broken
from flows.drills.serving import Server
from flows.drills.signing import Applicants, Office, password_of

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


def run(url: str, folder: Path, kills: int, tell: Callable[[str], None], seed: int = 1) -> Counts:
    """The whole drill on an empty database at `url`, which this process's own connection must be on too."""
    server, pick = Server(url, folder), random.Random(seed)
    (folder / "static").mkdir(exist_ok=True)
    server.manage("migrate", "-v0")
    server.manage("demo", "-v0")
    cases = 12 + 12 * kills
    Applicants().begin(cases)
    begun_at = last_record()
    tell(f"{cases} cases wait; the server is killed {kills} times")
    acknowledged = folder / "acknowledged.jsonl"
    with acknowledged.open("w", encoding="utf-8") as log, server:
        office = Office([server], password_of(server), log, seed=seed)
        with office:
            for number in range(kills):
                _under_load(office, pick)
                office.serving.clear()
                server.kill()
                server.start()
                office.serving.set()
                tell(f"kill {number + 1}: {len(office.acknowledged)} acknowledged so far")
            _under_load(office, pick)
    counts = count(office.sent, acknowledged, since=begun_at)
    counts.kills, counts.in_doubt = kills, office.in_doubt
    return counts


def last_record() -> int:
    """The key of the newest record."""
    return Action.objects.order_by("-pk").values_list("pk", flat=True)[0]


def _under_load(office: Office, pick: random.Random) -> None:
    """Until a good few more were acknowledged, and then for a moment that nobody chose."""
    office.work_until(pick.randint(20, 60))
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
