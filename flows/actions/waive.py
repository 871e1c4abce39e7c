"""Waive what was granted (放弃): the applicant, while the case waits for its payment. The decision stands; nothing is paid."""

from datetime import datetime

from accounts.actor import Actor
from casework import access, states
from casework.access import ActionSpec
from casework.outbox import to_applicant, to_department
from flows import engine, money
from flows.conclude import conclude
from flows.errors import NotAllowed
from funds import payables

SPEC = access.register_action(
    ActionSpec("waive", needs="open_case", holder="applicant", states=frozenset({states.PAYING}))
)


def waive(*, case_id: int, by: Actor, now: datetime, reason: str = "") -> None:
    """The case closes, what was reserved goes back. Raises NotAllowed where nothing is owed or it is at the bank."""
    with engine.at_work(case_id=case_id, by=by, verb="waive", now=now) as work:
        case, department_id = work.case, work.case.department_id
        try:
            owed = payables.not_in_batch(case)
        except payables.InBatch as error:
            raise NotAllowed("in_batch") from error
        if not owed:
            raise NotAllowed("nothing_owed")
        money.give_up(work, owed, "waived")
        engine.cancel_open(work)
        engine.close(work, done=True)
        conclude(
            work, "waived", sealed={"reason": reason},
            tell=(
                to_applicant(case, "waived", now),
                to_department(case, department_id, "payment_waived", now) if department_id else None,
            ),
        )  # fmt: skip
