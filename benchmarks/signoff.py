"""`python -m benchmarks.signoff [N]`: what a sign-off costs here, against raw SQL, stock viewflow and SpiffWorkflow.

One database server that does not wait for the disk, one process, in turns of twenty, so that a slow minute hits all alike:

- ours: `approve` of the three reviews of a direct admission, with rights, duties, judgements, clocks, record, hash, history
  and messages, as the page calls it;
- raw: the very same rows. The statements that ours sent (the lock, inserts, updates) are sent by psycopg2 to a copy of the
  database as it was before, sign-off by sign-off, each in a transaction, a statement a row;
- stock: the next step of the same chain on stock viewflow: lock, guardian's check, assign, start, execute, and the row by
  which the next department may; no record, no clocks, no history (`benchmarks/stock`);
- spiff: the same chain as BPMN in SpiffWorkflow: its state is read under a lock, the user task completed, and written back.

The last line is JSON: rates against each other, statements of one sign-off.
"""

import json
import os
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from config import postgres

os.environ.setdefault("DATABASE_URL", postgres.ensure("postgres-test"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django  # noqa: E402
from django.conf import settings  # noqa: E402

settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "benchmarks.stock"]
django.setup()

import psycopg2  # noqa: E402
from django.contrib.auth.models import Group, Permission  # noqa: E402
from django.contrib.contenttypes.models import ContentType  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.db.backends.utils import CursorWrapper  # noqa: E402

from accounts.models import User  # noqa: E402
from benchmarks import spiff  # noqa: E402
from casework import statements  # noqa: E402
from flows.actions.approve import approve  # noqa: E402
from flows.drills import acts, scratch  # noqa: E402
from flows.drills.places import HANDLER, Stage  # noqa: E402
from flows.drills.scene import ADMISSION, Scene  # noqa: E402

STEPS = ("federation_review", "civil_affairs_review", "hrss_review")
BLOCK = 20
WRITES = ("INSERT", "UPDATE", "DELETE")
Statement = tuple[str, Any]


class Heard:
    """What was sent, with its values, while it listens. It keeps each trip as it is: taking it apart is no part of the time."""

    def __init__(self) -> None:
        self.trips: list[Statement] = []

    @property
    def said(self) -> list[Statement]:
        """The statements, one by one."""
        return [one for sql, params in self.trips for one in apart(sql, params)]


def apart(sql: str, params: Any) -> list[Statement]:
    """The statements of one trip, each with its own values (`casework.statements.together`)."""
    every = sql.split(statements.BETWEEN)
    if len(every) == 1:
        return [(sql, params)]
    left = iter(params)
    return [(one, [next(left) for _ in range(one.count("%s"))]) for one in every]


@contextmanager
def heard() -> Iterator[Heard]:
    """Listens next to the database: an `execute_wrapper` would not hear what a question takes along."""
    one, execute = Heard(), CursorWrapper._execute

    def listening(self: CursorWrapper, sql: str, params: Any, *rest: Any) -> Any:
        one.trips.append((sql, params))
        return execute(self, sql, params, *rest)

    with mock.patch.object(CursorWrapper, "_execute", listening):
        yield one


def signed(stage: Stage, name: str) -> tuple[float, Heard]:
    """Seconds and statements of the action alone, without what the drill looks up to call it."""
    told: list[tuple[float, Heard]] = []

    def timed(**given: Any) -> None:
        with heard() as during:
            begun = time.perf_counter()
            approve(**given)
            told.append((time.perf_counter() - begun, during))

    with mock.patch.object(acts, "approve", timed):
        stage.do("approve", name)
    return told[0]


def needed(said: list[Statement]) -> list[Statement]:
    """What raw SQL must send too: the lock, and every change."""
    return [
        one
        for one in said
        if one[0].lstrip().startswith(WRITES) or "FOR NO KEY UPDATE" in one[0] or "FOR UPDATE" in one[0]
    ]


def main(number: int) -> None:
    with scratch.database():
        scene = Scene("b")
        scene.everybody()
        stages = [
            Stage(scene, scene.begin(ADMISSION, scene.person()).pk, ADMISSION.sent_at).to(STEPS[0])
            for _ in range(number)
        ]
        stock = Stock(number)
        spiffs = spiff.Baseline(connection, number) if spiff.IS_HERE else None
        name = str(connection.settings_dict["NAME"])
        connection.close()
        scratch.on_the_server(f"CREATE DATABASE {name}_raw TEMPLATE {name}")
        raw = psycopg2.connect(
            **{**connection.get_connection_params(), "dbname": f"{name}_raw", "cursor_factory": None}
        )
        took: dict[str, list[float]] = {"ours": [], "raw": [], "stock": [], "spiff": []}
        counts: list[tuple[int, int]] = []
        try:
            for step in STEPS:
                for first in range(0, number, BLOCK):
                    block = range(first, min(first + BLOCK, number))
                    sent = []
                    for at in block:
                        with heard() as before:
                            stages[at].claim()
                        seconds, during = signed(stages[at], HANDLER[step])
                        took["ours"].append(seconds)
                        counts.append((len(during.said), len(during.trips)))
                        sent.append((needed(before.said), needed(during.said)))
                    for claimed, done in sent:
                        replayed(raw, claimed)
                        took["raw"].append(replayed(raw, done))
                    took["stock"] += [stock.sign(at) for at in block]
                    if spiffs:
                        took["spiff"] += [spiffs.sign(at) for at in block]
        finally:
            raw.close()
            scratch.on_the_server(f"DROP DATABASE IF EXISTS {name}_raw WITH (FORCE)")
    middle = {who: statistics.median(those[BLOCK:]) for who, those in took.items() if those}
    for who, seconds in middle.items():
        print(f"{who:<6} {1000 * seconds:6.2f} ms a sign-off ({1 / seconds:,.0f} a second)")
    print(json.dumps({
        "ours_over_raw_sql": round(middle["raw"] / middle["ours"], 3),
        "ours_over_stock_viewflow": round(middle["stock"] / middle["ours"], 3),
        "ours_over_spiffworkflow": round(middle["spiff"] / middle["ours"], 3) if "spiff" in middle else None,
        "statements": round(statistics.median(number for number, _ in counts)),
        "trips": round(statistics.median(trips for _, trips in counts)), "signoffs": len(took["ours"]),
    }))  # fmt: skip


def replayed(raw: Any, said: list[Statement]) -> float:
    """Seconds of one transaction with these statements."""
    begun = time.perf_counter()
    with raw, raw.cursor() as cursor:
        for sql, params in said:
            cursor.execute(sql, params)
    return time.perf_counter() - begun


class Stock:
    """Processes of stock viewflow at their first step, and the officer of each department's group."""

    def __init__(self, number: int) -> None:
        from benchmarks.stock.flows import STEPS as ORDER
        from benchmarks.stock.flows import AdmissionFlow

        self.flow = AdmissionFlow
        what = ContentType.objects.get_for_model(AdmissionFlow.process_class)
        Permission.objects.get_or_create(codename="sign", content_type=what, defaults={"name": "May sign this process"})
        self.officers: dict[str, Any] = {}
        for step in ORDER:
            group, _ = Group.objects.get_or_create(name=step)
            user = User.objects.create(login=f"stock-{step}", display_name="示例", kind="officer")
            user.groups.add(group)
            self.officers[step] = user
        self.processes = [AdmissionFlow.start.run().pk for _ in range(number)]

    def sign(self, at: int) -> float:
        """Seconds of the next signature of this process, as the stock view does it on a POST."""
        flow, key = self.flow, self.processes[at]
        begun = time.perf_counter()
        with transaction.atomic(), flow.lock(key):
            task = flow.task_class._default_manager.get(process=key, finished=None)
            activation = task.flow_task.activation_class(task)
            user = User.objects.get(pk=self.officers[task.flow_task.name].pk)
            if not task.flow_task.can_assign(user, task):
                raise PermissionError(task.flow_task.name)
            activation.assign(user)
            activation.start(None)
            activation.process.data = {**(activation.process.data or {}), "opinion": "同意。"}
            activation.process.save()
            activation.execute()
        return time.perf_counter() - begun


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
