"""`python -m benchmarks.scale [N …]`: every list and search among N copies of the demonstration's cases (10,000 and 1,000,000).

On a database of its own. Each page is asked through the whole application by one who may see it; told are the median and
the 95th percentile of its time in the database and its statements, at each size. Overviews, which count everything, are asked a few times only. The
last line is JSON: how much slower the slowest list became, and which sizes the tables have.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from config import postgres

os.environ.setdefault("DATABASE_URL", postgres.ensure("postgres-test"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django  # noqa: E402

django.setup()

from django.core.cache import cache  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils.timezone import localdate  # noqa: E402

from accounts.models import District  # noqa: E402
from benchmarks.lists import Spent  # noqa: E402
from casework.models import Case, Person  # noqa: E402
from casework.references import shown  # noqa: E402
from demo import scale  # noqa: E402
from demo.district import SINCE, build  # noqa: E402
from demo.people import Cast  # noqa: E402
from flows.drills import scratch  # noqa: E402
from tests.web.signing_in import signed_in  # noqa: E402

TIMES, FEW = 20, 3
PATIENCE = 60_000  # milliseconds of one statement: what takes longer is told as such


@dataclass(frozen=True)
class Page:
    """A page that is measured: who asks, its address, whether it counts everything (then its time may grow)."""

    name: str
    client: Client
    address: Callable[[], str]
    overview: bool = False


@dataclass(frozen=True)
class Took:
    """What a page took: milliseconds in the database (middle, 95 of 100), statements, the answer's status."""

    median: float
    ms: float
    statements: int
    status: int

    def __str__(self) -> str:
        return f"{self.median:9,.1f} {self.ms:9,.1f} ms {self.statements:3} st." + (
            "" if self.status == 200 else f" ({self.status})"
        )


def main(sizes: list[int]) -> None:
    with scratch.database():
        district = District.objects.get(code="minhang")
        cast = build(localdate(), lambda told: None)
        last = Case.objects.order_by("-pk").values_list("pk", flat=True)[0]
        found: dict[int, dict[str, Took]] = {}
        pages, made = _pages(cast, last), 0
        for size in sorted(sizes):
            begun = time.perf_counter()
            with _without_indexes():
                records = scale.grow(district, size - made, SINCE)
            made = size
            print(f"{size:,} cases; the last {records:,} records in {time.perf_counter() - begun:.0f} s", flush=True)
            _settle()
            found[size] = {page.name: _asked(page) for page in pages}
            for page in pages:
                print(f"  {page.name:<44}{found[size][page.name]}", flush=True)
            _sizes(size)
        _ratios(pages, found)


