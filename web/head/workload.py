"""The head's first page: who has how much, what is late or soon late, who is away, what waits for the head."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET

from casework.calendar import calendar_of
from oversight.workload import workload as workload_of
from policy import measure
from web.guard import for_heads


@for_heads
@require_GET
def workload(request: HttpRequest) -> HttpResponse:
    department, today = request.actor.post.department, localdate()
    found = workload_of(department, today)
    calendar = calendar_of(department.district_id)
    late = [
        (task, measure(task.process.measure, task.process.purpose).title, calendar.count(task.due, today), calendar.count(today, task.due))
        for task in found.late
    ]  # fmt: skip
    table = [(handler, [(kind, handler.by_kind.get(kind, 0)) for kind in found.kinds]) for handler in found.handlers]
    context = {
        "found": found,
        "table": table,
        "late": late,
        "here": "workload",
        "department": department,
        "today": today,
    }
    return render(request, "head/workload.html", context)
