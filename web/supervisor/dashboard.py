"""Dashboards (看板): panels as bars and tables, filtered by the address; every figure opens to its cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from casework.duties import barred_many
from casework.models import Action, Case
from casework.record import keys_of, said
from casework.wording import EVENTS
from flows.actions.export_record import export_record
from flows.actions.look import look_at_many
from flows.errors import NotThere
from oversight.figures import ALL, PAGE, Cell, Panel, Row, cases_in, rows_of, step_title, titles_of
from oversight.panel_sql import SENT_BACK
from oversight.panels import PANELS
from policy import T, measure
from web.downloads import csv_file, noted
from web.guard import for_supervision, posted
from web.reading import read_key
from web.supervisor.asking import Filtered, filtered, key_and_part, within_time
from web.templatetags.look import say

AT_FIRST = 8  # rows of each panel on the first page
WIDE, STEP_DOWN, IN_ROW = 520, 28, 3
# How the parts of a bar are filled, in order; the legend says the same in words.
FILLS = ("solid", "hatch", "none", "dots", "cross", "lines")


@dataclass(frozen=True)
class Bar:
    """One bar: its row, how far down, its pieces (from, width, fill), and for days where nine of ten end."""

    row: Row
    top: int
    pieces: list[tuple[int, int, str]]
    mark: int | None = None


@dataclass(frozen=True)
class Shown:
    """A panel as its template draws it."""

    panel: Panel
    rows: list[tuple[Row, list[tuple[T, Cell, str]], str, Any]]  # with links of the parts, of the whole, and the share
    total: tuple[Row, list[tuple[T, Cell, str]], str, Any]
    bars: list[Bar]
    more: int
    legend: list[tuple[int, int, str, T]]  # from the left, from the top, how it is filled, what it means

    @property
    def top(self) -> int:
        """Where the bars begin: below the legend."""
        return STEP_DOWN * ceil(len(self.legend) / IN_ROW) + 8 if self.legend else 0

    @property
    def height(self) -> int:
        return self.top + STEP_DOWN * len(self.bars) + 4

    @property
    def has_parts(self) -> bool:
        return len(self.panel.parts) > 1


@for_supervision
@require_GET
def dashboard(request: HttpRequest) -> HttpResponse:
    """All panels, the largest rows of each."""
    found = filtered(request)
    panels = within_time(found, lambda: [shown(panel, found, AT_FIRST) for panel in PANELS.values()])
    context = {"here": "dashboard", "found": found, "panels": panels or [], "errors": found.errors}
    return render(request, "supervisor/dashboard.html", context, status=400 if found.errors else 200)


@for_supervision
@require_GET
def dashboard_panel(request: HttpRequest, code: str) -> HttpResponse:
    """One panel with all its rows, to take away as CSV."""
    panel, found = panel_named(code), filtered(request)
    one = within_time(found, lambda: shown(panel, found))
    context = {"here": "dashboard", "found": found, "panel": panel, "one": one, "errors": found.errors}
    return render(request, "supervisor/dashboard_panel.html", context, status=400 if found.errors else 200)


@for_supervision
@posted("dashboard_panel")
def dashboard_csv(request: HttpRequest, code: str) -> HttpResponse:
    """The panel's table as a file; that it was taken is recorded first."""
    panel, found = panel_named(code), filtered(request, request.POST)
    if found.errors:
        return HttpResponse(status=400)
    export_record(by=request.actor, now=now(), filters={"panel": code, **{k: v for k, v in found.given.items() if v}})
    table = within_time(found, lambda: rows_of(panel, found.asked))
    if table is None:
        return HttpResponse(status=400)
    rows, total = table
    head = [
        say(panel.by),
        say(_CASES),
        *(say(words) for words in panel.parts.values()),
        *(say(one) for one in VALUES[panel.value]),
    ]
    return noted(request, csv_file(f"{code}.csv", [head, *(_line(row, panel) for row in (*rows, total))]))


@for_supervision
@require_GET
def dashboard_cases(request: HttpRequest, code: str) -> HttpResponse:
    """The cases behind one figure of a panel."""
    panel, found = panel_named(code), filtered(request)
    back = f"{reverse('dashboard_panel', args=[code])}?{found.query}"
    return cases_page(request, panel, found, back)


def panel_named(code: str) -> Panel:
    if code not in PANELS:
        raise NotThere
    return PANELS[code]


