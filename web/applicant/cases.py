"""My applications, and the tracking page: where is it, who has it, by when, what must I do, what comes next."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_http_methods

from casework import deadlines, states
from casework.assessment import kept_explanation
from casework.calendar import Calendar, calendar_of
from casework.corrections import standing_evidence
from casework.interpretations import in_force
from casework.judgements import newest
from casework.models import AnswerSet, Case, Deadline, Letter, Task
from casework.published import parameters
from casework.queries import case_for, drafts_of, messages_for, persons_of, tasks_of, visible_to
from casework.sealing import unseal
from casework.telling import told_message
from casework.wording import HOW_SERVED, OUTCOMES
from flows.actions.read_messages import read_messages
from flows.actions.withdraw import SPEC as WITHDRAW
from flows.actions.withdraw import withdraw
from flows.engine import chain_of, deciding_step, step_named
from flows.errors import NotThere
from policy import T, measure
from web.applicant.apply import shown_answers
from web.drawing import Drawing, of_case, piece_of
from web.forms import PlainForm, Said
from web.guard import for_applicants
from web.templatetags.look import say


@for_applicants
@require_http_methods(["GET", "POST"])
def my_cases(request: HttpRequest) -> HttpResponse:
    """Every application and draft of the persons that the account acts for."""
    persons = persons_of(request.actor)
    if request.method == "POST" and request.POST.get("person") in {str(one.pk) for one in persons}:
        request.session["person"] = int(request.POST["person"])
        return redirect("my_cases")
    fresh = Count("messages", filter=Q(messages__audience="applicant", messages__read_at=None))
    cases = (
        visible_to(request.actor)
        .select_related("person", "department")
        .annotate(unread=fresh)
        .order_by("-opened_at", "-pk")[:50]
    )
    context = {
        "cases": [(case, measure(case.measure, case.purpose), _headline(case)) for case in cases],
        "drafts": [(draft, measure(draft.measure, draft.purpose)) for draft in drafts_of(request.actor)[:20]],
        "persons": persons, "here": "my", "unread": messages_for(request.actor).filter(read_at=None).count(),
    }  # fmt: skip
    return render(request, "applicant/my_cases.html", context)


@dataclass
class Tracking:
    """The five lines, each a first sentence that is complete by itself, and what explains it."""

    where: T
    where_more: T | None
    who: T
    who_more: T | None
    by: Any
    by_more: T | None
    do: T
    do_more: T | None
    next: T
    next_more: T | None
    clock: Deadline | None = None
    days: list[deadlines.Day] = field(default_factory=list)
    decision: Deadline | None = None
    asks: bool = False


@for_applicants
@require_http_methods(["GET"])
def tracking(request: HttpRequest, reference: str) -> HttpResponse:
    case = case_for(request.actor, reference)
    calendar, figures = calendar_of(case.district_id), parameters(case.district_id)
    tasks = tasks_of(case)
    drawing = of_case(case, tasks, calendar, figures)
    clocks = list(case.deadlines.filter(ended_at=None).prefetch_related("pauses", "changes").order_by("pk"))
    letters = list(case.letters.filter(void_at=None, waits_for_notice=False).select_related("service"))
    mail = list(case.messages.filter(audience="applicant").select_related("department").order_by("-pk")[:30])
    context = {
        "case": case, "rules": measure(case.measure, case.purpose), "drawing": drawing, "here": "my",
        "five": _five(case, tasks, clocks, calendar, drawing, letters), "letters": letters, "headline": _headline(case),
        "messages_told": [(message, *told_message(case, message)) for message in mail],
        "may_withdraw": case.state in WITHDRAW.states, "served": HOW_SERVED,
        "corrections": list(case.correction_requests.filter(answered_at__isnull=False).order_by("-pk")),
    }  # fmt: skip
    response = render(request, "applicant/tracking.html", context)
    if any(message.read_at is None for message in mail):
        read_messages(case=case, now=now())
    return response


@for_applicants
@require_http_methods(["GET"])
def sent(request: HttpRequest, reference: str) -> HttpResponse:
    """The confirmation, with the reference to write down."""
    case = case_for(request.actor, reference)
    task = Task.objects.filter(process=case, kind="intake").order_by("pk").first()
    return render(
        request,
        "applicant/sent.html",
        {"case": case, "rules": measure(case.measure, case.purpose), "task": task, "here": "my"},
    )


@for_applicants
@require_http_methods(["GET"])
def result(request: HttpRequest, reference: str) -> HttpResponse:
    """What the rules find, rule by rule and line by line; the reviewers see the same."""
    case = case_for(request.actor, reference)
    found = newest(case)
    explanation = None if found is None else kept_explanation(case, found)
    if explanation is None:
        raise NotThere
    return render(
        request, "applicant/result.html", {
            "case": case, "found": found, "explanation": explanation, "here": "my",
            "notes": in_force(case.district_id, case.measure),
        },
    )  # fmt: skip


@for_applicants
@require_http_methods(["GET"])
def answers(request: HttpRequest, reference: str) -> HttpResponse:
    """What was sent, as it stands now."""
    case = case_for(request.actor, reference)
    newest: AnswerSet = case.answer_sets.order_by("-number")[0:1].get()
    told = shown_answers(measure(case.measure, case.purpose), unseal(case.key, newest.answers), standing_evidence(case))
    return render(request, "applicant/answers.html", {"case": case, "parts": told, "set": newest, "here": "my"})


class WithdrawForm(PlainForm):
    reason = Said(required=False, max_length=500, widget=forms.Textarea(attrs={"class": "input", "rows": 3}))


@for_applicants
@require_http_methods(["GET", "POST"])
def withdrawal(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask once, then withdraw."""
    case = case_for(request.actor, reference)
    form = WithdrawForm(request.POST or None)
    form.fields["reason"].label = say(T("为什么撤回", "Why you withdraw"))
    if request.method == "POST" and form.is_valid():
        withdraw(case_id=case.pk, by=request.actor, now=now(), reason=form.cleaned_data["reason"])
        messages.success(request, say(T("撤回好了。以后可以再申请。", "Withdrawn. You may apply again.")))
        return redirect("tracking", case.shown_reference)
    return render(
        request,
        "applicant/withdrawal.html",
        {"case": case, "form": form, "may": case.state in WITHDRAW.states, "here": "my"},
    )


