"""Withdraw an application (撤回): the applicant may until the decision, and may apply again."""

from datetime import datetime

from accounts.actor import Actor
from casework import access, states
from casework.access import ActionSpec
from casework.outbox import to_applicant, to_department
from flows import engine
from flows.conclude import conclude

SPEC = access.register_action(
    ActionSpec(
        "withdraw",
        needs="open_case",
        holder="applicant",
        states=frozenset({states.SUBMITTED, states.IN_REVIEW, states.CORRECTION, states.SUSPENDED}),
        asked_for=True,
    )  # fmt: skip
)


def withdraw(*, case_id: int, by: Actor, now: datetime, reason: str = "", seen: int | None = None) -> None:
    """The case closes as withdrawn. The page carries no version seen: what the office did meanwhile does not matter; a
    client of the API names the one that it means (`seen`)."""
    with engine.at_work(case_id=case_id, by=by, verb="withdraw", now=now, seen=seen) as work:
        case, department_id = work.case, work.case.department_id
        case.correction_requests.filter(answered_at=None, expired_at=None).update(expired_at=now)
        if case.state == states.SUSPENDED:
            case.suspensions.filter(ended_at=None).update(ended_at=now)
        engine.cancel_open(work)
        engine.close(work, done=False)
        conclude(
            work, "withdrawn", sealed={"reason": reason},
            tell=(
                to_applicant(case, "withdrawn", now),
                to_department(case, department_id, "applicant_withdrew", now) if department_id else None,
            ),
        )  # fmt: skip
