"""Acts beside signing (办法): each declared once, drawn as a link where it may be done, and done on one kind of page.

A list of acts belongs to an audience (`web/reviewer/acts.py`, `web/applicant/acts.py`). The link, the page and the guard
inside the lock get one answer, `casework.access.may`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now

from casework import access
from casework.evidence import MAX_BYTES, TOO_LARGE, BadFile
from casework.models import Case, Task
from casework.wording import REASONS
from flows.errors import Invalid, NotThere, Stale
from policy import T
from web.forms import PlainForm, Problem, add_errors, problems
from web.proof import proved, unproved
from web.reading import read_key
from web.templatetags.look import say


@dataclass(frozen=True)
class Place:
    """Where an act is done: the case and its open task, as the page found them."""

    request: HttpRequest
    case: Case
    task: Task | None


Fields = Callable[[Place], Mapping[str, forms.Field]]
Run = Callable[[dict[str, Any], dict[str, Any]], object]


def no_fields(place: Place) -> Mapping[str, forms.Field]:
    return {}


@dataclass(frozen=True)
class Act:
    """One act: its title, what it does, its button, what is said afterwards, its form and the action that it calls.

    `at_task`: the action takes the open task; `offered` says whether the link is worth drawing where the right is there.
    `file` names the form's file, where it has one.
    """

    verb: str
    title: T
    what: T
    button: T
    done: T
    run: Run
    fields: Fields = no_fields
    at_task: bool = True
    danger: bool = False
    offered: Callable[[Place], bool] = field(default=lambda place: True)


def offered(acts: Sequence[Act], place: Place) -> list[Act]:
    """The acts that the actor may do here now."""
    with access.remembered():
        return [act for act in acts if verdict(act, place) and act.offered(place)]


def verdict(act: Act, place: Place) -> access.Verdict:
    """Whether the actor may do it, by the one judge."""
    if act.at_task and place.task is None:
        return access.Verdict(False, "task_done")
    given = {"task": place.task} if act.at_task else {"case": place.case}
    return access.may(place.request.actor, act.verb, **given)


def act_page(place: Place, act: Act, template: str, back: str) -> HttpResponse:
    """The act's own page: its form, or why it can't be done; sent, the action is called once."""
    request, judged = place.request, verdict(act, place)
    form = PlainForm(request.POST if request.method == "POST" else None, request.FILES or None)
    for name, one in act.fields(place).items():
        form.fields[name] = one
    errors: list[Problem] = []
    if request.method == "POST" and "restore" not in request.POST and form.is_valid():
        errors = unproved(request, act.verb) if request.actor.is_officer else []
        if not errors and (response := _done(place, act, form, back)) is not None:
            return response
    context = {
        "case": place.case, "task": place.task, "act": act, "form": form, "here": "case",
        "errors": [*(problems(form) if "restore" not in request.POST else []), *errors],
        "why_not": None if judged else REASONS[judged.reason], "seen": place.case.version,
        "proof_due": access.proof_is_due(request.actor, act.verb), "back": back,
        "has_file": any(isinstance(one, forms.FileField) for one in form.fields.values()),
    }  # fmt: skip
    return render(request, template, context, status=400 if context["errors"] else 200)


def _done(place: Place, act: Act, form: PlainForm, back: str) -> HttpResponse | None:
    """Where to go after the act; None where something is wrong with it, which the form then says."""
    request = place.request
    given = {"case_id": place.case.pk, "by": proved(request), "now": now()}
    if act.at_task:
        given["task_id"] = read_key(request.POST.get("task", "")) or (place.task.pk if place.task else 0)
    try:
        act.run(form.cleaned_data, given)
    except Invalid as invalid:
        add_errors(form, invalid.errors)
        return None
    except BadFile as bad:
        add_errors(form, {"file": bad.reason})
        return None
    except Stale:
        form.add_error(None, str(say(_CHANGED)))
        return None
    is_elsewhere = place.case.shown_reference not in back
    told = DONE_ONE.fill(ref=place.case.shown_reference, done=say(act.done)) if is_elsewhere else act.done
    messages.success(request, say(told))
    return redirect(back)


# Said where the page that follows is not that of the case.
DONE_ONE = T("{ref}：{done}", "{ref}: {done}")
_CHANGED = T(
    "您打开以后，这件有变化。请看一遍，再交一次；您写的都还在。",
    "The case changed since you opened it. Please look again and send it once more; what you wrote is still here.",
)


def act_named(acts: Sequence[Act], verb: str) -> Act:
    """The act with this verb. Raises NotThere."""
    found = next((one for one in acts if one.verb == verb), None)
    if found is None:
        raise NotThere
    return found


# --- the fields that acts use


def choice(
    label: T, options: Sequence[tuple[str, Any]], error: T, *, required: bool = True, hint: T | None = None
) -> forms.Field:
    """A list to choose from; nothing is chosen beforehand."""
    return forms.ChoiceField(
        label=say(label), choices=[("", say(T("请选", "Please choose"))), *options], required=required,
        help_text=say(hint) if hint else "", widget=forms.Select(attrs={"class": "input"}),
        error_messages={"required": say(error), "invalid_choice": say(error)},
    )  # fmt: skip


class Upload(forms.FileField):
    """One file, checked for its size before it is read."""

    def __init__(self, label: T, error: T | None = None, hint: T | None = None) -> None:
        super().__init__(
            label=say(label), help_text=say(hint) if hint else "", required=error is not None,
            error_messages={"required": say(error)} if error else {},
            widget=forms.FileInput(attrs={"class": "input"}),
        )  # fmt: skip

    def clean(self, data: Any, initial: Any = None) -> Any:
        upload = super().clean(data, initial)
        if upload is not None and upload.size > MAX_BYTES:
            raise forms.ValidationError(str(say(TOO_LARGE)))
        return upload
