"""The bases (基地): what kind each is, who visited it, what it was granted by year, its reviews. Read side only; the
statements do not grow with the bases."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db.models import Count
from django.utils.timezone import localdate

from casework.models import Action, AnswerSet, Case, Organisation
from casework.record import keys_of, said
from casework.sealing import Erased, unseal
from flows.actions.open_reclaim import CODE as RECLAIM
from policy import T, measure
from services.bases import SUPPORT, DueReview, next_reviews, reviews
from services.models import BaseMember, BaseRequest, BaseReview
from services.plans import opened

SHOWN: Final[dict[str, T]] = {
    "all": T("全部", "All"), "due": T("该复核的", "Review due"), "supported": T("在扶持的", "Supported"),
    "waiting": T("申请在办的", "Application open"),
}  # fmt: skip
SUNSHINE = "sunshine"


@dataclass
class Visit:
    """A visit of the office: the day it was recorded, what was seen, in which case."""

    day: date
    words: str
    case: Case


@dataclass
class Base:
    """One base. `kinds` are keys of the application's list; `next` is its next review, None where it is not supported."""

    unit: Organisation
    kinds: set[str] = field(default_factory=set)
    cases: list[Case] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    reviews: list[BaseReview] = field(default_factory=list)
    members: int = 0
    next: DueReview | None = None

    @property
    def grants(self) -> list[tuple[int, Decimal, list[Case]]]:
        """What it was granted by the year of the decision, newest first, with the cases."""
        years: dict[int, list[Case]] = defaultdict(list)
        for case in self.cases:
            if case.outcome == "granted" and case.decided_at is not None:
                years[localdate(case.decided_at).year].append(case)
        return [
            (year, sum((one.amount or Decimal(0) for one in cases), Decimal(0)), cases)
            for year, cases in sorted(years.items(), reverse=True)
        ]

    @property
    def seen_on(self) -> date | None:
        """The last visit, of an application or of a review."""
        days = [one.day for one in self.visits] + [one.visited_on for one in self.reviews]
        return max(days, default=None)

    def is_due(self, today: date) -> bool:
        return self.next is not None and self.next.due <= today

    def fits(self, show: str, today: date) -> bool:
        """Whether the base stands in this part of SHOWN."""
        return {
            "all": True, "due": self.is_due(today), "supported": self.next is not None,
            "waiting": any(one.is_open for one in self.cases),
        }[show]  # fmt: skip

    def findings(self) -> list[tuple[BaseReview, str]]:
        """The reviews with their words, newest first."""
        return [(one, opened(self.unit.key, one.findings)) for one in reversed(self.reviews)]


def board(district_id: int, today: date, unit_id: int | None = None) -> list[Base]:
    """Every unit that applied for support or asked for sheltered work, or the one: whose review is due first, then by name."""
    rows: dict[int, Base] = {}
    units = None if unit_id is None else [unit_id]
    for case in _cases(district_id, unit_id):
        assert case.organisation is not None
        one = rows.setdefault(case.organisation_id or 0, Base(case.organisation))
        one.cases.append(case)
        one.kinds |= _kind(case)
    for asked in _of(BaseRequest.objects.filter(district_id=district_id), unit_id).select_related("organisation__key"):
        rows.setdefault(asked.organisation_id, Base(asked.organisation)).kinds.add(SUNSHINE)
    _visits(rows)
    for unit, found in reviews(district_id, units).items():
        if unit in rows:
            rows[unit].reviews = found
    for unit, due in next_reviews(district_id, today, units).items():
        if unit in rows:
            rows[unit].next = due
    members = BaseMember.objects.filter(organisation__in=rows, until=None).values_list("organisation")
    for unit, number in members.annotate(n=Count("pk")).order_by():
        rows[unit].members = number
    return sorted(rows.values(), key=lambda one: (not one.is_due(today), one.unit.name, one.unit.pk))


def kind_words(key: str) -> T:
    """The kind in words, as the application's list says it."""
    options: dict[str, T] = {one.value: one.label for one in measure(SUPPORT).fact("base_kind").kind.options}  # type: ignore[attr-defined]
    return options.get(key, T(key, key))


def _of(found: Any, unit_id: int | None) -> Any:
    return found if unit_id is None else found.filter(organisation=unit_id)


def _cases(district_id: int, unit_id: int | None) -> list[Case]:
    found = Case.objects.filter(district_id=district_id, measure=SUPPORT, organisation__isnull=False)
    found = _of(found, unit_id).select_related("organisation__key").prefetch_related("answer_sets")
    return list(found.order_by("-pk"))


def _kind(case: Case) -> set[str]:
    """What kind of base the newest answers say; none where they can't be read."""
    sets: list[AnswerSet] = sorted(case.answer_sets.all(), key=lambda one: one.number)
    try:
        kind = unseal(case.key, sets[-1].answers)["facts"].get("base_kind")
    except (Erased, IndexError):
        return set()
    return {kind} if kind else set()


def _visits(rows: dict[int, Base]) -> None:
    """The records of visits in the applications, newest first."""
    cases = {case.pk: (one, case) for one in rows.values() for case in one.cases}
    places = {case.district_id for _, case in cases.values()}
    visited = Action.objects.filter(
        district_id__in=places, subject_kind="case", subject_id__in=cases, event="inspected"
    )
    found = list(visited.order_by("-pk"))
    keys = keys_of(found)
    for action in found:
        base, case = cases[action.subject_id]
        words = said(action, keys.get(action.key_id)).get("record", "")
        base.visits.append(Visit(localdate(action.at), words, case))


def reclaims_of(unit_id: int) -> list[Case]:
    """The cases in which something is asked back from the unit, the newest first."""
    return list(Case.objects.filter(measure=RECLAIM, organisation=unit_id).order_by("-pk"))
