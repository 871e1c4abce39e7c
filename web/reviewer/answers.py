"""Answers that an officer owes beside a step: a challenge, a correction of a decision, an explanation, a comment taken back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Post
from casework import access
from casework.models import Case, Comment, DecisionChange, Explanation, Look, Recusal
from casework.queries import case_for, keep_away
from casework.references import shown
from casework.sealing import unseal
from casework.sight import visible_to
from casework.wording import REASONS
from flows.actions import comment as commenting
from flows.actions.correct_decision import approve_change, reject_change, withdraw_change
from flows.actions.explain import explain
from flows.actions.recuse import decide_challenge
from flows.errors import Invalid, NotThere
from policy import T
from web.acts import DONE_ONE, choice
from web.forms import PlainForm, Problem, add_errors, problems
from web.guard import for_officers, posted
from web.proof import proved, unproved
from web.public.controls import text
from web.reading import read_key
from web.templatetags.look import say

MOST_LOOKS = 200


@for_officers
@require_http_methods(["GET", "POST"])
def challenge_answer(request: HttpRequest, recusal_id: int) -> HttpResponse:
    """The head says whether the officer steps aside."""
    found = Recusal.objects.select_related("case", "user", "department").get(pk=recusal_id)
    case = _seen(request, found.case)
    form = PlainForm(request.POST if request.method == "POST" else None)
    if found.user is None:
        posts = (
            Post.objects.in_force(localdate()).filter(department_id=found.department_id).order_by("user__display_name")
        )
        people = {str(one.user_id): one.user.display_name for one in posts}
        form.fields["user"] = choice(
            T("指的是哪一位", "Who is meant"),
            list(people.items()),
            T("请选是哪一位。", "Please say who."),
            required=False,
        )
    form.fields["answer"] = text(
        T("您的决定和理由", "Your decision and why"), T("申请人会看到。", "The applicant reads it."),
        T("请写下理由。", "Please give the reason."), lines=4, max_length=1000,
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            decide_challenge(
                recusal_id=found.pk, by=proved(request), now=now(), upheld=request.POST.get("do") == "uphold",
                answer=form.cleaned_data["answer"], user_id=read_key(form.cleaned_data.get("user") or "") or None,
            )  # fmt: skip
        except Invalid as invalid:
            add_errors(form, invalid.errors)
        else:
            messages.success(request, say(T("决定好了，申请人会收到消息。", "Decided; the applicant gets a message.")))
            return redirect("case", case.shown_reference)
    verdict = access.may_decide_challenge(request.actor, found, "decide_challenge")
    context = {
        "case": case, "recusal": found, "said": unseal(case.key, found.text), "form": form, "errors": problems(form), "here": "case",
        "why_not": None if verdict and found.is_open else REASONS[verdict.reason or "challenge_decided"],
    }  # fmt: skip
    return render(request, "reviewer/challenge_answer.html", context, status=400 if form.errors else 200)


@for_officers
@require_http_methods(["GET", "POST"])
def decision_change(request: HttpRequest, change_id: int) -> HttpResponse:
    """The second approver signs the correction of a decision, or does not agree; its proposer may take it back."""
    found = DecisionChange.objects.select_related("case", "proposed_by", "seconder", "old_letter").get(pk=change_id)
    case = _change_seen(request, found)
    form = PlainForm(request.POST if request.method == "POST" else None)
    form.fields["reason"] = text(
        T("不同意的理由", "Why you do not agree"), T("同意的不用写。", "Leave it out to agree."), None, lines=3,
        required=False, max_length=1000,
    )  # fmt: skip
    errors: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        do = request.POST.get("do", "")
        errors = [] if do == "withdraw" else unproved(request, "decide_change")
        if not errors:
            try:
                _decide(do, found, request, form.cleaned_data["reason"])
            except Invalid as invalid:
                add_errors(form, invalid.errors)
            else:
                messages.success(request, say(DONE_ONE.fill(ref=case.shown_reference, done=say(_CHANGED[do]))))
                return redirect("bench")
    may = access.may(request.actor, "decide_change", case=case)
    context = {
        "case": case, "change": found, "text": unseal(case.key, found.text), "reason": unseal(case.key, found.reason),
        "form": form, "errors": [*problems(form), *errors], "here": "case", "proof_due": access.proof_is_due(request.actor, "decide_change"),
        "may": found.outcome == "" and bool(may) and request.actor.post.department_id == found.seconder_id,
        "is_mine": found.outcome == "" and found.proposed_by_id == request.actor.user_id,
    }  # fmt: skip
    return render(request, "reviewer/decision_change.html", context, status=400 if context["errors"] else 200)


_CHANGED = {
    "approve": T("更正签好了，新的决定书会送给申请人。", "Signed; the new letter goes to the applicant."),
    "reject": T("记下了：没有同意更正。", "Noted: not agreed."),
    "withdraw": T("更正撤回了。", "Withdrawn."),
}


def _decide(do: str, found: DecisionChange, request: HttpRequest, reason: str) -> None:
    given: dict[str, Any] = {"change_id": found.pk, "by": proved(request), "now": now()}
    if do == "approve":
        approve_change(**given)
    elif do == "reject":
        reject_change(**given, reason=reason)
    elif do == "withdraw":
        withdraw_change(**given)
    else:
        raise NotThere


def _change_seen(request: HttpRequest, found: DecisionChange) -> Case:
    """The case of a correction: for who may see it, and for the department that is asked to sign."""
    case: Case = Case.objects.select_related("person__key", "organisation__key", "own_key").get(pk=found.case_id)
    if (
        request.actor.post.department_id != found.seconder_id
        and not visible_to(request.actor).filter(pk=case.pk).exists()
    ):
        raise NotThere
    keep_away(request.actor, case)
    return case


@for_officers
@require_http_methods(["GET", "POST"])
def explanation(request: HttpRequest, explanation_id: int) -> HttpResponse:
    """Write why a date was missed."""
    found = Explanation.objects.select_related("case", "deadline", "department").get(pk=explanation_id)
    case = _seen(request, found.case)
    form = PlainForm(request.POST if request.method == "POST" else None)
    form.fields["text"] = text(
        T("为什么过期，现在怎么办", "Why it is late, and what happens now"), T("督查会看。", "Supervision reads it."),
        T("请写明原因。", "Please explain."), lines=5, max_length=2000,
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            explain(explanation_id=found.pk, by=proved(request), now=now(), text=form.cleaned_data["text"])
        except Invalid as invalid:
            add_errors(form, invalid.errors)
        else:
            messages.success(request, say(T("说明交了。", "The explanation is in.")))
            return redirect("case", case.shown_reference)
    mine = request.actor.post.department_id == found.department_id and found.at is None
    context = {"case": case, "explanation": found, "form": form, "errors": problems(form), "mine": mine, "here": "case"}
    return render(request, "reviewer/explanation.html", context, status=400 if form.errors else 200)


@for_officers
@posted("case")
def comment_withdraw(request: HttpRequest, reference: str, comment_id: int) -> HttpResponse:
    """Take a comment of one's own back; it stays as withdrawn."""
    case = case_for(request.actor, reference)
    found = Comment.objects.get(pk=comment_id, case=case)
    commenting.withdraw_comment(case_id=case.pk, by=proved(request), now=now(), comment_id=found.pk)
    messages.success(request, say(T("撤回了，还看得到是您写过的。", "Withdrawn; it stays visible as that.")))
    return redirect("case", case.shown_reference)


@for_officers
@require_GET
def looks(request: HttpRequest, reference: str) -> HttpResponse:
    """Who looked at the case, a file or a number, newest first; and who was given a look for a day, with the reason."""
    case = case_for(request.actor, reference)
    rows = Look.objects.filter(case_id=case.pk).select_related("user", "department").order_by("-pk")[:MOST_LOOKS]
    grants = case.access_grants.select_related("user", "post__department").order_by("-pk")
    context = {
        "case": case, "rows": rows, "grants": [(one, unseal(case.key, one.reason)) for one in grants], "here": "case",
        "most": MOST_LOOKS,
    }  # fmt: skip
    return render(request, "reviewer/looks.html", context)


def _seen(request: HttpRequest, case: Case) -> Case:
    """The case with its key, for who may see it. Raises as `case_for` does."""
    return case_for(request.actor, shown(case.reference))
