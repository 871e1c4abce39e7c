"""Decline an application (不予受理): another office is responsible, and is named."""

from datetime import datetime

from accounts.actor import Actor
from casework import access, states
from casework.access import ActionSpec
from casework.outbox import to_applicant
from flows import engine
from flows.conclude import conclude
from flows.errors import Invalid
from flows.letters import write_letter
from policy import T

SPEC = access.register_action(ActionSpec("decline", finishes=True, proof=True, states=frozenset({states.SUBMITTED})))


def decline(
    *, case_id: int, task_id: int, by: Actor, now: datetime, reason: str, responsible: str, seen: int | None = None
) -> None:
    """The case closes as not accepted; the letter names the reason and the office that is responsible."""
    with engine.at_work(case_id=case_id, task_id=task_id, by=by, verb="decline", now=now, seen=seen) as work:
        if not reason.strip() or not responsible.strip():
            raise Invalid(
                reason=T(
                    "请写明理由，并写上该找哪个单位。", "Please give the reason and the office that is responsible."
                )
            )
        engine.finish_alone(work, "not_accepted")
        engine.close(work, done=True)
        write_letter(work, "not_accepted", reason=reason, responsible=responsible)
        conclude(
            work, "not_accepted", sealed={"reason": reason, "responsible": responsible},
            tell=(to_applicant(work.case, "not_accepted", now),),
        )  # fmt: skip
