"""How it went (好差评): levels for heads without names, and the words for supervision alone.

Heads read how often each level was given for their department, by step and month; a cell of fewer than five is hidden, and
a second one beside it where the total would tell it. Read side only, a fixed number of statements.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth
from django.utils.timezone import localtime

from accounts.models import Department
from casework.models import Case, Rating
from casework.sealing import Erased, unseal
from casework.wording import RATINGS

FEW: Final = 5
PAGE: Final = 25
LEVELS: Final = tuple(int(key) for key in RATINGS)  # best first


@dataclass(frozen=True)
class Line:
    """One step or month: how many answered (None for too few to say), and each level, best first (None where hidden)."""

    key: str
    many: int | None
    levels: tuple[int | None, ...]


@dataclass(frozen=True)
class Said:
    """One answer with its words, for supervision."""

    rating: Rating
    words: str

    @property
    def case(self) -> Case:
        return self.rating.case


def lines_of(department: Department) -> tuple[list[Line], list[Line]]:
    """The department's answers by step, and by month, the newest first."""
    found: dict[str, Counter[int]] = {}
    months: dict[str, Counter[int]] = {}
    rows = (
        Rating.objects.filter(department=department, level__isnull=False)
        .annotate(month=TruncMonth("answered_at"))
        .values_list("step", "month", "level")
        .annotate(n=Count("pk"))
        .order_by()
    )
    for step, month, level, n in rows:
        found.setdefault(step, Counter())[level] += n
        months.setdefault(f"{localtime(month):%Y-%m}", Counter())[level] += n
    by_month = sorted(months.items(), reverse=True)
    return [_line(*one) for one in sorted(found.items())], [_line(*one) for one in by_month]


def _line(key: str, counts: Counter[int]) -> Line:
    if counts.total() < FEW:
        return Line(key, None, (None,) * len(LEVELS))
    return Line(key, counts.total(), hidden([counts[level] for level in LEVELS]))


def hidden(cells: list[int]) -> tuple[int | None, ...]:
    """The cells without those of one to four; and without the next smallest where only one would be missing."""
    small = {place for place, n in enumerate(cells) if 0 < n < FEW}
    if len(small) == 1:
        rest = [(n, place) for place, n in enumerate(cells) if n and place not in small]
        small |= {min(rest)[1]} if rest else set()
    return tuple(None if place in small else n for place, n in enumerate(cells))


def words_of(district_id: int, level: int | None, after: tuple[datetime, int] | None) -> list[Said]:
    """Answers with words or of a level, newest first, one more than a page. Two statements."""
    found = Rating.objects.filter(district_id=district_id, level__isnull=False)
    found = found.filter(words__isnull=False) if level is None else found.filter(level=level)
    if after is not None:
        at, pk = after
        found = found.filter(Q(answered_at__lt=at) | Q(answered_at=at, pk__lt=pk))
    rows = found.select_related("case__person__key", "case__organisation__key", "department")
    return [Said(one, _opened(one)) for one in rows.order_by("-answered_at", "-pk")[: PAGE + 1]]


def _opened(one: Rating) -> str:
    try:
        return str(unseal(one.case.key, one.words) or "")
    except Erased:
        return ""


def cases_of(page: Iterable[Said]) -> list[Case]:
    return [one.case for one in page]
