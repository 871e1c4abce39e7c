"""My applications, and the tracking page: where is it, who has it, by when, what must I do, what comes next."""

from datetime import date
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_http_methods

from accounts.actor import Actor
from casework import access, acting, deadlines
from casework.assessment import kept_explanation
from casework.calendar import HOLIDAYS, Calendar, calendar_of
from casework.corrections import ANSWERED, OPEN_REQUEST, standing_evidence
from casework.deadlines import told_clocks
from casework.filing import given_contact
from casework.interpretations import in_force
from casework.judgements import newest
from casework.models import AnswerSet, Case, Letter, Mandate, Message, PreparedClaim, Task
from casework.published import parameters
from casework.queries import (
    TASKS,
    case_for,
    drafts_of,
    mandates_held,
    messages_for,
    prepared_for,
    provided_tasks,
    tasks_of,
)
from casework.sealing import unseal
from casework.sight import visible_to
from casework.statements import Asked, Question, ahead, given
from casework.states import CORRECTION, SUSPENDED
from casework.telling import told_message
from casework.wording import HOW_SERVED
from flows.actions.read_messages import read_messages
from flows.actions.withdraw import withdraw
from flows.engine import chain_of, deciding_step
from flows.errors import NotThere
from flows.money import pays
from funds.accounts import NEWEST
from funds.figures import SUMS
from funds.models import Payable
from policy import T, measure
from recruitment.models import PostPosition
from web.acting import SESSION_KEY, key_of
from web.acts import Place
from web.applicant.acts import CHALLENGES, NOTES, PAUSE, beside
from web.applicant.filling import contact_words, shown_answers
from web.applicant.told import NO_ACCOUNT, five_lines, headline
from web.drawing import of_case
from web.forms import PlainForm, Said
from web.guard import for_applicants
from web.templatetags.look import say


@for_applicants
@require_http_methods(["GET", "POST"])
def my_cases(request: HttpRequest) -> HttpResponse:
    """Every application and draft of the persons that the account acts for."""
    held: dict[str, Mandate] = {}
    for one in mandates_held(request.actor):
        held.setdefault(key_of(one.person or one.organisation), one)
    persons = [(key, one.person or one.organisation, one.acts_as) for key, one in held.items()]
    if request.method == "POST" and request.POST.get("person") in held:
        request.session[SESSION_KEY] = request.POST["person"]
        return redirect("my_cases")
    fresh = Count("messages", filter=Q(messages__audience="applicant", messages__read_at=None))
    unpaid = Payable.objects.filter(case=OuterRef("pk"), state__in=NO_ACCOUNT)
    cases = (
        visible_to(request.actor)
        .select_related("person", "organisation", "department")
        .annotate(unread=fresh, wants_account=Exists(unpaid))
        .order_by("-opened_at", "-pk")[:50]
    )
    context = {
        "cases": [(case, measure(case.measure, case.purpose), headline(case, case.wants_account)) for case in cases],
        "drafts": [(draft, measure(draft.measure, draft.purpose)) for draft in drafts_of(request.actor).exclude(prepared__state=PreparedClaim.OFFERED)[:20]],
        "prepared": [(one, measure(one.measure)) for one in prepared_for(request.actor).filter(state=PreparedClaim.OFFERED)[:20]],
        "persons": persons, "here": "my", "this_year": localdate().year, "provided": [(task, measure(task.process.measure, task.process.purpose)) for task in provided_tasks(request.actor)[:50]],
        "reads_only": request.actor.acts_as == Mandate.READER, "names_agents": any(one.capacity == "self" for one in held.values()),
        "has_unit": any(one.organisation_id for one in held.values()),
        "chosen": key_of(request.actor.on_behalf_of) if request.actor.on_behalf_of else "", "unread": messages_for(request.actor).filter(read_at=None).count(),
    }  # fmt: skip
    return render(request, "applicant/my_cases.html", context)


