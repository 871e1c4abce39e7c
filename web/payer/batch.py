"""One batch (拨付批次): its payments, its release by a second officer, the file for the bank, and the bank's results."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods

from casework import access
from casework.duties import BY_CODE
from casework.sealing import unseal
from casework.wording import REASONS
from flows.actions.make_batch import drop_batch, take_out
from flows.actions.read_results import read_results
from flows.actions.release_batch import may_release, release_batch, take_bank_file
from flows.errors import AlreadyDone, Invalid, NotAllowed, NotThere, ProofNeeded
from flows.settling import settle
from funds.bank_file import MAX_BYTES, BadResults
from funds.batches import items_in, progress
from funds.models import BatchItem, PaymentBatch
from funds.wording import LEFT_OUT
from policy import T
from web.downloads import streamed
from web.forms import Problem
from web.guard import for_finance, posted
from web.proof import proved, unproved
from web.reading import read_key
from web.templatetags.look import say

PAGE = 50
AT_ONCE = 100  # cases that one request tells; the clock and the next request go on
MOST_WRONG = 50
SHOWN = {
    "all": T("全部", "All"),
    "waiting": T("没有结果的", "Without a result"),
    "bounced": T("退票的", "Bounced"),
    "out": T("没有放进去的", "Left out"),
}


@for_finance
@require_http_methods(["GET", "POST"])
def batch(request: HttpRequest, batch_id: int) -> HttpResponse:
    """The batch and what may be done with it now; posted, one of these is done."""
    one = _found(request, batch_id)
    errors: list[Problem] = []
    if request.method == "POST" and "restore" not in request.POST:
        act = _ACTS.get(request.POST.get("do", ""))
        if act is None:
            raise NotThere
        errors = act(request, one)
        if not errors:
            return redirect("batch", one.pk)
        one.refresh_from_db()
    return _page(request, one, errors)


@for_finance
@posted("batch")
def bank_file(request: HttpRequest, batch_id: int) -> HttpResponseBase:
    """The file for the bank, with the accounts in clear; that it was taken is recorded first."""
    one = _found(request, batch_id)
    try:
        lines = take_bank_file(batch_id=one.pk, by=request.actor, now=now())
    except NotAllowed as refusal:
        return _page(request, one, [Problem(REASONS[refusal.reason])])
    return streamed(f"bank-{one.shown}.csv", lines)


def _page(request: HttpRequest, one: PaymentBatch, errors: list[Problem]) -> HttpResponse:
    by, so_far = request.actor, progress(one)
    show = request.GET.get("show", "all")
    show = show if show in SHOWN else "all"
    rows = BatchItem.objects.filter(batch=one).select_related(
        "payable__case__person__key", "payable__case__organisation__key", "payable__case__town", "payee"
    )
    rows = {
        "waiting": rows.filter(result="", left_out=""),
        "bounced": rows.filter(result="bounced"),
        "out": rows.exclude(left_out=""),
    }.get(show, rows)
    if after := read_key(request.GET.get("after", "")):
        rows = rows.filter(number__gt=after)
    found = list(rows.order_by("number")[: PAGE + 1])
    pays = bool(access.may(by, "read_results"))
    release = may_release(by, one, now())
    context = {
        "here": "payments", "one": one, "so_far": so_far, "errors": errors, "show": show, "shown": SHOWN.items(),
        "rows": [(item, _why(item), _reason(item)) for item in found[:PAGE]],
        "next": found[PAGE - 1].number if len(found) > PAGE else None,
        "doubtful": items_in(one).filter(payee__checked="differs").count() if one.state == "made" else 0,
        "release": release, "why_not": REASONS.get(release.reason), "pays": pays,
        "proof_due": one.state == "made" and bool(release) and access.proof_is_due(by, "release_batch"),
    }  # fmt: skip
    return render(request, "payer/batch.html", context, status=400 if errors else 200)


def _found(request: HttpRequest, batch_id: int) -> PaymentBatch:
    rows = PaymentBatch.objects.filter(pk=batch_id, district_id=request.actor.post.district_id)
    found = rows.select_related("fund", "made_by", "made_as", "released_by").first()
    if found is None:
        raise NotThere
    return found


def _why(item: BatchItem) -> Any:
    """Why a payment was left out; a duty by its own words."""
    if not item.left_out:
        return None
    return LEFT_OUT.get(item.left_out) or BY_CODE[item.left_out].title


def _reason(item: BatchItem) -> str:
    return unseal(item.payable.case.key, item.reason) or ""


# --- what may be done


def _release(request: HttpRequest, one: PaymentBatch) -> list[Problem]:
    if wrong := unproved(request, "release_batch"):
        return wrong
    try:
        out = release_batch(batch_id=one.pk, by=proved(request), now=now())
    except Invalid as invalid:
        return [Problem(words) for words in invalid.errors.values()]
    except (NotAllowed, AlreadyDone) as refusal:
        return [Problem(REASONS[refusal.reason])]
    except ProofNeeded:
        return [Problem(REASONS["batch_needs_a_second"])]
    words = (
        T("放行了。没有放进去的有 {n} 笔，下面写了原因。", "Released. {n} were left out; the reasons stand below.")
        if out
        else T("放行了，可以下载银行文件。", "Released; the file for the bank can be taken.")
    )
    messages.success(request, say(words.fill(n=out)))
    return []


def _take_out(request: HttpRequest, one: PaymentBatch) -> list[Problem]:
    try:
        take_out(batch_id=one.pk, number=read_key(request.POST.get("item", "")), by=request.actor, now=now())
    except (NotAllowed, AlreadyDone) as refusal:
        return [Problem(REASONS[refusal.reason])]
    messages.success(request, say(T("拿出来了，这一笔又是待拨付。", "Taken out; the payment is due again.")))
    return []


def _drop(request: HttpRequest, one: PaymentBatch) -> list[Problem]:
    try:
        drop_batch(batch_id=one.pk, by=request.actor, now=now())
    except (NotAllowed, AlreadyDone) as refusal:
        return [Problem(REASONS[refusal.reason])]
    messages.success(request, say(T("批次撤销了，里面的款又是待拨付。", "Dropped; its payments are due again.")))
    return []


def _results(request: HttpRequest, one: PaymentBatch) -> list[Problem]:
    upload = request.FILES.get("file")
    if upload is None:
        return [Problem(T("请先选银行给的文件。", "Please choose the bank's file first."), "f-file")]
    content = upload.read() if upload.size <= MAX_BYTES else b" " * (MAX_BYTES + 1)
    try:
        number = read_results(batch_id=one.pk, content=content, by=request.actor, now=now())
    except BadResults as bad:
        more = len(bad.wrong) - MOST_WRONG
        found = [Problem(wrong.said, "f-file") for wrong in bad.wrong[:MOST_WRONG]]
        return [
            *found,
            *([Problem(T("还有 {n} 行不对。", "{n} more lines are wrong.").fill(n=more))] if more > 0 else []),
        ]
    except NotAllowed as refusal:
        return [Problem(REASONS[refusal.reason])]
    told = settle(one, now, most=AT_ONCE)["settled"]
    words = (
        T("读入了 {n} 笔结果，{m} 件已经记上。", "{n} results are read; {m} cases were told.").fill(n=number, m=told)
        if number
        else T("这个文件以前读过，没有新的结果。", "This file was read before; nothing is new.")
    )
    messages.success(request, say(words))
    return []


def _go_on(request: HttpRequest, one: PaymentBatch) -> list[Problem]:
    told = settle(one, now, most=AT_ONCE)["settled"]
    messages.success(request, say(T("又记上了 {n} 件。", "{n} more cases were told.").fill(n=told)))
    return []


_ACTS = {"release": _release, "take_out": _take_out, "drop": _drop, "results": _results, "go_on": _go_on}