@contextmanager
def _without_indexes() -> Iterator[None]:
    """The copied tables' indexes, but those of their keys and constraints, are made anew once, after all rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
            " WHERE i.indrelid::regclass::text = ANY(%s) AND NOT i.indisprimary"
            " AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)",
            [[model._meta.db_table for model in scale.COPIED]],
        )
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        yield
        cursor.execute("SET maintenance_work_mem = '512MB'")
        for _, definition in indexes:
            cursor.execute(definition)


def _pages(cast: Cast, before: int) -> list[Page]:
    reviewer, intake = signed_in(cast.officers["fed-review-1"]), signed_in(cast.officers["fed-intake-1"])
    supervisor, head = signed_in(cast.officers["supervisor"]), signed_in(cast.officers["fed-head"])
    payer, applicant, nobody = signed_in(cast.officers["finance-1"]), signed_in(cast.applicants[3]), Client()

    def fixed(address: str) -> Callable[[], str]:
        return lambda: address

    def some(closed: bool) -> Case:
        """A copy that lies in the middle."""
        copies = Case.objects.filter(
            pk__gt=before, state="closed" if closed else "in_review", measure="direct_admission"
        )
        middle = (before + (Case.objects.order_by("-pk").values_list("pk", flat=True)[0])) // 2
        return copies.filter(pk__gt=middle, scopes__department__code="federation").order_by("pk")[0]

    def of_copy(words: str) -> Callable[[], str]:
        def address() -> str:
            case = some(closed=True)
            person = Person.objects.get(pk=case.person_id or 0)
            number = scale.number_of_copy(person.pk)
            return words.format(ref=case.shown_reference, name=person.name, number=number, tail=number[-4:])

        return address

    mine = Case.objects.filter(person=cast.applicants[3].on_behalf_of, pk__lte=before).order_by("pk")[0].reference
    lists = [
        Page("inbox: to be taken on", intake, fixed("/work/inbox/?view=department")),
        *(
            Page(f"inbox: {view}", reviewer, fixed(f"/work/inbox/?view={view}"))
            for view in ("mine", "department", "late", "others", "asked")
        ),
        Page("inbox of one town", reviewer, fixed("/work/inbox/?view=department&town=town_meilong")),
        Page("search: reference", reviewer, of_copy("/work/find/?q={ref}")),
        Page("search: name", reviewer, of_copy("/work/find/?q={name}")),
        Page("search: number", reviewer, of_copy("/work/find/?q={number}")),
        Page("search: last four", reviewer, of_copy("/work/find/?q={tail}")),
        Page("search by supervision: name", supervisor, of_copy("/work/find/?q={name}")),
        Page("case page", reviewer, of_copy("/work/cases/{ref}/")),
        Page("case history", supervisor, of_copy("/work/cases/{ref}/history/")),
        Page("messages of a department", reviewer, fixed("/work/messages/")),
        Page("letters to serve", intake, fixed("/work/letters/")),
        Page("tracking page", applicant, fixed(f"/my/cases/{shown(mine)}/")),
        Page("my cases", applicant, fixed("/my/")),
        Page("my messages", applicant, fixed("/my/messages/")),
        Page("public notices", nobody, fixed("/notices/")),
        Page("audit: as it opens", supervisor, fixed("/audit/")),
        Page("audit: signatures", supervisor, fixed("/audit/?event=signed")),
        Page("audit: a rare event", supervisor, fixed("/audit/?event=red_card")),
        Page("audit: a person", supervisor, fixed("/audit/?who=林知夏")),
        Page("audit: a department's refusals", supervisor, fixed("/audit/?department=district_government&event=refused")),
        Page("audit: refused cases", supervisor, fixed("/audit/?outcome=refused&event=signed")),
        Page("audit: a step in a year", supervisor, fixed("/audit/?step=hrss_review&since=2025-01-01&until=2025-12-31")),
        Page("audit: a case", supervisor, of_copy("/audit/?ref={ref}")),
    ]  # fmt: skip
    return lists + _overviews(supervisor, head, payer, nobody)


def _overviews(supervisor: Client, head: Client, payer: Client, nobody: Client) -> list[Page]:
    pages = (
        ("supervision's dashboard", supervisor, "/supervision/dashboard/"), ("patterns", supervisor, "/patterns/"),
        ("process", supervisor, "/supervision/process/"), ("satisfaction", head, "/work/satisfaction/"),
        ("a head's workload", head, "/work/workload/"), ("the public goal", nobody, "/goal/"), ("reports", supervisor, "/reports/"),
        ("payments", payer, "/work/payments/"), ("funds", payer, "/work/funds/"),
    )  # fmt: skip
    return [Page(name, client, partial(str, address), overview=True) for name, client, address in pages]


def _asked(page: Page) -> Took:
    """How long it takes; an overview is asked with nothing kept from before, a list once more for what a process keeps."""
    address, took, status, statements = page.address(), [], 0, 0
    for turn in range(FEW if page.overview else TIMES + 1):
        if page.overview:
            cache.clear()
        spent = Spent()
        with connection.execute_wrapper(spent):
            status = _status(page, address)
        if page.overview or turn:
            took.append(spent.seconds * 1000)
            statements = spent.statements
        if spent.seconds * 1000 > PATIENCE / 4 and took:
            break
    took.sort()
    return Took(took[len(took) // 2], took[int(len(took) * 0.95)], statements, status)


def _status(page: Page, address: str) -> int:
    page.client.raise_request_exception = False
    status = page.client.get(address).status_code
    return 200 if status == 302 and "/work/find/" in address else status  # one hit opens at once


def _settle() -> None:
    with connection.cursor() as cursor:
        for model in scale.COPIED:
            cursor.execute(f'VACUUM ANALYZE "{model._meta.db_table}"')
        cursor.execute(f"SET statement_timeout = {PATIENCE}")


def _sizes(cases: int) -> None:
    """Bytes a case of each table, rows and indexes, the largest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, pg_table_size(oid), pg_indexes_size(oid), reltuples FROM pg_class"
            " WHERE relname = ANY(%s) ORDER BY pg_total_relation_size(oid) DESC",
            [[model._meta.db_table for model in scale.COPIED]],
        )
        rows = cursor.fetchall()
    print(f"  {'bytes a case':<34}{'rows':>8}{'table':>8}{'indexes':>9}")
    for name, table, indexes, many in rows:
        print(f"  {name:<34}{many / cases:8.2f}{table / cases:8,.0f}{indexes / cases:9,.0f}")
    print(
        f"  {'all':<34}{'':8}{sum(r[1] for r in rows) / cases:8,.0f}{sum(r[2] for r in rows) / cases:9,.0f}", flush=True
    )


def _ratios(pages: list[Page], found: dict[int, dict[str, Took]]) -> None:
    first, last = found[min(found)], found[max(found)]
    lists = [page.name for page in pages if not page.overview]
    slowest = max(lists, key=lambda name: last[name].ms)
    grew = {name: last[name].median / first[name].median for name in lists if last[name].median > 5}
    for name in sorted(grew, key=lambda name: -grew[name])[:5]:
        print(f"{name}: {grew[name]:.1f} times as long at {max(found):,} as at {min(found):,} (medians)")
    print(f"slowest list: {slowest}")
    print(json.dumps({
        "cases": max(found), "slowest_list_ms": round(last[slowest].ms, 1),
        "grew_most": round(max(grew.values(), default=1.0), 1),
        "overviews_s": round(max(last[page.name].median for page in pages if page.overview) / 1000, 1),
        "tracking_statements": last["tracking page"].statements,
        "statements_grew": sum(last[name].statements > first[name].statements for name in lists),
        "wrong_answers": sum(took.status != 200 for took in last.values()),
    }))  # fmt: skip


if __name__ == "__main__":
    main([int(one) for one in sys.argv[1:]] or [10_000, 1_000_000])
