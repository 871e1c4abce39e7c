"""Throwing a draft away, after asking once."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods

from casework.queries import draft_for
from flows.actions.draft import discard_draft
from flows.errors import NotThere
from policy import T, measure
from web.guard import for_anyone_signed_in
from web.templatetags.look import say


@for_anyone_signed_in
@require_http_methods(["GET", "POST"])
def discard(request: HttpRequest, draft_id: int) -> HttpResponse:
    if request.method == "POST":
        try:
            discard_draft(draft_id=draft_id, by=request.actor, now=now())
            messages.success(request, say(T("草稿删掉了。", "The draft is deleted.")))
        except NotThere:  # sent twice, or not theirs: what they wanted gone is not among what they have
            messages.info(request, say(T("这份草稿已经不在了。", "That draft is not there any more.")))
        return redirect("register" if request.actor.is_officer else "my_cases")
    draft = draft_for(request.actor, draft_id)
    return render(
        request,
        "applicant/discard.html",
        {"draft": draft, "rules": measure(draft.measure, draft.purpose), "here": "my"},
    )
