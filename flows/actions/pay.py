"""Pay the sum that was decided (拨付): by somebody who signed nothing of the case; the voucher's number is kept."""

from datetime import datetime

from accounts.actor import Actor
from casework import access, states
from casework.access import ActionSpec
from casework.outbox import to_applicant
from flows import engine
from flows.announce import next_holder
from flows.conclude import conclude
from flows.errors import Invalid
from flows.letters import tell_paid
from policy import T

SPEC = access.register_action(
    ActionSpec("pay", signs=True, proof=True, finishes=True, states=frozenset({states.PAYING}))
)


def pay(
    *, case_id: int, task_id: int, by: Actor, now: datetime, voucher: str, opinion: str = "", seen: int | None = None
) -> None:
    """The sum was transferred under this voucher's number (凭证号); the case goes on or closes."""
    with engine.at_work(case_id=case_id, task_id=task_id, by=by, verb="pay", now=now, seen=seen) as work:
        if not voucher.strip():
            raise Invalid(voucher=T("请写付款凭证号。", "Please give the number of the payment voucher."))
        engine.finish(work, "paid")
        conclude(
            work, "paid", sealed={"voucher": voucher.strip(), "opinion": opinion},
            tell=(to_applicant(work.case, "paid", now), *next_holder(work)),
        )  # fmt: skip
        if work.case.amount:
            tell_paid(work, work.case.amount)
