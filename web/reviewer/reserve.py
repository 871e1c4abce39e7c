"""The reserve of labour projects (储备) at the federation: what goes in, who asks, sharing out with its working, what is late."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_http_methods

from casework.references import NotAReference, read
from flows.errors import Invalid, NotThere
from policy import T
from services import lists
from services.actions.keep_reserve import put_in_reserve, take_request
from services.actions.share_work import share_work
from services.models import LabourProject
from services.reserve import (
    as_work,
    asking,
    delivered_of,
    facts_of,
    is_late,
    projects_to_put,
    requests_to_take,
    reserve,
    waiting,
)
from services.sheltered import share_out
from web.controls import ticks
from web.forms import PlainForm, Problem, add_errors, problems
from web.guard import for_service_officers
from web.templatetags.look import say


@for_service_officers
@require_http_methods(["GET"])
def work_reserve(request: HttpRequest) -> HttpResponse:
    """The reserve, what is late marked; cases that are to be taken in."""
    district_id, today = request.actor.post.district_id, localdate()
    rows = [(one, given, done, is_late(one, done, today)) for one, given, done in reserve(district_id)]
    context = {
        "here": "reserve", "rows": rows, "late": [row for row in rows if row[3]], "asks": waiting(district_id)[:100],
        "to_put": [(case, facts_of(case)) for case in projects_to_put(request.actor)[:50]],
        "to_take": [(case, facts_of(case)) for case in requests_to_take(request.actor)[:50]],
    }  # fmt: skip
    return render(request, "reviewer/reserve.html", context)


@for_service_officers
@require_http_methods(["GET", "POST"])
def reserve_take(request: HttpRequest, reference: str) -> HttpResponse:
    """A project goes into the reserve, or a base's request is taken up: skills and kinds from the lists."""
    case, is_project = _case(request, reference)
    form = TakeForm(request.POST if request.method == "POST" else None, is_project=is_project)
    if request.method == "POST" and form.is_valid():
        said: dict[str, Any] = {"skills": form.cleaned_data["skills"], "kinds": form.cleaned_data["kinds"]}
        try:
            (put_in_reserve if is_project else take_request)(case_id=case.pk, by=request.actor, now=now(), **said)
        except Invalid as invalid:
            add_errors(form, invalid.errors)
        else:
            messages.success(request, say(T("好了。", "Done.")))
            return redirect("work_reserve")
    errors = problems(form)
    context = {
        "here": "reserve",
        "case": case,
        "facts": facts_of(case),
        "form": form,
        "errors": errors,
        "is_project": is_project,
    }
    return render(request, "reviewer/reserve_take.html", context, status=400 if errors else 200)


@for_service_officers
@require_http_methods(["GET", "POST"])
def work_project(request: HttpRequest, project_id: int) -> HttpResponse:
    """One project: how the rule would share out what is left, with its working; posted, it is shared out."""
    one = LabourProject.objects.filter(pk=project_id, district_id=request.actor.post.district_id).first()
    if one is None:
        raise NotThere
    errors: list[Problem] = []
    if request.method == "POST":
        try:
            made = share_work(project_id=one.pk, by=request.actor, now=now())
        except Invalid as invalid:
            errors = [Problem(words) for words in invalid.errors.values()]
        else:
            messages.success(
                request,
                say(T("分给了 {n} 家基地，等它们确认。", "Shared out to {n} bases; they confirm.").fill(n=len(made))),
            )
            return redirect("work_project", one.pk)
    requests, work = asking(one, localdate()), as_work(one)
    shares = list(one.shares.select_related("organisation").order_by("pk"))
    done = [delivered_of(share) for share in shares]
    context = {
        "here": "reserve", "one": one, "left": work.volume, "errors": errors, "late": is_late(one, sum(done), localdate()),
        "proposed": [(requests[share.key][0], share) for share in share_out(work, [base for _, base in requests.values()])],
        "shares": list(zip(shares, done, strict=True)),
    }  # fmt: skip
    return render(request, "reviewer/project.html", context, status=400 if errors else 200)


class TakeForm(PlainForm):
    """What a project takes, or what the people of a base can do."""

    def __init__(self, *args: Any, is_project: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        skills = T("要会做什么", "Skills that it takes") if is_project else T("学员会做什么", "What the members can do")
        kinds = (
            T("适合哪几类", "Kinds of disability that it suits")
            if is_project
            else T("学员有哪几类", "Kinds of disability of the members")
        )
        self.fields["skills"] = ticks(skills, lists.SKILLS)
        hint = T("都适合的，不用选。", "Choose none if it suits all.") if is_project else None
        self.fields["kinds"] = ticks(kinds, lists.SUITS, hint)


def _case(request: HttpRequest, reference: str) -> tuple[Any, bool]:
    try:
        stored = read(reference)
    except NotAReference:
        raise NotThere from None
    for found, is_project in ((projects_to_put(request.actor), True), (requests_to_take(request.actor), False)):
        if (case := found.filter(reference=stored).first()) is not None:
            return case, is_project
    raise NotThere
