"""The back-test (试算): what every assessed case would come to by other figures. Reads only; nothing is stored here.

Before is the newest assessment that was kept. After is what the rules say of its facts by the other figures, with the history
as it stands now. A case that would come out differently by today's figures too is no effect of the change: it is counted apart.
Cases that ended without a decision (withdrawn, not accepted, lapsed) take no part.
"""

import json
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Min, Q

from casework.backtest_judging import DRIFTED, UNREADABLE, Came, Judges, Verdicts, Work
from casework.exclusions import Claimed, earlier_of_many
from casework.models import Assessment, Parameter, PolicyVersion, SubjectKey
from casework.published import STALE_SECONDS
from casework.sealing import Erased, unseal_bytes
from policy.parameters import POLICY, Parameters

PAGE = 1000
WITHOUT_DECISION = ("withdrawn", "not_accepted", "lapsed")
# A worker may judge by the former figures for a moment after a publication.
_LATE = timedelta(seconds=STALE_SECONDS + 8)
_NOTHING = memoryview(b"")
_FACTS = '{"facts":'
_decode = json.JSONDecoder().raw_decode


class Row(NamedTuple):
    """A case's newest assessment, as one statement a page reads it."""

    case_id: int
    outcome: str
    amount: Decimal | None
    missing: list[str]
    trace: memoryview
    reference: str
    measure: str
    as_of: date
    town: str | None
    case_outcome: str
    person_index: str | None
    person_key: Any
    person_wrapped: memoryview | None
    organisation_index: str | None
    organisation_key: Any
    organisation_wrapped: memoryview | None

    @property
    def subject(self) -> str:
        return self.person_index or self.organisation_index or ""

    @property
    def came(self) -> Came:
        return Came(self.outcome, self.amount, tuple(self.missing))

    def facts(self) -> dict[str, Any]:
        """The kept facts. Raises Erased."""
        key, wrapped = self.person_key or self.organisation_key, self.person_wrapped or self.organisation_wrapped
        if key is None or wrapped is None:
            raise Erased
        return _facts(unseal_bytes(SubjectKey(id=key, wrapped=wrapped), self.trace).decode())


_COLUMNS = (
    "case_id", "outcome", "amount", "missing", "trace", "case__reference", "case__measure", "case__as_of", "case__town__code",
    "case__outcome", "case__person__number_index", "case__person__key_id", "case__person__key__wrapped",
    "case__organisation__number_index", "case__organisation__key_id", "case__organisation__key__wrapped",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """A case that would come out differently."""

    case_id: int
    reference: str
    measure: str
    town: str
    is_open: bool
    before: Came
    after: Came

    @property
    def more(self) -> Decimal:
        """Yuan more, negative where less; what has no amount pays nothing."""
        return (self.after.amount or Decimal(0)) - (self.before.amount or Decimal(0))


@dataclass
class Part:
    """Figures of one measure, one town, or all."""

    changed: int = 0
    more: Decimal = Decimal("0.00")
    less: Decimal = Decimal("0.00")

    def add(self, one: Difference) -> None:
        self.changed += 1
        self.more += max(one.more, Decimal(0))
        self.less += max(-one.more, Decimal(0))

    def as_json(self) -> dict[str, Any]:
        return {"changed": self.changed, "more": f"{self.more:.2f}", "less": f"{self.less:.2f}"}


@dataclass
class Report:
    """What has been found so far. `looked_at` counts all cases; `worked_out` those that the change could touch."""

    looked_at: int = 0
    worked_out: int = 0
    decided: int = 0
    open: int = 0
    erased: int = 0
    unreadable: int = 0
    drifted: int = 0
    all: Part = field(default_factory=Part)
    by_measure: dict[str, Part] = field(default_factory=lambda: defaultdict(Part))
    by_town: dict[str, Part] = field(default_factory=lambda: defaultdict(Part))
    by_outcome: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, one: Difference) -> None:
        for part in (self.all, self.by_measure[one.measure], self.by_town[one.town]):
            part.add(one)
        self.by_outcome[one.before.outcome, one.after.outcome] += 1
        self.open += one.is_open
        self.decided += not one.is_open

    def as_json(self) -> dict[str, Any]:
        """For keeping and for machines: numbers, sums as decimals in text, keys; nobody's name."""
        return {
            "looked_at": self.looked_at, "worked_out": self.worked_out, **self.all.as_json(), "decided": self.decided,
            "open": self.open, "erased": self.erased, "unreadable": self.unreadable, "drifted": self.drifted,
            "by_measure": [{"measure": code, **part.as_json()} for code, part in sorted(self.by_measure.items())],
            "by_town": [{"town": code, **part.as_json()} for code, part in sorted(self.by_town.items())],
            "by_outcome": [
                {"before": before, "after": after, "changed": number}
                for (before, after), number in sorted(self.by_outcome.items())
            ],
        }  # fmt: skip


