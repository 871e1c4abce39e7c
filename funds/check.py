"""The proof that every fund's figures are right, to the fen: from its entries, its reservations and its payments."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Max, Min, Sum

from funds.book import ZERO
from funds.models import Fund, Payable, Reservation
from funds.models.owed import OPEN


def differences(fund: Fund) -> list[str]:
    """Every difference in words; empty where all is exact. Read in one snapshot by the caller's transaction."""
    return [words for rule in (_totals, _numbers, _reserved, _spent, _owed) for words in rule(fund)]


def _totals(fund: Fund) -> Iterator[str]:
    sums = fund.book.aggregate(amount=Sum("amount"), reserved=Sum("reserved"), spent=Sum("spent"))
    for name, total in sums.items():
        yield from _differ(f"{name} of the fund", getattr(fund, name), "sum of its entries", total)


def _numbers(fund: Fund) -> Iterator[str]:
    seen = fund.book.aggregate(n=Count("pk"), first=Min("number"), last=Max("number"))
    expected = {"n": fund.entries, "first": 1 if fund.entries else None, "last": fund.entries or None}
    if seen != expected:
        yield f"entries are not numbered 1 to {fund.entries} without a gap: {seen}"


def _reserved(fund: Fund) -> Iterator[str]:
    held = fund.reservations.aggregate(n=Sum(F("amount") - F("spent") - F("released")))["n"]
    yield from _differ("reserved", fund.reserved, "held by cases", held)
    after_the_decision = ("publicity", "approved", "paying")
    for one in fund.reservations.filter(amount__gt=F("spent") + F("released")).select_related("case"):
        stands = one.case.state_before if one.case.state == "suspended" else one.case.state
        if stands not in after_the_decision and not Payable.objects.filter(case=one.case, state__in=OPEN).exists():
            yield f"case {one.case.reference} holds {one.held} and is {one.case.state}"


def _spent(fund: Fund) -> Iterator[str]:
    paid = Payable.objects.filter(fund=fund, state="paid").aggregate(n=Sum("amount"))["n"]
    yield from _differ("spent", fund.spent, "paid out", paid)
    of_cases = fund.reservations.aggregate(n=Sum("spent"))["n"]
    yield from _differ("spent", fund.spent, "spent by cases", of_cases)


def _owed(fund: Fund) -> Iterator[str]:
    """What is owed and not paid yet is exactly what its case holds."""
    owed: dict[Any, Decimal] = dict(
        Payable.objects.filter(fund=fund, state__in=OPEN).values_list("case").annotate(n=Sum("amount"))
    )
    held = {one.case_id: one.held for one in Reservation.objects.filter(fund=fund, case__in=list(owed))}
    for case, sum_ in owed.items():
        yield from _differ(f"owed on case {case}", sum_, "held by it", held.get(case))


def _differ(what: str, one: Decimal, other_what: str, other: Decimal | None) -> Iterator[str]:
    if one != (other or ZERO):
        yield f"{what} is {one:.2f}, {other_what}: {other or ZERO:.2f}"
