"""What a checker takes for granted instead of asking: today, last year, or the one row that stands for a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from policy.days import add_months
from policy.text import T


@dataclass(frozen=True)
class Example:
    """The value of a fact that is not asked, on the day of the check.

    ``value`` gives its JSON value, ``said`` says to the reader what was taken. A table has one row; ``questions`` words
    what is still asked about it, by the column's path (``paid_on_time``, ``people.paid``), and ``each`` says of what the
    amount then is.
    """

    value: Callable[[date], object]
    said: T
    questions: Mapping[str, T] = field(default_factory=dict)
    each: T | None = None


def last_month(today: date) -> str:
    return f"{add_months(today.replace(day=1), -1):%Y-%m}"


def last_year(today: date) -> int:
    return today.year - 1


def this_school_year(today: date) -> str:
    """The one that began on the last 1 September."""
    first = today.year if today.month >= 9 else today.year - 1
    return f"{first}-{first + 1}"


TODAY = Example(lambda today: today.isoformat(), T("按今天申请来算。", "Worked out as if you applied today."))
LAST_YEAR = Example(last_year, T("按去年来算。", "Worked out for last year."))
