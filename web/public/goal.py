"""How the goal of newly employed people goes (新增就业), for everybody: figures of 1 to 4 people are not shown."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET

from oversight.goal import Board, board, cells, shown
from policy import T
from web.guard import public

VIEWS = {
    "measure": T("按怎么就业的", "By how they found work"),
    "town": T("按镇、街道", "By town"),
    "kind": T("按残疾类别", "By kind of disability"),
    "place": T("城乡", "Towns and subdistricts"),
}
WIDE = 600


@public
@require_GET
def goal(request: HttpRequest) -> HttpResponse:
    """The target line, what is counted, and where it would end; by year, and by one group that is asked for."""
    district_id = request.district.pk
    found, group = board(district_id, localdate()), request.GET.get("by", "")
    group = group if group in VIEWS else "measure"
    context = {
        "here": "goal", "board": found, "years": bars(found), "height": 36 * len(bars(found)) + 4, "views": VIEWS, "group": group, "words": VIEWS[group],
        "rows": shown(cells(found, group, district_id)),
    }  # fmt: skip
    return render(request, "public/goal.html", context)


def bars(found: Board) -> list[dict[str, int]]:
    """Year by year: the line and what is counted at its end, as widths of `WIDE` units, and where the bar stands."""
    last = min(found.today.year, found.period.last)
    most = max(found.period.target, found.many, 1)
    return [
        {
            "year": year, "line": found.line(year), "many": found.by_the_end_of(year), "due": WIDE * found.line(year) // most,
            "wide": WIDE * found.by_the_end_of(year) // most, "top": 4 + 36 * place, "is_running": year == found.today.year,
        }
        for place, year in enumerate(range(found.period.first, last + 1))
    ]  # fmt: skip
