"""The invented funds of the demonstration's years: opened by two officers of finance; one raise waits for the second."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

from demo.people import Cast
from flows.actions.decide_fund import approve_fund
from flows.actions.propose_fund import FundWish, propose_fund
from funds.models import Fund, FundDecision

AMOUNT, MORE = Decimal("3600000.00"), Decimal("400000.00")
REASON = "示例：年度预算批复〔{year}〕0号，金额是虚构的。"


def open_years(cast: Cast, founded: datetime, on: date) -> None:
    """A fund for every year in which something of the demonstration may be decided."""
    for year in range(founded.year, on.year + 1):
        if not Fund.objects.filter(year=year).exists():
            wish = FundWish("open", year, "levy", REASON.format(year=year), AMOUNT)
            made = propose_fund(wish=wish, by=cast.officer("finance-1", founded), now=founded)
            approve_fund(decision_id=made.pk, by=cast.officer("finance-approve", founded), now=founded)


def ask_for_more(cast: Cast, at: Callable[[int, int], datetime]) -> None:
    """A raise that waits for the second officer."""
    if not FundDecision.objects.filter(state="proposed").exists():
        now = at(14, 20)
        wish = FundWish("raise", now.year, "levy", "示例：下半年申请的人比预计的多，追加一笔。", MORE)
        propose_fund(wish=wish, by=cast.officer("finance-1", now), now=now)
