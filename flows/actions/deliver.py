"""Hand in what is owed (报送、服务、随访): by the organisation or the applicant that holds the step."""

from datetime import date, datetime

from accounts.actor import Actor
from casework import access, states
from casework.access import ActionSpec
from flows import engine
from flows.actions.attach import keep_file
from flows.announce import gone_on, next_holder
from flows.conclude import conclude
from flows.errors import Invalid
from flows.joining import must_be_ready
from policy import T

RETURNED = "returned"  # the papers of a return or of a service
SPEC = access.register_action(
    ActionSpec("deliver", finishes=True, states=frozenset({states.IN_REVIEW, states.APPROVED}))
)


def deliver(
    *, case_id: int, task_id: int, by: Actor, now: datetime, record: str, done_by: date | None = None,
    paper: tuple[str, bytes] | None = None, seen: int | None = None,
) -> None:  # fmt: skip
    """What was done, in words; the next step opens. `done_by` is the day by which the rest will be done, `paper` the name
    and the bytes of what shows it. Raises Invalid without words, or while the step still lacks something, or `casework.evidence.BadFile`."""
    with engine.at_work(case_id=case_id, task_id=task_id, by=by, verb="deliver", now=now, seen=seen) as work:
        if not record.strip():
            raise Invalid(record=T("请写做了什么、结果怎样。", "Please say what was done and what came of it."))
        must_be_ready(work.case, work.at.step_name)
        if paper is not None:
            keep_file(work.case, RETURNED, *paper, by=by, now=now)
        engine.finish(work, "delivered")
        opened = work.opened[-1] if work.opened else None
        conclude(
            work, "delivered", sealed={"record": record},
            details={"to": opened.step_name if opened else "", **({"done_by": done_by.isoformat()} if done_by else {})},
            tell=(gone_on(work), *next_holder(work)),
        )  # fmt: skip
