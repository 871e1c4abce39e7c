"""Confirm a fact that the department knows (确认), or contradict it: then it goes back to the step that it names."""

from datetime import datetime

from accounts.actor import Actor
from casework import access, states
from casework.access import ActionSpec
from casework.outbox import to_applicant, to_department
from flows import engine
from flows.actions.return_to import free_position
from flows.announce import gone_on, next_holder
from flows.conclude import conclude
from flows.errors import Invalid
from flows.joining import followed
from policy import T

CONFIRM = access.register_action(
    ActionSpec("confirm", finishes=True, signs=True, proof=True, states=frozenset({states.APPROVED, states.IN_REVIEW}))
)
CONTRADICT = access.register_action(
    ActionSpec(
        "contradict", finishes=True, signs=True, proof=True, states=frozenset({states.APPROVED, states.IN_REVIEW})
    )
)


def confirm(
    *, case_id: int, task_id: int, by: Actor, now: datetime, opinion: str = "", seen: int | None = None
) -> None:
    """The department confirms; the chain goes on, or the case closes as granted."""
    with engine.at_work(case_id=case_id, task_id=task_id, by=by, verb="confirm", now=now, seen=seen) as work:
        engine.finish(work, "confirmed")
        followed(work.case, work.at.step_name, True, work.by, now)
        opened = work.opened[-1] if work.opened else None
        conclude(
            work, "confirmed", sealed={"opinion": opinion}, details={"to": opened.step_name if opened else ""},
            tell=(gone_on(work), *next_holder(work)),
        )  # fmt: skip


def contradict(*, case_id: int, task_id: int, by: Actor, now: datetime, reason: str, seen: int | None = None) -> None:
    """The department contradicts, with its reason; the step named by `back_to` opens again."""
    with engine.at_work(case_id=case_id, task_id=task_id, by=by, verb="contradict", now=now, seen=seen) as work:
        if not reason.strip():
            raise Invalid(reason=T("请写明为什么不能确认。", "Please say why it can't be confirmed."))
        work.at.outcome = "contradicted"
        back_to = work.step.back_to or _step_before(work)
        engine.jump(work, back_to, owner=engine.former_handler(work.case, back_to))
        followed(work.case, work.at.step_name, False, work.by, now)
        is_about_a_post = work.opened[-1].kind == "assignment"
        if is_about_a_post:
            free_position(work)
        conclude(
            work, "contradicted", sealed={"reason": reason}, details={"to": back_to},
            tell=(
                to_applicant(
                    work.case, "contradicted" if is_about_a_post else "returned", now, step=work.at.step_name, to=back_to
                ),
                to_department(work.case, work.opened[-1].department_id, "task_returned", now, step=work.at.step_name)
                if work.opened[-1].department_id
                else None,
            ),
        )  # fmt: skip


def _step_before(work: engine.Work) -> str:
    """Where the step names none: the one before it; the first confirmation of a chain has none."""
    steps = engine.earlier_steps(engine.chain_of(work.case), work.step)
    if not steps:
        raise Invalid(
            reason=T(
                "这是第一步，没有前面的步骤可以退。请退回申请人补正，或者写明情况再确认。",
                "This is the first step; there is none to send it back to. Ask for a correction instead.",
            )
        )
    return steps[-1].name
