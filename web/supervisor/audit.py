"""Who approved what: asked by person, department, step, event, outcome and time; in sentences, a table, and CSV."""

from datetime import date, datetime
from decimal import Decimal
from itertools import chain
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localtime, now
from django.views.decorators.http import require_GET

from accounts.models import Department
from casework import references
from casework.access import STEPS
from casework.corrections import differences
from casework.models import Case
from casework.published import parameters
from casework.queries import case_for
from casework.telling import step_words
from casework.wording import EVENTS, OUTCOMES
from flows.actions.export_record import export_record
from flows.actions.look import look
from flows.errors import Invalid
from oversight.actions.save_search import forget_search, save_search
from oversight.models import SavedSearch
from oversight.records import (
    ACTS,
    PAGE,
    SIGNED,
    TRACKED,
    Filter,
    Told,
    TooWide,
    as_it_was,
    every,
    first_page,
    looks,
    person_indexes,
    records,
    steps_of_record,
    told,
)
from policy import T, measure, measures
from policy.parameters import POLICY
from web.downloads import long_csv_file, noted
from web.forms import Problem
from web.guard import for_supervision, posted
from web.reading import NotUnderstood, place, plain, read_date, read_money, read_place
from web.templatetags.look import event_words, say, worded

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
    rows, is_too_wide = list[Told](), False
    try:
        rows = [] if errors else first_page(found, read_place(request.GET.get("after", ""), datetime))
    except TooWide:
        is_too_wide = True
    last = rows[PAGE - 1].action if len(rows) > PAGE else None
    query = {name: value for name, value in given.items() if name != "after" and value}
    context = {
        "asked": given, "errors": errors, "rows": rows[:PAGE], "here": "audit", "query": query,
        "next": urlencode({**query, "after": place(last.at, last.pk)}) if last else "",
        "departments": Department.objects.filter(district_id=request.actor.post.district_id).order_by("pk"),
        "events": [(ACTS, T("所有签署和办理", "every signature and act")), (SIGNED, T("只看签署", "signatures only")), *EVENTS.items()], "outcomes": [(k, v) for k, v in OUTCOMES.items() if k],
        "steps": [(name, _step_words(name)) for name in steps_of_record()],
        "measures": measures(), "versions": [one.version for one in parameters(request.actor.post.district_id).named(POLICY)],
        "more": any(given.get(name) for name in MORE), "too_wide": is_too_wide,
        "kept": SavedSearch.objects.filter(user=request.actor.user, district_id=request.actor.post.district_id).order_by("name"),
    }  # fmt: skip
    return render(request, "supervisor/audit.html", context, status=400 if errors else 200)


@for_supervision
@posted("audit")
def audit_save(request: HttpRequest) -> HttpResponse:
    """Keep the search that is shown, under a name."""
    query = urlencode({name: request.POST[name] for name in ASKED if request.POST.get(name)})
    try:
        save_search(name=request.POST.get("title", ""), query=query, by=request.actor, now=now())
    except Invalid as error:
        messages.warning(request, say(error.errors["name"]))
    else:
        messages.success(request, say(T("存好了，在“常用的查询”里。", "Saved; it stands under “Kept searches”.")))
    return redirect(f"{reverse('audit')}?{query}")


@for_supervision
@posted("audit")
def audit_forget(request: HttpRequest, search_id: int) -> HttpResponse:
    forget_search(search_id=search_id, by=request.actor)
    messages.success(request, say(T("删掉了。", "Deleted.")))
    return redirect("audit")


ASKED = (
    "who", "deputy", "department", "step", "event", "outcome", "measure", "clause", "version", "least", "most", "since", "until",
    "ref", "person",
)  # fmt: skip
MORE = ("deputy", "measure", "clause", "version", "least", "most", "person")


@for_supervision
@posted("audit")
def audit_person(request: HttpRequest) -> HttpResponse:
    """The records of whoever has a number: it is sent, never part of an address; the address has its blind index."""
    number = plain(request.POST.get("number", ""))
    found = person_indexes(request.actor.post.district_id, number) if number else []
    if not found:
        wrong = T("没有这个号码的申请人。请核对一遍。", "No applicant has this number. Please check it.")
        messages.warning(request, say(wrong))
        return redirect("audit")
    return redirect(f"{reverse('audit')}?{urlencode({'person': found[0]})}")


