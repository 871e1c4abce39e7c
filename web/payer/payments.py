"""Payments (拨付): what is due, chosen by measure and town, made into a batch; the batches; what bounced or waits."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Count, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods

from accounts.models import Department
from casework import access
from flows.actions.make_batch import make_batch
from flows.errors import Invalid
from funds.batches import due
from funds.models import Fund, Payable, PaymentBatch
from policy import T, measure
from policy.registry import CODES
from web.forms import Problem
from web.guard import for_finance
from web.proof import proved
from web.reading import read_key
from web.templatetags.look import say

PAGE = 50
BATCHES = 30


@for_finance
@require_http_methods(["GET", "POST"])
def payments(request: HttpRequest) -> HttpResponse:
    """What is due with its filter, and the batches; posted, a batch is made of all of it or of what was picked."""
    by = request.actor
    errors: list[Problem] = []
    given = request.POST if request.method == "POST" else request.GET
    asked = _asked(request, given)
    if request.method == "POST" and "restore" not in request.POST:
        made, errors = _made(request, asked)
        if made is not None:
            words = T(
                "批次 {batch} 做好了：{n} 笔，{total} 元。请另一个人放行。",
                "Batch {batch} is made: {n} payments, {total} yuan. Another officer releases it.",
            )
            messages.success(request, say(words.fill(batch=made.shown, n=made.count, total=made.total)))
            return redirect("batch", made.pk)
    wanted = _wanted(by.post.district_id, asked)
    funds = _funds(wanted)
    fund = next((one for one in funds if one["fund"] == asked["fund"]), funds[0] if funds else None)
    rows = wanted.filter(fund=fund["fund"]) if fund else wanted.none()
    if after := read_key(given.get("after", "")):
        rows = rows.filter(pk__gt=after)
    found = list(
        rows.select_related("case__person", "case__organisation", "case__town", "case__applicant_department")[
            : PAGE + 1
        ]
    )
    query = {name: value for name, value in asked.items() if value}
    waiting = Payable.objects.filter(district_id=by.post.district_id, state__in=("bounced", "waiting_account"))
    context = {
        "here": "payments", "errors": errors, "asked": asked, "funds": funds, "fund": fund, "query": query,
        "rows": [(one, measure(one.case.measure, one.case.purpose).title) for one in found[:PAGE]],
        "next": urlencode({**query, "after": found[PAGE - 1].pk}) if len(found) > PAGE else "",
        "towns": Department.objects.filter(district_id=by.post.district_id, kind=Department.TOWN).order_by("pk"),
        "measures": [(code, measure(code).title) for code in CODES],
        "batches": _batches(by.post.district_id), "may_make": bool(access.may(by, "make_batch")),
        "counts": dict(waiting.values_list("state").annotate(n=Count("pk"))),
        "bounced": waiting.filter(state="bounced").select_related("case").order_by("waits_since")[:PAGE],
    }  # fmt: skip
    return render(request, "payer/payments.html", context, status=400 if errors else 200)


def _asked(request: HttpRequest, given: Any) -> dict[str, Any]:
    """The filter as it was asked for; what does not exist is no filter."""
    code = given.get("measure", "")
    town = read_key(given.get("town", ""))
    return {"fund": read_key(given.get("fund", "")), "measure": code if code in CODES else "", "town": town}


def _wanted(district_id: int, asked: dict[str, Any]) -> QuerySet[Payable]:
    found = due(district_id)
    found = found.filter(case__measure=asked["measure"]) if asked["measure"] else found
    return found.filter(case__town_id=asked["town"]) if asked["town"] else found


def _funds(wanted: QuerySet[Payable]) -> list[dict[str, Any]]:
    """The funds from which something is due, with how many and how much."""
    rows = wanted.order_by("-fund__year", "fund__source").values("fund", "fund__year", "fund__source")
    return list(rows.annotate(n=Count("pk"), total=Sum("amount")))


def _batches(district_id: int) -> list[PaymentBatch]:
    rows = PaymentBatch.objects.filter(district_id=district_id).select_related("fund", "made_by", "released_by")
    return list(rows.order_by("-pk")[:BATCHES])


def _made(request: HttpRequest, asked: dict[str, Any]) -> tuple[PaymentBatch | None, list[Problem]]:
    """A batch of all that the filter finds in the fund, or of the payments that were ticked."""
    picked = [read_key(one) for one in request.POST.getlist("pick")]
    if request.POST.get("do") == "picked" and not picked:
        return None, [Problem(T("请先选要放进批次的款。", "Please pick payments first."))]
    fund = Fund.objects.filter(pk=asked["fund"], district_id=request.actor.post.district_id).first()
    if fund is None:
        return None, [Problem(T("请选一笔资金。", "Please choose a fund."))]
    try:
        made = make_batch(
            fund_id=fund.pk,
            by=proved(request),
            now=now(),
            measure=asked["measure"],
            town_id=asked["town"] or None,
            picked=picked if request.POST.get("do") == "picked" else None,
        )
    except Invalid as invalid:
        return None, [Problem(words) for words in invalid.errors.values()]
    return made, []
