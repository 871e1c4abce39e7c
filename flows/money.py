"""The money of a case (资金): what its decision reserves, what it is owed, what a changed decision makes of it."""

from decimal import Decimal

from casework import exclusions, states
from casework.assessment import facts_of, newest_answers, standing_findings
from casework.models import Case, DecisionChange
from casework.outbox import to_applicant
from casework.published import parameters
from casework.sealing import unseal
from flows import engine
from flows.conclude import conclude
from flows.errors import Invalid, NotAllowed
from flows.steps import Payment
from funds import book, payables
from funds.book import ZERO, NotEnough
from funds.models import Payable
from policy import T, measure

CENT = Decimal("0.01")

NOT_ENOUGH = T(
    "{year} 年的资金只剩 {left} 元，这一件要 {needed} 元，不够。现在不能签，什么都没有改。请和区财政局联系追加资金。",
    "The {year} fund has {left} yuan left and this case needs {needed} yuan. It can't be signed now; nothing was changed. "
    "Please ask Finance to raise the fund.",
)
NO_FUND = T(
    "{year} 年还没有设立资金，或者已经关账；这一件要 {needed} 元。现在不能签，什么都没有改。请和区财政局联系。",
    "There is no open fund for {year}; this case needs {needed} yuan. It can't be signed now; nothing was changed. "
    "Please ask Finance.",
)
IN_BATCH = T(
    "这一笔正在拨付批次里，要等银行的结果，或者先请区财政局从批次里拿出来。",
    "The sum is in a payment batch: wait for the bank's result, or ask Finance to take it out of the batch first.",
)


def too_little(error: NotEnough) -> T:
    """Why the fund does not do, with the figures."""
    given = {"year": str(error.year), "needed": error.needed}
    return NO_FUND.fill(**given) if error.left is None else NOT_ENOUGH.fill(**given, left=error.left)


def pays(chain: type[engine.CaseFlow]) -> bool:
    """Whether what the chain decides is paid out."""
    return any(isinstance(step, Payment) and not step.comes_in for step in chain.steps)


def sum_asked(case: Case) -> Decimal | None:
    """The sum of a kind of case that no rule judges: the published figure, but never more than was asked for, or what it
    asks back; None where there is none."""
    rules = measure(case.measure, case.purpose)
    if rules.sum_parameter:
        figure = parameters(case.district_id).value(rules.sum_parameter, case.as_of)
        asked = _asked(case, rules.sum_limit)
        return (
            None
            if figure is None
            else min(figure.quantize(CENT), asked)
            if asked is not None
            else figure.quantize(CENT)
        )
    return _asked(case, rules.sum_fact)


def _asked(case: Case, name: str) -> Decimal | None:
    """The sum that this fact names; None where the kind has no such fact, or it was left out."""
    if not name:
        return None
    facts = facts_of(case, unseal(case.key, newest_answers(case).answers)["facts"], standing_findings(case))
    return Decimal(str(facts[name])).quantize(CENT) if facts.get(name) is not None else None


def reserve(work: engine.Work) -> bool:
    """The deciding signature: what is granted and not paid already is reserved in the year's fund, and owed once the
    payment has opened. Whether something is. Raises Invalid with the figures where the fund does not do."""
    case = work.case
    if not case.amount or not pays(engine.chain_of(case)):
        return False
    is_first = case.round == 1
    needed = case.amount if is_first else case.amount - payables.paid_on(case)
    if needed <= 0:
        return False
    try:
        fund = book.reserve(case, needed, on=work.today, by=work.by, now=work.now, is_first=is_first)
    except NotEnough as error:
        raise Invalid(outcome=too_little(error)) from error
    if work.opened and work.opened[-1].kind == "payment":
        payables.owe(case, fund, needed, on=work.today, now=work.now)
    return True


def set_aside(work: engine.Work) -> None:
    """The decision falls: what is not paid is owed no more and goes back. Raises NotAllowed where it is at the bank."""
    try:
        open_sums = payables.not_in_batch(work.case)
    except payables.InBatch as error:
        raise NotAllowed("in_batch") from error
    for one in open_sums:
        payables.end(one, "void", work.now)
    book.release(work.case, by=work.by, now=work.now)


def follow(work: engine.Work, change: DecisionChange) -> Decimal:
    """A changed sum: more is reserved in the fund of the year of the change, less is given back, and what is owed
    follows. What was paid beyond the new sum and has to be asked back is returned. Raises Invalid."""
    case, target = work.case, change.new_amount
    if target is None or not pays(engine.chain_of(case)):
        return ZERO
    try:
        open_sums = payables.not_in_batch(case)
    except payables.InBatch as error:
        raise Invalid(amount=IN_BATCH) from error
    difference = max(target - payables.settled_on(case), ZERO) - payables.held_by(case)
    try:
        if difference > 0:
            book.reserve(case, difference, on=work.today, by=work.by, now=work.now)
        elif difference < 0:
            book.release(case, sum_=-difference, by=work.by, now=work.now)
    except NotEnough as error:
        raise Invalid(amount=too_little(error)) from error
    if _stands(case) in (states.PAYING, states.CLOSED):
        payables.follow(case, open_sums, change, on=work.today, now=work.now)
    return reclaim_due(case, target)


def reclaim_due(case: Case, amount: Decimal | None) -> Decimal:
    """What was paid on the case beyond its sum."""
    return max(payables.paid_on(case) - amount, ZERO) if amount is not None else ZERO


def end_if_nothing_is_due(work: engine.Work) -> None:
    """The case waits for a payment but nothing is owed (any more): its payment step ends here."""
    case = work.case
    if case.state != states.PAYING or case.amount is None or not pays(engine.chain_of(case)) or payables.locked(case):
        return
    work.task = engine.newest_task(case, "payment")
    work.opened.clear()
    engine.finish(work, "nothing_due")
    conclude(work, "nothing_due", tell=(to_applicant(case, "nothing_due", work.now),))


def give_up(work: engine.Work, sums: list[Payable], state: str) -> None:
    """Sums that will not be paid: released; where nothing was ever paid on the case, what it had taken is free again."""
    for one in sums:
        book.release_payable(one, by=work.by, now=work.now)
        payables.end(one, state, work.now)
    if not payables.paid_on(work.case):
        exclusions.release(work.case, work.now)


def _stands(case: Case) -> str:
    return case.state_before if case.state == states.SUSPENDED else case.state
