"""Figures read from the book: nothing here changes anything."""

from decimal import Decimal
from typing import Any, Final

from django.db.models import Sum

from casework.models import Case
from casework.remembering import once
from casework.statements import Asked, given
from funds.accounts import newest, opened
from funds.book import ZERO
from funds.models import FundEntry, Payable


def money_of(case: Case) -> dict[str, Any]:
    """What a page shows of a case's money: the account that stands, and every sum with how far it has come."""
    payee = newest(case)
    return {"payee": payee, "account": opened(case, payee) if payee else None, "sums": sums_of(case)}


SUMS: Final = Asked(
    lambda: Payable.objects.filter(case=given("case")).exclude(state="void").select_related("fund").order_by("pk")
)


def sums_of(case: Case) -> list[Payable]:
    """What is owed on the case or was, the oldest first, without what is void."""
    found: list[Payable] = once(("sums", case.pk), lambda: SUMS.all(case=case.pk))
    return found


def taken_back_on(case: Case) -> Decimal:
    """What has come in on a reclaim so far."""
    return FundEntry.objects.filter(case=case, kind="taken_back").aggregate(n=Sum("amount"))["n"] or ZERO
