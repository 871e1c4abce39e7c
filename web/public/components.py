"""Every part that the templates use, in all its states, made by the same templates, tags and forms as the pages."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache
from types import SimpleNamespace
from typing import Any

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import get_default_timezone, localdate

from accounts import districts
from casework import states
from casework.calendar import Calendar
from casework.published import parameters
from flows.engine import newest
from policy import T, measure
from web import drawing
from web.forms import FactForm, problems
from web.guard import public

CODE = "direct_admission"
BEGUN = datetime(2026, 11, 16, 10, tzinfo=get_default_timezone())
TOKENS = {
    "ink": T("墨：正文、标题", "text, headings"),
    "ink-2": T("淡墨：说明、表头", "hints, heads of tables"),
    "link": T("链接", "links"),
    "brand": T("靛：名牌、主按钮、办完的一步", "plate, main buttons, steps done"),
    "error": T("朱：要改、过期、不予批准", "to put right, late, refused"),
    "success": T("松绿：办好、符合、相扣", "done, met, whole"),
    "warn": T("褐：提醒、黄牌", "reminders, yellow card"),
}
MODES = {
    "": T("平常", "usual"),
    '[data-contrast="dark"]': T("黑底白字", "white on black"),
    '[data-contrast="light"]': T("白底黑字", "black on white"),
}


@public
def components(request: HttpRequest) -> HttpResponse:
    facts = {fact.name: fact for fact in measure(CODE).facts}
    wrong = FactForm(
        [facts["awarded_on"], facts["organiser_is_government"]], {}, {"wrong-awarded_on": "2025.13.8"}, prefix="wrong"
    )
    return render(
        request,
        "public/components.html",
        {
            "contrasts": contrasts(),
            "spaces": (4, 8, 12, 16, 24, 32, 48, 64),
            "chains": chains(),
            "days": days(),
            "usual": FactForm(
                [facts["event_name"], facts["title_level"], facts["statement"]],
                {"title_level": "municipal"},
                prefix="usual",
            ),
            "heard": FactForm([facts["awarded_on"]], {}, {"heard-awarded_on": "2025.9.18"}, prefix="heard"),
            "wrong": wrong,
            "errors": problems(wrong),
        },
    )


def contrasts() -> list[tuple[T, list[tuple[str, str, T, float, float]]]]:
    """By mode: each token that carries text, its value, and its contrast on sheet and ground, from the style sheet."""
    found = []
    for mode, words in MODES.items():
        values = tokens(mode)
        lines = [
            (name, values[name], use, contrast(values[name], values["sheet"]), contrast(values[name], values["ground"]))
            for name, use in TOKENS.items()
        ]
        accent = ("on-accent", values["on-accent"], T("桂黄上的字：现在、这里", "on the accent: now, here"))
        found.append((words, [*lines, (*accent, contrast(values["on-accent"], values["accent"]), 0.0)]))
    return found


def tokens(mode: str = "") -> dict[str, str]:
    """The colours of the style sheet, those of a contrast mode laid over the usual ones."""
    usual = _colours(_rule(":root"))
    return {**usual, **_colours(_rule(mode))} if mode else usual


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG, cut to one decimal so that it never says more than there is."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return int((lighter + 0.05) / (darker + 0.05) * 10) / 10


def chains() -> Iterator[tuple[T, drawing.Drawing]]:
    """The chain in every state that a case can be in."""
    figures, today = parameters(districts.every()[0].pk), localdate()
    yield T("安排（指南里）", "planned (in a guide)"), drawing.plan(newest(CODE), figures, today)
    yield (
        T("一个单位接着办几步", "one holder with several steps"),
        drawing.plan(newest("employment_service"), figures, today),
    )
    yield (
        T("只有一步，几个部门一起签", "one step, signed together"),
        drawing.plan(newest("interpretation_note"), figures, today),
    )
    for title, state, outcome, at in (
        (T("正常走", "on its way"), states.IN_REVIEW, "", "hrss_review"),
        (
            T("停着，等申请人补材料", "on hold, waiting for the applicant"),
            states.CORRECTION,
            "",
            "civil_affairs_review",
        ),
        (T("中止了", "paused"), states.SUSPENDED, "", "hrss_review"),
        (T("没有批准", "refused"), states.CLOSED, "refused", "government_approval"),
        (T("全部办完", "all done"), states.CLOSED, "granted", "town_confirmation"),
    ):
        case: Any = SimpleNamespace(
            flow_class=newest(CODE), state=state, outcome=outcome, is_open=state != states.CLOSED, closed_at=BEGUN
        )
        yield title, drawing.of_case(case, _tasks(case, at), Calendar({}, {}, frozenset()), figures)


def days() -> list[Any]:
    """A week in which every kind of day occurs."""
    kinds = (
        ("start", 0),
        ("counted", 1),
        ("hold", 0),
        ("off", 0),
        ("counted", 2),
        ("counted", 3),
        ("counted", 4),
    )
    return [
        SimpleNamespace(
            date=date(2026, 11, 16) + timedelta(days=place),
            state=state,
            number=number,
            name="",
            is_today=place == 4,
            is_due=place == 6,
        )
        for place, (state, number) in enumerate(kinds)
    ]


def _tasks(case: Any, at: str) -> list[Any]:
    """A finished task for each step before `at`, and the one that stands there."""
    tasks = []
    for place, step in enumerate(case.flow_class.steps):
        is_open = step.name == at and case.is_open
        begun = BEGUN + timedelta(days=place)
        tasks.append(
            SimpleNamespace(
                step_name=step.name,
                kind=step.kind,
                created=begun,
                finished=None if is_open else begun,
                due=begun.date() + timedelta(days=7),
                owner=None,
                is_open=is_open,
            )
        )
        if step.name == at:
            break
    return tasks


@cache
def _style() -> str:
    path = finders.find("css/style.css")
    with open(str(path), encoding="utf-8") as file:
        return file.read()


def _rule(selector: str) -> str:
    """What stands between the braces of the first rule with this selector."""
    found = re.search(rf"^\s*{re.escape(selector)} \{{(.*?)\}}", _style(), re.S | re.M)
    return found[1] if found else ""


def _colours(rule: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{3,6});", rule))


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
