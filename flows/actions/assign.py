"""Assign the person to a position (安排岗位); the town-level office of the position confirms."""

from datetime import datetime

from accounts.actor import Actor
from casework import access, states
from casework.access import ActionSpec
from casework.historic import keep
from casework.outbox import to_applicant, to_department
from flows import engine
from flows.conclude import conclude
from flows.errors import AlreadyDone, Invalid
from flows.giving import positions_for
from policy import T

SPEC = access.register_action(ActionSpec("assign", finishes=True, proof=True, states=frozenset({states.APPROVED})))


def assign(
    *, case_id: int, task_id: int, by: Actor, now: datetime, position_id: int, opinion: str = "",
    seen: int | None = None,
) -> None:  # fmt: skip
    """The position is taken and its town-level office is asked. Raises AlreadyDone where another case took it."""
    with engine.at_work(case_id=case_id, task_id=task_id, by=by, verb="assign", now=now, seen=seen) as work:
        position = (
            positions_for(work.case).select_for_update(of=("self",), no_key=True).filter(pk=position_id).first()
        )  # fmt: skip
        if position is None:
            raise Invalid(position=T("请选一个岗位。", "Please choose a position."))
        if position.case_id is not None:
            raise AlreadyDone("position_taken")
        position.case = work.case
        keep(position, by, "assigned", now)
        work.case.position = position
        engine.finish(work, "assigned")
        conclude(
            work, "assigned", details={"position": position.code, "to": work.opened[-1].step_name},
            sealed={"opinion": opinion},
            tell=(
                to_applicant(work.case, "assigned", now, position=position.pk),
                to_department(work.case, work.opened[-1].department_id, "task_opened", now),
            ),
        )  # fmt: skip