@for_applicants
@require_http_methods(["GET"])
def appeal(request: HttpRequest, reference: str) -> HttpResponse:
    """How to appeal: to whom, until when, counted from the day of service."""
    case = case_for(request.actor, reference)
    letter = case.letters.filter(void_at=None, waits_for_notice=False).select_related("service").last()
    step = deciding_step(chain_of(case))
    figures, on = parameters(case.district_id), localdate()
    served_on = localdate(letter.service.served_at) if letter and hasattr(letter, "service") else None
    review = deadlines.length_of(figures, "appeal_review", on)
    court = deadlines.length_of(figures, "appeal_court", on)
    context = {
        "case": case, "letter": letter, "served_on": served_on, "here": "my", "step": step,
        "review_body": step.review_body or T(case.district.review_body, case.district.review_body_en),
        "court": step.court or T(case.district.court, case.district.court_en), "review": review, "months": court,
        "review_until": _until(served_on, review), "court_until": _until(served_on, court),
    }  # fmt: skip
    return render(request, "applicant/appeal.html", context)


def _until(served_on: date | None, length: deadlines.Length) -> date | None:
    if served_on is None:
        return None
    return deadlines.due_after(served_on, length, Calendar({}, {}, frozenset()))


def _headline(case: Case) -> T:
    """The case in one sentence."""
    if case.state == states.CLOSED:
        return _CLOSED[case.outcome]
    if case.state == states.CORRECTION:
        return T("请您补材料", "We need something from you")
    if case.state == states.SUBMITTED:
        return T("您的申请收到了，在等受理", "Your application has arrived and waits for acceptance")
    if case.state == states.PUBLICITY:
        return T("批准了，正在公示", "Granted, on public notice")
    if case.department is None:
        return T("您的申请正在办", "Your application is being worked on")
    name = T(case.department.name, case.department.name_en, filled=True)
    if case.state == states.APPROVED:
        return T("批准了，{who}正在安排", "Granted; {who} is arranging it").fill(who=name)
    return T("您的申请，{who}正在审", "Your application is with {who}").fill(who=name)


_CLOSED = {
    "granted": T("办完了，您已被接收", "Done: you are taken in"),
    "refused": T("没有批准", "Refused"),
    "withdrawn": T("您撤回了", "You withdrew it"),
    "not_accepted": T("没有受理", "Not accepted"),
    "lapsed": T("没有补材料，终止了", "Ended, as the correction did not come"),
}


