"""Bulk (批量): transfer, print, export and ask for a correction, for the cases picked in a list. Approving and refusing never.

Each case is an action of its own, under its own lock; what can't be done in one is said, the others are done.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_http_methods

from accounts.models import Post
from casework import access, duties
from casework.models import Case, Task
from casework.sight import visible_to
from casework.wording import REASONS, STATES, STEP_KINDS
from flows.actions.export_record import export_cases
from flows.actions.look import look
from flows.actions.request_correction import Asked, request_correction
from flows.actions.transfer import transfer
from flows.errors import AlreadyDone, Busy, FlowError, Invalid, NotAllowed, NotThere, ProofNeeded, Stale
from policy import T, measure
from web.acts import choice
from web.downloads import csv_file, noted
from web.forms import PlainForm, Problem, problems
from web.guard import for_officers
from web.proof import proved, unproved
from web.public.controls import text
from web.reviewer.picked import picked_of
from web.templatetags.look import say

KINDS = {
    "transfer": T("一起转给同事", "Hand them to a colleague"),
    "print": T("打印", "Print them"),
    "export": T("导出清单", "Export the list"),
    "correction": T("一起请申请人补正", "Ask for the same correction"),
}  # fmt: skip
_NOTHING = T("请先在清单里选案件。", "Please pick cases in the list first.")
_DONE = T("办好了", "done")


@dataclass(frozen=True)
class Outcome:
    """What became of one case: done, or why not."""

    task: Task
    done: bool
    words: T


@for_officers
@require_http_methods(["GET", "POST"])
def bulk(request: HttpRequest, kind: str) -> HttpResponse:
    """The cases picked, what is needed for all of them, and what became of each."""
    if kind not in KINDS:
        raise NotThere
    picked = _tasks(request)
    if kind == "print":
        return _printed(request, picked)
    if kind == "export":
        return _exported(request, picked)
    form = PlainForm(request.POST if "go" in request.POST else None)
    if picked:
        for name, one in (_transfer_fields if kind == "transfer" else _correction_fields)(request, picked).items():
            form.fields[name] = one
    errors: list[Problem] = [] if picked else [Problem(_NOTHING)]
    outcomes: list[Outcome] = []
    if picked and form.is_bound and form.is_valid():
        errors = unproved(request, "request_correction") if kind == "correction" else []
        if not errors:
            outcomes = [_tried(_RUNS[kind], request, task, form.cleaned_data) for task in picked]
    context = {
        "kind": kind, "title": KINDS[kind], "tasks": picked, "form": form, "errors": [*problems(form), *errors], "outcomes": outcomes,
        "here": "inbox", "kept": ".".join(str(task.pk) for task in picked), "back": _list_of(request), "filters": _filters(request),
        "proof_due": kind == "correction" and access.proof_is_due(request.actor, "request_correction"),
    }  # fmt: skip
    return render(request, "reviewer/bulk.html", context, status=400 if context["errors"] else 200)


def _filters(request: HttpRequest) -> dict[str, str]:
    """The tab and the filters of the list where the cases were picked, as far as any were chosen."""
    given = request.POST if request.method == "POST" else request.GET
    return {name: given[name] for name in ("view", "town", "kind") if given.get(name)}


def _list_of(request: HttpRequest) -> str:
    """The address of the list where the cases were picked."""
    chosen = urlencode(_filters(request))
    return f"{reverse('inbox')}?{chosen}" if chosen else reverse("inbox")


def _tasks(request: HttpRequest) -> list[Task]:
    """The open tasks that were picked and that the officer may see, in the order of picking."""
    keys = picked_of(request)
    seen = visible_to(request.actor)
    rows = Task.objects.filter(pk__in=keys, process__in=seen).exclude(kind="").select_related(
        "process__person__key", "process__organisation__key", "process__own_key", "process__applicant_department", "owner", "department"
    )  # fmt: skip
    found = {task.pk: task for task in rows}
    hidden = duties.hidden_many(request.actor, [task.process for task in found.values()])
    return [found[key] for key in keys if key in found and found[key].process_id not in hidden]


def _transfer_fields(request: HttpRequest, picked: list[Task]) -> dict[str, forms.Field]:
    posts = Post.objects.in_force(localdate()).filter(department_id=request.actor.post.department_id)
    people = {str(one.user_id): one.user.display_name for one in posts.order_by("user__display_name")}
    return {
        "to": choice(T("转给谁", "To whom"), list(people.items()), T("请选一位同事。", "Please choose a colleague.")),
        "reason": text(T("为什么转", "Why"), None, T("请写明为什么转给同事。", "Please say why."), lines=2, max_length=500),
    }  # fmt: skip


def _correction_fields(request: HttpRequest, picked: list[Task]) -> dict[str, forms.Field]:
    """What every picked case can be asked for: the papers and questions that all of their measures have."""
    choices: list[tuple[str, Any]] = []
    every = [_correctable(task.process) for task in picked]
    for key, title in every[0].items():
        if all(key in one for one in every):
            choices.append((key, title))
    return {
        "target": choice(T("补什么", "What to correct"), choices, T("请选补什么。", "Please choose what to correct.")),
        "note": text(T("请申请人怎么补", "What the applicant should do"), None, T("请写清怎么补。", "Please say what to do."), lines=3, max_length=500),
    }  # fmt: skip


def _correctable(case: Case) -> dict[str, Any]:
    rules = measure(case.measure, case.purpose)
    found = {f"evidence:{one.code}": say(one.title) for one in rules.evidence if not one.held_by_office}
    return found | {f"fact:{one.name}": say(one.question) for one in rules.facts if one.asked_of == "applicant"}


Run = Callable[[HttpRequest, Task, dict[str, Any]], object]


def _transfer(request: HttpRequest, task: Task, said: dict[str, Any]) -> None:
    transfer(
        case_id=task.process_id,
        task_id=task.pk,
        by=proved(request),
        now=now(),
        to=int(said["to"]),
        reason=said["reason"],
    )


def _correct(request: HttpRequest, task: Task, said: dict[str, Any]) -> None:
    kind, _, target = said["target"].partition(":")
    request_correction(
        case_id=task.process_id,
        task_id=task.pk,
        by=proved(request),
        now=now(),
        items=[Asked(kind, target, said["note"])],
    )


_RUNS: dict[str, Run] = {"transfer": _transfer, "correction": _correct}


def _tried(run: Run, request: HttpRequest, task: Task, said: dict[str, Any]) -> Outcome:
    """One case by itself: what goes wrong in it stops none of the others."""
    try:
        run(request, task, said)
    except (NotAllowed, AlreadyDone) as error:
        return Outcome(task, False, REASONS.get(error.reason, REASONS["task_done"]))
    except Invalid as invalid:
        return Outcome(task, False, next(iter(invalid.errors.values())))
    except (Busy, Stale, ProofNeeded, NotThere) as error:
        return Outcome(task, False, _WORDS[type(error)])
    return Outcome(task, True, _DONE)


_WORDS: dict[type[FlowError], T] = {
    Busy: T("这件正有人在办，请过一会儿再试。", "Somebody is working on it; try again in a moment."),
    Stale: T("这件有变化，请打开看一下。", "It has changed; please open it."),
    ProofNeeded: T("要再确认一次是您本人。", "You have to prove again that it is you."),
    NotThere: T("这件不在这里了。", "It is not here any more."),
}


def _printed(request: HttpRequest, picked: list[Task]) -> HttpResponse:
    """A sheet a case, to print: what stands in the list and where it is; each look is recorded."""
    if not picked:
        messages.error(request, say(_NOTHING))
        return redirect(_list_of(request))
    for task in picked:
        look(case=task.process, by=request.actor, now=now(), what="case", page="print")
    rows = [(task, measure(task.process.measure, task.process.purpose)) for task in picked]
    return render(request, "reviewer/printed.html", {"rows": rows, "here": "inbox", "today": localdate()})


def _exported(request: HttpRequest, picked: list[Task]) -> HttpResponse:
    """The list as CSV with what the inbox shows; the export is recorded for every case in it."""
    if not picked:
        messages.error(request, say(_NOTHING))
        return redirect(_list_of(request))
    export_cases(by=request.actor, now=now(), case_ids=[task.process_id for task in picked])
    return noted(request, csv_file("cases.csv", [[say(one) for one in _HEAD], *map(_cells, picked)]))


def _cells(task: Task) -> list[Any]:
    case = task.process
    return [
        case.shown_reference, case.applicant_name, say(measure(case.measure, case.purpose).title), say(STATES[case.state]),
        say(STEP_KINDS[task.kind]), task.department.title if task.department else "",
        task.owner.display_name if task.owner else "", task.due.isoformat(),
    ]  # fmt: skip


_HEAD = (
    T("编号", "Reference"), T("申请人", "Applicant"), T("事项", "Measure"), T("状态", "State"), T("步骤", "Step"), T("部门", "Department"),
    T("经办人", "Handler"), T("期限", "Due"),
)  # fmt: skip
