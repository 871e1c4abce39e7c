"""Back-test a rule proposal (试算): start a run, once however often it is asked for, and carry it out in a process of its own."""

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.timezone import now as clock

from accounts.actor import Actor
from casework import access
from casework.access import ActionSpec
from casework.backtest import Run
from casework.models import Backtest, BacktestChange, RuleProposal
from casework.published import plain_rows
from casework.record import write_on
from casework.rules import lock
from flows.errors import AlreadyDone, NotAllowed, NotThere
from flows.rules import candidate, entered
from policy.parameters import Parameters

SPEC = access.register_action(ActionSpec("backtest_rule", needs="any_case", holder="administrators"))
_log = logging.getLogger(__name__)


def start_backtest(*, proposal_id: int, by: Actor, now: datetime, seen: int | None = None) -> Backtest:
    """A run that waits to be carried out, or the one that is under way.

    `seen` is the newest run that the page knew: where there is a newer one by now (a double click), that is the one.
    Raises NotThere, NotAllowed, AlreadyDone("rule_decided"), and Invalid where something published is in the entry's way.
    """
    verdict = access.may(by, "backtest_rule", on=localdate(now))
    if not verdict or by.post is None or by.user is None:
        raise NotAllowed(verdict.reason)
    with transaction.atomic():
        proposal = RuleProposal.objects.filter(pk=proposal_id, district_id=by.post.district_id).first()
        if proposal is None:
            raise NotThere
        lock(proposal.district_id, proposal.name)
        proposal.refresh_from_db()
        if not proposal.is_open:
            raise AlreadyDone("rule_decided")
        newest = proposal.backtests.order_by("-pk").first()
        if newest is not None and newest.is_stuck(now):
            newest.state, newest.finished_at = Backtest.FAILED, now
            newest.save(update_fields=["state", "finished_at"])
        elif newest is not None and (newest.is_open or (seen is not None and newest.pk > seen)):
            return newest
        before, after = candidate(entered(proposal), proposal.district_id)
        run = Backtest.objects.create(
            district_id=proposal.district_id, proposal=proposal, base=plain_rows(before), content=plain_rows(after),
            requested_by=by.user, requested_at=now, beat_at=now,
        )  # fmt: skip
        write_on(proposal, "rule_backtested", by, now, details={"name": proposal.name, "run": run.pk})
        return run


def carry_out(run_id: int, told: Callable[[int, int], None] | None = None, helpers: int = 0) -> Backtest:
    """Carry out a waiting run; `told` hears how many cases are done of how many. A run is carried out once. `helpers` other
    processes take part.

    Raises NotThere for a run that does not wait. What goes wrong leaves the run failed, and is raised.
    """
    begun = clock()
    waiting = Backtest.objects.filter(pk=run_id, state=Backtest.WAITING)
    if not waiting.update(state=Backtest.RUNNING, started_at=begun, beat_at=begun):
        raise NotThere
    run = Backtest.objects.get(pk=run_id)
    mine = Backtest.objects.filter(pk=run_id, state=Backtest.RUNNING)
    try:
        figures = Parameters.from_rows(run.base), Parameters.from_rows(run.content)
        work = Run(run.district_id, *figures, helpers=helpers)
        mine.update(total=work.total)
        for page in work:
            with transaction.atomic():
                BacktestChange.objects.bulk_create(
                    BacktestChange(
                        district_id=run.district_id, backtest=run, case_id=one.case_id,
                        before_outcome=one.before.outcome, before_amount=one.before.amount,
                        after_outcome=one.after.outcome, after_amount=one.after.amount,
                    )
                    for one in page
                )  # fmt: skip
                if not mine.update(done=work.done, beat_at=clock()):
                    raise NotThere  # given up meanwhile
            if told is not None:
                told(work.done, work.total)
        mine.update(
            state=Backtest.DONE, done=work.done, result=work.report.as_json(), beat_at=clock(), finished_at=clock()
        )
    except Exception as error:
        _log.error("back-test %s failed: %s", run_id, type(error).__name__)  # its words might hold facts
        mine.update(state=Backtest.FAILED, finished_at=clock())
        raise
    run.refresh_from_db()
    return run
