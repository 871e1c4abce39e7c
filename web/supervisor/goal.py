"""The goal of newly employed people, for supervision: every cell to the last person and the case that says it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET, require_POST

from casework.wording import DISABILITY_KINDS
from flows.actions.export_record import export_record
from oversight.goal import Board, Counted, board, cases_of, cells, fits, source_words, towns_of
from policy import T
from web.downloads import csv_file, noted
from web.guard import for_supervision
from web.public.goal import VIEWS as PUBLIC
from web.public.goal import bars
from web.reading import read_key
from web.templatetags.look import say

VIEWS = {"year": T("按年", "By year"), **PUBLIC}
PAGE = 50


@for_supervision
@require_GET
def board_page(request: HttpRequest) -> HttpResponse:
    """The figures of a group; with `key`, who stands in that cell, fifty at a time."""
    district_id = request.actor.post.district_id
    found, group = board(district_id, localdate()), request.GET.get("by", "")
    group = group if group in VIEWS else "year"
    key, after = request.GET.get("key"), read_key(request.GET.get("after", "")) or 0
    rows = cells(found, group, district_id)
    mine = people(found, group, key, district_id) if key is not None else []
    page = mine[after : after + PAGE]
    cases, towns = cases_of(page, district_id), towns_of(district_id)
    context = {
        "here": "board", "board": found, "years": bars(found), "height": 36 * len(bars(found)) + 4, "views": VIEWS, "group": group, "rows": rows, "key": key,
        "title": next((one.title for one in rows if one.key == key), None), "many": len(mine),
        "people": [
            (one, source_words(one.source), towns.get(str(one.town or "")), DISABILITY_KINDS.get(one.kind), cases.get(one.case_id or 0))
            for one in page
        ],
        "next": after + PAGE if len(mine) > after + PAGE else 0,
    }  # fmt: skip
    return render(request, "supervisor/goal.html", context)


@for_supervision
@require_POST
def board_csv(request: HttpRequest) -> HttpResponse:
    """The figures of a group as a table; that it was taken is recorded first."""
    district_id, group = request.actor.post.district_id, request.POST.get("by", "")
    group = group if group in VIEWS else "year"
    export_record(by=request.actor, now=now(), filters={"report": f"goal {group}"})
    found = board(district_id, localdate())
    head = [say(T("名称", "Name")), say(T("人数", "People"))]
    lines = [[say(one.title), one.many] for one in cells(found, group, district_id)]
    return noted(request, csv_file(f"goal-{group}.csv", [head, *lines]))


def people(found: Board, group: str, key: str, district_id: int) -> list[Counted]:
    """Who stands in a cell, by the day since which they count."""
    towns = towns_of(district_id)
    return [one for one in found.counted if fits(one, group, key, towns)]
