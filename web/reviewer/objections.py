"""Objections to a notice: read, dismissed or upheld; and taken at a counter."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods

from casework import access
from casework.evidence import BadFile
from casework.models import Objection
from casework.queries import case_for
from casework.sealing import unseal
from casework.sight import visible_to
from flows.actions.answer_objection import dismiss, uphold
from flows.actions.look import look
from flows.actions.object_to import object_to
from flows.errors import Invalid, NotThere
from policy import T
from web.forms import Problem, add_errors, problems
from web.guard import for_officers
from web.proof import proved, unproved
from web.public.notices import ObjectionForm, sent
from web.reading import plain
from web.templatetags.look import say


@for_officers
@require_http_methods(["GET", "POST"])
def objection(request: HttpRequest, objection_id: int) -> HttpResponse:
    """One objection with what it says, and its answer."""
    found = (
        Objection.objects.select_related("key", "notice__case", "notice__task", "examiner", "evidence")
        .filter(pk=objection_id)
        .first()
    )
    if found is None or not visible_to(request.actor).filter(pk=found.notice.case_id).exists():
        raise NotThere
    case = case_for(request.actor, found.notice.case.reference)
    found.notice.task.process = case
    errors = _answer(request, found) if request.method == "POST" else []
    if request.method == "POST" and not errors:
        messages.success(request, say(T("答复好了。", "The objection is answered.")))
        return redirect("case", case.shown_reference)
    look(case=case, by=request.actor, now=now(), what="case", page="objection")
    context: dict[str, Any] = {
        "case": case, "objection": found, "who": unseal(found.key, found.who), "text": unseal(found.key, found.text),
        "answer": unseal(found.key, found.answer) if found.answer else "", "paper": found.evidence, "errors": errors, "typed": request.POST, "here": "case",
        "may_dismiss": access.may_examine(request.actor, found, "dismiss"), "may_uphold": access.may_examine(request.actor, found, "uphold"),
        "proof_due": access.proof_is_due(request.actor, "dismiss"),
    }  # fmt: skip
    return render(request, "reviewer/objection.html", context, status=400 if errors else 200)


@for_officers
@require_http_methods(["GET", "POST"])
def at_counter(request: HttpRequest, reference: str) -> HttpResponse:
    """Take down an objection that somebody makes in person."""
    case = case_for(request.actor, reference)
    notice = case.notices.filter(ended_at=None).last()
    if notice is None:
        raise NotThere
    form = CounterForm(request.POST if request.method == "POST" else None, request.FILES or None)
    if form.is_bound and form.is_valid():
        try:
            made = object_to(
                notice_id=notice.pk, by=request.actor, now=now(), at_counter=True, **sent(form.cleaned_data)
            )
        except Invalid as invalid:
            add_errors(form, invalid.errors)
        except BadFile as bad:
            add_errors(form, {"file": bad.reason})
        else:
            told = T("异议记下了。请把查询码告诉提出的人：{code}", "Noted. Please give the person this code: {code}")
            messages.success(request, say(told.fill(code=made.code)))
            return redirect("case", case.shown_reference)
    context = {"case": case, "notice": notice, "form": form, "errors": problems(form), "here": "case"}
    return render(request, "reviewer/objection_at_counter.html", context, status=400 if context["errors"] else 200)


class CounterForm(ObjectionForm):
    """The same, as an officer writes down what somebody says."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {
            "text": T("说了什么", "What it says"), "who": T("姓名", "Name"), "contact": T("联系方式", "Contact"),
        }  # fmt: skip
        for name, label in labels.items():
            self.fields[name].label, self.fields[name].help_text = say(label), ""


def _answer(request: HttpRequest, found: Objection) -> list[Problem]:
    act = {"dismiss": dismiss, "uphold": uphold}.get(request.POST.get("do", ""))
    if act is None:
        raise NotThere
    if wrong := unproved(request, "dismiss"):
        return wrong
    try:
        act(objection_id=found.pk, by=proved(request), now=now(), answer=plain(request.POST.get("answer", ""))[:2000])
    except Invalid as invalid:
        return [Problem(text, "f-answer") for text in invalid.errors.values()]
    return []
