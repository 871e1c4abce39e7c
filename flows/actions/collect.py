"""Note money that came in on a reclaim (收款): in instalments, by somebody who signed nothing of the case."""

from datetime import date, datetime
from decimal import Decimal

from accounts.actor import Actor
from casework import access, states
from casework.access import ActionSpec
from casework.outbox import to_applicant
from flows import engine
from flows.announce import next_holder
from flows.conclude import conclude, note
from flows.errors import Invalid
from flows.money import too_little
from funds import book
from funds.figures import taken_back_on
from policy import T

SPEC = access.register_action(
    ActionSpec("collect", signs=True, proof=True, finishes=True, states=frozenset({states.PAYING}))
)


def collect(
    *, case_id: int, task_id: int, by: Actor, now: datetime, amount: Decimal, received_on: date, voucher: str,
    seen: int | None = None,
) -> None:  # fmt: skip
    """So much came in on that day: the fund of that year has it. With the last instalment the case closes. Invalid."""
    with engine.at_work(case_id=case_id, task_id=task_id, by=by, verb="collect", now=now, seen=seen) as work:
        case = work.case
        left = (case.amount or book.ZERO) - taken_back_on(case)
        _check(work, amount, received_on, voucher, left)
        try:
            book.take_back(case, amount, on=received_on, by=by, now=now)
        except book.NotEnough as error:
            raise Invalid(received_on=too_little(error)) from error
        details = {"sum": f"{amount:.2f}", "received_on": received_on.isoformat(), "left": f"{left - amount:.2f}"}
        sealed = {"voucher": voucher.strip()}
        if amount < left:
            tell = (to_applicant(case, "instalment_noted", now),)
            note(work, "instalment_noted", details=details, sealed=sealed, raises_version=True, tell=tell)
            return
        engine.finish(work, "repaid")
        tell = (to_applicant(case, "repaid", now),)
        conclude(work, "repaid", details=details, sealed=sealed, tell=(*tell, *next_holder(work)))


def _check(work: engine.Work, amount: Decimal, received_on: date, voucher: str, left: Decimal) -> None:
    wrong: dict[str, T] = {}
    if amount <= 0 or amount != amount.quantize(Decimal("0.01")):
        wrong["amount"] = T("请写收到多少元，最多两位小数。", "Please give the sum in yuan, two decimals at most.")
    elif amount > left:
        wrong["amount"] = T("还要追回的只有 {left} 元。", "Only {left} yuan are still to come in.").fill(left=left)
    if received_on > work.today:
        wrong["received_on"] = T("到账的日子不能在今天以后。", "The day can't lie after today.")
    if not voucher.strip():
        wrong["voucher"] = T("请写收款凭证号。", "Please give the number of the receipt.")
    if wrong:
        raise Invalid(**wrong)
