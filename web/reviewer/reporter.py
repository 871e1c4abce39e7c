"""Who reported (举报人), for triage alone: asked for on purpose, recorded, and shown once."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now

from casework.queries import case_for
from flows.actions.show_reporter import show_reporter
from web.guard import for_officers, posted


@for_officers
@posted("case")
def reporter(request: HttpRequest, reference: str) -> HttpResponse:
    """Name and contact as the reporter gave them."""
    case = case_for(request.actor, reference)
    who = show_reporter(case=case, by=request.actor, now=now())
    return render(request, "reviewer/reporter.html", {"case": case, "who": who, "here": "case"})
