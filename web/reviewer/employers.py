"""The employers' board (用人单位台账): who returned, who is short, how it is put right; and the certified counts as a table."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET, require_POST

from casework.access import keeps_records
from casework.sight import visible_to
from flows.actions.export_record import export_cases
from flows.errors import NotThere
from oversight.employers import SHOWN, Employer, board, may_read, title_of, totals
from policy import T
from web.downloads import csv_file, noted
from web.guard import for_officers
from web.reading import read_key
from web.templatetags.look import say

FIRST, PAGE = 2024, 50


@for_officers
@require_GET
def employers(request: HttpRequest) -> HttpResponse:
    """The units of a year, fifty at a time, those that are short first."""
    found, year, show = _asked(request, request.GET)
    today, after = localdate(), read_key(request.GET.get("after", "")) or 0
    rows = [one for one in found if one.fits(show, today)]
    those = [case.pk for one in rows for case in (one.returned, one.plan) if case is not None]
    context = {
        "open_to_me": set(visible_to(request.actor).filter(pk__in=those).values_list("pk", flat=True)),
        "here": "employers", "year": year, "years": range(FIRST, today.year + 1), "shown": SHOWN, "show": show,
        "totals": totals(found), "count": len(rows), "today": today, "may_export": keeps_records(request.actor),
        "rows": [
            (one, title_of(one.returned) if one.returned else None, one.is_late(today)) for one in rows[after : after + PAGE]
        ],
        "next": after + PAGE if len(rows) > after + PAGE else 0,
    }  # fmt: skip
    return render(request, "reviewer/employers.html", context)


@for_officers
@require_POST
def employers_csv(request: HttpRequest) -> HttpResponse:
    """Every unit of the year with its figures, the certified ones too (残保金征缴): that it was taken is recorded first."""
    found, year, show = _asked(request, request.POST)
    rows = [one for one in found if one.fits(show, localdate())]
    export_cases(by=request.actor, now=now(), case_ids=[one.returned.pk for one in rows if one.returned])
    lines = [_line(one) for one in rows]
    return noted(request, csv_file(f"employers-{year}.csv", [[say(one) for one in _HEAD], *lines]))


_HEAD = (
    T("单位", "Unit"), T("统一社会信用代码", "Credit code"), T("申报", "Return"), T("应当安排", "Required"), T("已经安排", "Employed"), T("还差", "Short"),
    T("认证年度", "Certified year"), T("认证职工人数", "Certified staff"), T("认证残疾职工人数", "Certified disabled staff"), T("整改哪天改好", "Put right by"),
)  # fmt: skip


def _line(one: Employer) -> list[Any]:
    return [
        one.unit.name, one.number, one.returned.shown_reference if one.returned else "", one.required, one.employed, one.short,
        one.certified.year if one.certified else "", one.certified.staff if one.certified else "",
        one.certified.disabled if one.certified else "", one.done_by.isoformat() if one.done_by else "",
    ]  # fmt: skip


def _asked(request: HttpRequest, given: Any) -> tuple[list[Employer], int, str]:
    """The units, the year and the part that were asked for. Raises NotThere for other offices."""
    if not may_read(request.actor):
        raise NotThere
    this = localdate().year
    year, show = read_key(given.get("year", "")) or this, given.get("show", "all")
    year = year if FIRST <= year <= this else this
    return board(request.actor.post.district_id, year), year, show if show in SHOWN else "all"
