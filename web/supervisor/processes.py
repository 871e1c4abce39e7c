"""The real paths of cases (过程): drawn beside the declared chain, with counts and days; what went another way is listed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from flows.engine import CaseFlow, chains, is_newest
from flows.errors import ChainError, NotThere
from flows.orders import chain_for
from flows.published_chains import title
from oversight.chains import opened_by_kind
from oversight.figures import Row
from oversight.process import PANELS, asked_of, process
from policy import T
from web.drawing import walked
from web.guard import for_supervision
from web.supervisor.asking import Filtered, filtered, within_time
from web.supervisor.dashboard import cases_page
from web.supervisor.path_drawing import drawn

NO_PURPOSE = "-"


@for_supervision
@require_GET
def processes(request: HttpRequest) -> HttpResponse:
    """Every kind of case with how many were opened in the period."""
    found = filtered(request)
    counts = within_time(found, lambda: opened_by_kind(found.asked)) or {}
    rows = [
        (title(one), one.measure, one.purpose or NO_PURPOSE, counts.get((one.measure, one.purpose), 0))
        for one in chains()
        if is_newest(one)
    ]
    context = {
        "here": "dashboard", "found": found, "errors": found.errors, "rows": sorted(rows, key=lambda row: -row[3]), "one_chain": True,
    }  # fmt: skip
    return render(request, "supervisor/processes.html", context, status=400 if found.errors else 200)


@for_supervision
@require_GET
def process_page(request: HttpRequest, code: str, purpose: str) -> HttpResponse:
    """One kind of case: the chain as declared, the paths as they were, and where they differ."""
    chain, found = _chain(request, code, purpose), filtered(request)
    context = {
        "here": "dashboard", "found": found, "errors": found.errors, "title": title(chain), "code": code, "purpose": purpose,
        "one_chain": True,
    }  # fmt: skip
    told = within_time(found, lambda: process(asked_of(chain, found.asked)))
    if told is not None:
        steps = [step.name for step in chain.steps]
        said = {name: counted(told.visits.get(name)) for name in steps}
        context |= {
            "told": told, "chain": walked(chain, said), "drawing": drawn(steps, told),
            "tables": [
                (PANELS[panel], [(row, _link(found, code, purpose, panel, row)) for row in rows])
                for panel, rows in (("edges", told.edges), ("paths", told.paths), ("deviations", told.deviations))
            ],
        }  # fmt: skip
    return render(request, "supervisor/process.html", context, status=400 if found.errors else 200)


@for_supervision
@require_GET
def process_cases(request: HttpRequest, code: str, purpose: str, panel: str) -> HttpResponse:
    """The cases that took one way, or went another."""
    chain, found = _chain(request, code, purpose), filtered(request)
    if panel not in PANELS:
        raise NotThere
    mine = Filtered(asked_of(chain, found.asked), found.given, found.errors, found.departments)
    return cases_page(request, PANELS[panel], mine, f"{reverse('process', args=[code, purpose])}?{found.query}")


def counted(row: Row | None) -> T:
    """How many cases were at a step, and half of them no longer than how long."""
    if row is None:
        return T("没有案件", "no case")
    if row.whole.median is None:
        return T("{n} 件", "{n} case(s)").fill(n=row.whole.cases)
    return T("{n} 件，中位 {days} 天", "{n} case(s), median {days} days").fill(
        n=row.whole.cases, days=str(row.whole.median)
    )


def _link(found: Filtered, code: str, purpose: str, panel: str, row: Row) -> str:
    return f"{reverse('process_cases', args=[code, purpose, panel])}?{found.link(key=row.key)}"


def _chain(request: HttpRequest, code: str, purpose: str) -> type[CaseFlow]:
    try:
        return chain_for(request.district.pk, code, "" if purpose == NO_PURPOSE else purpose)
    except (ChainError, KeyError):
        raise NotThere from None
