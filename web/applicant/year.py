"""A year's account (年度明细): what was asked for, granted, paid and refused, and why, for whom the account acts."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET

from casework.models import Assessment, Case, Letter
from casework.queries import applicants_of
from casework.sealing import unseal
from casework.sight import visible_to
from flows.errors import NotThere
from funds.models import Payable
from policy import measure
from policy.measure import Measure
from web.guard import for_applicants

FIRST = 2024  # the policy's first year


@dataclass(frozen=True)
class Line:
    """One application: the sum by the rules when it was sent, what was granted and paid, and why not."""

    case: Case
    rules: Measure
    asked: Decimal | None
    granted: Decimal | None
    paid: Decimal | None
    why: str


@for_applicants
@require_GET
def my_year(request: HttpRequest, year: int) -> HttpResponse:
    """The applications of one year, by the day of application, with the sums of all of them."""
    this = localdate().year
    if not FIRST <= year <= this:
        raise NotThere
    lines = _lines(request.actor, year)
    totals = {
        name: sum((getattr(line, name) or Decimal(0) for line in lines), Decimal(0)) for name in ("granted", "paid")
    }
    context = {
        "year": year, "lines": lines, "totals": totals, "here": "my", "several": len({one.case.applicant for one in lines}) > 1,
        "before": year - 1 if year > FIRST else None, "after": year + 1 if year < this else None,
    }  # fmt: skip
    return render(request, "applicant/my_year.html", context)


def _lines(by: Any, year: int) -> list[Line]:
    mine = applicants_of(by)
    first = Assessment.objects.filter(case=OuterRef("pk")).order_by("pk").values("amount")[:1]
    paid = Payable.objects.filter(case=OuterRef("pk"), state="paid").order_by().values("case").annotate(n=Sum("amount"))
    cases = (
        visible_to(by)
        .filter(as_of__year=year)
        .select_related("person__key", "organisation__key", "applicant_department")
        .annotate(asked=Subquery(first), paid=Subquery(paid.values("n")))
        .order_by("as_of", "pk")
    )
    kept = [one for one in cases if one.applicant in mine]
    reasons = _reasons(kept)
    return [
        Line(one, measure(one.measure, one.purpose), one.asked, one.amount if one.outcome == "granted" else None, one.paid, reasons[one.pk])
        for one in kept
    ]  # fmt: skip


def _reasons(cases: list[Case]) -> dict[int, str]:
    """Why each was refused or not accepted, as its letter says it."""
    found: dict[int, str] = defaultdict(str)
    by_key = {one.pk: one for one in cases}
    letters: QuerySet[Letter] = Letter.objects.filter(
        case__in=by_key, kind__in=("refused", "not_accepted"), void_at=None, waits_for_notice=False
    )
    for letter in letters.order_by("pk"):
        found[letter.case_id] = unseal(by_key[letter.case_id].key, letter.facts)["reason"]
    return found
