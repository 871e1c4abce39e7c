"""The drill of payments: many cases at once made into a batch, released, answered by a bank and settled.

One case is brought to its payment through the actions; the others are copies of its rows, as bringing so many there would
take hours. From the batch on everything goes through the actions. At the end the book must prove itself.
"""

import resource
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db import connection

from flows.actions.make_batch import make_batch
from flows.actions.read_results import read_results
from flows.actions.release_batch import release_batch, take_bank_file
from flows.drills.bank import answer
from flows.drills.places import Stage
from flows.drills.scene import SELF_EMPLOYED, Scene, proved
from flows.settling import settle_in_processes
from funds.batches import progress
from funds.check import differences
from funds.models import BatchItem, Fund, PaymentBatch

BOUNCED_IN: Final = 50  # every fiftieth payment bounces


@dataclass
class Counts:
    """Seconds of each part, of the clock and of this program's processors (not the database's); what it cost in memory,
    and what is wrong at the end."""

    seconds: dict[str, float] = field(default_factory=dict)
    busy: dict[str, float] = field(default_factory=dict)
    paid: int = 0
    bounced: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def peak_mb(self) -> float:
        """The most memory that this process has had, or any that it started, in MB."""
        return max(resource.getrusage(whose).ru_maxrss for whose in _WHOSE) / 1024


_WHOSE: Final = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


def run(many: int, tell: Callable[[str], None], processes: int = 1) -> Counts:
    """On the scratch database of this process: so many payments from due to settled, by so many processes at once."""
    scene, counts = Scene("p"), Counts()
    scene.everybody()
    stage = Stage(scene, scene.begin(SELF_EMPLOYED).pk, SELF_EMPLOYED.sent_at)
    stage.to("payment").do("give_account", "applicant")
    _timed(counts, "copied", lambda: copy(stage.case_id, many - 1), tell)
    now, fund = stage.now, Fund.objects.get(reservations__case=stage.case_id)
    payer, second = (proved(scene[f"finance {role} 2"], now) for role in ("payer", "approver"))
    made: list[PaymentBatch] = []
    _timed(counts, "made", lambda: made.append(make_batch(fund_id=fund.pk, by=payer, now=now)), tell)
    batch = made[0]
    _timed(counts, "released", lambda: release_batch(batch_id=batch.pk, by=second, now=now), tell)
    lines = take_bank_file(batch_id=batch.pk, by=payer, now=now)
    _timed(counts, "file written", lambda: sum(1 for _ in lines), tell)
    batch.refresh_from_db()
    content = answer(batch, lambda item: "bounced" if item.number % BOUNCED_IN == 0 else "paid")
    _timed(counts, "read", lambda: read_results(batch_id=batch.pk, content=content, by=payer, now=now), tell)
    _timed(counts, "settled", lambda: _settled(batch, now, processes, tell), tell)
    so_far = progress(batch)
    counts.paid, counts.bounced, counts.wrong = so_far.paid, so_far.bounced, list(_wrong(batch, fund, many))
    return counts


def _settled(batch: PaymentBatch, now: datetime, processes: int, tell: Callable[[str], None]) -> None:
    tenths: list[int] = []

    def progressed(done: Counter[str]) -> None:
        """Every tenth of the way once."""
        tenth = 10 * done["settled"] // batch.count
        if tenth and tenth not in tenths:
            tenths.append(tenth)
            tell(f"  {done['settled']} of {batch.count} cases told")

    settle_in_processes(batch, lambda: now, processes, tell=progressed)


def _wrong(batch: PaymentBatch, fund: Fund, many: int) -> list[str]:
    fund.refresh_from_db()
    batch.refresh_from_db()
    found = differences(fund)
    so_far = progress(batch)
    if (so_far.count, so_far.settled, batch.state) != (many, many, "done"):
        found.append(f"{so_far} of {many} in a batch that is {batch.state}")
    if so_far.paid_sum != fund.spent:
        found.append(f"{so_far.paid_sum} paid by the bank, {fund.spent} spent")
    unpaid = BatchItem.objects.filter(batch=batch, result="paid").exclude(payable__case__state="closed").count()
    if unpaid:
        found.append(f"{unpaid} cases were paid and are open")
    return found


