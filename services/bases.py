"""Bases that were granted support (四二), and when the yearly review of each is due."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef
from django.utils.timezone import localdate

from casework.calendar import calendar_of
from casework.deadlines import NoClock, add_months, due_after, length_of
from casework.models import Case
from casework.published import parameters
from services.models import BaseReview

SUPPORT, CLOCK = "base_support", "base_review"


@dataclass(frozen=True)
class DueReview:
    """The next review of a base: of which grant, and the day that it is due."""

    case: Case
    due: date


def granted(district_id: int, units: Iterable[int] | None = None) -> list[Case]:
    """The granted applications for support, the earliest decided first."""
    found = Case.objects.filter(district_id=district_id, measure=SUPPORT, outcome="granted", organisation__isnull=False)
    found = found if units is None else found.filter(organisation__in=units)
    return list(found.filter(decided_at__isnull=False).select_related("organisation__key").order_by("decided_at", "pk"))


def reviews(district_id: int, units: Iterable[int] | None = None) -> dict[int, list[BaseReview]]:
    """The reviews of each base, the oldest first."""
    rows = BaseReview.objects.filter(district_id=district_id)
    rows = rows if units is None else rows.filter(organisation__in=units)
    found: dict[int, list[BaseReview]] = defaultdict(list)
    for one in rows.select_related("organisation__key", "signed_by").order_by("signed_at", "pk"):
        found[one.organisation_id].append(one)
    return found


def next_reviews(district_id: int, today: date, units: Iterable[int] | None = None) -> dict[int, DueReview]:
    """By base, its next review: a period after the grant, then after each review; none once support has stopped, until the
    base is granted support anew. Empty where no parameter says how often."""
    cases = granted(district_id, units)
    try:
        length = length_of(parameters(district_id), CLOCK, today) if cases else None
    except NoClock:
        length = None
    if length is None:
        return {}
    calendar, done = calendar_of(district_id), reviews(district_id, units)
    found: dict[int, DueReview] = {}
    for case in cases:
        assert case.organisation_id is not None
        assert case.decided_at is not None
        began, last = localdate(case.decided_at), next(reversed(done.get(case.organisation_id, [])), None)
        if last is not None and last.outcome != "continues" and last.signed_at >= case.decided_at:
            found.pop(case.organisation_id, None)
            continue
        if case.organisation_id in found:  # supported already: another grant does not put the review off
            found[case.organisation_id] = DueReview(case, found[case.organisation_id].due)
            continue
        if last is not None and last.outcome == "continues":
            due = due_after(last.due, length, calendar)
            began = last.due if due > localdate(last.signed_at) else localdate(last.signed_at)
        found[case.organisation_id] = DueReview(case, due_after(began, length, calendar))
    return found


def review_waits(district_id: int, today: date) -> Exists:
    """Whether some base is due for its review, inside another statement: the inbox counts its statements. One that was
    signed a whole period late may show a little early; the page of the bases has the day."""
    try:
        length = length_of(parameters(district_id), CLOCK, today)
    except NoClock:
        return Exists(Case.objects.none())
    before = add_months(today, -length.number) if length.unit == "months" else today - timedelta(days=length.number)
    done = BaseReview.objects.filter(organisation=OuterRef("organisation"))
    cases = Case.objects.filter(district_id=district_id, measure=SUPPORT, outcome="granted", organisation__isnull=False)
    cases = cases.filter(decided_at__date__lte=before).exclude(Exists(done.filter(due__gt=before)))
    return Exists(
        cases.exclude(Exists(done.exclude(outcome="continues").filter(signed_at__gte=OuterRef("decided_at"))))
    )


def due_reviews(district_id: int, today: date) -> list[DueReview]:
    """Those that are due, the oldest first: work for whoever looks after services."""
    found = [one for one in next_reviews(district_id, today).values() if one.due <= today]
    return sorted(found, key=lambda one: (one.due, one.case.pk))
