"""A service case's plan, its providers' records, a founder's assessments and advice: officers of services; and the person."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET, require_http_methods

from casework import access
from casework.evidence import BadFile
from casework.models import Organisation
from casework.queries import case_for
from casework.wording import REASONS
from flows.errors import AlreadyDone, Invalid, NotAllowed, NotThere
from policy import T
from services import lists
from services.access import has_an_account
from services.actions.assess_feasibility import advise_start_up, ask_feasibility
from services.actions.plan_services import ServiceWish, plan_services, record_service
from services.models import Feasibility, PlannedService, StartUpAdvice
from services.plans import SERVICE, may_advise, opened, opinions, plan_of, provider_of, providers_of
from web.acts import choice
from web.controls import a_day, one_of, told_fields, unit_of_code
from web.forms import PlainForm, Problem, add_errors, problems
from web.guard import for_applicants, for_service_officers
from web.provider.cases import RecordForm
from web.public.controls import text
from web.reading import read_key
from web.templatetags.look import plain_day, say

ROWS = 5
PLEASE = T("请从列表里选。", "Please choose from the list.")
_WHICH = T("请选一个机构，或者写它的代码。", "Please choose a provider, or give its code.")


@for_service_officers
@require_http_methods(["GET", "POST"])
def case_services(request: HttpRequest, reference: str) -> HttpResponse:
    """The plan and its form; the founder's assessments and the advice."""
    case = _case(request, reference)
    do = request.POST.get("do", "") if request.method == "POST" else ""
    plan = plan_of(case)
    sent = {name: request.POST if do == name else None for name in _DOES}
    found, provider = opinions(case), provider_of(case)
    why_not, asks = may_advise([one for one, _ in found]), bool(access.may(request.actor, "ask_feasibility", case=case))
    made = {
        "plan": PlanForm(sent["plan"], initial=_said(plan)), "ask": AskForm(sent["ask"], providers=_askable(case, found)),
        "advise": AdviceForm(sent["advise"], may_favour=not why_not),
        "record": ToldForm(sent["record"], request.FILES or None),
    }  # fmt: skip
    if do and do not in _DOES:
        raise NotThere
    if do and made[do].is_valid():
        run, done = _DOES[do]
        try:
            run(request, case, made[do])
        except Invalid as invalid:
            add_errors(made[do], invalid.errors)
        except BadFile as bad:
            add_errors(made[do], {"paper": bad.reason})
        except (NotAllowed, AlreadyDone) as refusal:  # what was written stays on the page
            made[do].add_error(None, str(say(REASONS[refusal.reason])))
        else:
            messages.success(request, say(done))
            return redirect("case_services", case.shown_reference)
    errors: list[Problem] = [problem for form in made.values() for problem in problems(form)]
    context = {
        "here": "case", "case": case, "errors": errors, "provider": provider, "opinions": found, **plan, **_advice(case),
        "plan_form": made["plan"], "ask_form": made["ask"], "advise_form": made["advise"],
        "record_form": made["record"], "open_rows": _told_for(case, provider, plan), "chosen": read_key(request.POST.get("service", "")),
        "may_plan": case.is_open and bool(access.may(request.actor, "plan_services", case=case))
        and not any(row.state != "planned" for row, _ in plan["rows"]),
        "may_ask": asks and case.is_open and (not found or (len(found) == 1 and found[0][0].risk == "high")),
        "may_advise": asks and case.is_open and why_not != "no_assessment", "warning": REASONS.get(why_not) if found else None,
        "headings": lists.HEADINGS.items(), "places": range(1, ROWS + 1),
    }  # fmt: skip
    return render(request, "reviewer/services.html", context, status=400 if errors else 200)


@for_applicants
@require_GET
def my_plan(request: HttpRequest, reference: str) -> HttpResponse:
    """What the person is told of their service case: the plan, what was done, assessments and advice."""
    case = _case(request, reference)
    found = [(one, words) for one, words in opinions(case) if one.answered_at]
    context = {
        "here": "my", "case": case, "provider": provider_of(case), "opinions": found, **plan_of(case), **_advice(case),
        "headings": lists.HEADINGS.items(),
    }  # fmt: skip
    return render(request, "applicant/plan.html", context)


class PlanForm(PlainForm):
    """What is needed, and up to five services with their days."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["needs"] = text(
            T("需要什么", "What is needed"), T("和本人谈出来的，加密保存。", "Found by talking with the person; kept encrypted."),
            T("请写需要什么。", "Please say what is needed."), lines=5, max_length=2000,
        )  # fmt: skip
        for n in range(1, ROWS + 1):
            words = T("第 {n} 项服务", "Service {n}").fill(n=n)
            self.fields[f"service_{n}"] = one_of(words, lists.SERVICES, PLEASE, required=n == 1)
            self.fields[f"since_{n}"] = a_day(T("第 {n} 项，从哪天", "Service {n}, first day").fill(n=n), None)
            self.fields[f"until_{n}"] = a_day(T("第 {n} 项，到哪天", "Service {n}, last day").fill(n=n), None)

    def clean(self) -> dict[str, Any]:
        """Each service that is chosen has its days."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        for n in range(1, ROWS + 1):
            for name in ("since", "until"):
                if said.get(f"service_{n}") and not said.get(f"{name}_{n}") and f"{name}_{n}" not in self.errors:
                    self.add_error(f"{name}_{n}", str(say(T("请写日子。", "Please give the day."))))
        return said

    def wishes(self) -> list[ServiceWish]:
        said = self.cleaned_data
        return [
            ServiceWish(said[f"service_{n}"], said[f"since_{n}"], said[f"until_{n}"])
            for n in range(1, ROWS + 1) if said[f"service_{n}"]
        ]  # fmt: skip


