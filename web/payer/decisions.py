"""Decisions on funds (资金决定): one officer of finance proposes, another decides."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_http_methods

from casework import access
from casework.sealing import unseal
from casework.wording import REASONS
from flows.actions.decide_fund import approve_fund, reject_fund
from flows.actions.propose_fund import LONGEST, WITH_A_SUM, FundWish, find_fund, propose_fund, withdraw_fund
from flows.errors import AlreadyDone, Invalid, NotThere
from funds.access import may_decide
from funds.models import FundDecision
from funds.wording import DECISIONS, SOURCES
from policy import T, measure
from policy.registry import CODES
from web.acts import choice
from web.forms import PlainForm, Problem, Understood, add_errors, problems
from web.guard import for_finance
from web.proof import proved, unproved
from web.public.controls import text
from web.reading import plain, read_date, read_integer, read_money
from web.templatetags.look import plain_day, say

DONE = {
    "approve": T("同意了，已经生效。", "Agreed; it is in force."), "reject": T("没有同意，提出的人会看到理由。", "Rejected; the proposer reads why."),
    "withdraw": T("撤回了。", "Withdrawn."),
}  # fmt: skip


@for_finance
@require_http_methods(["GET", "POST"])
def fund_new(request: HttpRequest) -> HttpResponse:
    """Propose something for a year's fund; it waits for a second officer."""
    form, errors = _form(request), []
    if form.is_bound and "restore" not in request.POST and form.is_valid():
        errors = unproved(request, "propose_fund")
        if not errors and (made := _proposed(request, form)) is not None:
            messages.success(
                request, say(T("提出了，等区财政局的另一个人定。", "Proposed; another officer of Finance decides."))
            )
            return redirect("fund_decision", made.pk)
    errors = [*problems(form), *errors]
    context = {
        "here": "funds",
        "form": form,
        "errors": errors,
        "proof_due": access.proof_is_due(request.actor, "propose_fund"),
    }
    return render(request, "payer/fund_new.html", context, status=400 if errors else 200)


@for_finance
@require_http_methods(["GET", "POST"])
def fund_decision(request: HttpRequest, decision_id: int) -> HttpResponse:
    """What is proposed, what it would change, and the second officer's answer."""
    by = request.actor
    rows = FundDecision.objects.filter(pk=decision_id, district_id=by.post.district_id)
    one = rows.select_related("proposed_by", "proposed_as", "decided_by", "key").first()
    if one is None:
        raise NotThere
    errors = _decide(request, one) if request.method == "POST" and "restore" not in request.POST else []
    if request.method == "POST" and "restore" not in request.POST and not errors:
        return redirect("fund_decision", one.pk)
    fund = one.fund or find_fund(one.district_id, one.year, one.source)
    context = {
        "here": "funds", "one": one, "fund": fund, "after": _after(one, fund), "errors": errors, "typed": request.POST,
        "reason": unseal(one.key, one.reason), "answer": unseal(one.key, one.answer) or "",
        "decide": may_decide(by, one, "decide_fund"), "withdraw": may_decide(by, one, "withdraw_fund"),
        "measure": measure(one.measure).title if one.measure else None,
        "proof_due": access.proof_is_due(by, "decide_fund"),
    }  # fmt: skip
    return render(request, "payer/fund_decision.html", context, status=400 if errors else 200)


def _form(request: HttpRequest) -> PlainForm:
    bound = request.method == "POST"
    initial = {name: request.GET.get(name, "") for name in ("kind", "year", "source")}
    form = PlainForm(
        request.POST if bound else None,
        initial=None if bound else {**initial, "year": initial["year"] or localdate().year},
    )
    form.fields["kind"] = choice(
        T("办什么", "What to do"),
        [(key, say(words)) for key, words in DECISIONS.items()],
        T("请选要办什么。", "Please choose what to do."),
    )
    form.fields["year"] = Understood(
        read=read_integer,
        write=str,
        label=say(T("哪一年", "Year")),
        error=T("请写年份。", "Please give the year."),
        widget=forms.TextInput(attrs={"class": "input input--short", "autocomplete": "off", "inputmode": "numeric"}),
    )
    form.fields["source"] = choice(
        T("哪一笔资金", "Source"),
        [(key, say(words)) for key, words in SOURCES.items()],
        T("请选哪一笔资金。", "Please choose the source."),
    )
    form.fields["amount"] = Understood(
        read=lambda typed: Decimal(read_money(typed)),
        write=str,
        required=False,
        label=say(T("多少元", "Sum in yuan")),
        help_text=say(T("设立、追加、调减要写。", "For opening, raising and lowering.")),
        widget=forms.TextInput(attrs={"class": "input input--short", "autocomplete": "off", "inputmode": "decimal"}),
    )
    measures = [(code, say(measure(code).title)) for code in CODES]
    form.fields["measure"] = choice(
        T("哪项政策", "Measure"),
        measures,
        T("请选一项政策。", "Please choose a measure."),
        required=False,
        hint=T("定一项政策用哪笔资金时选。", "Only to say which fund pays a measure."),
    )
    form.fields["since"] = Understood(
        read=read_date,
        write=plain_day,
        required=False,
        label=say(T("从哪天起", "From which day")),
        help_text=say(T("定一项政策用哪笔资金时写。", "Only to say which fund pays a measure.")),
        widget=forms.TextInput(attrs={"class": "input input--short", "autocomplete": "off"}),
    )
    form.fields["reason"] = text(
        T("理由和依据", "Reason, and what it rests on"),
        None,
        T("请写明理由和依据。", "Please give the reason and what it rests on."),
        lines=4,
        max_length=LONGEST,
    )
    return form


def _proposed(request: HttpRequest, form: PlainForm) -> FundDecision | None:
    given = form.cleaned_data
    is_source = given["kind"] == "source"
    wish = FundWish(
        given["kind"],
        int(given["year"] or 0),
        given["source"],
        given["reason"],
        given["amount"] if given["kind"] in WITH_A_SUM else None,
        given["measure"] if is_source else "",
        given["since"] if is_source else None,
    )
    try:
        return propose_fund(wish=wish, by=proved(request), now=now())
    except Invalid as invalid:
        add_errors(form, invalid.errors)
    except AlreadyDone as done:
        form.add_error(None, str(say(REASONS[done.reason])))
    return None


def _decide(request: HttpRequest, one: FundDecision) -> list[Problem]:
    do, answer = request.POST.get("do", ""), plain(request.POST.get("answer", ""))
    if do not in DONE:
        raise NotThere
    if do != "withdraw" and (wrong := unproved(request, "decide_fund")):
        return wrong
    given: dict[str, Any] = {"decision_id": one.pk, "by": proved(request), "now": now()}
    try:
        if do == "withdraw":
            withdraw_fund(**given)
        elif do == "approve":
            approve_fund(**given)
        else:
            reject_fund(**given, answer=answer)
    except Invalid as invalid:
        return [Problem(words, "f-answer" if name == "answer" else "") for name, words in invalid.errors.items()]
    messages.success(request, say(DONE[do]))
    return []


def _after(one: FundDecision, fund: Any) -> Decimal | None:
    """The fund's amount once it is in force, where it changes."""
    if not one.is_open or one.amount is None:
        return None
    before = fund.amount if fund is not None else Decimal(0)
    return Decimal(before - one.amount if one.kind == "lower" else before + one.amount)
