"""Urge a case (催办): the applicant once every five working days, a supervisor at any time."""

from datetime import datetime

from django.utils.timezone import localdate

from accounts.actor import Actor
from casework import access, deadlines, states
from casework.access import ActionSpec
from casework.models import Urge
from casework.outbox import to_handler, to_head
from casework.queries import open_task
from flows import engine
from flows.conclude import note
from flows.errors import Invalid
from policy import T

SPEC = access.register_action(
    ActionSpec(
        "urge", needs="open_case", holder="urgers",
        states=frozenset({states.SUBMITTED, states.IN_REVIEW, states.APPROVED, states.PAYING}),
    )
)  # fmt: skip


def urge(*, case_id: int, by: Actor, now: datetime) -> Urge:
    """A message to the handler and to the head, shown on the case. Raises Invalid with the day from which one may again."""
    with engine.at_work(case_id=case_id, by=by, verb="urge", now=now) as work:
        if by.is_applicant:
            _not_too_often(work)
        made = Urge.objects.create(
            district_id=work.case.district_id, case=work.case, by_kind=by.kind, by_id=by.user_id, at=now
        )
        task = open_task(work.case)
        told = (
            (to_handler(work.case, task, "urged", now), to_head(work.case, task.department_id, "urged", now))
            if task
            else ()
        )
        note(work, "urged", details={"step": work.case.step}, tell=told)
        return made


def _not_too_often(work: engine.Work) -> None:
    last = Urge.objects.filter(case=work.case, by_kind="applicant").order_by("-pk").first()
    if last is None:
        return
    length = deadlines.length_of(work.parameters, "urge_every", work.today)
    again = deadlines.due_after(localdate(last.at), length, work.calendar)
    if work.today < again:
        raise Invalid(
            urge=T(
                "您已经催过了，部门看得到。{day}起可以再催。",
                "You have urged it already, and the department sees that. You may again from {day}.",
            ).fill(day=again)
        )
