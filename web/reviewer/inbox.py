"""The inbox (待办): mine, my department's, others', late; and the search for a case."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import IntegerField, Subquery, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET

from accounts.models import District, Role
from casework import access, duties, references
from casework.calendar import Calendar, calendar_of
from casework.models import Task
from casework.queries import PAGE, find_cases, towns_of
from casework.waiting import asked_of, earliest_of_mine, kinds_of, page_of_tasks, tasks_waiting_for
from policy import T, measure
from services.bases import review_waits
from web.guard import for_officers
from web.reading import place, read_place
from web.reviewer.picked import picked_of

MOST_COUNTED = 99
VIEWS = {
    "mine": T("我手上的", "Mine"),
    "department": T("本部门待签收", "To be taken on"),
    "asked": T("请我签、出意见", "Asked of me"),
    "late": T("到期、过期", "Due or late"),
    "others": T("在别处的", "Elsewhere"),
}


@for_officers
@require_GET
def bench(request: HttpRequest) -> HttpResponse:
    """The first page after signing in: supervision asks the record, administrators have the rules, others have work."""
    if request.actor.has_role(Role.ADMINISTRATOR):
        return redirect("rules")
    if request.actor.has_role(Role.HEAD):
        return redirect("workload")
    return redirect("audit" if request.actor.has_role(Role.SUPERVISOR, Role.AUDITOR) else "inbox")


@dataclass(frozen=True)
class Row:
    """One task of the list."""

    task: Task
    title: T
    barred: str
    used: int
    of: int
    left: int

    @property
    def days_late(self) -> int:
        return -self.left


@for_officers
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    by, today = request.actor, localdate()
    counts = _counts(request, today)
    view = request.GET.get("view", "")
    if view not in VIEWS:
        view = "mine" if counts["mine"] or not counts["department"] else "department"
    tasks = tasks_waiting_for(by, view)
    picked = picked_of(request)
    town, kind = request.GET.get("town", ""), request.GET.get("kind", "")
    if town:
        tasks = tasks.filter(process__town__code=town)
    kinds = kinds_of(by) if view == "department" else []
    if kind in kinds_of(by):
        tasks, kinds = tasks.filter(kind=kind), []
    found = page_of_tasks(tasks, read_place(request.GET.get("after", ""), date), kinds)
    calendar = calendar_of(by.post.district_id)
    free = [task for task in found[:PAGE] if task.owner_id is None] if view in ("department", "late") else []
    barred = duties.barred_many(by, [task.process for task in free]) if free else {}
    rows = [_row(task, calendar, today, barred.get(task.process_id, "")) for task in found[:PAGE]]
    last = found[PAGE - 1] if len(found) > PAGE else None
    context = {
        "views": [(name, words, _told(counts.get(name)), name == view) for name, words in VIEWS.items()],
        "view": view, "view_words": VIEWS[view], "rows": rows, "here": "inbox", "town": town, "kind": kind,
        "kinds": kinds_of(by), "towns": towns_of(by.post.district_id),
        "next": place(last.due, last.pk) if last else "", "first": "after" not in request.GET,
        "review_waits": counts["review_waits"],
        "picked": picked, "picked_elsewhere": [one for one in picked if one not in {row.task.pk for row in rows}],
    }  # fmt: skip
    return render(request, "reviewer/inbox.html", context)


@for_officers
@require_GET
def find(request: HttpRequest) -> HttpResponse:
    """By reference, name, number or its last four characters; one hit opens at once."""
    asked = request.GET.get("q", "")[:120].replace("\x00", "")
    cases = find_cases(request.actor, asked) if asked.strip() else []
    if len(cases) == 1:
        return redirect("case", cases[0].shown_reference)
    context = {"cases": [(case, measure(case.measure, case.purpose)) for case in cases], "asked": asked, "here": "find"}
    return render(request, "reviewer/find.html", context)


def next_work(request: HttpRequest) -> str:
    """Where the next piece of work is: my earliest case, else the inbox."""
    following = earliest_of_mine(request.actor)
    return reverse("case", args=[references.shown(following)]) if following else reverse("inbox")


def _counts(request: HttpRequest, today: date) -> dict[str, int]:
    """The numbers on the tabs, each up to `MOST_COUNTED`, and whether a base is due for its review: one statement."""
    by = request.actor
    counted: dict[str, Any] = {
        view: UpTo(tasks_waiting_for(by, view).order_by().values("pk")[: MOST_COUNTED + 1])
        for view in ("mine", "department", "late")
    }
    asked = UpTo(asked_of(by).order_by().values("pk")[: MOST_COUNTED + 1])
    waits = review_waits(by.post.district_id, today) if access.serves(by) else Value(False)
    everything = {**counted, "asked": asked, "review_waits": waits}
    return District.objects.filter(pk=by.post.district_id).values(**everything).get()


class UpTo(Subquery):
    """How many rows a query finds that is limited: counting every open task of a large office costs more than its page."""

    template = "(SELECT count(*) FROM (%(subquery)s) AS found)"
    output_field = IntegerField()


def _told(count: int | None) -> str | int | None:
    return f"{MOST_COUNTED}+" if count is not None and count > MOST_COUNTED else count


def _row(task: Task, calendar: Calendar, today: date, barred: str = "") -> Row:
    began = localdate(task.created)
    allowed = calendar.count(began, task.due)
    left = calendar.count(today, task.due) if task.due >= today else -calendar.count(task.due, today)
    title = measure(task.process.measure, task.process.purpose).title
    return Row(task, title, barred, calendar.count(began, today), allowed, left)
