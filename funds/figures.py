"""Figures read from the book: nothing here changes anything."""

from decimal import Decimal

from django.db.models import Sum

from casework.models import Case
from funds.book import ZERO
from funds.models import FundEntry


def taken_back_on(case: Case) -> Decimal:
    """What has come in on a reclaim so far."""
    return FundEntry.objects.filter(case=case, kind="taken_back").aggregate(n=Sum("amount"))["n"] or ZERO
