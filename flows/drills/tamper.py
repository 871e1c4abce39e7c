"""The tamper drill: what an owner of the database can do to the record, and whether the verification says so.

Five attacks, each with the database owner's rights, triggers and all: a row changed, one deleted, one inserted between two
others, an old copy of the whole database put in its place, a case's chain rewritten with all of its hashes. Each must be
found, and named by its case and the number of the record.
"""

import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic, sleep
from typing import Any, Final

import psycopg2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction

from casework.models import Action, Case
from casework.record import hashed_fields
from casework.sequencer import Replayed, sequence
from casework.verifying import Finding, verify_all
from flows.drills.places import Stage
from flows.drills.scene import ADMISSION, Scene
from flows.drills.scratch import on_the_server as _do
from ledger.canonical import FIRST, link

AT: Final = 3  # the record that is attacked
PATIENCE: Final = 60.0  # seconds


@dataclass(frozen=True)
class Attack:
    """One attack: what was done, what was found of it, and whether that names the case and the record."""

    words: str
    found: list[Finding]
    is_named: bool


class _Undo(Exception):
    """Raised to have the database as it was before the attack."""


def run(scene: Scene, key: Ed25519PrivateKey) -> list[Attack]:
    """Make two cases, attack the first in five ways, one after the other; afterwards nothing has changed but the log."""
    scene.everybody()
    stages = [Stage(scene, scene.begin(ADMISSION).pk, ADMISSION.sent_at).to("civil_affairs_review") for _ in range(2)]
    all_in_the_log(key)
    assert not verify_all().findings, "the record was not whole before the drill"
    case = Case.objects.get(pk=stages[0].case_id)
    attacks = [
        _attacked(words, do, case)
        for words, do in (
            ("a row changed", _change),
            ("a row deleted", _delete),
            ("a row inserted between two others", _insert),
            ("a whole chain rewritten with all its hashes", _rewrite),
        )
    ]
    return [*attacks, _replayed(stages[0], key)]


def all_in_the_log(key: Ed25519PrivateKey) -> None:
    """Every record is in the log. The sequencer leaves what an older transaction of anybody on the server might come before, so
    it is called again until nothing is left, for `PATIENCE` seconds at most."""
    until = monotonic() + PATIENCE
    sequence(key)
    while verify_all().pending and monotonic() < until:
        sleep(0.2)
        sequence(key)


def _attacked(words: str, attack: Callable[[Case], None], case: Case) -> Attack:
    found: list[Finding] = []
    with suppress(_Undo), transaction.atomic():
        attack(case)
        found = verify_all().findings
        raise _Undo
    return Attack(words, found, _names(found, case.pk, AT))


def _names(found: list[Finding], case_id: int, number: int) -> bool:
    return any((one.subject_kind, one.subject_id, one.number) == ("case", case_id, number) for one in found)


def _owner(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # no trigger stops an owner
        cursor.execute(statement, values or None)


def _row(case: Case, number: int = AT) -> Action:
    return Action.objects.get(subject_kind="case", subject_id=case.pk, number=number)


def _change(case: Case) -> None:
    _owner("UPDATE casework_action SET user_id = user_id + 1 WHERE id = %s", _row(case).pk)


def _delete(case: Case) -> None:
    _owner("DELETE FROM casework_action WHERE id = %s", _row(case).pk)


def _insert(case: Case) -> None:
    """A record of something that never happened, with everything after it renumbered and linked anew."""
    rows = list(Action.objects.filter(subject_kind="case", subject_id=case.pk, number__gte=AT).order_by("-number"))
    for row in rows:
        _owner("UPDATE casework_action SET number = number + 1 WHERE id = %s", row.pk)
    forged = _row(case, AT - 1)
    forged.pk, forged.number, forged.event = None, AT, "commented"
    forged.request_id, forged.sealed, forged.commitments = str(uuid.uuid4()), None, {}
    forged.save(force_insert=True)
    _relink(case)


def _rewrite(case: Case) -> None:
    row = _row(case)
    _owner("UPDATE casework_action SET outcome = 'not_met', user_id = user_id + 1 WHERE id = %s", row.pk)
    _relink(case)


def _relink(case: Case) -> None:
    """Every hash of the case made anew from its first record on, the case's own memory of it too."""
    previous = FIRST
    for row in Action.objects.filter(subject_kind="case", subject_id=case.pk).order_by("number"):
        row.previous = previous
        previous = link(hashed_fields(row), row.previous)
        _owner("UPDATE casework_action SET previous = %s, hash = %s WHERE id = %s", row.previous, previous, row.pk)
    _owner("UPDATE casework_case SET record_hash = %s, record_number = %s WHERE id = %s", previous, row.number, case.pk)


def _replayed(stage: Stage, key: Ed25519PrivateKey) -> Attack:
    """An old copy of the database in the place of the new one: what was signed since is gone."""
    name = str(connection.settings_dict["NAME"])
    old = f"{name}_old"
    last = Case.objects.get(pk=stage.case_id).record_number
    connection.close()
    _do(f'DROP DATABASE IF EXISTS "{old}" WITH (FORCE)')
    # A copy is made of a database that nobody is connected to: it is the drill's own.
    _do(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
    _do(f'CREATE DATABASE "{old}" TEMPLATE "{name}"')
    try:
        stage.to("hrss_review")
        all_in_the_log(key)
        connection.close()
        connection.settings_dict["NAME"] = old
        found = verify_all().findings
        try:
            sequence(key)
        except Replayed:  # the sequencer refuses to go on, too
            return Attack("an old copy of the database replayed", found, _names(found, stage.case_id, last + 1))
        return Attack("an old copy of the database replayed, and the sequencer went on", found, False)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name
        with suppress(psycopg2.Error):
            _do(f'DROP DATABASE IF EXISTS "{old}" WITH (FORCE)')
