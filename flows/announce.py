"""Whom an action tells that the case has come to them; what the applicant reads depends on what comes next."""

from casework.models import Message
from casework.outbox import to_applicant, to_department, to_organisation
from flows.conclude import parties_of
from flows.engine import Work, step_of


def next_holder(work: Work, **values: object) -> tuple[Message | None, ...]:
    """A message to whoever holds the task that has opened: its department, the parties of a round, or the applicant."""
    if not work.opened:
        return ()
    task = work.opened[-1]
    if task.held_by_applicant:
        due = task.due.isoformat()
        return (to_applicant(work.case, "your_turn", work.now, step=task.step_name, due=due),)
    if task.organisation_id is not None:
        due = task.due.isoformat()
        return (to_organisation(work.case, task.organisation_id, "your_turn", work.now, step=task.step_name, due=due),)
    departments = parties_of(work, step_of(task)) or ([task.department_id] if task.department_id else [])
    return tuple(to_department(work.case, one, "task_opened", work.now, **values) for one in departments)


def granted(work: Work) -> Message:
    """The decision in the applicant's favour, with what comes next."""
    following = work.opened[-1].kind if work.opened else ""
    event = "granted_notice" if following == "publicity" else "granted_paying" if following == "payment" else "granted"
    return to_applicant(work.case, event, work.now, step=work.at.step_name)


def gone_on(work: Work) -> Message:
    """A confirmation or a service ended well: what it was, or that everything is done."""
    event = "confirmed" if work.at.kind == "confirm" else "delivered"
    if work.opened:
        return to_applicant(work.case, event, work.now, step=work.at.step_name)
    ends_with_a_post = any(step.kind == "assignment" for step in work.case.flow_class.steps)
    return to_applicant(work.case, "completed" if ends_with_a_post else "all_done", work.now)
