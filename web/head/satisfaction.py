"""How applicants found their department's work (好差评), for its head: levels by step and month, nobody's name."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from casework.wording import RATINGS
from oversight.figures import step_title
from oversight.satisfaction import Line, lines_of
from policy import T
from policy.text import month_in_words
from web.guard import for_heads
from web.reading import read_date


@for_heads
@require_GET
def satisfaction(request: HttpRequest) -> HttpResponse:
    """Two tables of the head's own department."""
    department = request.actor.post.department
    steps, months = lines_of(department)
    context = {
        "here": "workload", "department": department, "levels": list(RATINGS.values()),
        "tables": [
            ("steps", T("按步骤", "By step"), [(step_title(one.key), one, _cells(one)) for one in steps]),
            ("months", T("按月", "By month"), [(_month(one), one, _cells(one)) for one in months]),
        ],
    }  # fmt: skip
    return render(request, "head/satisfaction.html", context)


def _cells(one: Line) -> list[tuple[T, int | None]]:
    return list(zip(RATINGS.values(), one.levels, strict=True))


def _month(one: Line) -> T:
    return month_in_words(read_date(f"{one.key}-01"))
