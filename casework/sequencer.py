"""The sequencer (定序): the one that takes the record's links, in the order in which they became final, into the log.

It reads the record and writes files, never the database. A row is taken once every transaction that began before its own
has ended, so that none can come in before it afterwards. What the log says of a row is its entry (`entry_of`): canonical
JSON of whose record it is, its number and its hash; nothing of a person.
"""

import base64
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings
from django.db import connection, transaction

from ledger.canonical import canonical
from ledger.checkpoints import Checkpoint, Checkpoints
from ledger.log import Log

CHUNK = 5_000
_LOCK = 77_001  # of the advisory lock: one sequencer, whatever machine it runs on
_TAIL = 256  # entries looked up again before anything is added
# The text has a name of its own: `ORDER BY xid` means the number, along its index, and 1000 comes after 999.
_COLUMNS = "id, district_id, subject_kind, subject_id, number, hash, xid::text AS xid_told"


class Replayed(Exception):
    """The database lacks records that the log has, or has others in their place: it is older than the log.

    `entries` are the log's, as far as they were looked at.
    """

    def __init__(self, entries: list[dict[str, Any]]) -> None:
        super().__init__(f"{len(entries)} records of the log are not in the database")
        self.entries = entries


class Elsewhere(Exception):
    """Another sequencer is at work."""


@dataclass(frozen=True)
class Sequenced:
    """How many were taken, and the checkpoint that holds them."""

    taken: int
    checkpoint: Checkpoint | None


def entry_of(row: Iterable[Any]) -> bytes:
    """What the log says of a row (id, district, kind of subject, its id, number, hash)."""
    action, district, kind, subject, number, digest = list(row)[:6]
    return canonical(
        {"action": action, "district": district, "hash": digest, "number": number, "subject_id": subject, "subject_kind": kind}
    )  # fmt: skip


def the_log() -> Log:
    return Log(settings.LEDGER_DIR)


def the_checkpoints() -> Checkpoints:
    return Checkpoints(settings.LEDGER_DIR, settings.LEDGER_ORIGIN)


def read_key(path: Path | None = None) -> Ed25519PrivateKey:
    """The signing key: 32 bytes in Base64. Raises FileNotFoundError, ValueError."""
    text = (path or settings.LEDGER_KEY_FILE).read_text("ascii")
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(text))


def new_key(path: Path) -> Ed25519PrivateKey:
    """A signing key in a new file that its owner alone reads. Raises FileExistsError."""
    key = Ed25519PrivateKey.generate()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(base64.b64encode(key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())))
    return key


def sequence(key: Ed25519PrivateKey, chunk: int = CHUNK) -> Sequenced:
    """Take all that is final and not in the log, and sign a checkpoint. Run twice, it is done once.

    Raises Elsewhere where another one is at work, Replayed where the database is older than the log.
    """
    log, checkpoints = the_log(), the_checkpoints()
    try:
        with log.writing(), transaction.atomic():
            _alone()
            _look_back(log)
            if not checkpoints.public_keys():
                checkpoints.add_key(key)
            taken = _cluster_changed(log, chunk)
            while fresh := _next(log, chunk):
                taken += _append(log, fresh)
            signed = checkpoints.publish(log, key) if log.size else None
            return Sequenced(taken, signed)
    except BlockingIOError as error:
        raise Elsewhere from error


def accept_loss(key: Ed25519PrivateKey, words: str, now: datetime) -> list[dict[str, Any]]:
    """After a restore: say in the log, for ever, which of its records the database has lost, and why; what was lost.

    From then on a verification lists them as lost and explained. Raises Elsewhere.
    """
    log = the_log()
    try:
        with log.writing(), transaction.atomic():
            _alone()
            known = explained(log)
            lost = [(place, one) for place, one in _missing(log, 0) if place not in known]
            if lost:
                said = {"at": now.isoformat(), "lost": [place for place, _ in lost], "why": words}
                losses = [*log.state().get("losses", []), log.size]
                log.append([(0, canonical(said))], last=["0", 0], cluster=None, losses=losses)
                the_checkpoints().publish(log, key)
            return [one for _, one in lost]
    except BlockingIOError as error:
        raise Elsewhere from error


def explained(log: Log) -> dict[int, str]:
    """The places of the log whose records were lost in a restore that was accepted, with the reason."""
    found: dict[int, str] = {}
    for place in log.state().get("losses", []):
        said = json.loads(log.entry(place))
        found |= dict.fromkeys(said["lost"], said["why"])
    return found


def _alone() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            raise Elsewhere


@contextmanager
def standing_still() -> Iterator[None]:
    """No sequencer writes the log meanwhile; waits for one that is at work."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = 0")
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        yield


def _look_back(log: Log) -> None:
    """Nothing is added to a log whose newest records are not in the database as it has them."""
    size = log.size
    known = explained(log) if size else {}
    if missing := [one for place, one in _missing(log, max(0, size - _TAIL)) if place not in known]:
        raise Replayed(missing)


def _missing(log: Log, begin: int) -> list[tuple[int, dict[str, Any]]]:
    """The entries from a place on that no row of the database gives."""
    found = []
    places = list(enumerate(log.entries(begin), begin))
    for at in range(0, len(places), CHUNK):
        told = [(place, line, json.loads(line)) for place, line in places[at : at + CHUNK]]
        ids = [said["action"] for _, _, said in told if "action" in said]
        have = {row[0]: entry_of(row) for row in _rows("id = ANY(%s)", [ids])}
        found += [(place, said) for place, line, said in told if "action" in said and have.get(said["action"]) != line]
    return found


def _cluster_changed(log: Log, chunk: int) -> int:
    """On another cluster transaction numbers begin anew: what a restore brought is taken first, by its own order."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT system_identifier::text FROM pg_control_system()")
        cluster = cursor.fetchone()[0]
    if log.state().get("cluster") == cluster:
        return 0
    taken, after = 0, 0
    while rows := _rows(
        "xid >= pg_snapshot_xmax(pg_current_snapshot()) AND id > %s ORDER BY id LIMIT %s", [after, chunk]
    ):
        after = rows[-1][0]
        taken += _append(log, rows)
    log.append([], cluster=cluster, last=["0", 0])
    return taken


def _next(log: Log, chunk: int) -> list[Any]:
    xid, pk = log.state().get("last", ["0", 0])
    return _rows(
        "(xid, id) > (%s::xid8, %s) AND xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY xid, id LIMIT %s",
        [str(xid), pk, chunk],
    )


def _append(log: Log, rows: list[Any]) -> int:
    """Those of the rows that the log has not; how many. Raises Replayed where it has another in their place."""
    fresh, other = [], []
    known: dict[int, str] | None = None
    for row, place in zip(rows, log.places([row[0] for row in rows]), strict=True):
        entry = entry_of(row)
        if place is None:
            fresh.append((row[0], entry))
        elif log.entry(place) != entry:
            known = explained(log) if known is None else known
            if place in known:
                fresh.append((row[0], entry))
            else:
                other.append(json.loads(log.entry(place)))
    if other:
        raise Replayed(other)
    last = rows[-1]
    log.append(fresh, last=[last[6], last[0]])
    return len(fresh)


def _rows(condition: str, values: list[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_COLUMNS} FROM casework_action WHERE {condition}", values)
        return list(cursor.fetchall())
