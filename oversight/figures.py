"""Figures that open to their cases (看板): each panel is one source of rows (case, key, part, value), counted in one statement.

A figure counts cases; the list behind it reads the same source with the same filter, so that both always agree. Read side
only; nothing personal is in a source.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db import OperationalError, connection, transaction
from django.utils.timezone import make_aware

from accounts.models import Department, User
from casework.access import STEPS
from casework.models import Case
from casework.wording import CLOCKS, EVENTS
from funds.models import Fund
from funds.wording import SOURCES
from oversight.panel_sql import SENT_BACK
from policy import T, measure
from policy.text import month_in_words

PAGE: Final = 25
PATIENCE_MS: Final = 10_000
ALL: Final = "*"  # stands for any key or part


class TooLong(Exception):
    """What was asked for takes longer than a page may."""


@contextmanager
def patiently() -> Iterator[None]:
    """Figures read inside are given up after `PATIENCE_MS` a statement. Raises TooLong: a shorter period makes it quick."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(PATIENCE_MS)])
            yield
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", "") == "57014":
            raise TooLong from error
        raise


@dataclass(frozen=True)
class Asked:
    """What is asked for: a period (both days included), and where given a measure, a town, a department; for the paths of
    one chain also its purpose and its steps."""

    district_id: int
    since: date
    until: date
    today: date
    measure: str = ""
    town: int | None = None
    department: int | None = None
    purpose: str | None = None
    steps: tuple[str, ...] = ()
    chain: str = ""

    def values(self) -> dict[str, Any]:
        return {
            "district": self.district_id, "since": _midnight(self.since), "before": _midnight(self.until + timedelta(days=1)),
            "today": self.today, "measure": self.measure, "town": self.town, "department": self.department,
            "purpose": self.purpose, "steps": list(self.steps), "chain": self.chain,
        }  # fmt: skip


def _midnight(day: date) -> datetime:
    return make_aware(datetime.combine(day, time.min))


@dataclass(frozen=True)
class Panel:
    """One panel. `source` is its SQL, `by` the head of its first column, `parts` its columns in order; `share` are the parts
    whose share of the whole is shown; `value` is days (median and nine of ten), yuan (a sum) or nothing. `worst` is the
    one of two parts in which a case counts alone where all rows are put together."""

    code: str
    title: T
    what: T
    by: T
    kind: str
    parts: Mapping[str, T]
    source: str = field(repr=False)
    share: tuple[str, ...] = ()
    share_words: T | None = None
    value: str = ""
    is_of_now: bool = False
    worst: str = ""


@dataclass(frozen=True)
class Cell:
    """How many cases, and of their values the median, the ninth tenth and the sum."""

    cases: int = 0
    median: Decimal | None = None
    tenth: Decimal | None = None
    total: Decimal | None = None


@dataclass(frozen=True)
class Row:
    """A step, reason, measure, town, officer, month or fund: all its cases, and each part's."""

    key: str
    title: T
    whole: Cell
    parts: dict[str, Cell]

    def share(self, of: tuple[str, ...]) -> Decimal | None:
        """The share of these parts, of a hundred; None where fewer than five cases would make it."""
        counted = sum(cell.cases for cell in self.parts.values())
        if counted < FEW:
            return None
        return (Decimal(100) * sum(self.parts[one].cases for one in of if one in self.parts) / counted).quantize(
            Decimal("0.1")
        )


FEW: Final = 5


def rows_of(panel: Panel, asked: Asked) -> tuple[list[Row], Row]:
    """The rows of a panel, the largest first, and all of them together; one statement, and one for the names of its keys."""
    found = _counted(panel, asked)
    keys = sorted({key for key, _ in found if key != ALL})
    titles = titles_of(panel.kind, keys, asked.district_id)
    rows = [_row(key, titles.get(key) or step_title(key), found, panel) for key in keys]
    rows.sort(key=_by_month if panel.kind == "month" else _largest)
    return rows, _once(_row(ALL, T("一共", "In all"), found, panel), panel)


def _once(total: Row, panel: Panel) -> Row:
    """All rows together: a case that stands in both parts, each at another row, is one case."""
    if not panel.worst:
        return total
    rest = total.whole.cases - total.parts[panel.worst].cases
    parts = {part: cell if part == panel.worst else replace(cell, cases=rest) for part, cell in total.parts.items()}
    return replace(total, parts=parts)


def _largest(row: Row) -> tuple[Any, ...]:
    return -row.whole.cases, row.key


def _by_month(row: Row) -> tuple[Any, ...]:
    return (row.key,)


def _row(key: str, title: T, found: Mapping[tuple[str, str], Cell], panel: Panel) -> Row:
    return Row(
        key, title, found.get((key, ALL), Cell()), {part: found.get((key, part), Cell()) for part in panel.parts}
    )