class ToldForm(RecordForm):
    """What a provider without an account tells an officer: whose word it is, and a paper where there is one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= told_fields()


class AskForm(PlainForm):
    """Which provider assesses: one of those who provide services here, or another by its code."""

    def __init__(self, *args: Any, providers: Sequence[Organisation] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if providers:
            options = [(str(one.pk), one.name) for one in providers]
            self.fields["provider"] = choice(T("哪个机构", "Which provider"), options, PLEASE, required=False)
        self.fields["unit"] = text(
            T("列表里没有的，写代码", "Not in the list: its code") if providers else T("哪个机构", "Which provider"),
            T("统一社会信用代码，18 位。", "Its unified social credit code, 18 characters."), None, max_length=40, spellcheck="false",
            required=False,
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if not said.get("provider") and not said.get("unit") and not self.errors:
            self.add_error("provider" if "provider" in self.fields else "unit", str(say(_WHICH)))
        return said


class AdviceForm(PlainForm):
    """What the federation advises; `may_favour`: whether aid can be advised yet."""

    def __init__(self, *args: Any, may_favour: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        options = [("yes", say(T("建议扶持", "Advise start-up aid")))] if may_favour else []
        options.append(("no", say(T("建议再想想", "Advise to think again"))))
        self.fields["advises"] = choice(T("建议", "Advice"), options, PLEASE)
        self.fields["reason"] = text(
            T("理由", "Reason"), T("本人看得到。不影响申请补贴。", "The founder reads it. It stands in the way of no application."),
            T("请写理由。", "Please give the reason."), lines=3, max_length=3000,
        )  # fmt: skip


def _plan(request: HttpRequest, case: Any, form: Any) -> None:
    plan_services(case_id=case.pk, needs=form.cleaned_data["needs"], wishes=form.wishes(), by=request.actor, now=now())


def _record(request: HttpRequest, case: Any, form: forms.Form) -> None:
    said = form.cleaned_data
    row = PlannedService.objects.filter(pk=read_key(request.POST.get("service", "")), plan__case=case).first()
    if row is None:
        raise NotThere
    paper = said["paper"]
    record_service(
        service_id=row.pk, done=said["done"] == "yes", done_on=said["done_on"], record=said["record"], word=said["word"],
        paper=(paper.name, paper.read()) if paper else None, by=request.actor, now=now(),
    )  # fmt: skip


def _told_for(case: Any, provider: Any, plan: dict[str, Any]) -> list[PlannedService]:
    """What an officer may record: open services of a provider that has no account to do it itself."""
    if provider is None or not case.is_open or has_an_account(provider, localdate()):
        return []
    return [row for row, _ in plan["rows"] if row.state == "planned"]


def _ask(request: HttpRequest, case: Any, form: forms.Form) -> None:
    said = form.cleaned_data
    unit = int(said["provider"]) if said.get("provider") else unit_of_code(said["unit"], case.district_id).pk
    ask_feasibility(case_id=case.pk, organisation_id=unit, by=request.actor, now=now())


def _askable(case: Any, found: Sequence[tuple[Feasibility, str]]) -> list[Organisation]:
    """The providers to choose from: never the one that gave the first opinion."""
    return list(providers_of(case.district_id).exclude(pk__in=[one.organisation_id for one, _ in found]))


def _advise(request: HttpRequest, case: Any, form: forms.Form) -> None:
    said = form.cleaned_data
    advise_start_up(
        case_id=case.pk, advises=said["advises"] == "yes", reason=said["reason"], by=request.actor, now=now()
    )


_DOES = {
    "plan": (_plan, T("计划存好了。", "The plan is kept.")), "ask": (_ask, T("请好了，机构登录就能看到。", "Asked; the provider sees it on signing in.")),
    "advise": (_advise, T("建议给出了。", "The advice is given.")), "record": (_record, T("记好了。", "Recorded.")),
}  # fmt: skip


def _advice(case: Any) -> dict[str, Any]:
    advice = StartUpAdvice.objects.select_related("key").filter(case=case).first()
    return {"advice": advice, "advice_words": opened(advice.key, advice.reason) if advice else ""}


def _case(request: HttpRequest, reference: str) -> Any:
    case = case_for(request.actor, reference)
    if case.measure != SERVICE:
        raise NotThere
    return case


def _said(plan: dict[str, Any]) -> dict[str, Any]:
    """The plan as the form shows it."""
    said: dict[str, Any] = {"needs": plan["needs"]}
    for n, (row, _) in enumerate(plan["rows"][:ROWS], 1):
        said |= {f"service_{n}": row.service, f"since_{n}": plain_day(row.since), f"until_{n}": plain_day(row.until)}
    return said