def cases_page(request: HttpRequest, panel: Panel, found: Filtered, back: str) -> HttpResponse:
    """Twenty-five cases at a time, the newest first; that they were seen is noted for each."""
    key, part = key_and_part(request.GET)
    if found.errors or (part != ALL and part not in panel.parts):
        raise NotThere
    after = read_key(request.GET.get("after", "")) or None
    rows = within_time(found, lambda: cases_in(panel, found.asked, key, part, after)) or []
    page = rows[:PAGE]
    look_at_many(cases=page, by=request.actor, now=now(), what="case", page="figure")
    kept = barred_many(request.actor, page)  # whoever signed a case, or has ties to it, is not told whose it is
    reasons = reasons_of(page, key, part) if panel.code == "returns" else {}
    names = titles_of(panel.kind, [key], found.asked.district_id) if key != ALL else {}
    context = {
        "here": "dashboard", "panel": panel, "back": back, "found": found,
        "name": None if key == ALL else names.get(key) or step_title(key), "part": panel.parts.get(part),
        "rows": [(case, measure(case.measure, case.purpose).title, reasons.get(case.pk, []), case.pk in kept) for case in page],
        "has_reasons": panel.code == "returns", "errors": found.errors, "link": found.link(key=key, part=part),
        "next": found.link(key=key, part=part, after=str(page[-1].pk)) if len(rows) > PAGE else "",
    }  # fmt: skip
    return render(request, "supervisor/figure_cases.html", context)


def reasons_of(cases: Sequence[Case], step: str, event: str) -> dict[int, list[tuple[T, str]]]:
    """Why each case was sent back, in the officers' words; two statements."""
    events = SENT_BACK if event == ALL else [event]
    acts = Action.objects.filter(subject_kind="case", subject_id__in=[one.pk for one in cases], event__in=events)
    acts = list((acts if step == ALL else acts.filter(step=step)).order_by("subject_id", "number"))
    keys = keys_of(acts)
    told: dict[int, list[tuple[T, str]]] = {}
    for act in acts:
        words = said(act, keys.get(act.key_id))
        reason = words.get("reason") or words.get("answer") or words.get("asked") or words.get("text") or ""
        told.setdefault(act.subject_id, []).append((EVENTS[act.event], reason))
    return told


def shown(panel: Panel, found: Filtered, most: int | None = None) -> Shown:
    """A panel with its bars and links."""
    rows, total = rows_of(panel, found.asked)
    place = reverse("dashboard_cases", args=[panel.code])

    def linked(row: Row) -> tuple[Row, list[tuple[T, Cell, str]], str, Any]:
        parts = [
            (panel.parts[part], cell, f"{place}?{found.link(key=row.key, part=part)}")
            for part, cell in row.parts.items()
        ]
        return row, parts, f"{place}?{found.link(key=row.key)}", row.share(panel.share) if panel.share else None

    first = rows if most is None else rows[:most]
    return Shown(
        panel, [linked(row) for row in first], linked(total), bars_of(panel, first[:30]), len(rows) - len(first),
        _legend(panel),
    )  # fmt: skip


def _legend(panel: Panel) -> list[tuple[int, int, str, T]]:
    """What each filling means; nothing where all bars are of one kind."""
    if len(panel.parts) < 2:
        return []
    return [
        (900 // IN_ROW * (place % IN_ROW), STEP_DOWN * (place // IN_ROW), fill, words)
        for place, (fill, words) in enumerate(zip(FILLS, panel.parts.values(), strict=False))
    ]


def bars_of(panel: Panel, rows: Sequence[Row]) -> list[Bar]:
    """A bar a row: of days up to the median with a mark at nine of ten, else a piece for each part."""
    if panel.value == "days":
        longest = max((float(row.whole.tenth or 0) for row in rows), default=0) or 1
        return [
            Bar(
                row, STEP_DOWN * place, [(0, round(WIDE * float(row.whole.median or 0) / longest), "solid")],
                round(WIDE * float(row.whole.tenth or 0) / longest),
            )
            for place, row in enumerate(rows)
        ]  # fmt: skip
    most = max((sum(cell.cases for cell in row.parts.values()) for row in rows), default=0) or 1
    return [Bar(row, STEP_DOWN * place, list(_pieces(row, most))) for place, row in enumerate(rows)]


def _pieces(row: Row, most: int) -> list[tuple[int, int, str]]:
    begins, pieces = 0, []
    for fill, cell in zip(FILLS, row.parts.values(), strict=False):
        ends = begins + round(WIDE * cell.cases / most)
        if cell.cases:
            pieces.append((begins, ends - begins, fill))
        begins = ends
    return pieces


_CASES = T("件", "Cases")
VALUES = {
    "": (), "days": (T("中位天数", "Median days"), T("十分之九不超过（天）", "Nine of ten within (days)")), "yuan": (T("金额（元）", "Sum (yuan)"),),
}  # fmt: skip


def _line(row: Row, panel: Panel) -> list[Any]:
    values = {"days": [row.whole.median, row.whole.tenth], "yuan": [row.whole.total], "": []}[panel.value]
    return [say(row.title), row.whole.cases, *(cell.cases for cell in row.parts.values()), *values]