class Run:
    """One back-test. Iterating gives the differences page by page, while `report`, `done` and `total` grow.

    `everything` works out every case, also where the change can't touch its measure; the differences are the same. `helpers`
    other processes judge, while this one reads.
    """

    def __init__(
        self, district_id: int, before: Parameters, after: Parameters, *, everything: bool = False, helpers: int = 0
    ) -> None:
        self.district_id, self.judges = district_id, Judges(before, after, helpers)
        self.report, self.done = Report(), 0
        taking_part = _assessed(district_id)
        self.report.looked_at = taking_part.values("case").distinct().count()
        names = differing(before, after)
        if not everything and POLICY not in names:
            taking_part = taking_part.filter(case__measure__in=sorted(touched(district_id, names)))
        self.rows = taking_part.order_by("case_id", "-pk").distinct("case_id")
        self.total = taking_part.values("case").distinct().count()

    def __iter__(self) -> Iterator[list[Difference]]:
        asked: deque[tuple[int, list[Row], Callable[[], Verdicts]]] = deque()
        with self.judges as judges:
            for page in self._pages():
                rows, work = self._read(page)
                asked.append((len(page), rows, judges.ask(work)))
                if len(asked) > judges.helpers:
                    yield self._take(*asked.popleft())
            while asked:
                yield self._take(*asked.popleft())

    def _pages(self) -> Iterator[list[Row]]:
        after = 0
        while True:
            page = [Row(*row) for row in self.rows.filter(case_id__gt=after).values_list(*_COLUMNS)[:PAGE]]
            if page:
                yield page
            if len(page) < PAGE:
                return
            after = page[-1].case_id

    def _read(self, page: list[Row]) -> tuple[list[Row], list[Work]]:
        """The rows whose facts can be read, and what is to be judged of each."""
        read: list[tuple[Row, dict[str, Any]]] = []
        for row in page:
            try:
                read.append((row, row.facts()))
            except Erased:
                self.report.erased += 1
        histories = earlier_of_many(
            self.district_id, [Claimed(row.case_id, row.measure, row.subject, facts) for row, facts in read]
        )
        work = [
            Work(row.measure, row.as_of, facts, histories.get(row.case_id, []), row.came) for row, facts in read
        ]  # fmt: skip
        return [row._replace(trace=_NOTHING) for row, _ in read], work

    def _take(self, number: int, rows: list[Row], verdicts: Callable[[], Verdicts]) -> list[Difference]:
        found = []
        for row, verdict in zip(rows, verdicts(), strict=True):
            if isinstance(verdict, Came):
                found.append(
                    Difference(
                        row.case_id, row.reference, row.measure, row.town or "", not row.case_outcome, row.came, verdict
                    )
                )
                self.report.add(found[-1])
            self.report.drifted += verdict == DRIFTED
            self.report.unreadable += verdict == UNREADABLE
        self.done += number
        self.report.worked_out += number
        return found


def differing(before: Parameters, after: Parameters) -> set[str]:
    """The names whose figures or periods are not the same."""
    names = {entry.name for entry in (*before.entries, *after.entries)}
    return {name for name in names if before.named(name) != after.named(name)}


def touched(district_id: int, names: set[str]) -> set[str]:
    """The measures that the change of these figures can reach.

    An assessment keeps which figures it used, or lacked. A measure none of whose assessments names a changed figure comes out as
    before; but for assessments older than a later publication of a figure that they name: by now they may read others.
    """
    rows = Assessment.objects.filter(district_id=district_id)
    first = rows.aggregate(first=Min("at"))["first"]
    if first is None or not names:
        return set()
    mine = Q()
    for name in names:
        mine |= _names(name)
    later = {"district_id": district_id, "published_at__gt": first - _LATE}
    for name, at in Parameter.objects.filter(**later).values_list("name", "published_at"):
        mine |= _names(name) & Q(at__lt=at + _LATE)
    for at in PolicyVersion.objects.filter(**later).values_list("published_at", flat=True):
        mine |= Q(at__lt=at + _LATE)
    return set(rows.filter(mine).values_list("case__measure", flat=True).distinct())


def _names(name: str) -> Q:
    return Q(parameters__has_key=name) | Q(missing__contains=[name])


def _assessed(district_id: int) -> Any:
    return Assessment.objects.filter(district_id=district_id).exclude(case__outcome__in=WITHOUT_DECISION)


def _facts(text: str) -> dict[str, Any]:
    """The facts of what is kept with an assessment. They stand first, so that the long rest is not read."""
    if text.startswith(_FACTS):
        found, _ = _decode(text, len(_FACTS))
    else:
        found = json.loads(text)["facts"]
    return dict(found)
