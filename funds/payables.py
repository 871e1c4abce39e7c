"""What cases are owed (应付), kept in step with what they hold of the funds: one open sum per case and fund."""

from datetime import date, datetime
from decimal import Decimal

from django.db.models import Sum

from casework.models import Case, DecisionChange
from funds.book import ZERO
from funds.models import Fund, Payable, Payee, Reservation
from funds.models.owed import OPEN

ENDED = ("paid", "waived", "lapsed")


class InBatch(Exception):
    """The sum is on its way to the bank; its result comes first."""


def locked(case: Case) -> list[Payable]:
    """The case's open sums, oldest first, locked; the caller holds the case's lock. Their `case` is the caller's."""
    found = list(
        Payable.objects.select_for_update(no_key=True, of=("self",))
        .filter(case=case, state__in=OPEN)
        .order_by("fund_id")
    )
    for one in found:
        one.case = case
    return found


def not_in_batch(case: Case) -> list[Payable]:
    """The same. Raises InBatch where one of them is in a payment batch."""
    found = locked(case)
    if any(one.state == "in_batch" for one in found):
        raise InBatch
    return found


def paid_on(case: Case) -> Decimal:
    """What was paid on the case, in all its rounds."""
    return _sum(case, state="paid")


def settled_on(case: Case) -> Decimal:
    """What was paid in any round, or waived or lapsed in this one: it is not owed again."""
    given_up = Payable.objects.filter(case=case, round=case.round, state__in=("waived", "lapsed"))
    return paid_on(case) + (given_up.aggregate(n=Sum("amount"))["n"] or ZERO)


def held_by(case: Case) -> Decimal:
    """What the case holds of the funds."""
    return sum((one.held for one in Reservation.objects.filter(case=case)), ZERO)


def owe(case: Case, fund: Fund, sum_: Decimal, *, on: date, now: datetime) -> Payable:
    """A decision's sum, to be paid from the fund in which `book.reserve` has just reserved it."""
    return Payable.objects.create(
        district_id=case.district_id, case=case, fund=fund, round=case.round, amount=sum_, waits_since=on,
        made_at=now, state="due" if getattr(fund, "has_account", False) else "waiting_account",
    )  # fmt: skip


def owe_what_is_held(case: Case, *, on: date, now: datetime) -> None:
    """The payment has opened some time after the decision, or anew: what the case holds is owed, once."""
    owed = {one.fund_id for one in locked(case)}
    change = DecisionChange.objects.filter(case=case, outcome="approved").order_by("-pk").first()
    held = [one for one in Reservation.objects.filter(case=case).order_by("fund_id") if one.held > 0]
    for place, one in enumerate(one for one in held if one.fund_id not in owed):
        Payable.objects.create(
            district_id=case.district_id, case=case, fund_id=one.fund_id, round=case.round, amount=one.held,
            change=change if place or owed else None, waits_since=on, made_at=now, state=first_state(case),
        )  # fmt: skip


def follow(case: Case, open_sums: list[Payable], change: DecisionChange, *, on: date, now: datetime) -> None:
    """After a changed decision: every open sum is what the case holds of its fund, and a new one is owed where it
    holds something without one."""
    by_fund = {one.fund_id: one for one in open_sums}
    for held in Reservation.objects.filter(case=case).order_by("fund_id"):
        one = by_fund.get(held.fund_id)
        if one is None and held.held > 0:
            Payable.objects.create(
                district_id=case.district_id, case=case, fund_id=held.fund_id, round=case.round, change=change,
                amount=held.held, waits_since=on, made_at=now, state=first_state(case),
            )  # fmt: skip
        elif one is not None and held.held == 0:
            end(one, "void", now)
        elif one is not None and one.amount != held.held:
            one.amount = held.held
            one.save(update_fields=["amount"])


def first_state(case: Case) -> str:
    """How a new sum of the case begins: due where an account was given before, else it waits for one."""
    return "due" if Payee.objects.filter(case=case).exists() else "waiting_account"


def account_given(open_sums: list[Payable]) -> None:
    """What waited for an account, or came back from the bank, is due."""
    for one in open_sums:
        if one.state in ("waiting_account", "bounced"):
            one.state, one.reminded_on = "due", None
            one.save(update_fields=["state", "reminded_on"])


def bounced(payable: Payable, on: date) -> None:
    """The bank could not pay it: another account is waited for."""
    payable.state, payable.waits_since, payable.reminded_on = "bounced", on, None
    payable.save(update_fields=["state", "waits_since", "reminded_on"])


def end(payable: Payable, state: str, now: datetime) -> None:
    """Paid, waived, lapsed or void: it stands so for good."""
    payable.state, payable.ended_at = state, now
    payable.save(update_fields=["state", "ended_at"])


def _sum(case: Case, **which: str) -> Decimal:
    return Payable.objects.filter(case=case, **which).aggregate(n=Sum("amount"))["n"] or ZERO
