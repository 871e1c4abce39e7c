"""Renew the keys of the installation (密钥轮换): what wraps the subjects' keys, and what blind indexes are made with.

Both leave a row, and a record in every district. The steps for an operator stand in docs/operations.md, "New keys".
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction

from accounts.actor import Actor
from accounts.models import District
from casework.models import KeyRotation, SubjectKey
from casework.personal_data import INDEXED
from casework.record import write_on
from casework.sealing import (
    NUMBER,
    TAIL,
    index_keys,
    keys_in,
    mark_of,
    master_mark,
    read_index_keys_again,
    taken_on,
    wrap_anew,
)

BATCH: Final = 1000
Tell = Callable[[int, int], None]


class NothingToDo(Exception):
    """Everything is under the newest key."""


class InUse(Exception):
    """Other processes of the application are connected: they would look for people under the former indexes."""


def renew_wrapping(*, by: Actor, now: datetime, tell: Tell = lambda done, of: None) -> int:
    """Wrap every subject's key under the newest MASTER_KEY, while the application serves; how many. May run twice at once.

    Raises NothingToDo, and Erased where a key opens under none of the keys that are set; what was wrapped stays so.
    """
    waiting = SubjectKey.objects.exclude(master_version=master_mark())
    many, done = waiting.count(), 0
    while True:
        with transaction.atomic():
            keys = list(waiting.select_for_update(skip_locked=True).order_by("pk")[:BATCH])
            for key in keys:
                wrap_anew(key)
            SubjectKey.objects.bulk_update(keys, ["wrapped", "master_version"])
        if not keys:
            break
        done += len(keys)
        tell(done, many)
    if not done:
        raise NothingToDo
    _told(KeyRotation.FIELDS, keys_in(settings.MASTER_KEY)[-1], done, by, now)
    return done


def renew_indexes(*, by: Actor, now: datetime, tell: Tell = lambda done, of: None, alone: bool = True) -> int:
    """Take every blind index of a number to the next INDEX_KEY, all in one transaction; how many rows changed.

    Run by the owner of the tables with the application stopped: `alone` asks whether it is. Raises NothingToDo and InUse.
    """
    keys = keys_in(settings.INDEX_KEY)
    here = len(index_keys())
    if here == len(keys):
        raise NothingToDo
    with transaction.atomic():
        if alone and _others():
            raise InUse
        changed = 0
        for key in keys[here:]:
            changed += _take_on(key, tell)
            _told(KeyRotation.INDEXES, key, changed, by, now)
    read_index_keys_again()
    return changed


def _take_on(key: str, tell: Tell) -> int:
    columns = [
        (apps.get_model(label)._meta.db_table, column, purpose)
        for label, those in INDEXED.items()
        for column, purpose in those.items()
    ]
    changed = 0
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks that wait can't be altered
        for table in dict.fromkeys(table for table, _, _ in columns):
            cursor.execute(f'LOCK TABLE "{table}" IN ACCESS EXCLUSIVE MODE')
            cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
        for purpose in (NUMBER, TAIL):
            mine = [(table, column) for table, column, of in columns if of == purpose]
            _map(cursor, mine, purpose, key)
            for number, (table, column) in enumerate(mine, 1):
                cursor.execute(
                    f'UPDATE "{table}" t SET "{column}" = m.after FROM taken_on m WHERE t."{column}" = m.before'  # noqa: S608
                )
                changed += cursor.rowcount
                tell(number, len(mine))
            cursor.execute("DROP TABLE taken_on")
        for table in dict.fromkeys(table for table, _, _ in columns):
            cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')
    return changed


def _map(cursor: Any, columns: list[tuple[str, str]], purpose: str, key: str) -> None:
    """What becomes of each index that stands anywhere, as a table of this transaction."""
    every = " UNION ".join(f'SELECT "{column}" FROM "{table}" WHERE "{column}" <> \'\'' for table, column in columns)  # noqa: S608
    cursor.execute(every)
    pairs = [(before, taken_on(purpose, before, key)) for (before,) in cursor.fetchall()]
    cursor.execute("CREATE TEMPORARY TABLE taken_on (before varchar(64) PRIMARY KEY, after varchar(64)) ON COMMIT DROP")
    for first in range(0, len(pairs), BATCH):
        some = pairs[first : first + BATCH]
        cursor.execute(
            f"INSERT INTO taken_on VALUES {', '.join(['(%s, %s)'] * len(some))}",  # noqa: S608
            [one for pair in some for one in pair],
        )
    cursor.execute("ANALYZE taken_on")


def _others() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND application_name = 'minhang'"
        )
        return bool(cursor.fetchone()[0])


def _told(kind: str, key: str, rows: int, by: Actor, now: datetime) -> None:
    with transaction.atomic():
        for district in District.objects.order_by("pk"):
            done = KeyRotation.objects.create(district=district, kind=kind, mark=mark_of(key), rows=rows, made_at=now)
            write_on(done, "keys_renewed", by, now, details={"what": kind, "rows": rows})
