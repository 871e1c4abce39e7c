"""Pay the sum that was decided (拨付): by somebody who signed nothing of the case; the voucher's number is kept.

A sum in a payment batch is paid by the bank's result alone (`settle_item.py`).
"""

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
from flows.money import IN_BATCH
from funds import book, payables
from funds.accounts import newest, tail
from policy import T

SPEC = access.register_action(
    ActionSpec("pay", signs=True, proof=True, finishes=True, states=frozenset({states.PAYING}))
)


def pay(
    *, case_id: int, task_id: int, by: Actor, now: datetime, voucher: str, opinion: str = "", seen: int | None = None
) -> None:
    """The sum was transferred under this voucher's number (凭证号): it is spent, and the case goes on or closes."""
    with engine.at_work(case_id=case_id, task_id=task_id, by=by, verb="pay", now=now, seen=seen) as work:
        if not voucher.strip():
            raise Invalid(voucher=T("请写付款凭证号。", "Please give the number of the payment voucher."))
        try:
            owed = payables.not_in_batch(work.case)
        except payables.InBatch as error:
            raise Invalid(voucher=IN_BATCH) from error
        for one in owed:
            book.spend(one, by=by, now=now)
            payables.end(one, "paid", now)
        engine.finish(work, "paid")
        conclude(
            work, "paid", sealed={"voucher": voucher.strip(), "opinion": opinion},
            tell=(to_applicant(work.case, "paid", now), *next_holder(work)),
        )  # fmt: skip
        if owed:
            tell_paid(work, sum((one.amount for one in owed), book.ZERO), tail(work.case, newest(work.case)))