def _timed(counts: Counts, part: str, act: Callable[[], Any], tell: Callable[[str], None]) -> None:
    begun, before = time.monotonic(), _busy()
    act()
    counts.seconds[part], counts.busy[part] = time.monotonic() - begun, _busy() - before
    took, busy = counts.seconds[part], counts.busy[part]
    tell(f"{part}: {took:.1f} s ({busy:.1f} s of processors), at most {counts.peak_mb:.0f} MB")


def _busy() -> float:
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, _WHOSE))


# --- copies of a case that waits for its payment

_G: Final = "copies.g"
_TABLES: Final[tuple[tuple[str, str, Mapping[str, str]], ...]] = (
    ("casework_case", "id = %(case)s",
     {"reference": "'MH' || lpad(copies.g::text, 12, '0')", "submission_key": "gen_random_uuid()"}),
    ("casework_task", "process_id = %(case)s AND finished IS NULL", {"process_id": "%(cases)s + copies.g"}),
    ("casework_deadline", "case_id = %(case)s AND ended_at IS NULL",
     {"case_id": "%(cases)s + copies.g", "task_id": "%(tasks)s + copies.g"}),
    ("funds_reservation", "case_id = %(case)s", {"case_id": "%(cases)s + copies.g"}),
    ("funds_payable", "case_id = %(case)s", {"case_id": "%(cases)s + copies.g"}),
    ("funds_payee", "case_id = %(case)s", {"case_id": "%(cases)s + copies.g"}),
    ("funds_fundentry", "case_id = %(case)s",
     {"case_id": "%(cases)s + copies.g", "number": "%(entries)s + copies.g"}),
)  # fmt: skip


def copy(case_id: int, many: int) -> None:
    """So many more cases like this one, of the same applicant, reserved in the same fund."""
    fund = Fund.objects.get(reservations__case=case_id)
    given: dict[str, Any] = {"case": case_id, "many": many, "entries": fund.entries}
    with connection.cursor() as cursor:
        cursor.execute(
            "SET session_replication_role = replica"
        )  # a case that begins as paying: a drill's database only
        for table, where, changed in _TABLES:
            cursor.execute(f"SELECT coalesce(max(id), 0) FROM {table}")
            base = cursor.fetchone()[0]
            given |= {"base": base, table.rpartition("_")[2] + "s": base}
            names = [column.name for column in connection.introspection.get_table_description(cursor, table)]
            values = {**{name: f'"{name}"' for name in names}, "id": f"%(base)s + {_G}", **changed}
            columns = ", ".join(f'"{name}"' for name in names)
            cursor.execute(
                f"INSERT INTO {table} ({columns}) SELECT {', '.join(values[name] for name in names)} "
                f"FROM {table}, generate_series(1, %(many)s) AS copies(g) WHERE {where}",
                given,
            )
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
        cursor.execute("SET session_replication_role = DEFAULT")
        sum_ = Decimal(fund.reserved)
        more: dict[str, Any] = {"amount": sum_ * many, "reserved": sum_ * (many + 1), "entries": fund.entries + many}
        cursor.execute(
            "UPDATE funds_fund SET amount = amount + %(amount)s, reserved = %(reserved)s, entries = %(entries)s + 1 "
            "WHERE id = %(fund)s",
            {**more, "fund": fund.pk},
        )
        cursor.execute(
            "INSERT INTO funds_fundentry (district_id, fund_id, number, kind, amount, reserved, spent, at) "
            "SELECT district_id, id, entries, 'raised', %(amount)s, 0, 0, now() FROM funds_fund WHERE id = %(fund)s",
            {**more, "fund": fund.pk},
        )
        cursor.execute("ANALYZE")