@for_supervision
@require_GET
def audit_looks(request: HttpRequest) -> HttpResponse:
    """Who looked at which case, file or number, and from which page."""
    asked, errors = read_filter(request.GET)
    after = read_place(request.GET.get("after", ""), datetime)
    rows = [] if errors else looks(
        request.actor.post.district_id, who=asked.who, reference=asked.reference, since=asked.since, after=after
    )  # fmt: skip
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    query = {name: request.GET[name] for name in ("who", "ref", "since") if request.GET.get(name)}
    cases = Case.objects.in_bulk({one.case_id for one in rows})
    context = {
        "asked": request.GET, "errors": errors, "rows": [(one, cases.get(one.case_id)) for one in rows[:PAGE]], "here": "audit",
        "next": urlencode({**query, "after": place(last.at, last.pk)}) if last else "",
    }  # fmt: skip
    return render(request, "supervisor/looks.html", context, status=400 if errors else 200)


@for_supervision
@require_GET
def case_then(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """The case as it was when a record was written, and what is different now."""
    found = case_for(request.actor, reference)
    look(case=found, by=request.actor, now=now(), what="case", page="then")
    then = as_it_was(found, number)
    departments = {one.pk: one.title for one in Department.objects.filter(district_id=found.district_id)}
    today = {name: getattr(found, name) for name in TRACKED}
    rows = [
        (name, _word(found, name, then.row.get(name), departments), _word(found, name, today[name], departments))
        for name in TRACKED
    ]
    told_now = told([then.action])[0]
    rules, before = measure(found.measure, found.purpose), then.answers or {}
    answers = [
        (fact.question, fact.say(before[fact.name])) for fact in rules.facts if before.get(fact.name) is not None
    ]
    changed = differences(found, {"facts": before}, {"facts": then.answers_now or {}})
    titles = {one.code: one.title for one in rules.evidence}
    context = {
        "case": found, "then": then, "one": told_now, "rows": rows, "answers": answers, "changed": changed, "here": "audit",
        "papers": [(titles.get(one.code), one) for one in then.papers], "later": [(titles.get(one.code), one) for one in then.papers_since],
        "last": found.record_number,
    }  # fmt: skip
    return render(request, "supervisor/then.html", context)


def _word(case: Case, name: str, value: Any, departments: dict[int, str]) -> Any:
    if name.endswith("_id"):
        return departments.get(value, "")
    return step_words(case, value) if name == "step" and value else value


@for_supervision
@posted("audit")
def audit_csv(request: HttpRequest) -> HttpResponseBase:
    """The same rows as a file; that it was taken is recorded first."""
    asked, errors = read_filter(request.POST)
    if errors:
        return HttpResponse(status=400)
    export_record(by=request.actor, now=now(), filters=asked.given())
    found = records(request.actor.post.district_id, asked)
    return noted(request, long_csv_file(f"records-{now():%Y%m%d-%H%M}.csv", chain([HEADER], map(_cells, every(found)))))


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

    def yuan(name: str) -> Decimal | None:
        text = plain(given.get(name, ""))
        if not text:
            return None
        try:
            return Decimal(read_money(text))
        except NotUnderstood as error:
            errors.append(Problem(error.text, f"a-{name}"))
            return None

    def code(name: str, most: int) -> str:
        return str(given.get(name, ""))[:most].replace("\x00", "")

    asked = Filter(
        deputy=given.get("deputy") == "1", measure=code("measure", 60), clause=plain(given.get("clause", ""))[:20],
        version=code("version", 20), least=yuan("least"), most=yuan("most"), person=code("person", 64),
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
        event_words(row), str(say(step_words(row.case, action.step))) if row.case and action.step else action.step, row.case.shown_reference if row.case else f"{action.subject_kind} {action.subject_id}",
        worded(row.case.outcome, "OUTCOMES") if row.case else "", action.policy_version, action.number, action.hash,
    ]  # fmt: skip


def say_actor(kind: str) -> str:
    return worded(kind, "ACTORS")


def _step_words(name: str) -> str:
    words = next((rights.words for key, rights in STEPS.items() if key.endswith(f".{name}")), None)
    return str(say(words)) if words else name
