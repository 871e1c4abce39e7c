"""The back-test of a proposal (试算): start it, watch it without script, read what it found, open a case of it."""

import subprocess
import sys
import threading
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from accounts.models import Department
from casework.backtest_wording import came_words, counted, headline, yuan
from casework.models import Backtest, RuleProposal
from flows.actions.backtest_rule import start_backtest
from flows.actions.look import look
from flows.errors import Invalid, NotThere
from flows.rules import backtest_of
from oversight.backtests import changes, run_of, side_by_side
from policy import T, measure
from web.guard import for_administrators, posted
from web.reading import read_key
from web.templatetags.look import say

NOWHERE = T("没有街镇", "no town")
EVERY_SECONDS = 5
HELPERS = 1  # one process that judges beside the one that reads: the office's other work goes on


def part_of(proposal: RuleProposal) -> dict[str, Any]:
    """What the proposal's page says of its newest back-test, and whether it allows the publication."""
    run = proposal.backtests.order_by("-pk").defer("base", "content").first()
    try:
        standing = backtest_of(proposal) if proposal.is_open else None
    except Invalid:  # something published is in its way
        standing = None
    return {
        "run": run, "tested": standing is not None, "is_stuck": run is not None and run.is_stuck(now()),
        "standing": standing, "headline": headline(standing.result) if standing else None,
    }  # fmt: skip


@for_administrators
@posted("rule_proposal")
def rule_backtest(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Start it; a second click leads to the same run."""
    at = now()
    try:
        run = start_backtest(
            proposal_id=proposal_id, by=request.actor, now=at, seen=read_key(request.POST.get("seen", ""))
        )
    except Invalid as invalid:
        for text in invalid.errors.values():
            messages.error(request, say(text))
        return redirect("rule_proposal", proposal_id)
    if run.requested_at == at:
        transaction.on_commit(lambda: launch(run.pk))
    return redirect("backtest", run.pk)


@for_administrators
@require_GET
def backtest(request: HttpRequest, run_id: int) -> HttpResponse:
    """How far it is, with a page that asks again by itself; then what it found."""
    run = _found(request, run_id)
    still = "still" in request.GET
    context: dict[str, Any] = {
        "here": "rules", "run": run, "proposal": run.proposal, "is_stuck": run.is_stuck(now()), "still": still,
        "refresh": EVERY_SECONDS if run.is_open and not still else 0,
    }  # fmt: skip
    if run.state == Backtest.DONE:
        rows, following = changes(run, read_key(request.GET.get("after", "")))
        context |= {
            "headline": headline(run.result), "counted": counted(run.result), "tables": _tables(run),
            "turns": [(came_words(one["before"], None), came_words(one["after"], None), one["changed"]) for one in run.result["by_outcome"]],
            "rows": [(one, _town(one.case.town), *_turn(one)) for one in rows], "next": following,
        }  # fmt: skip
    return render(request, "administrator/backtest.html", context)


@for_administrators
@require_GET
def backtest_case(request: HttpRequest, run_id: int, reference: str) -> HttpResponse:
    """Both explanations of one case, and nothing else of it; the look is recorded."""
    run = _found(request, run_id)
    pair = side_by_side(run, reference)
    if pair is None:
        raise NotThere
    look(case=pair.case, by=request.actor, now=now(), what="case", page="backtest", detail=run.pk)
    before, after = _turn(pair.change)
    context = {
        "here": "rules", "run": run, "proposal": run.proposal, "pair": pair, "rules": measure(pair.case.measure, pair.case.purpose),
        "before": before, "after": after,
    }  # fmt: skip
    return render(request, "administrator/backtest_case.html", context)


def launch(run_id: int) -> None:
    """Carry it out in a process of its own that outlives this worker and holds none of its files."""
    nothing = subprocess.DEVNULL
    process = subprocess.Popen(
        [sys.executable, "manage.py", "backtest", "--run", str(run_id), "--helpers", str(HELPERS)], cwd=settings.BASE_DIR, start_new_session=True,
        stdin=nothing, stdout=nothing, stderr=nothing, close_fds=True,
    )  # fmt: skip
    threading.Thread(target=process.wait, daemon=True).start()  # so that nothing is left of it when it ends


def _found(request: HttpRequest, run_id: int) -> Backtest:
    run = run_of(request.actor.post.district_id, run_id)
    if run is None or run.proposal is None:
        raise NotThere
    return run


def _tables(run: Backtest) -> list[tuple[str, T, list[tuple[T, int, str, str]]]]:
    """By measure and by town: what, how many, more, less."""
    towns = {one.code: one for one in Department.objects.filter(district_id=run.district_id)}
    by_measure = [(measure(one["measure"]).title, one) for one in run.result["by_measure"]]
    by_town = [(_town(towns.get(one["town"])), one) for one in run.result["by_town"]]
    return [
        (key, title, [(what, one["changed"], yuan(one["more"]), yuan(one["less"])) for what, one in rows])
        for key, title, rows in (
            ("m", T("按事项", "By measure"), by_measure),
            ("t", T("按街镇", "By town"), by_town),
        )
    ]


def _turn(one: Any) -> tuple[T, T]:
    return came_words(one.before_outcome, one.before_amount), came_words(one.after_outcome, one.after_amount)


def _town(town: Department | None) -> T:
    return NOWHERE if town is None else T(town.name, town.name_en)
