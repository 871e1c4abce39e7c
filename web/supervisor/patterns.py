"""Patterns worth a look: what is looked for and what was found; a supervisor says of each hit what they saw."""

from datetime import datetime
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Role
from casework.wording import REASONS
from flows.errors import AlreadyDone, Invalid, NotThere
from oversight.actions.find_hits import find_hits
from oversight.actions.mark_hit import RESULTS as MARKS
from oversight.actions.mark_hit import mark_hit
from oversight.actions.open_review import open_review
from oversight.guarding import LONGEST
from oversight.hits import (
    PAGE,
    RESULTS,
    cases_of,
    counted,
    hit_of,
    in_sentences,
    last_look,
    officers_of,
    page,
    record_of,
    reviewed,
    thresholds,
    why_not_judge,
)
from oversight.models import PatternHit
from oversight.patterns import BY_CODE
from policy import T
from web.forms import PlainForm, Problem, Radios, add_errors, problems
from web.guard import for_supervision
from web.public.controls import text
from web.reading import place, read_key, read_place
from web.templatetags.look import say

LOOKED = T("找过了，新发现 {n} 处。", "Looked; new hits: {n}.")
_TO_REVIEW = T("要查清楚，立案核查", "It has to be looked into: open a review")


@for_supervision
@require_http_methods(["GET", "POST"])
def patterns(request: HttpRequest) -> HttpResponse:
    """Every pattern with how many hits wait; a supervisor may look again now."""
    district = request.actor.post.district
    if request.method == "POST" and "restore" not in request.POST:
        new = find_hits(district=district, by=request.actor, now=now()).total()
        messages.success(request, say(LOOKED.fill(n=new)))
        return redirect("patterns")
    context = {
        "here": "patterns", "rows": counted(district.pk), "looked": last_look(district.pk),
        "may": request.actor.has_role(Role.SUPERVISOR),
    }  # fmt: skip
    return render(request, "supervisor/patterns.html", context)


@for_supervision
@require_GET
def pattern(request: HttpRequest, code: str) -> HttpResponse:
    """One pattern: what it looks for, its thresholds, how it is found, and its hits."""
    one, district_id = BY_CODE.get(code), request.actor.post.district_id
    if one is None:
        raise NotThere
    show_all = request.GET.get("show") == "all"
    rows = page(district_id, one, show_all=show_all, after=read_place(request.GET.get("after", ""), datetime))
    last = rows[PAGE - 1].hit if len(rows) > PAGE else None
    query = {"show": "all"} if show_all else {}
    context = {
        "here": "patterns", "pattern": one, "rows": rows[:PAGE], "show_all": show_all, "thresholds": thresholds(one, district_id),
        "next": urlencode({**query, "after": place(last.found_at, last.pk)}) if last else "",
    }  # fmt: skip
    return render(request, "supervisor/pattern.html", context)


@for_supervision
@require_GET
def reviews(request: HttpRequest) -> HttpResponse:
    """What reviews were opened of, the newest first, and how each stands."""
    rows = reviewed(request.actor.post.district_id, read_key(request.GET.get("after", "")) or None)
    context = {
        "here": "patterns", "rows": rows[:PAGE], "next": rows[PAGE - 1].hit.review_id if len(rows) > PAGE else 0,
    }  # fmt: skip
    return render(request, "supervisor/reviews.html", context)


@for_supervision
@require_http_methods(["GET", "POST"])
def hit(request: HttpRequest, hit_id: int) -> HttpResponse:
    """One hit: whom and what it is about, what was done with it; and the form of who looks at it."""
    found = hit_of(request.actor, hit_id)
    if found is None:
        raise NotThere
    cases, is_sent = cases_of(found), request.method == "POST"
    form, errors = _form(request.POST if is_sent else None), []
    if is_sent and "restore" not in request.POST:
        if form.is_valid() and (answer := _judged(request, found, form, errors)) is not None:
            return answer
        errors = [*problems(form), *errors]
    [one] = in_sentences([found])
    is_supervisor = request.actor.has_role(Role.SUPERVISOR)
    reason = why_not_judge(request.actor, found, cases) if is_supervisor else ""
    context = {
        "here": "patterns", "one": one, "cases": cases, "officers": officers_of(found), "records": record_of(found),
        "form": form, "errors": errors, "why_not": REASONS[reason] if reason else None,
        "may": is_supervisor and not reason and found.result in ("", PatternHit.FOLLOW_UP),
    }  # fmt: skip
    return render(request, "supervisor/hit.html", context, status=400 if errors else 200)


def _form(data: object) -> PlainForm:
    form = PlainForm(data)  # type: ignore[arg-type]
    form.fields["result"] = forms.ChoiceField(
        label=say(T("您看到的", "What you saw")), widget=Radios(),
        choices=[*((key, say(RESULTS[key])) for key in MARKS), (PatternHit.REVIEW, say(_TO_REVIEW))],
        error_messages={"required": say(T("请选一个结果。", "Please choose a result."))},
    )  # fmt: skip
    form.fields["reason"] = text(
        T("为什么", "Why"), T("写看了哪里、看到什么。不写申请人的姓名和号码。", "Where you looked and what you saw. No applicant's name or number."),
        T("请写明您看到了什么。", "Please say what you saw."), lines=4, max_length=LONGEST,
    )  # fmt: skip
    return form


def _judged(request: HttpRequest, found: PatternHit, form: PlainForm, errors: list[Problem]) -> HttpResponse | None:
    """Where to go once the act is done; None where something is wrong, which then stands on the form or in `errors`."""
    given = form.cleaned_data
    try:
        if given["result"] == PatternHit.REVIEW:
            made = open_review(hit_id=found.pk, reason=given["reason"], by=request.actor, now=now())
            messages.success(
                request,
                say(T("立案了，由督查的经办核实。", "The review is open; a reviewer of supervision looks into it.")),
            )
            return redirect("case", made.shown_reference)
        mark_hit(hit_id=found.pk, result=given["result"], reason=given["reason"], by=request.actor, now=now())
    except Invalid as invalid:
        add_errors(form, invalid.errors)
        return None
    except AlreadyDone as done:
        errors.append(Problem(REASONS[done.reason]))
        return None
    messages.success(request, say(T("记下了。", "Noted.")))
    return redirect("pattern", found.pattern)
