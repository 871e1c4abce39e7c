"""Return a case to an earlier step (退回), after the decision no further back than the first step after it."""

from datetime import datetime

from accounts.actor import Actor
from casework import access, states
from casework.access import ActionSpec
from casework.assessment import renew
from casework.historic import keep
from casework.outbox import to_applicant, to_department
from flows import engine
from flows.conclude import conclude
from flows.errors import Invalid
from policy import T

SPEC = access.register_action(
    ActionSpec("return_to", proof=True, states=frozenset({states.IN_REVIEW, states.APPROVED}))
)


def return_to(
    *, case_id: int, task_id: int, by: Actor, now: datetime, to: str, reason: str, seen: int | None = None
) -> None:
    """Open tasks are cancelled; the step `to` opens for its former handler. What was judged stays readable."""
    with engine.at_work(case_id=case_id, task_id=task_id, by=by, verb="return_to", now=now, seen=seen) as work:
        allowed = [step.name for step in engine.earlier_steps(engine.chain_of(work.case), work.step)]
        if to not in allowed:
            raise Invalid(to=T("请选退回到哪一步。", "Please choose the step to return to."))
        if not reason.strip():
            raise Invalid(reason=T("请写明退回的理由。", "Please give the reason for returning it."))
        work.at.outcome = "returned"
        engine.jump(work, to, owner=engine.former_handler(work.case, to))
        opened = work.opened[-1]
        if opened.kind == "assignment":
            free_position(work)
        renew(work.case, now)
        conclude(
            work, "returned", details={"to": to}, sealed={"reason": reason},
            tell=(
                to_applicant(work.case, "returned", now, step=work.at.step_name, to=to),
                to_department(work.case, opened.department_id, "task_returned", now, step=work.at.step_name)
                if opened.department_id
                else None,
            ),
        )  # fmt: skip


def free_position(work: engine.Work) -> None:
    position = getattr(work.case, "position", None)
    if position is not None:
        position.case = None
        keep(position, work.by, "returned", work.now)
