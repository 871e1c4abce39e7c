"""A payment that nobody claims (未领): the clock reminds once, and a month later releases the money.

How long an account is waited for is the parameter `clock.unclaimed_payment`; the decision stands.
"""

from datetime import date, datetime, timedelta

from accounts.actor import Actor
from casework import access, deadlines, states
from casework.access import ActionSpec
from casework.outbox import to_applicant
from casework.published import parameters
from flows import engine, money
from flows.conclude import conclude, note
from flows.errors import AlreadyDone, NotAllowed
from funds import payables
from funds.models import Payable

LAPSE = access.register_action(ActionSpec("lapse_payment", needs="any_case", holder="clock"))
REMIND = access.register_action(ActionSpec("remind_of_payment", needs="any_case", holder="clock"))
WAITING = ("waiting_account", "bounced")
REMINDED_BEFORE = timedelta(days=30)


def lapses_on(payable: Payable, today: date) -> date:
    """The day after which a sum without an account lapses; never less than a month after the reminder."""
    length = deadlines.length_of(parameters(payable.district_id), "unclaimed_payment", today)
    due = deadlines.add_months(payable.waits_since, length.number)
    return max(due, payable.reminded_on + REMINDED_BEFORE) if payable.reminded_on else due


def remind_of_payment(*, payable_id: int, by: Actor, now: datetime) -> None:
    """The applicant is told that the account is missing and by when the sum lapses."""
    with engine.at_work(case_id=_case_of(payable_id), by=by, verb="remind_of_payment", now=now) as work:
        one = _waiting(work, payable_id)
        if one.reminded_on is not None or work.today < lapses_on(one, work.today) - REMINDED_BEFORE:
            raise AlreadyDone("not_due")
        one.reminded_on = work.today
        one.save(update_fields=["reminded_on"])
        due = lapses_on(one, work.today).isoformat()
        note(work, "payment_reminded", tell=(to_applicant(work.case, "payment_reminded", now, due=due),))


def lapse_payment(*, payable_id: int, by: Actor, now: datetime) -> None:
    """The sum is released; a case that waited for nothing else closes."""
    with engine.at_work(case_id=_case_of(payable_id), by=by, verb="lapse_payment", now=now) as work:
        one, case = _waiting(work, payable_id), work.case
        if one.reminded_on is None or work.today <= lapses_on(one, work.today):
            raise AlreadyDone("not_due")
        money.give_up(work, [one], "lapsed")
        tell = (to_applicant(case, "payment_lapsed", now),)
        if case.state == states.PAYING and not payables.locked(case):
            engine.cancel_open(work)
            engine.close(work, done=True)
            conclude(work, "payment_lapsed", tell=tell)
        else:
            note(work, "payment_lapsed", raises_version=True, tell=tell)


def _case_of(payable_id: int) -> int:
    return Payable.objects.values_list("case_id", flat=True).get(pk=payable_id)


def _waiting(work: engine.Work, payable_id: int) -> Payable:
    """The sum, if its case is not paused and it still waits for an account."""
    if work.case.state == states.SUSPENDED:
        raise NotAllowed("not_in_this_state")
    found = next((one for one in payables.locked(work.case) if one.pk == payable_id), None)
    if found is None or found.state not in WAITING:
        raise AlreadyDone("not_due")
    return found
