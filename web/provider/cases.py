"""A provider's service cases (服务机构的案件): the plan, what was done, what came of it; assessments that were asked."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_http_methods

from casework.queries import provided_tasks
from casework.references import NotAReference, read
from flows.errors import Invalid, NotThere
from policy import T
from services import lists
from services.access import may_for
from services.actions.assess_feasibility import answer_feasibility
from services.actions.plan_services import note_outcome, record_service
from services.models import PlannedService
from services.plans import asked_feasibilities, opened, plan_of, provided_cases, provider_of
from web.acts import choice
from web.controls import a_day, a_number, one_of
from web.forms import PlainForm, add_errors, problems
from web.guard import for_applicants
from web.public.controls import text
from web.reading import read_key
from web.templatetags.look import say

SHOWN = 100
PLEASE = T("请从列表里选。", "Please choose from the list.")


@for_applicants
@require_http_methods(["GET"])
def my_services(request: HttpRequest) -> HttpResponse:
    """The service cases of the account's units, steps that wait first; and assessments."""
    today = localdate()
    waiting = {task.process_id: task for task in provided_tasks(request.actor)}
    cases = [(case, waiting.get(case.pk)) for case in provided_cases(request.actor, today)[:SHOWN]]
    cases.sort(key=lambda pair: (pair[1] is None, pair[1].due if pair[1] else today, pair[0].pk))
    asked = list(asked_feasibilities(request.actor, today)[:SHOWN])
    return render(request, "provider/services.html", {"here": "my", "cases": cases, "asked": asked, "today": today})


@for_applicants
@require_http_methods(["GET", "POST"])
def my_service(request: HttpRequest, reference: str) -> HttpResponse:
    """One service case: the person, the plan and its records, the outcome."""
    case = _case(request, reference)
    do = request.POST.get("do", "") if request.method == "POST" else ""
    outcome = OutcomeForm(request.POST if do == "outcome" else None)
    record = RecordForm(request.POST if do == "record" else None)
    row = None
    if do == "record":
        row = PlannedService.objects.filter(pk=read_key(request.POST.get("service", "")), plan__case=case).first()
        if row is None:
            raise NotThere
        if record.is_valid() and _recorded(request, record, row):
            return redirect("my_service", case.shown_reference)
    elif do == "outcome":
        if outcome.is_valid() and _noted(request, outcome, case):
            return redirect("my_service", case.shown_reference)
    elif do:
        raise NotThere
    plan = plan_of(case)
    errors = [*problems(record), *problems(outcome)]
    waiting = next((one for one in provided_tasks(request.actor) if one.process_id == case.pk), None)
    context = {
        "here": "my", "case": case, "record": record, "outcome": outcome, "errors": errors, "waiting": waiting, **plan,
        "open_rows": [one for one, _ in plan["rows"] if one.state == "planned"], "chosen": row,
        "may": may_for(request.actor, "record_service", now(), provider_of(case)),
    }  # fmt: skip
    return render(request, "provider/service.html", context, status=400 if errors else 200)


@for_applicants
@require_http_methods(["GET", "POST"])
def my_assessment(request: HttpRequest, feasibility_id: int) -> HttpResponse:
    """An assessment that one of the account's units was asked for: given once, then read."""
    one = asked_feasibilities(request.actor, localdate()).filter(pk=feasibility_id).first()
    if one is None:
        raise NotThere
    form = AssessmentForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            answer_feasibility(
                feasibility_id=one.pk, scores={key: said[key] for key in lists.HEADINGS}, risk=said["risk"], text=said["text"],
                by=request.actor, now=now(),
            )  # fmt: skip
        except Invalid as invalid:
            add_errors(form, invalid.errors)
        else:
            messages.success(request, say(T("评估交好了。", "The assessment is handed in.")))
            return redirect("my_assessment", one.pk)
    errors = problems(form)
    context = {
        "here": "my", "one": one, "text": opened(one.key, one.text), "form": form, "errors": errors,
        "headings": lists.HEADINGS.items(),
    }  # fmt: skip
    return render(request, "provider/assessment.html", context, status=400 if errors else 200)


class RecordForm(PlainForm):
    """What was done of a service."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        options = [("yes", say(T("做了", "It was done"))), ("no", say(T("没有做", "It was not done")))]
        self.fields["done"] = choice(T("做了没有", "Was it done"), options, PLEASE)
        self.fields["done_on"] = a_day(T("哪一天", "Day"), T("请写哪一天。", "Please give the day."))
        self.fields["record"] = text(
            T("做了什么", "What was done"), T("没有做的，写为什么。", "If it was not, why."), T("请写做了什么；没有做的，写为什么。", "Please say what was done, or why it was not."),
            lines=4, max_length=2000,
        )  # fmt: skip


class OutcomeForm(PlainForm):
    """What a service led to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"] = one_of(T("结果", "Outcome"), lists.OUTCOMES, PLEASE)
        self.fields["outcome_on"] = a_day(T("从哪一天起", "Since"), T("请写从哪一天起。", "Please give the day."))
        self.fields["reason"] = text(
            T("说明", "In words"), T("停了的，一定要写为什么。", "Needed if it stopped."), None, lines=3, max_length=2000, required=False
        )  # fmt: skip


class AssessmentForm(PlainForm):
    """Points per heading, the risk, why."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, words in lists.HEADINGS.items():
            self.fields[key] = a_number(words, T("请打 1 到 5 分。", "Please give 1 to 5 points."), T("1 分最差，5 分最好。", "1 is worst, 5 is best."))  # fmt: skip
        self.fields["risk"] = one_of(T("风险", "Risk"), lists.RISKS, PLEASE)
        self.fields["text"] = text(
            T("依据和提醒", "Reasons and warnings"), T("风险高的，写怎么降低。本人看得到。", "For a high risk, how to lower it. The founder reads it."),
            T("请写依据。", "Please say why."), lines=6, max_length=3000,
        )  # fmt: skip


def _recorded(request: HttpRequest, form: forms.Form, row: PlannedService) -> bool:
    said = form.cleaned_data
    try:
        record_service(
            service_id=row.pk, done=said["done"] == "yes", done_on=said["done_on"], record=said["record"], by=request.actor,
            now=now(),
        )  # fmt: skip
    except Invalid as invalid:
        add_errors(form, invalid.errors)
        return False
    messages.success(request, say(T("记好了。", "Recorded.")))
    return True


def _noted(request: HttpRequest, form: forms.Form, case: Any) -> bool:
    said = form.cleaned_data
    try:
        note_outcome(
            case_id=case.pk, outcome=said["outcome"], on=said["outcome_on"], reason=said["reason"], by=request.actor, now=now()
        )  # fmt: skip
    except Invalid as invalid:
        add_errors(form, invalid.errors)
        return False
    messages.success(request, say(T("结果记好了。", "The outcome is noted.")))
    return True


def _case(request: HttpRequest, reference: str) -> Any:
    """The case with this reference, if it is one of the provider's."""
    try:
        stored = read(reference)
    except NotAReference:
        raise NotThere from None
    found = provided_cases(request.actor, localdate()).filter(reference=stored).first()
    if found is None:
        raise NotThere
    return found
