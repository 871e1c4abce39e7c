"""Erasing personal data (删除个人信息): who asked, by when to answer; erase, or decline with the reason.

Administrators see no content of a case: the person's name, the references and states of their cases, and the reason.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET, require_http_methods

from casework import access
from casework.models import Case, ErasureRequest, Person
from casework.sealing import Erased, masked, unseal
from casework.wording import REASONS
from flows.actions.ask_erasure import MOST, decline_erasure
from flows.actions.erase import erase_person
from flows.errors import AlreadyDone, FlowError, Invalid, NotAllowed, NotThere
from oversight.chains import case_at
from policy import T
from web import proof
from web.forms import PlainForm, Problem, add_errors, problems
from web.guard import for_administrators
from web.public.controls import text
from web.reading import plain, read_key
from web.templatetags.look import say

PAGE = 50
NOT_FOUND = T(
    "没有找到这个编号，或者它不是哪一个人的申请。", "There is no such reference, or it is no person's application."
)
OTHER_NAME = T("和上面的名字不一样。请照着写一遍。", "This is not the name above. Please copy it.")
DONE = {
    "erase": T("删除了。", "Erased."),
    "decline": T("答复好了，本人会收到消息。", "Answered; the person is told."),
}


@for_administrators
@require_GET
def erasures(request: HttpRequest) -> HttpResponse:
    """Requests that wait, the first due first; those that are answered; anybody by the reference of an application."""
    district_id = request.actor.post.district_id
    typed = plain(request.GET.get("reference", ""))[:40]
    found = case_at(district_id, typed) if typed else None
    if found is not None and found.person_id:
        return redirect("erasure", found.person_id)
    requests = ErasureRequest.objects.filter(district_id=district_id).select_related("person", "decided_by")
    answered = requests.exclude(outcome="")
    before = read_key(request.GET.get("before", ""))
    rows = list((answered.filter(pk__lt=before) if before else answered).order_by("-pk")[: PAGE + 1])
    context = {
        "waiting": list(requests.filter(outcome="").order_by("due", "pk")), "rows": rows[:PAGE], "asked": typed,
        "not_found": NOT_FOUND if typed else None, "here": "erasures", "today": localdate(),
        "next": rows[PAGE - 1].pk if len(rows) > PAGE else None,
    }  # fmt: skip
    return render(request, "administrator/erasures.html", context)


@for_administrators
@require_http_methods(["GET", "POST"])
def erasure(request: HttpRequest, person_id: int) -> HttpResponse:
    """One person: what they asked and what is open; the name is typed once more before anything is erased."""
    person = Person.objects.select_related("key").get(pk=person_id, district_id=request.actor.post.district_id)
    asked = person.erasure_requests.select_related("asked_by", "decided_by").order_by("-pk").first()
    is_open = asked is not None and asked.is_open
    do = request.POST.get("do", "") if request.method == "POST" and "restore" not in request.POST else ""
    form, errors = _form(request, do, is_open), list[Problem]()
    if do in DONE and (do == "erase" or is_open):
        errors = _done(request, form, do, person, asked)
        if not errors and not form.errors:
            messages.success(request, say(DONE[do]))
            return redirect("erasures")
    elif do:
        raise NotThere
    errors = errors or problems(form)
    cases = list(Case.objects.filter(person=person).only("reference", "state", "outcome", "district").order_by("pk"))
    context = {
        "person": person, "asked": asked, "is_open": is_open, "form": form, "errors": errors, "here": "erasures",
        "open_cases": [one for one in cases if one.is_open], "closed": sum(not one.is_open for one in cases),
        "number": _opened(person, lambda: masked(unseal(person.key, person.number))),
        "reason": _opened(person, lambda: unseal(person.key, asked.reason) if asked else ""),
        "is_erased": person.key_id is None, "today": localdate(),
        "proof_due": access.proof_is_due(proof.proved(request), "erase_person"),
    }  # fmt: skip
    return render(request, "administrator/erasure.html", context, status=400 if errors else 200)


def _opened(person: Person, read: Any) -> str:
    try:
        return str(read()) if person.key_id is not None else ""
    except Erased:
        return ""


def _form(request: HttpRequest, do: str, is_open: bool) -> PlainForm:
    form = PlainForm(request.POST if do else None)
    form.fields["name"] = text(
        T("照着写一遍名字，确认删的是这个人", "Copy the name, to be sure whom it is"),
        T("只有要删除时才写。", "Only to erase."), None, required=False, max_length=120,
    )  # fmt: skip
    if is_open:
        form.fields["reason"] = text(
            T("不删的理由和依据", "Why it is not erased, and by what rule"),
            T("只有不删时才写。本人会看到。", "Only to decline. The person reads it."), None, lines=3, required=False,
            max_length=MOST,
        )  # fmt: skip
    return form


def _done(
    request: HttpRequest, form: PlainForm, do: str, person: Person, asked: ErasureRequest | None
) -> list[Problem]:
    """Check the name, prove who does it, then act; what is wrong, in words."""
    if not form.is_valid():
        return problems(form)
    if do == "erase" and plain(form.cleaned_data["name"]) != person.name:
        add_errors(form, {"name": OTHER_NAME})
        return problems(form)
    if wrong := proof.unproved(request, "erase_person"):
        return wrong
    by = proof.proved(request)
    try:
        if do == "erase":
            erase_person(person_id=person.pk, by=by, now=now())
        elif asked is not None:
            decline_erasure(request_id=asked.pk, by=by, now=now(), reason=form.cleaned_data["reason"])
    except Invalid as invalid:
        add_errors(form, invalid.errors)
        return problems(form)
    except (AlreadyDone, NotAllowed) as refused:
        return [Problem(REASONS[refused.reason])]
    except FlowError:
        return [Problem(proof.EMPTY, "f-password")]
    return []