@for_applicants
@require_http_methods(["GET"])
def tracking(request: HttpRequest, reference: str) -> HttpResponse:
    case = case_for(request.actor, reference)
    with access.remembered(), ahead(*_of_tracking(request.actor, case)):
        calendar, figures = calendar_of(case.district_id), parameters(case.district_id)
        tasks = tasks_of(case)
        if (position := getattr(case, "position", None)) is not None:
            position._state.fields_cache["of_round"] = _POST.first(position=position.pk)
        drawing = of_case(case, tasks, calendar, figures)
        open_task = next((task for task in reversed(tasks) if task.is_open), None)
        letters, mail = _LETTERS.all(case=case.pk), _MAIL.all(case=case.pk)
        decided = [one for one in letters if one.kind not in Letter.NOTICES]
        five = five_lines(case, tasks, deadlines.shown(case), calendar, drawing, decided)
        context = {
            "case": case, "rules": measure(case.measure, case.purpose), "drawing": drawing, "here": "my",
            "five": five, "letters": letters, "decided": decided, "headline": headline(case, five.wants_account),
            "messages_told": [(message, *told_message(case, message)) for message in mail],
            **_may(request, case, open_task), "served": HOW_SERVED, **beside(Place(request, case, open_task)),
            "corrections": ANSWERED.all(case=case.pk),
        }  # fmt: skip
    response = render(request, "applicant/tracking.html", context)
    if any(message.read_at is None for message in mail):
        read_messages(case=case, by=request.actor, now=now())
    return response


_LETTERS: Final = Asked(
    lambda: (
        Letter.objects.filter(case=given("case"), void_at=None, waits_for_notice=False)
        .select_related("service")
        .order_by("pk")
    )
)
_MAIL: Final = Asked(
    lambda: (
        Message.objects.filter(case=given("case"), audience="applicant")
        .select_related("department")
        .order_by("-pk")[:30]
    )
)


_POST: Final = Asked(lambda: PostPosition.objects.filter(position=given("position")).select_related("post__unit"))


def _of_tracking(by: Actor, case: Case) -> list[Question]:
    """What the tracking page asks of every case, and of one that is paused or pays."""
    of_every = (
        TASKS, *deadlines.SHOWN, _LETTERS, _MAIL, ANSWERED, NOTES, CHALLENGES,
    )  # fmt: skip
    of_state = {SUSPENDED: (PAUSE,), CORRECTION: (OPEN_REQUEST,)}.get(case.state, ())
    of_money = (NEWEST, SUMS) if pays(chain_of(case)) else ()
    of_round = [_POST.about(position=case.position.pk)] if hasattr(case, "position") else []
    return [
        HOLIDAYS.about(district=case.district_id),
        acting.about_mandate(by, case.applicant, localdate()),
        *(one.about(case=case.pk) for one in (*of_every, *of_state, *of_money)),
        *of_round,
    ]


def _may(request: HttpRequest, case: Case, task: Task | None) -> dict[str, Any]:
    """As whom the account is here, and whether it may withdraw and correct."""
    by = request.actor
    with access.remembered():
        return {
            "acts_as": acting.as_acting_for(by, case.applicant, localdate()).acts_as,
            "may_withdraw": bool(access.may(by, "withdraw", case=case)),
            "may_correct": task is not None and bool(access.may(by, "resubmit", task=task)),
        }


@for_applicants
@require_http_methods(["GET"])
def sent(request: HttpRequest, reference: str) -> HttpResponse:
    """The confirmation, with the reference to write down."""
    case = case_for(request.actor, reference)
    task = Task.objects.filter(process=case, kind="intake").select_related("department").order_by("pk").first()
    rules, handed_in = measure(case.measure, case.purpose), {one.code for one in standing_evidence(case)}
    originals = [one.title for one in rules.evidence if one.original_seen and one.code in handed_in]
    context = {"case": case, "rules": rules, "task": task, "originals": originals, "here": "my"}
    return render(request, "applicant/sent.html", context)


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
    given = unseal(case.key, newest.answers)
    told = shown_answers(measure(case.measure, case.purpose), given, standing_evidence(case))
    contact = contact_words(given_contact(given), case.district_id)
    context = {"case": case, "parts": told, "set": newest, "contact": contact, "here": "my"}
    return render(request, "applicant/answers.html", context)


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
        {"case": case, "form": form, "verdict": access.may(request.actor, "withdraw", case=case), "here": "my"},
    )


@for_applicants
@require_http_methods(["GET"])
def appeal(request: HttpRequest, reference: str) -> HttpResponse:
    """How to appeal: to whom, until when, counted from the day of service."""
    case = case_for(request.actor, reference)
    letter = case.letters.decisions().filter(void_at=None, waits_for_notice=False).select_related("service").last()
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


@for_applicants
@require_http_methods(["GET"])
def my_dates(request: HttpRequest, reference: str) -> HttpResponse:
    """Every clock of the case, day by day: each counted day, each day that was left out and why, each change."""
    case = case_for(request.actor, reference)
    return render(request, "applicant/my_dates.html", {"case": case, "rows": told_clocks(case), "here": "my"})
