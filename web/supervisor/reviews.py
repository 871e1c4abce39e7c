"""Reviews of what patterns found: their list, and one with its record, notes and end."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Role
from casework.wording import REASONS
from flows.errors import AlreadyDone, Invalid, NotThere
from oversight.actions.review_case import close_review, note_review
from oversight.guarding import LONGEST
from oversight.hits import OUTCOMES, PAGE, cases_of, in_sentences, record_of, reviews_of, why_not_judge
from oversight.models import ReviewCase
from policy import T
from web.forms import PlainForm, Problem, Radios, add_errors, problems
from web.guard import for_supervision
from web.public.controls import text
from web.reading import read_key
from web.templatetags.look import say


@for_supervision
@require_GET
def reviews(request: HttpRequest) -> HttpResponse:
    """Every review, the newest first."""
    rows = reviews_of(request.actor.post.district_id, read_key(request.GET.get("after", "")) or None)
    shown = rows[:PAGE]
    found = in_sentences([one.hit for one in shown])
    context = {
        "here": "patterns", "rows": list(zip(shown, found, strict=True)), "next": shown[-1].pk if len(rows) > PAGE else 0,
    }  # fmt: skip
    return render(request, "supervisor/reviews.html", context)


@for_supervision
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, review_id: int) -> HttpResponse:
    """One review: what it is about, its record; a supervisor notes what they found and ends it."""
    rows = ReviewCase.objects.filter(pk=review_id, district_id=request.actor.post.district_id)
    one = rows.select_related("hit", "opened_by", "closed_by").first()
    if one is None:
        raise NotThere
    do = request.POST.get("do", "") if request.method == "POST" else ""
    note, close = (
        _note_form(request.POST if do == "note" else None),
        _close_form(request.POST if do == "close" else None),
    )
    errors: list[Problem] = []
    if do and "restore" not in request.POST:
        form = note if do == "note" else close
        if form.is_valid() and _done(request, one, form, do, errors):
            return redirect("review", one.pk)
        errors = [*problems(form), *errors]
    cases = cases_of(one.hit)
    [found] = in_sentences([one.hit])
    reason = why_not_judge(request.actor, one.hit, cases)
    context = {
        "here": "patterns", "one": one, "found": found, "cases": cases, "records": record_of("reviewcase", one), "note": note,
        "close": close, "errors": errors,
        "may": request.actor.has_role(Role.SUPERVISOR) and not reason and one.closed_at is None,
        "why_not": REASONS[reason] if reason and request.actor.has_role(Role.SUPERVISOR) else None,
    }  # fmt: skip
    return render(request, "supervisor/review.html", context, status=400 if errors else 200)


def _note_form(data: Any) -> PlainForm:
    form = PlainForm(data, auto_id="n-%s")
    form.fields["text"] = text(
        T("查到了什么", "What you found"), T("不写申请人的姓名和号码。", "No applicant's name or number."),
        T("请写您查到了什么。", "Please say what you found."), lines=4, max_length=LONGEST,
    )  # fmt: skip
    return form


def _close_form(data: Any) -> PlainForm:
    form = PlainForm(data, auto_id="c-%s")
    form.fields["outcome"] = forms.ChoiceField(
        label=say(T("结果", "Outcome")), widget=Radios(), choices=[(key, say(OUTCOMES[key])) for key in ReviewCase.OUTCOMES],
        error_messages={"required": say(T("请选一个结果。", "Please choose an outcome."))},
    )  # fmt: skip
    form.fields["conclusion"] = text(
        T("结论", "Conclusion"), T("写清查了什么、怎么处理。", "What was looked into, and what is done about it."),
        T("请写明结论。", "Please give the conclusion."), lines=4, max_length=LONGEST,
    )  # fmt: skip
    return form


def _done(request: HttpRequest, one: ReviewCase, form: PlainForm, do: str, errors: list[Problem]) -> bool:
    """Whether the action took it; what is wrong then stands on the form or in `errors`."""
    given = {"review_id": one.pk, "by": request.actor, "now": now()}
    try:
        if do == "note":
            note_review(**given, text=form.cleaned_data["text"])
        else:
            close_review(**given, **form.cleaned_data)
    except Invalid as invalid:
        add_errors(form, invalid.errors)
        return False
    except AlreadyDone as done:
        errors.append(Problem(REASONS[done.reason]))
        return False
    messages.success(
        request, say(T("记下了。", "Noted.") if do == "note" else T("复查结束了。", "The review is closed."))
    )
    return True
