"""The chains (办理链) as administrators read them: all of them, each with its drawing, its steps and where cases stand."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET

from casework.published import parameters
from casework.wording import OUTCOMES
from flows import bpmn
from flows.engine import CaseFlow, is_newest, step_named
from flows.errors import ChainError, NotThere
from flows.orders import chains_of, version_of
from flows.published_chains import acts_of, heading, holder, key, length, title, where
from flows.steps import Countersign, Step
from oversight.chains import open_by_chain, open_by_step
from policy import T, measure
from policy.registry import CODES
from web import drawing
from web.guard import for_administrators

NO_PURPOSE = "-"


@dataclass(frozen=True)
class Listed:
    """A chain in the list: how many steps and open cases it has, and whether new cases go on it."""

    chain: type[CaseFlow]
    heading: T
    open: int
    is_newest: bool

    @property
    def place(self) -> tuple[str, str, int]:
        """What its page's address is made of."""
        return self.chain.measure, self.chain.purpose or NO_PURPOSE, self.chain.version


@dataclass(frozen=True)
class Told:
    """A step in the list of its chain."""

    step: Step
    holder: T
    length: T
    acts: list[T]
    open: int
    notes: list[T]


@for_administrators
@require_GET
def chains(request: HttpRequest) -> HttpResponse:
    """Every chain, by measure: those of the policy first, then the further kinds of case."""
    district_id = request.actor.post.district_id
    counts = open_by_chain(district_id)
    rows = [Listed(one, heading(one), counts[key(one)], is_newest(one)) for one in chains_of(district_id)]
    groups = [
        (
            T("政策的各项措施", "The measures of the policy"),
            _by_measure([row for row in rows if row.chain.measure in CODES]),
        ),
        (T("其他案件", "Further kinds of case"), _by_measure([row for row in rows if row.chain.measure not in CODES])),
    ]
    return render(request, "administrator/chains.html", {"here": "chains", "groups": groups})


@for_administrators
@require_GET
def chain(request: HttpRequest, code: str, purpose: str, version: int) -> HttpResponse:
    """One chain: its drawing, each step with holder, length and rights, and how many open cases stand there."""
    one, today = _found(request, code, purpose, version), localdate()
    district_id = request.actor.post.district_id
    figures, counts = parameters(district_id), open_by_step(district_id, one)
    context = {
        "here": "chains", "chain": one, "heading": heading(one), "purpose": purpose, "measure": measure(code, one.purpose),
        "drawing": drawing.plan(one, figures, today), "open": counts.total(), "correcting": counts["correction"],
        "steps": [
            Told(step, holder(step), length(step, figures, today), acts_of(one, step), counts[step.name], list(_notes(one, step)))
            for step in one.steps
        ],
        "others": [Listed(other, heading(other), 0, is_newest(other)) for other in chains_of(district_id) if other is not one and (other.measure, other.purpose) == (one.measure, one.purpose)],
    }  # fmt: skip
    return render(request, "administrator/chain.html", context)


@for_administrators
@require_GET
def chain_bpmn(request: HttpRequest, code: str, purpose: str, version: int) -> HttpResponse:
    """The chain as a BPMN 2.0 file, with today's lengths."""
    one = _found(request, code, purpose, version)
    content = bpmn.written(one, parameters(request.actor.post.district_id), localdate())
    name = bpmn.file_name(one)
    return HttpResponse(
        content, content_type="application/xml", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _found(request: HttpRequest, code: str, purpose: str, version: int) -> type[CaseFlow]:
    try:
        return version_of(request.actor.post.district_id, code, "" if purpose == NO_PURPOSE else purpose, version)
    except ChainError as error:
        raise NotThere from error


def _by_measure(rows: list[Listed]) -> list[tuple[T, list[Listed]]]:
    """The rows under what they are for, in the order of the page."""
    found: dict[tuple[str, str], tuple[T, list[Listed]]] = {}
    for row in rows:
        key = (row.chain.measure, row.chain.purpose)
        found.setdefault(key, (title(row.chain), []))[1].append(row)
    return list(found.values())


def _notes(chain: type[CaseFlow], step: Step) -> Iterator[T]:
    """What is special about a step."""
    if isinstance(step, Countersign):
        yield step.rule
    if step.decides:
        yield T("这一步作决定：{outcome}，或者{negative}", "It decides: {outcome}, or {negative}").fill(
            outcome=OUTCOMES[step.outcome], negative=OUTCOMES[step.negative]
        )
    elif step.outcome:
        yield T("办完以后结案：{outcome}", "Closes the case as: {outcome}").fill(outcome=OUTCOMES[step.outcome])
    if step.back_to:
        yield T("可以回到{to}", "May go back to: {to}").fill(to=where(step_named(chain, step.back_to)))
