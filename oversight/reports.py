"""Reports (报表): what was asked for, granted, refused and paid, by measure, town and month; funds against use.

Read side only; a fixed number of statements. A report counts the applications of one year by their day of application,
whatever became of them since; sums in yuan, days in calendar days from the application to the decision.
"""

from calendar import isleap
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from django.db.models import Avg, Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, ExtractMonth

from accounts.models import Department
from casework.models import Case
from funds.models import Fund, Payable
from policy import T, measure, measures

GROUPS: Final = ("measure", "town", "month")
# What somebody asks for: the seventeen types, posts of a round and the support of bases; not what offices begin themselves.
ASKED_FOR: Final = (*(one.code for one in measures()), "post_application", "base_support")
GRANTED, REFUSED = Q(outcome="granted"), Q(outcome__in=("refused", "not_accepted"))
ZERO: Final = Decimal("0.00")


@dataclass(frozen=True)
class Row:
    """One measure, town or month. `key` is its code, key or number; `days` None where nothing is decided yet."""

    key: Any
    title: T
    asked: int
    granted: int
    refused: int
    granted_sum: Decimal
    paid_sum: Decimal
    days: Decimal | None

    @property
    def open(self) -> int:
        """Neither granted nor refused: under way, withdrawn or lapsed."""
        return self.asked - self.granted - self.refused


@dataclass(frozen=True)
class Use:
    """A fund against its use. `forecast` is what will have been promised by the year's end at the pace so far."""

    fund: Fund
    used: Decimal
    forecast: Decimal
    is_over: bool

    @property
    def percent(self) -> Decimal:
        """Of a hundred, to one place, so that the first payments of a large fund show."""
        return (100 * self.used / self.fund.amount).quantize(Decimal("0.1")) if self.fund.amount else Decimal("0.0")


def report(district_id: int, year: int, group: str) -> tuple[list[Row], Row]:
    """The rows of a group of GROUPS, and the total of all. Raises KeyError for another group."""
    cases = Case.objects.filter(district_id=district_id, as_of__year=year, measure__in=ASKED_FOR)
    name = {"measure": "measure", "town": "where", "month": "month"}[group]
    counted = {row[name]: row for row in _counted(_grouped(cases, ""), name)}
    paid = dict(
        _grouped(
            Payable.objects.filter(
                district_id=district_id, state="paid", case__as_of__year=year, case__measure__in=ASKED_FOR
            ),
            "case__",
        )
        .values_list("case__measure" if name == "measure" else name)
        .annotate(n=Sum("amount"))
        .order_by()
    )
    titles = _titles(district_id, group)
    rows = [_row(key, titles.get(key) or _other(key, group), found, paid.get(key)) for key, found in counted.items()]
    order = {key: place for place, key in enumerate(titles)}
    rows.sort(key=lambda row: order.get(row.key, len(order)))
    return rows, _total(rows, counted.values())


def uses(district_id: int, year: int, today: date) -> list[Use]:
    """The funds of a year and of the year before, with what will be used by the year's end at the pace so far."""
    found = Fund.objects.filter(district_id=district_id, year__in=(year, year - 1)).order_by("-year", "source")
    return [_use(fund, today) for fund in found]


def _use(fund: Fund, today: date) -> Use:
    used = fund.reserved + fund.spent
    forecast = used
    if fund.year == today.year and fund.is_open:
        passed, whole = (today - date(fund.year, 1, 1)).days + 1, 366 if isleap(fund.year) else 365
        forecast = (used * whole / passed).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return Use(fund, used, forecast, forecast > fund.amount)


def _other(key: Any, group: str) -> T:
    """The title of a further kind of case, or of what belongs to no town."""
    return measure(key).title if group == "measure" else _ELSEWHERE


_ELSEWHERE: Final = T("区外或没有镇、街道", "Elsewhere, or no town")


def _grouped(rows: QuerySet[Any], prefix: str) -> QuerySet[Any]:
    where = Coalesce(f"{prefix}town_id", f"{prefix}organisation__town_id")  # a unit's measure may name no town
    found: QuerySet[Any] = rows.annotate(month=ExtractMonth(f"{prefix}as_of"), where=where)
    return found


def _counted(cases: QuerySet[Case], name: str) -> QuerySet[Any]:
    found: QuerySet[Any] = (
        cases.values(name)
        .annotate(
            asked=Count("pk"),
            granted=Count("pk", filter=GRANTED),
            refused=Count("pk", filter=REFUSED),
            granted_sum=Sum("amount", filter=GRANTED),
            decided=Count("decided_at"),
            took=Avg(F("decided_at") - F("opened_at")),
        )
        .order_by()
    )
    return found  # fmt: skip


def _titles(district_id: int, group: str) -> dict[Any, T]:
    if group == "measure":
        return {one.code: one.title for one in measures()}
    if group == "town":
        towns = Department.objects.filter(district_id=district_id, kind="town").order_by("pk")
        return {one.pk: T(one.name, one.name_en or one.name, filled=True) for one in towns}
    return {n: T("{n}月", "month {n}").fill(n=n) for n in range(1, 13)}


def _row(key: Any, title: T, found: Any, paid: Decimal | None) -> Row:
    return Row(
        key, title, found["asked"], found["granted"], found["refused"], found["granted_sum"] or ZERO, paid or ZERO,
        _days(found["took"]),
    )  # fmt: skip


def _days(took: timedelta | None) -> Decimal | None:
    if took is None:
        return None
    return (Decimal(took.total_seconds()) / 86400).quantize(Decimal("0.1"), ROUND_HALF_UP)


def _total(rows: list[Row], counted: Any) -> Row:
    decided = [(found["decided"], found["took"]) for found in counted if found["took"] is not None]
    many = sum(n for n, _ in decided)
    took = sum((took * n for n, took in decided), timedelta()) / many if many else None
    return Row(
        None, T("一共", "In all"), sum(row.asked for row in rows), sum(row.granted for row in rows),
        sum(row.refused for row in rows), sum((row.granted_sum for row in rows), ZERO),
        sum((row.paid_sum for row in rows), ZERO), _days(took),
    )  # fmt: skip
