"""Reports: figures of a year by measure, town or month, as a drawing, a table, CSV and XLSX; funds against their use."""

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET, require_POST

from flows.actions.export_record import export_record
from flows.errors import NotThere
from oversight.reports import GROUPS, Row, report, uses
from policy import T
from web.downloads import attached, csv_file, new_code, noted
from web.guard import for_supervision
from web.reading import read_key
from web.templatetags.look import say

FIRST = 2024
VIEWS = {
    "measure": T("按事项", "By measure"),
    "town": T("按镇、街道", "By town"),
    "month": T("按月", "By month"),
}
_HEAD = (
    T("名称", "Name"), T("申请", "Asked"), T("批准", "Granted"), T("没有批准", "Refused"), T("其他", "Other"), T("批准金额（元）", "Granted (yuan)"),
    T("已拨付（元）", "Paid (yuan)"), T("平均几天", "Average days"),
)  # fmt: skip


@for_supervision
@require_GET
def reports(request: HttpRequest) -> HttpResponse:
    year, group = _asked(request.GET)
    district, today = request.actor.post.district_id, localdate()
    rows, total = report(district, year, group)
    most = max((row.asked for row in rows), default=1)
    context = {
        "rows": rows, "total": total, "year": year, "group": group, "views": VIEWS, "here": "reports",
        "years": range(FIRST, today.year + 1), "uses": uses(district, year, today), "today": today,
        "bars": [(row, *_widths(row, most), 4 + 28 * place) for place, row in enumerate(rows)], "height": 28 * len(rows) + 4,
    }  # fmt: skip
    return render(request, "supervisor/reports.html", context)


@for_supervision
@require_POST
def report_file(request: HttpRequest, kind: str) -> HttpResponse:
    """The same table as a file; that it was taken is recorded first."""
    if kind not in ("csv", "xlsx"):
        raise NotThere
    year, group = _asked(request.POST)
    export_record(by=request.actor, now=now(), filters={"report": group, "year": str(year)})
    rows, total = report(request.actor.post.district_id, year, group)
    lines = [[say(one) for one in _HEAD], *(_line(row) for row in (*rows, total))]
    name = f"report-{year}-{group}.{kind}"
    if kind == "csv":
        return noted(request, csv_file(name, lines))
    code = new_code()
    url = settings.SITE_URL.rstrip("/") + reverse("verify_letter", args=[code])
    told = say(_VERIFY.fill(url=url))
    return noted(request, attached(HttpResponse(_xlsx(lines, str(told)), content_type=_XLSX), name), code)


_VERIFY = T("核对这份表：{url}", "Verify this table: {url}")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _asked(given: Any) -> tuple[int, str]:
    year, this = read_key(given.get("year", "")) or 0, localdate().year
    group = given.get("by", "")
    return (year if FIRST <= year <= this else this), (group if group in GROUPS else GROUPS[0])


def _widths(row: Row, most: int) -> tuple[int, int, int, int]:
    """Where the granted, the refused and the other part of a bar begin and end, of 600 units."""
    granted, refused = 600 * row.granted // most, 600 * row.refused // most
    return granted, refused, 600 * row.asked // most - granted - refused, granted + refused


def _line(row: Row) -> list[Any]:
    return [say(row.title), row.asked, row.granted, row.refused, row.open, row.granted_sum, row.paid_sum, row.days]


def _xlsx(lines: Sequence[Sequence[Any]], told: str) -> bytes:
    """One sheet, below it where it can be verified; words stay words, whatever they begin with."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet, bold, money = (
            book.add_worksheet(),
            book.add_format({"bold": True}),
            book.add_format({"num_format": "#,##0.00"}),
        )
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, 0, 40)
        sheet.set_column(1, 7, 14)
        for at, line in enumerate(lines):
            for column, cell in enumerate(line):
                if cell is not None:
                    style = bold if at == 0 else money if column in (5, 6) else None
                    sheet.write(at, column, cell if isinstance(cell, str | int) else float(cell), style)
        sheet.write(len(lines) + 1, 0, told)
        sheet.set_footer("&L" + told.replace("&", "&&"))
    return out.getvalue()