def _five(
    case: Case, tasks: list[Task], clocks: list[Deadline], calendar: Any, drawing: Drawing, letters: list[Letter]
) -> Tracking:
    if case.state == states.CLOSED:
        return _closed_lines(case, drawing, letters)
    open_task = next((task for task in reversed(tasks) if task.is_open), None)
    step = open_task.step_name if open_task else case.step
    if case.state == states.CORRECTION:
        asked = case.correction_requests.filter(answered_at=None, expired_at=None).first()
        step = asked.step if asked else step
    number, piece = piece_of(drawing, step) or (1, drawing.pieces[0])
    clock = next((one for one in clocks if open_task and one.task_id == open_task.pk and one.kind != "objection"), None)
    decision = next((one for one in clocks if one.kind == deadlines.DECISION), None)
    holder = _holder(case, open_task)
    told = Tracking(
        where=T("第 {n} 步，一共 {of} 步", "Step {n} of {of}").fill(n=number, of=len(drawing.pieces)),
        where_more=_where_more(case, step_named(chain_of(case), step), piece),
        who=holder,
        who_more=T("{day}收到。", "Since {day}.").fill(day=localdate(open_task.created)) if open_task else None,
        by=open_task.due if open_task else None,
        by_more=None,
        do=T("现在什么都不用做", "Nothing now"),
        do_more=T("不用守着。要您做什么，我们会发消息，这里也会写。", "No need to watch. If we need you, we send a message and say it here."),
        next=_next(case, step, drawing, number),
        next_more=None,
        clock=clock,
        days=deadlines.days(clock, calendar, localdate()) if clock else [],
        decision=decision,
    )  # fmt: skip
    if case.state == states.CORRECTION and open_task is not None:
        told.asks = True
        told.do = T("请补材料，最晚{day}", "Please correct your application by {day}").fill(day=open_task.due)
        told.do_more = T("补的时候，我们的时间停下不走。", "While you work on it, our clock stands still.")
    return told


def _where_more(case: Case, step: Any, piece: Any) -> T:
    what = {
        states.SUBMITTED: T("申请收到了，等{who}受理。", "It has arrived and waits for acceptance by {who}."),
        states.CORRECTION: T("{who}请您补材料，先停一停。", "{who} asked for a correction; it waits for you."),
        states.PUBLICITY: T(
            "区政府批准了，现在公示。", "The district government granted it; now it is on public notice."
        ),
        states.APPROVED: T("批准了，现在{what}。", "Granted; now: {what}."),
    }.get(case.state, T("现在是{who}{what}。", "Now with {who}: {what}."))
    return what.fill(who=piece.name, what=step.words)


def _holder(case: Case, task: Task | None) -> T:
    if task is None or task.held_by_applicant:
        return T("在您手里", "You")
    if task.department is None:
        return T("还没有定", "Not settled yet")
    return T(task.department.name, task.department.name_en, filled=True)


def _next(case: Case, step: str, drawing: Drawing, number: int) -> T:
    if case.state == states.CORRECTION:
        return T("您补好以后，接着由原来的部门审", "After your correction the same department goes on")
    if number >= len(drawing.pieces):
        return T("确认以后，就全部办完了", "After this everything is done")
    following = drawing.pieces[number]
    current = step_named(chain_of(case), step)
    if current.decides:
        return T("批准的话就公示；不批准会写明理由", "If granted, a public notice; if not, the reason in writing")
    return T("接下来是{who}：{what}", "Next: {who}, {what}").fill(who=following.name, what=following.what)


def _closed_lines(case: Case, drawing: Drawing, letters: list[Letter]) -> Tracking:
    ended = localdate(case.closed_at)
    again = case.outcome in ("withdrawn", "lapsed", "not_accepted")
    appeals = case.outcome in ("refused", "not_accepted", "lapsed")
    return Tracking(
        where=T("办完了：{outcome}", "Closed: {outcome}").fill(outcome=OUTCOMES[case.outcome]),
        where_more=None,
        who=T("没有人在办了", "Nobody any more"),
        who_more=None,
        by=ended,
        by_more=T("这一天办完的。", "The day on which it was closed."),
        do=T("请看决定书", "Please read the letter") if letters else T("什么都不用做", "Nothing"),
        do_more=T("不同意的话，可以复议或者起诉。", "If you disagree, you can appeal.") if appeals else None,
        next=T("可以再申请", "You may apply again") if again else T("没有下一步了", "There is no next step"),
        next_more=None,
    )
