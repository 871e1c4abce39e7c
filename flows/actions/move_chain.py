"""Move one open case to another version of its chain (迁移版本): an administrator, to a named step, with a reason."""

from datetime import datetime

from accounts.actor import Actor
from casework import access, states
from casework.access import ActionSpec
from casework.deadlines import end
from casework.models import Deadline
from casework.outbox import to_applicant
from flows import engine
from flows.actions.return_to import free_position
from flows.announce import next_holder
from flows.conclude import conclude
from flows.errors import ChainError, Invalid
from flows.orders import version_of
from flows.steps import Step
from policy import T

SPEC = access.register_action(
    ActionSpec(
        "move_chain", needs="open_case", holder="administrators", proof=True,
        states=frozenset({states.SUBMITTED, states.IN_REVIEW, states.APPROVED, states.PAYING}),
    )
)  # fmt: skip


def move_chain(
    *, case_id: int, by: Actor, now: datetime, version: int, to: str, reason: str, seen: int | None = None
) -> None:
    """Open tasks are cancelled; the step `to` of the version opens, on the same side of the decision as before."""
    with engine.at_work(case_id=case_id, by=by, verb="move_chain", now=now, seen=seen) as work:
        case, old = work.case, engine.chain_of(work.case)
        try:
            new = version_of(case.district_id, case.measure, case.purpose, version)
        except ChainError:
            new = old
        if new is old:
            raise Invalid(version=T("请选另一个版本。", "Please choose another version."))
        if to not in [step.name for step in steps_to(case.state, new)]:
            raise Invalid(to=T("请选到哪一步。", "Please choose the step."))
        if not reason.strip():
            raise Invalid(reason=T("请写明理由。", "Please give the reason."))
        # Their clocks end here: `conclude` knows the task of an action, and this one has none.
        end(Deadline.objects.filter(task__in=engine.change_chain(work, new, to), ended_at=None), now)
        if work.opened[-1].kind == "assignment":
            free_position(work)
        conclude(
            work, "chain_changed", details={"from": old.version, "version": version, "to": to}, sealed={"reason": reason},
            tell=(to_applicant(case, "chain_changed", now, to=to), *next_holder(work)),
        )  # fmt: skip


def steps_to(state: str, chain: type[engine.CaseFlow]) -> list[Step]:
    """The steps of a version that a case in this state may go to: its intake before acceptance, else what fits."""
    steps = list(chain.steps)
    decided = next(number for number, step in enumerate(steps) if step.decides)
    if state == states.SUBMITTED:
        return [step for step in steps if step.kind == "intake"]
    if state == states.IN_REVIEW:
        return [step for step in steps[: decided + 1] if step.kind != "intake"]
    kinds = ("payment",) if state == states.PAYING else ("assignment", "confirm", "deliver", "follow_up")
    return [step for step in steps[decided + 1 :] if step.kind in kinds]
