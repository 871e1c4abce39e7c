"""Applying to a reserved post (报考), and its examination: the ticket, the person's own results, the physical check."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET, require_http_methods

from casework import acting
from casework.access import leads_rounds
from casework.models import Case, Person
from casework.queries import case_for
from casework.sealing import unseal
from flows.actions.look import look
from flows.errors import Invalid, NotThere
from recruitment.actions.join_round import begin_application
from recruitment.models import RoundApplication, RoundPost
from recruitment.queries import candidate_of, needs_of
from web.forms import Problem
from web.guard import for_anyone_signed_in, for_applicants
from web.round_words import NEEDS


@for_applicants
@require_http_methods(["GET", "POST"])
def apply_for_post(request: HttpRequest, post_id: int) -> HttpResponse:
    """Say which post it is and for whom; the button begins the application."""
    posts = RoundPost.objects.filter(pk=post_id, district=request.district, round__published_at__isnull=False)
    post = posts.select_related("round", "unit", "department").first()
    if post is None:
        raise NotThere
    errors: list[Problem] = []
    if request.method == "POST" and "restore" not in request.POST:
        try:
            draft = begin_application(post_id=post.pk, by=request.actor, now=now())
        except Invalid as invalid:
            errors = [Problem(words) for words in invalid.errors.values()]
        else:
            return redirect("draft", draft.pk)
    who = request.actor.on_behalf_of
    context = {
        "post": post, "one": post.round, "who": who, "errors": errors, "here": "rounds",
        "is_open": post.takes_applications(localdate()), "is_person": isinstance(who, Person),
        "why_not": acting.why_not_change(request.actor, who, localdate()) if who is not None else "",
    }  # fmt: skip
    return render(request, "applicant/apply_for_post.html", context, status=400 if errors else 200)


@for_applicants
@require_GET
def my_exam(request: HttpRequest, reference: str) -> HttpResponse:
    """The person's own seat, results and check; the results once they are released."""
    case, application = _found(request, reference)
    context = {"case": case, "here": "my", **_of_the_exam(application)}
    return render(request, "applicant/exam.html", context)


@for_anyone_signed_in
@require_GET
def ticket(request: HttpRequest, reference: str) -> HttpResponse:
    """The admission ticket (准考证), to be printed: for the person, and for the department that leads the round."""
    case, application = _found(request, reference)
    by, one = request.actor, application.round
    if by.is_officer and (not leads_rounds(by) or by.post.department_id != one.department_id):
        raise NotThere
    if not hasattr(application, "seat"):
        raise NotThere
    look(case=case, by=by, now=now(), what="case", page="ticket")
    needs = needs_of([application])[application.pk]
    context = {
        "case": case, "application": application, "one": one, "post": application.post, "seat": application.seat,
        "needs": [words for name, words in NEEDS.items() if needs.get(name)], "other": needs.get("other", ""),
        "here": "rounds" if by.is_officer else "my",
    }  # fmt: skip
    return render(request, "applicant/ticket.html", context)


def _found(request: HttpRequest, reference: str) -> tuple[Case, RoundApplication]:
    case = case_for(request.actor, reference)
    rows = RoundApplication.objects.filter(case=case).select_related(
        "round__department", "post__unit", "post__department", "seat__room", "case__person__key", "physical_check"
    )
    application = rows.first()
    if application is None:
        raise NotThere
    return case, application


def _of_the_exam(application: RoundApplication) -> dict[str, Any]:
    one = application.round
    candidate = candidate_of(application) if one.results_at is not None and hasattr(application, "seat") else None
    check = getattr(application, "physical_check", None)
    return {
        "application": application, "one": one, "post": application.post, "candidate": candidate,
        "seat": getattr(application, "seat", None), "check": check,
        "reason": unseal(application.case.key, check.reason) if check is not None and check.reason else "",
    }  # fmt: skip
