"""The calendar of working days (工作日历): each year's holidays and worked weekends, entered as the notice lists them."""

import re
from datetime import date

from chinese_calendar import constants
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_http_methods

from casework import access
from casework.models import Deadline, Holiday
from flows.actions.calendar import LONGEST_SOURCE, enter_year
from flows.errors import Invalid
from policy import T
from web.forms import PlainForm, Problem, add_errors, problems
from web.guard import for_administrators
from web.proof import proved, unproved
from web.public.controls import text
from web.reading import NotUnderstood, narrow, read_date
from web.templatetags.look import say

OFF, WORKS = "休", "班"
_LINE = re.compile(r"^(?P<day>\S+)\s+(?P<how>\S+)\s+(?P<name>.+)$")
_WORDS = {"休": False, "放假": False, "off": False, "班": True, "上班": True, "works": True}
_UNREAD = T(
    "第 {n} 行没看懂：一行写一天，像“2027-01-01 休 元旦”或者“2027-02-20 班 春节调休”。",
    "Line {n}: one day a line, like “2027-01-01 off New Year” or “2027-02-20 works Spring Festival”.",
)
_TWICE = T("第 {n} 行的日子写了两次。", "Line {n}: that day is written twice.")


def written(rows: list[tuple[date, bool, str]]) -> str:
    return "\n".join(f"{day.isoformat()} {WORKS if works else OFF} {name}" for day, works, name in sorted(rows))


def understood(typed: str) -> dict[date, tuple[bool, str]]:
    """The days of the lines. Raises Invalid that names the line."""
    found: dict[date, tuple[bool, str]] = {}
    for number, line in enumerate(typed.splitlines(), 1):
        if not line.strip():
            continue
        match = _LINE.match(narrow(line))
        works = _WORDS.get(match["how"].lower()) if match else None
        try:
            day = read_date(match["day"]) if match else None
        except NotUnderstood:
            day = None
        if match is None or works is None or day is None:
            raise Invalid(days=_UNREAD.fill(n=number))
        if day in found:
            raise Invalid(days=_TWICE.fill(n=number))
        found[day] = (works, match["name"].strip())
    return found


def from_library(year: int) -> list[tuple[date, bool, str]]:
    """What the kept library knows of the year; empty where it does not know it."""
    off = [(day, False, name) for day, name in constants.holidays.items() if day.year == year and day.weekday() < 5]
    works = [(day, True, name) for day, name in constants.workdays.items() if day.year == year and day.weekday() >= 5]
    return [(day, is_worked, _chinese(name)) for day, is_worked, name in (*off, *works)]


def _chinese(name: str) -> str:
    holiday = next((one for one in constants.Holiday if one.value == name), None)
    return holiday.chinese if holiday is not None and holiday.chinese else name


@for_administrators
@require_http_methods(["GET", "POST"])
def calendar(request: HttpRequest) -> HttpResponse:
    """The years that are known, and one of them to read and put right."""
    district_id, today = request.actor.post.district_id, localdate()
    known = sorted({day.year for day in Holiday.objects.filter(district_id=district_id).values_list("day", flat=True)})
    asked = narrow(request.POST.get("year", request.GET.get("year", "")))
    year = int(asked) if re.fullmatch(r"20\d\d", asked) else today.year
    rows = list(Holiday.objects.filter(district_id=district_id, day__year=year).values_list("day", "works", "name"))
    form = PlainForm(
        request.POST if request.method == "POST" else None, initial={"days": written(rows or from_library(year))}
    )
    form.fields["days"] = text(
        T("{year} 年的放假和调休", "Holidays and worked weekends of {year}").fill(year=str(year)),
        T("照国务院办公厅的通知，一行一天：日期，“休”或者“班”，节日。只写和平常不一样的日子。",
          "By the notice of the State Council, one day a line: the date, “off” or “works”, its name. Only days that differ."),
        T("请写这一年的放假安排。", "Please enter the year."), lines=14, max_length=6000,
    )  # fmt: skip
    form.fields["source"] = text(
        T("照哪个通知", "By which notice"), T("比如“国办发明电〔2025〕7号”。督查的人在记录里看得到。", "Its number, for instance. Supervision sees it in the record."),
        T("请写照的是哪个通知。", "Please say which notice it follows."), max_length=LONGEST_SOURCE,
    )  # fmt: skip
    errors: list[Problem] = []
    if form.is_bound and form.is_valid() and "restore" not in request.POST:
        errors = unproved(request, "enter_calendar")
        if not errors:
            try:
                changed = enter_year(
                    year=year, days=understood(request.POST["days"]), by=proved(request), now=now(),
                    source=form.cleaned_data["source"],
                )  # fmt: skip
            except Invalid as invalid:
                add_errors(form, invalid.errors)
            else:
                messages.success(
                    request,
                    say(T("存好了，改了 {n} 天。在办的日子几分钟里重新数。", "Saved, {n} day(s) changed. Running dates are counted anew within minutes.").fill(n=changed)),
                )  # fmt: skip
                return redirect(f"{reverse('calendar')}?year={year}")
    provisional = Deadline.objects.filter(district_id=district_id, ended_at=None, provisional=True).count()
    context = {
        "form": form, "errors": [*problems(form), *errors], "year": year, "known": known, "years": [*known, (known[-1] if known else today.year) + 1],
        "from_library": not rows and bool(from_library(year)), "provisional": provisional, "here": "calendar",
        "proof_due": access.proof_is_due(request.actor, "enter_calendar"),
    }  # fmt: skip
    return render(request, "administrator/calendar.html", context, status=400 if context["errors"] else 200)
