"""Funds (资金): what each year has, holds and has spent; the book of one, line by line; its export."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.timezone import localtime, now
from django.views.decorators.http import require_GET

from casework.references import shown
from casework.sealing import unseal
from flows.actions.export_fund import export_fund
from flows.errors import NotThere
from funds.access import is_finance
from funds.models import Fund, FundDecision, FundEntry
from funds.wording import ENTRIES
from policy import T
from web.downloads import long_csv_file, noted
from web.guard import for_money, posted
from web.reading import read_key
from web.templatetags.look import say

PAGE = 50
_HEAD = (
    T("号", "No."), T("时间", "When"), T("什么", "What"), T("案件", "Case"), T("总额变化", "Amount"), T("预留变化", "Reserved"),
    T("拨付变化", "Paid"), T("谁", "Who"),
)  # fmt: skip


@for_money
@require_GET
def funds(request: HttpRequest) -> HttpResponse:
    """Every fund of the district, the newest year first, and what waits for a second officer."""
    district_id = request.actor.post.district_id
    decisions = FundDecision.objects.filter(district_id=district_id).select_related("proposed_by", "decided_by")
    context = {
        "here": "funds", "rows": Fund.objects.filter(district_id=district_id).order_by("-year", "source"),
        "waiting": decisions.filter(state="proposed").order_by("proposed_at"), "is_finance": is_finance(request.actor),
        "decided": decisions.exclude(state="proposed").order_by("-pk")[:20],
    }  # fmt: skip
    return render(request, "payer/funds.html", context)


@for_money
@require_GET
def fund(request: HttpRequest, fund_id: int) -> HttpResponse:
    """One fund and its book, the newest line first."""
    one = _found(request, fund_id)
    rows = _entries(one).order_by("-number")
    if after := read_key(request.GET.get("after", "")):
        rows = rows.filter(number__lt=after)
    found = list(rows[: PAGE + 1])
    decisions = one.decisions.select_related("proposed_by", "key").order_by("-pk")[:20]
    context = {
        "here": "funds", "one": one, "rows": found[:PAGE], "is_finance": is_finance(request.actor),
        "next": found[PAGE - 1].number if len(found) > PAGE else None,
        "decisions": [(made, unseal(made.key, made.reason)) for made in decisions],
    }  # fmt: skip
    return render(request, "payer/fund.html", context)


@for_money
@posted("fund")
def fund_csv(request: HttpRequest, fund_id: int) -> HttpResponseBase:
    """The whole book as a file, oldest line first; that it was taken is recorded first."""
    one = _found(request, fund_id)
    export_fund(fund=one, by=request.actor, now=now())
    rows = chain([[say(words) for words in _HEAD]], map(_cells, _in_order(_entries(one))))
    return noted(request, long_csv_file(f"fund-{one.year}-{one.source}.csv", rows))


def _found(request: HttpRequest, fund_id: int) -> Fund:
    found = Fund.objects.filter(pk=fund_id, district_id=request.actor.post.district_id).first()
    if found is None:
        raise NotThere
    return found


def _entries(one: Fund) -> Any:
    return FundEntry.objects.filter(fund=one).select_related("case", "by", "decision")


def _cells(row: FundEntry) -> list[Any]:
    return [
        row.number, localtime(row.at).isoformat(timespec="seconds"), say(ENTRIES[row.kind]),
        shown(row.case.reference) if row.case else "", row.amount, row.reserved, row.spent,
        row.by.display_name if row.by and row.by.kind == "officer" else "",
    ]  # fmt: skip


def _in_order(rows: Any) -> Iterator[FundEntry]:
    """Oldest first, a chunk at a time: never the whole book in memory."""
    last = 0
    while part := list(rows.filter(number__gt=last).order_by("number")[:500]):
        yield from part
        last = part[-1].number
