"""My personal information (我的个人信息): what is stored and why, who looked, who signed; to correct, take along, erase."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, localtime, now
from django.views.decorators.http import require_GET, require_http_methods

from casework import states
from casework.models import Case, Person
from casework.sealing import unseal
from casework.wording import REASONS
from flows.actions.ask_erasure import MOST, NO_REASON, ask_erasure, due_of, why_not_ask, withdraw_erasure
from flows.actions.take_copy import take_copy, why_not_take
from flows.errors import AlreadyDone, Invalid, NotAllowed, ProofNeeded
from oversight.own_copy import zipped
from oversight.own_data import PAGE, looks_at, signed_for, stored
from policy import T
from policy.retention import KINDS, periods
from web.applicant.person import for_a_person, person_of
from web.downloads import attached
from web.forms import PlainForm, Problem, add_errors, problems
from web.guard import for_applicants, posted
from web.public.controls import text
from web.reading import place, read_place
from web.templatetags.look import say

MOST_LISTED = 20
PROVE_FIRST = T(
    "请先再登录一次，证明是您本人，然后下载。",
    "Please sign in once more to prove that it is you, then download.",
)


@for_applicants
@require_GET
def my_privacy(request: HttpRequest) -> HttpResponse:
    """For whom the account is here now: what is stored, and two tables, each paged by itself."""
    who = whom(request)
    asked = {name: request.GET.get(name, "") for name in ("looks", "signed")}
    looks = looks_at(who, read_place(asked["looks"], datetime))
    signed = signed_for(who, read_place(asked["signed"], datetime))
    more = {
        "looks": _more(asked, "looks", [one.look for one in looks]),
        "signed": _more(asked, "signed", [one.action for one in signed]),
    }
    context = {
        "who": who, "is_person": isinstance(who, Person), "kinds": stored(who, request.actor), "looks": looks[:PAGE],
        "signed": signed[:PAGE], "more": more, "here": "my", "earlier": any(asked.values()),
        "may_copy": not why_not_take(request.actor, who, now()),
        "is_proved": request.actor.proof_is_fresh(now(), settings.PROOF_LASTS_MINUTES),
        "kept": [(KINDS[one.kind], one.words) for one in periods().values()],
    }  # fmt: skip
    return render(request, "applicant/my_privacy.html", context)


@for_applicants
@posted("my_privacy")
def my_copy(request: HttpRequest) -> HttpResponseBase:
    """Everything as one ZIP, sent while it is read; that it was taken is recorded first."""
    who, at = whom(request), now()
    try:
        take_copy(whom=who, by=request.actor, now=at)
    except ProofNeeded:
        messages.warning(request, say(PROVE_FIRST))
        return redirect("my_privacy")
    except NotAllowed as refusal:
        if refusal.reason != "copy_too_soon":
            raise
        messages.warning(request, say(REASONS[refusal.reason]))
        return redirect("my_privacy")
    pieces = zipped(who, request.actor, request.LANGUAGE_CODE, at)
    name = say(T("我的个人信息-{day}.zip", "my-information-{day}.zip").fill(day=f"{localtime(at):%Y%m%d}"))
    return attached(StreamingHttpResponse(pieces, content_type="application/zip"), str(name))


def whom(request: HttpRequest) -> Any:
    """The person or the unit that the account is here for, with key. Raises NotAllowed where there is none."""
    if request.actor.on_behalf_of is None:
        raise NotAllowed("not_the_applicant")
    return request.actor.on_behalf_of


def _more(asked: dict[str, str], name: str, rows: list[Any]) -> str:
    """The query of the page with the earlier rows of one table; the other stays where it is."""
    if len(rows) <= PAGE:
        return ""
    last = rows[PAGE - 1]
    return urlencode({key: text for key, text in (asked | {name: place(last.at, last.pk)}).items() if text})


@for_applicants
@for_a_person
@require_http_methods(["GET", "POST"])
def my_erasure(request: HttpRequest) -> HttpResponse:
    """Ask to have all of it erased: what that means and what stays; take it back; read the answer."""
    person = person_of(request)
    asked = person.erasure_requests.order_by("-pk").first()
    open_cases = list(Case.objects.filter(person=person).exclude(state=states.CLOSED).order_by("pk")[:MOST_LISTED])
    do = request.POST.get("do", "") if request.method == "POST" and "restore" not in request.POST else ""
    form = PlainForm(request.POST if do == "ask" else None)
    form.fields["reason"] = text(
        T("为什么要删", "Why it should be erased"), T("写一句就行。管理员会看。", "A sentence is enough. An administrator reads it."),
        NO_REASON, lines=3, max_length=MOST,
    )  # fmt: skip
    errors: list[Problem] = []
    if do == "ask" and form.is_valid():
        try:
            ask_erasure(person_id=person.pk, by=request.actor, now=now(), reason=form.cleaned_data["reason"])
        except Invalid as invalid:
            add_errors(form, invalid.errors)
        except (AlreadyDone, NotAllowed) as refused:
            errors = [Problem(REASONS[refused.reason])]
        else:
            messages.success(request, say(T("申请收到了。", "The request has arrived.")))
            return redirect("my_erasure")
    elif do == "withdraw" and asked is not None:
        try:
            withdraw_erasure(request_id=asked.pk, by=request.actor, now=now())
        except AlreadyDone as refused:
            errors = [Problem(REASONS[refused.reason])]
        else:
            messages.success(request, say(T("申请撤回了，什么都没有删。", "Taken back; nothing was erased.")))
            return redirect("my_erasure")
    why_not = why_not_ask(request.actor, person, now())
    errors = [*problems(form), *errors]
    context = {
        "person": person, "asked": asked, "open_cases": open_cases, "form": form, "errors": errors, "here": "my",
        "why_not": REASONS[why_not] if why_not else None,
        "due": due_of(person.district_id, localdate()),
        "answer": unseal(person.key, asked.answer) if asked is not None and asked.answer else "",
    }  # fmt: skip
    return render(request, "applicant/my_erasure.html", context, status=400 if errors else 200)
