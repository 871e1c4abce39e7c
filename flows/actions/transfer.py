"""Transfer a task (转办) to another post of the same department: by its handler, or by the department's head."""

from datetime import datetime

from accounts.actor import Actor
from casework import access, states
from casework.access import ActionSpec
from casework.outbox import to_officer
from flows import engine
from flows.colleagues import new_handler
from flows.conclude import note
from flows.errors import Invalid
from policy import T

SPEC = access.register_action(
    ActionSpec("transfer", holder="handler_or_head", states=frozenset(states.OPEN) - {states.CORRECTION})
)


def transfer(*, case_id: int, task_id: int, by: Actor, now: datetime, to: int, reason: str) -> None:
    """The colleague `to` (a user's key) handles the task from now on, in their own name. Duties bind them too."""
    with engine.at_work(case_id=case_id, task_id=task_id, by=by, verb="transfer", now=now) as work:
        if not reason.strip():
            raise Invalid(reason=T("请写明为什么转给同事。", "Please say why you hand it over."))
        post = new_handler(work.at, to, work.today)
        engine.hand_over(work, post.user)
        note(
            work, "transferred", details={"to_user": post.user_id}, sealed={"reason": reason},
            tell=(to_officer(work.case, post, "task_transferred", now, step=work.at.step_name),),
        )  # fmt: skip
