"""`python -m benchmarks.lists [N …]`: the first page of a department's inbox among 10,000, 100,000 and 1,000,000 cases.

On a database of its own: copies of one case at its review, a twentieth of them open there, the rest closed. The page is asked
30 times by a signed-in officer, through the whole application; the last line is JSON with the 95th percentile of its time in the
database for each size, and how much slower the largest is than the smallest.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

from config import postgres

os.environ.setdefault("DATABASE_URL", postgres.ensure("postgres-test"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django  # noqa: E402

django.setup()

from django.db import connection  # noqa: E402

from casework.models import Case, Task  # noqa: E402
from flows.drills import scratch  # noqa: E402
from flows.drills.places import HANDLER, Stage  # noqa: E402
from flows.drills.scene import ADMISSION, Scene  # noqa: E402
from tests.web.signing_in import signed_in  # noqa: E402

TIMES, OPEN_ONE_IN = 30, 20


def main(sizes: list[int]) -> None:
    with scratch.database():
        scene = Scene("b")
        scene.everybody()
        stage = Stage(scene, scene.begin(ADMISSION).pk, ADMISSION.sent_at).to("federation_review")
        case = Case.objects.get(pk=stage.case_id)
        task = Task.objects.get(process=case, finished=None)
        made, slowest, client = 0, {}, signed_in(scene[HANDLER["federation_review"]])
        for size in sorted(sizes):
            _copy(case, task, made, size)
            made = size
            taken, statements = [], 0
            for _ in range(TIMES):
                spent = Spent()
                with connection.execute_wrapper(spent):
                    assert client.get("/work/inbox/?view=department").status_code == 200
                taken.append(spent.seconds * 1000)
                statements = spent.statements
            taken.sort()
            slowest[size] = taken[int(TIMES * 0.95)]
            print(f"{size:>9,} cases: 95 % within {slowest[size]:.1f} ms, {statements} statements", flush=True)
    first, last = min(slowest), max(slowest)
    print(json.dumps({
        **{f"p95_ms_at_{size}": round(ms, 1) for size, ms in slowest.items()},
        "largest_over_smallest": round(slowest[last] / slowest[first], 2),
    }))  # fmt: skip


class Spent:
    """The statements that pass, and the seconds that they take with what they bring."""

    def __init__(self) -> None:
        self.seconds, self.statements = 0.0, 0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        begun = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.seconds, self.statements = self.seconds + time.perf_counter() - begun, self.statements + 1


def _copy(case: Case, task: Task, first: int, last: int) -> None:
    """Cases from number `first` to `last` and their task at the review; of each twenty, one is open."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        changed = {
            "casework_case": {
                "id": "id + g", "reference": "'MH' || lpad(g::text, 12, '0')", "submission_key": "gen_random_uuid()",
                "outcome": f"CASE WHEN g %% {OPEN_ONE_IN} = 0 THEN '' ELSE 'granted' END",
                "closed_at": f"CASE WHEN g %% {OPEN_ONE_IN} = 0 THEN NULL ELSE created END",
                "decided_at": f"CASE WHEN g %% {OPEN_ONE_IN} = 0 THEN NULL ELSE created END",
                "state": f"CASE WHEN g %% {OPEN_ONE_IN} = 0 THEN state ELSE 'closed' END",
            },
            "casework_task": {
                "id": "id + g", "process_id": f"{case.pk} + g", "due": "due + (g %% 60) * interval '1 day'",
                "finished": f"CASE WHEN g %% {OPEN_ONE_IN} = 0 THEN NULL ELSE created END",
            },
        }  # fmt: skip
        for table, key in (("casework_case", case.pk), ("casework_task", task.pk)):
            names = [column.name for column in connection.introspection.get_table_description(cursor, table)]
            columns = ", ".join(f'"{name}"' for name in names)
            values = ", ".join(changed[table].get(name, f'"{name}"') for name in names)
            cursor.execute(
                f"INSERT INTO {table} ({columns}) SELECT {values} FROM {table}, generate_series(%s, %s) g WHERE id = %s",  # noqa: S608
                [first + 1, last, key],
            )
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("ANALYZE")


if __name__ == "__main__":
    main([int(one) for one in sys.argv[1:]] or [10_000, 100_000, 1_000_000])
