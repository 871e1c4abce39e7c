"""Who approved what: asked by person, department, step, event, outcome and time; in sentences, a table, and CSV."""

from datetime import date, datetime
from itertools import chain
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.timezone import localtime, now
from django.views.decorators.http import require_GET

from accounts.models import Department
from casework import references
from casework.access import STEPS
from casework.telling import step_words
from casework.wording import EVENTS, OUTCOMES
from flows.actions.export_record import export_record
from oversight.records import ACTS, PAGE, SIGNED, Filter, Told, every, page, records, steps_of_record
from policy import T
from web.downloads import long_csv_file
from web.forms import Problem
from web.guard import for_supervision, posted
from web.reading import NotUnderstood, place, plain, read_date, read_place
from web.templatetags.look import say, worded

HEADER = (
    "时间",
    "谁",
    "以什么身份",
    "部门",
    "做了什么",
    "步骤",
    "编号",
    "案件现在的结果",
    "规则版本",
    "记录号",
    "指纹",
)


@for_supervision
@require_GET
def audit(request: HttpRequest) -> HttpResponse:
    given = request.GET or {"event": ACTS}  # opened for the first time: whatever moved a case
    asked, errors = read_filter(given)
    found = records(request.actor.post.district_id, asked)
    rows = [] if errors else page(found, read_place(request.GET.get("after", ""), datetime))
    last = rows[PAGE - 1].action if len(rows) > PAGE else None
    query = {name: value for name, value in given.items() if name != "after" and value}
    context = {
        "asked": given, "errors": errors, "rows": rows[:PAGE], "here": "audit", "query": query,
        "next": urlencode({**query, "after": place(last.at, last.pk)}) if last else "",
        "departments": Department.objects.filter(district_id=request.actor.post.district_id).order_by("pk"),
        "events": [(ACTS, T("所有签署和办理", "every signature and act")), (SIGNED, T("只看签署", "signatures only")), *EVENTS.items()], "outcomes": [(k, v) for k, v in OUTCOMES.items() if k],
        "steps": [(name, _step_words(name)) for name in steps_of_record()],
    }  # fmt: skip
    return render(request, "supervisor/audit.html", context, status=400 if errors else 200)


@for_supervision
@posted("audit")
def audit_csv(request: HttpRequest) -> HttpResponseBase:
    """The same rows as a file; that it was taken is recorded first."""
    asked, errors = read_filter(request.POST)
    if errors:
        return HttpResponse(status=400)
    export_record(by=request.actor, now=now(), filters=asked.given())
    found = records(request.actor.post.district_id, asked)
    return long_csv_file(f"records-{now():%Y%m%d-%H%M}.csv", chain([HEADER], map(_cells, every(found))))


def read_filter(given: Any) -> tuple[Filter, list[Problem]]:
    """What was asked for, and what of it was not understood."""
    errors: list[Problem] = []

    def day(name: str) -> date | None:
        text = plain(given.get(name, ""))
        if not text:
            return None
        try:
            return read_date(text)
        except NotUnderstood as error:
            errors.append(Problem(error.text, f"a-{name}"))
            return None

    reference = plain(given.get("ref", ""))
    if reference:
        try:
            reference = references.read(reference)
        except references.NotAReference:
            errors.append(
                Problem(T("这个编号不对。请再看一下。", "This reference is not right. Please check it."), "a-ref")
            )
    asked = Filter(
        who=plain(given.get("who", ""))[:60], department=given.get("department", "")[:40].replace("\x00", ""), step=given.get("step", "")[:40].replace("\x00", ""),
        event=given.get("event", "")[:32].replace("\x00", ""), outcome=given.get("outcome", "")[:12].replace("\x00", ""),
        since=day("since"), until=day("until"), reference=reference,
    )  # fmt: skip
    return asked, errors


def _cells(row: Told) -> list[Any]:
    action = row.action
    return [
        localtime(action.at).isoformat(timespec="seconds"), action.user.display_name if action.user and row.action.actor_kind == "officer" else say_actor(action.actor_kind),
        worded(action.role, "ROLES" if action.actor_kind == "officer" else "ACTS_AS") if action.role else "", action.department.title if action.department else "",
        worded(action.event, "EVENTS"), str(say(step_words(row.case, action.step))) if row.case and action.step else action.step, row.case.shown_reference if row.case else f"{action.subject_kind} {action.subject_id}",
        worded(row.case.outcome, "OUTCOMES") if row.case else "", action.policy_version, action.number, action.hash,
    ]  # fmt: skip


def say_actor(kind: str) -> str:
    return worded(kind, "ACTORS")


def _step_words(name: str) -> str:
    words = next((rights.words for key, rights in STEPS.items() if key.endswith(f".{name}")), None)
    return str(say(words)) if words else name
