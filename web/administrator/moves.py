"""What administrators do to one case: move it to another version of its chain, reopen it after a won appeal.

They see no content of the case: its reference, its title, where it stands and on which version.
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods

from casework import access
from casework.evidence import BadFile
from casework.models import Case
from casework.telling import step_words
from casework.wording import REASONS
from flows.actions.move_chain import move_chain
from flows.actions.move_chain import steps_to as steps_of_version
from flows.actions.reopen import APPEALABLE
from flows.actions.reopen import reopen as reopen_case
from flows.actions.reopen import steps_to as steps_again
from flows.engine import CaseFlow, chain_of, step_named
from flows.errors import AlreadyDone, Invalid, NotAllowed, ProofNeeded, Stale
from flows.orders import chains_of
from flows.published_chains import title, where
from oversight.chains import case_at
from policy import T
from web import proof
from web.acts import Upload
from web.forms import PlainForm, Problem, Radios, add_errors, problems
from web.guard import for_administrators
from web.public.controls import text
from web.reading import plain, read_key
from web.templatetags.look import say

NOT_FOUND = T("没有找到这个编号。请核对一下再查。", "There is no such reference. Please check it.")
CHANGED = T(
    "您打开以后，这件有变化。请看一遍现在在哪一步，再办。",
    "The case changed since you opened it. Please look where it stands now, then do it.",
)
ONE_VERSION = T("这一项只有一个版本，没有别的可以改用。", "It has only one version; there is no other to move to.")
NO_STEP = T("别的版本里没有适合这个状态的步骤。", "The other versions have no step that fits its state.")
MOVED = T("改用第 {version} 版了。", "It is on version {version} now.")
REOPENED = T("重新办理了。", "It is reopened.")
_STEP = T("第 {version} 版：{step}", "Version {version}: {step}")
MOST = 1000
VERBS = {"chain_move": "move_chain", "reopen": "reopen"}


@for_administrators
@require_http_methods(["GET", "POST"])
def chain_move(request: HttpRequest) -> HttpResponse:
    """Find a case, choose version and step, say why; then a page to confirm it."""
    found, context = _place(request, "chain_move")
    if found is None:
        return render(request, "administrator/chain_move.html", context)
    choices = _choices(found)
    context["why_not"] = _why_not(request, "move_chain", found) or _nowhere(found, choices)
    form = _form(request, choices)
    do, errors = request.POST.get("do", ""), []
    if _is_sent(request, context) and do != "edit":
        if form.is_valid():
            version, _, to = form.cleaned_data["to"].partition(":")
            context["chosen"] = (_chain_of(found, int(version)), to)
            if do == "move":
                given = _given(request, found, form) | {"version": int(version), "to": to}
                errors = _done(request, form, move_chain, given)
                if not errors and not form.errors:
                    messages.success(request, say(MOVED.fill(version=int(version))))
                    return redirect(f"{reverse('chain_move')}?reference={found.shown_reference}")
        errors = errors or problems(form)
    context |= {"form": form, "errors": errors, **_chosen(context.pop("chosen", None), form)}
    return render(request, "administrator/chain_move.html", context, status=_status(request, context))


@for_administrators
@require_http_methods(["GET", "POST"])
def reopen(request: HttpRequest) -> HttpResponse:
    """Find a closed case, choose the step at which it begins again, hand in the document that orders it."""
    found, context = _place(request, "reopen")
    if found is None:
        return render(request, "administrator/reopen.html", context)
    context["why_not"] = _why_not(request, "reopen", found)
    if not context["why_not"] and found.outcome not in APPEALABLE:
        context["why_not"] = REASONS["not_appealable"]
    form = _form(request, [(step.name, say(where(step))) for step in steps_again(chain_of(found))])
    form.fields["file"] = Upload(
        T("撤销或者责令重办的文书", "The document that orders it"),
        T(
            "请选一个文件：复议决定书，或者判决书。",
            "Please choose a file: the decision on the appeal, or the judgment.",
        ),
        T("照片（JPG、PNG）或 PDF，最大 10 MB。", "A picture (JPG, PNG) or a PDF, 10 MB at most."),
    )
    errors: list[Problem] = []
    if _is_sent(request, context):
        if form.is_valid():
            paper = form.cleaned_data["file"]
            given = _given(request, found, form) | {"to": form.cleaned_data["to"]}
            errors = _done(request, form, reopen_case, given | {"name": paper.name, "content": paper.read()})
            if not errors and not form.errors:
                messages.success(request, say(REOPENED))
                return redirect(f"{reverse('reopen')}?reference={found.shown_reference}")
        errors = errors or problems(form)
    context |= {"form": form, "errors": errors}
    return render(request, "administrator/reopen.html", context, status=_status(request, context))


def _place(request: HttpRequest, page: str) -> tuple[Case | None, dict[str, Any]]:
    """The case that is asked for, and what every state of these pages shows."""
    asked = plain(request.GET.get("reference", ""))[:40]
    found = case_at(request.actor.post.district_id, asked) if asked else None
    context: dict[str, Any] = {
        "here": "chains", "asked": asked, "case": found,
        "not_found": NOT_FOUND if asked and found is None else None,
        "proof_due": access.proof_is_due(proof.proved(request), VERBS[page]),
    }  # fmt: skip
    if found is not None:
        chain = chain_of(found)
        context |= {"title": title(chain), "version": chain.version}
        context["step"] = step_words(found, found.step) if found.step else None
    return found, context


def _why_not(request: HttpRequest, verb: str, case: Case) -> T | None:
    verdict = access.may(request.actor, verb, case=case)
    return None if verdict else REASONS[verdict.reason]


def _choices(case: Case) -> list[tuple[str, str]]:
    """Each step of each other version to which the case may go, as `version:step`."""
    return [
        (f"{chain.version}:{step.name}", say(_STEP.fill(version=chain.version, step=where(step))))
        for chain in _other_versions(case)
        for step in steps_of_version(case.state, chain)
    ]


def _other_versions(case: Case) -> list[type[CaseFlow]]:
    same = (case.measure, case.purpose)
    return [
        one for one in chains_of(case.district_id) if (one.measure, one.purpose) == same and one is not chain_of(case)
    ]


def _chain_of(case: Case, version: int) -> type[CaseFlow]:
    return next(one for one in _other_versions(case) if one.version == version)


def _nowhere(case: Case, choices: list[tuple[str, str]]) -> T | None:
    return None if choices else NO_STEP if _other_versions(case) else ONE_VERSION


def _form(request: HttpRequest, choices: list[tuple[str, str]]) -> PlainForm:
    form = PlainForm(request.POST if request.method == "POST" else None, request.FILES or None)
    error = say(T("请选到哪一步。", "Please choose the step."))
    form.fields["to"] = forms.ChoiceField(
        label=say(T("到哪一步", "To which step")), choices=choices, widget=Radios(),
        error_messages={"required": error, "invalid_choice": error},
    )  # fmt: skip
    form.fields["reason"] = text(
        T("理由", "Reason"), T("存进案件的记录。", "It is kept in the case's record."),
        T("请写明理由。", "Please give the reason."), lines=3, max_length=MOST,
    )  # fmt: skip
    return form


def _is_sent(request: HttpRequest, context: dict[str, Any]) -> bool:
    """Whether the form was sent, and may be: not given back after signing in again, and nothing stands in the way."""
    return request.method == "POST" and "restore" not in request.POST and not context["why_not"]


def _status(request: HttpRequest, context: dict[str, Any]) -> int:
    """400 where something is to be put right, or where what was sent can't be done any more."""
    refused = request.method == "POST" and "restore" not in request.POST and context["why_not"]
    return 400 if context["errors"] or refused else 200