def _counted(panel: Panel, asked: Asked) -> dict[tuple[str, str], Cell]:
    """Every cell of the panel, with the totals of rows and columns under ALL."""
    statement = f"""
        WITH found AS ({panel.source})
        SELECT CASE WHEN grouping(key) = 1 THEN '{ALL}' ELSE key END, CASE WHEN grouping(part) = 1 THEN '{ALL}' ELSE part END,
               count(DISTINCT case_id), percentile_cont(0.5) WITHIN GROUP (ORDER BY value::float),
               percentile_cont(0.9) WITHIN GROUP (ORDER BY value::float), sum(value)
          FROM found GROUP BY GROUPING SETS ((key, part), (key), (part), ())
    """  # noqa: S608  no value of anybody's stands in it
    with connection.cursor() as cursor:
        cursor.execute(statement, asked.values())
        return {
            (str(key), str(part)): Cell(many, _days(median), _days(tenth), None if total is None else Decimal(total))
            for key, part, many, median, tenth, total in cursor.fetchall()
        }


def _days(found: float | None) -> Decimal | None:
    return None if found is None else Decimal(found).quantize(Decimal("0.1"))


def cases_in(
    panel: Panel, asked: Asked, key: str = ALL, part: str = ALL, after: int | None = None, size: int = PAGE
) -> list[Case]:
    """The cases behind one figure, the newest first, one more than a page; two statements."""
    statement = f"""
        WITH found AS ({panel.source})
        SELECT DISTINCT case_id FROM found
         WHERE (%(worst)s = '' OR %(key)s <> '{ALL}' OR %(part)s IN ('{ALL}', %(worst)s)
                OR NOT EXISTS (SELECT FROM found f WHERE f.case_id = found.case_id AND f.part = %(worst)s))
           AND (%(key)s = '{ALL}' OR key = %(key)s) AND (%(part)s = '{ALL}' OR part = %(part)s)
           AND (%(after)s::bigint IS NULL OR case_id < %(after)s)
         ORDER BY case_id DESC LIMIT %(size)s
    """  # noqa: S608  no value of anybody's stands in it
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            {**asked.values(), "key": key, "part": part, "worst": panel.worst, "after": after, "size": size + 1},
        )
        keys = [row[0] for row in cursor.fetchall()]
    found = Case.objects.select_related("person", "organisation", "applicant_department", "department", "town").in_bulk(
        keys
    )
    return [found[one] for one in keys]


# --- keys in words


def step_title(name: str) -> T:
    """A step of any chain as people call it; a clock that belongs to no step by its own name."""
    if name in CLOCKS:
        return CLOCKS[name]
    words = next((rights.words for key, rights in STEPS.items() if key.endswith(f".{name}") and rights.words), None)
    return words or T(name or "—", name or "—", filled=True)


def titles_of(kind: str, keys: list[str], district_id: int) -> dict[str, T]:
    """The words of a panel's keys; at most one statement."""
    if kind in ("town", "department"):
        names = {"": _NO_TOWN if kind == "town" else _NO_DEPARTMENT}
        for one in Department.objects.filter(district_id=district_id):
            names[str(one.pk)] = T(one.name, one.name_en or one.name, filled=True)
        return names
    if kind == "officer":
        people = User.objects.in_bulk([int(key) for key in keys if key])
        return {
            "": _NOBODY,
            **{str(pk): T(one.display_name, one.display_name, filled=True) for pk, one in people.items()},
        }
    if kind == "fund":
        found = Fund.objects.filter(district_id=district_id)
        return {str(one.pk): _FUND.fill(year=str(one.year), source=SOURCES[one.source]) for one in found}
    if kind in WORDS:
        return {key: WORDS[kind](key) for key in keys}
    return {}


_NOBODY: Final = T("还没有人签收", "Nobody yet")
_NO_TOWN: Final = T("区外或没有镇、街道", "Elsewhere, or no town")
_NO_DEPARTMENT: Final = T("没有部门", "No department")
_FUND: Final = T("{year} 年{source}", "{year}: {source}")
_ITEM: Final = T("{measure}：{title}", "{measure}: {title}")


def item_title(key: str) -> T:
    """What had to be corrected: a question or a paper of a measure."""
    code, kind, target = key.split(":", 2)
    rules = measure(code)
    known = (
        {one.code: one.title for one in rules.evidence}
        if kind == "evidence"
        else {one.name: one.question for one in rules.facts}
    )
    return _ITEM.fill(measure=rules.title, title=known.get(target) or T(target, target, filled=True))


def path_title(key: str) -> T:
    """Steps with arrows between them."""
    words = [_ENDS.get(one) or step_title(one) for one in key.split(">")]
    return T(" → ".join(one.zh for one in words), " → ".join(one.en for one in words), filled=True)


_ENDS: Final = {"start": T("提交", "sent"), "end": T("办完", "ended")}
# What the paths of a chain leave, by the first part of the key.
DEVIATIONS: Final = {
    "repeated": T("同一步办了不止一次", "done more than once"), "skipped": T("没有经过就办完了", "left out"),
    **{event: EVENTS[event] for event in (*SENT_BACK, "reopened", "chain_changed")},
}  # fmt: skip
_AT: Final = T("{step}：{what}", "{step}: {what}")


def deviation_title(key: str) -> T:
    """What happened, and at which step."""
    what, _, step = key.partition(":")
    return _AT.fill(step=step_title(step), what=DEVIATIONS[what]) if step else DEVIATIONS[what]


WORDS: Final[dict[str, Callable[[str], T]]] = {
    "item": item_title, "path": path_title, "deviation": deviation_title, "step": step_title,
    "month": lambda key: month_in_words(date.fromisoformat(f"{key}-01")), "measure": lambda key: measure(key).title,
}  # fmt: skip
