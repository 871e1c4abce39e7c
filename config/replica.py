"""Reads from a streaming replica (DATABASE_REPLICA_URL), so that everybody still reads what they wrote.

A request says with `reading()` that it may read the replica; `Router` sends its reads there until it writes something or
opens a transaction. Without such a request (commands, jobs, forms that are handed in) everything goes to the primary.
How far the replica must be is a position in the primary's log of changes (WAL), a number of bytes.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final

from django.db import DatabaseError, InterfaceError, connections

PRIMARY, REPLICA = "default", "replica"
STALE_AFTER: Final = 30  # seconds; a replica that has replayed nothing newer is not read: replication may be broken
LEFT_ALONE: Final = 10  # seconds without asking a replica again that did not answer
FURTHEST: Final = (1 << 64) - 1  # no replica is ever that far: reads go to the primary


@dataclass
class Reading:
    """What one request may read where, and whether it has written."""

    on_replica: bool = False
    wrote: bool = False


_reading: ContextVar[Reading | None] = ContextVar("reading", default=None)
_left_alone_until = 0.0  # of time.monotonic(), in this process


@contextmanager
def reading() -> Iterator[Reading]:
    """One request's reads; set `on_replica` to let those that follow go to the replica."""
    mine = Reading()
    token = _reading.set(mine)
    try:
        yield mine
    finally:
        _reading.reset(token)


class Router:
    """Django's database router. What a request reads after it wrote, or inside a transaction, it reads where it writes."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        mine = _reading.get()
        if mine is None:
            return PRIMARY
        # A transaction is there to write, and not all that it writes asks a router (casework/statements.py).
        mine.wrote = mine.wrote or connections[PRIMARY].in_atomic_block
        return REPLICA if mine.on_replica and not mine.wrote else PRIMARY

    def db_for_write(self, model: Any, **hints: Any) -> str:
        if (mine := _reading.get()) is not None:
            mine.wrote = True
        return PRIMARY

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return True  # the same rows, read at two places

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return False if db == REPLICA else None


def may_read(needed: int) -> bool:
    """Whether the replica follows the primary, has replayed up to the position `needed`, and is not long behind.

    On a service where nothing is written for `STALE_AFTER` seconds the primary answers: nobody could tell such a replica
    from one that is cut off, and there is nothing to relieve.
    """
    if time.monotonic() < _left_alone_until or needed == FURTHEST:
        return False
    try:
        follows, replayed, behind = state()
    except (DatabaseError, InterfaceError):
        leave_alone()
        return False
    return follows and behind is not None and behind < STALE_AFTER and replayed >= needed


def state() -> tuple[bool, int, float | None]:
    """Whether the replica follows a primary, how far it has replayed, and how many seconds ago what it replayed last was
    committed. Raises DatabaseError, InterfaceError where it does not answer."""
    with connections[REPLICA].cursor() as cursor:
        cursor.execute(
            "SELECT pg_is_in_recovery(), pg_last_wal_replay_lsn()::text, "
            "extract(epoch FROM now() - pg_last_xact_replay_timestamp())::float"
        )
        follows, replayed, behind = cursor.fetchone()
    return bool(follows), number(replayed), behind


def leave_alone() -> None:
    """The replica failed: this process asks it again in a while, over a new connection."""
    global _left_alone_until
    _left_alone_until = time.monotonic() + LEFT_ALONE
    connections[REPLICA].close()


def position() -> int:
    """How far the primary's log reaches now; `FURTHEST` where it can't be asked, so that nobody reads less than they wrote."""
    try:
        with connections[PRIMARY].cursor() as cursor:
            # Where the next record goes, not what is on disk already: that may be less where commits do not wait for it.
            cursor.execute("SELECT pg_current_wal_insert_lsn()::text")
            return number(cursor.fetchone()[0])
    except (DatabaseError, InterfaceError):
        return FURTHEST


def number(lsn: str | None) -> int:
    """PostgreSQL's `16/B374D848` as a number of bytes; 0 for nothing. Raises ValueError for anything else."""
    high, _, low = (lsn or "0/0").partition("/")
    return (int(high, 16) << 32) + int(low, 16)