def _given(request: HttpRequest, case: Case, form: PlainForm) -> dict[str, Any]:
    """What both actions take; `seen` is the version of the case that the page had shown."""
    seen = read_key(request.POST.get("seen", "")) or case.version
    return {"case_id": case.pk, "now": now(), "seen": seen, "reason": form.cleaned_data["reason"]}


def _done(request: HttpRequest, form: PlainForm, action: Callable[..., None], given: dict[str, Any]) -> list[Problem]:
    """Prove who signs, then act; what is wrong, in words: at the form's fields, or as what is handed back."""
    if wrong := proof.unproved(request, action.__name__):
        return wrong
    try:
        action(**given, by=proof.proved(request))
    except Invalid as invalid:
        add_errors(form, invalid.errors)
    except BadFile as bad:
        add_errors(form, {"file": bad.reason})
    except (AlreadyDone, NotAllowed) as error:
        return [Problem(REASONS[error.reason])]
    except Stale:
        return [Problem(CHANGED)]
    except ProofNeeded:
        return [Problem(proof.EMPTY, "f-password")]
    return []


def _chosen(chosen: tuple[type[CaseFlow], str] | None, form: PlainForm) -> dict[str, Any]:
    """What the page to confirm says; nothing where the form is wrong."""
    if chosen is None or form.errors:
        return {}
    chain, to = chosen
    return {"to_version": chain.version, "to_step": where(step_named(chain, to)), "kept": form.cleaned_data}
