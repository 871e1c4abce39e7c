"""Suspend a case on a ground of the list (中止), and resume it (恢复): every clock stands still meanwhile."""

from datetime import date, datetime

from accounts.actor import Actor
from casework import access, deadlines, states
from casework.access import ActionSpec
from casework.assessment import renew
from casework.models import Notice, Suspension
from casework.outbox import to_applicant
from casework.sealing import seal
from casework.wording import SUSPENSIONS
from flows import engine, money
from flows.conclude import conclude
from flows.errors import Invalid
from policy import T

SUSPEND = access.register_action(
    ActionSpec("suspend", proof=True, states=frozenset(states.OPEN) - {states.CORRECTION, states.SUSPENDED})
)
RESUME = access.register_action(
    ActionSpec("resume", holder="handler_or_head", anywhere=True, states=frozenset({states.SUSPENDED}), by_clock=True)
)


def suspend(
    *, case_id: int, task_id: int, by: Actor, now: datetime, ground: str, waits_for: str = "", until: date | None = None,
    seen: int | None = None,
) -> Suspension:  # fmt: skip
    """The case stands still from tomorrow, until the day or the event that is named."""
    with engine.at_work(case_id=case_id, task_id=task_id, by=by, verb="suspend", now=now, seen=seen) as work:
        _check(work, ground, waits_for, until)
        made = Suspension.objects.create(
            district_id=work.case.district_id, case=work.case, ground=ground, until=until, since=now, by_id=by.user_id,
            waits_for=seal(work.case.key, waits_for.strip()) if waits_for.strip() else None,
        )  # fmt: skip
        deadlines.pause(work.case, "suspended", now, every=True)
        conclude(
            work, "suspended", details={"ground": ground, "until": until.isoformat() if until else ""},
            sealed={"waits_for": waits_for}, tell=(to_applicant(work.case, "suspended", now, ground=ground),),
        )  # fmt: skip
        return made


def resume(*, case_id: int, task_id: int, by: Actor, now: datetime, reason: str = "") -> None:
    """The case goes on where it stood; each date moves by the days that stood still. The clock does it after the end day."""
    with engine.at_work(case_id=case_id, task_id=task_id, by=by, verb="resume", now=now) as work:
        Suspension.objects.filter(case=work.case, ended_at=None).update(ended_at=now)
        moved = deadlines.resume(work.case, "suspended", now, work.calendar)
        for clock in moved:
            if clock.kind == deadlines.NOTICE:
                Notice.objects.filter(task=clock.task, ended_at=None).update(ends_on=clock.due)
        work.at.refresh_from_db(fields=["due"])
        renew(work.case, now)
        conclude(
            work, "resumed", sealed={"reason": reason},
            tell=(to_applicant(work.case, "resumed", now, due=work.at.due.isoformat()),),
        )  # fmt: skip
        money.end_if_nothing_is_due(work)  # the bank may have paid it meanwhile


def _check(work: engine.Work, ground: str, waits_for: str, until: date | None) -> None:
    if ground not in SUSPENSIONS:
        raise Invalid(ground=T("请选一个理由。", "Please choose a ground."))
    if until is None and not waits_for.strip():
        raise Invalid(
            until=T("请写到哪一天，或者等什么事。", "Please give the day on which it ends, or the event it waits for.")
        )
    if until is not None and until <= work.today:
        raise Invalid(until=T("到期的那一天要在今天以后。", "The day on which it ends must lie after today."))
