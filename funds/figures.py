"""Figures read from the book: nothing here changes anything."""

from decimal import Decimal
from typing import Any

from django.db.models import Sum

from casework.models import Case
from funds.accounts import newest, opened
from funds.book import ZERO
from funds.models import FundEntry, Payable


def money_of(case: Case) -> dict[str, Any]:
    """What a page shows of a case's money: the account that stands, and every sum with how far it has come."""
    payee = newest(case)
    sums = Payable.objects.filter(case=case).exclude(state="void").select_related("fund").order_by("pk")
    return {"payee": payee, "account": opened(case, payee) if payee else None, "sums": list(sums)}


def taken_back_on(case: Case) -> Decimal:
    """What has come in on a reclaim so far."""
    return FundEntry.objects.filter(case=case, kind="taken_back").aggregate(n=Sum("amount"))["n"] or ZERO
