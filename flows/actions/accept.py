"""Accept an application (受理). Without a word in five working days the clock accepts it (deemed acceptance)."""

from datetime import datetime

from accounts.actor import Actor
from casework import access, states
from casework.access import ActionSpec
from casework.outbox import to_applicant
from flows import engine
from flows.announce import next_holder
from flows.conclude import conclude
from flows.letters import tell_accepted

SPEC = access.register_action(
    ActionSpec(
        "accept",
        finishes=True,
        signs=True,
        proof=True,
        states=frozenset({states.SUBMITTED, states.IN_REVIEW}),
        by_clock=True,
    )
)


def accept(*, case_id: int, task_id: int, by: Actor, now: datetime, seen: int | None = None, opinion: str = "") -> None:
    """The case is accepted and goes to the next step; the clock of the decision starts.

    A case that was returned to intake is accepted already: then it is agreed to, and its clock goes on.
    """
    with engine.at_work(case_id=case_id, task_id=task_id, by=by, verb="accept", now=now, seen=seen) as work:
        event = "accepted" if work.case.state == states.SUBMITTED else "agreed"
        engine.finish(work, event)
        opened = work.opened[-1]
        conclude(
            work, event, outcome="deemed" if by.kind == "clock" else "", sealed={"opinion": opinion},
            details={"to": opened.step_name},
            tell=(
                to_applicant(work.case, event, now, step=work.at.step_name, deemed=by.kind == "clock"),
                *next_holder(work),
            ),
        )  # fmt: skip
        if event == "accepted":
            tell_accepted(work, deemed=by.kind == "clock")
