"""Months of social insurance (社会保险): what makes a month 0, and what it comes to on the base floor (缴费基数下限)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from policy.claim import NOTHING, Claim, half_up
from policy.conditions import named
from policy.days import months_between
from policy.exclusions import BY_KIND, Kind
from policy.facts import Bool, Fact, Month, Row
from policy.parameters import POLICY
from policy.sums import Item, lacking
from policy.text import T, month_in_words, percent

BASE_FLOOR = "contribution_base_floor"
INSURANCE = BY_KIND[Kind.SOCIAL_INSURANCE]

MONTH = Fact("month", Month(), T("月份", "Month"), hint=T("一个月填一行。", "One row for each month."))
ON_TIME = Fact("paid_on_time", Bool(), T("按时缴了吗", "Paid on time?"), hint=T("当月缴的。", "Paid within the month."))
IN_FULL = Fact("paid_in_full", Bool(), T("缴足了吗", "Paid in full?"), hint=T("一分不欠。", "Nothing is owed."))

# How a checker asks about the one month that stands for all.
LAST_ON_TIME = T("例如上个月的社保，是当月按时缴的吗？", "Last month's insurance, say: was it paid within the month?")
LAST_IN_FULL = T("例如上个月的社保，缴足了吗？", "Last month's insurance, say: was it paid in full?")
EACH_MONTH = T("每个这样的月，大约", "for each such month, about")


@dataclass(slots=True)
class Bar:
    """A reason that makes a month, or a person's part of it, 0 by rule. ``why`` None: it does not, or ``missing`` would
    have to be known to tell."""

    why: T | None = None
    missing: tuple[str, ...] = ()


CLEAR = Bar()
_UNPAID = T("没有按时缴足，这个月没有补贴", "not paid on time and in full, so nothing for this month")
_OUTSIDE = T("不在政策有效期内", "outside the policy's period")
_COVERED = T("{which}，这个月不能重复享受", "{which}; this month cannot be enjoyed twice")
_TOO_OLD = T("比申请的月份早了 {months} 个月以上", "more than {months} months before the month of application")
_TOO_NEW = T("在申请之后", "after the application")
_ZERO = T("{month}：{why}。", "{month}: {why}.")


def outside_period(claim: Claim, month: date) -> Bar:
    """五2, by the month's first day."""
    claim.use(POLICY, claim.parameters.period_in_words)
    return CLEAR if claim.parameters.entry(POLICY, month) is not None else Bar(_OUTSIDE)


def unpaid(path: str, row: Row) -> Bar:
    """Not paid on time or not in full (按时足额)."""
    told = {name: row[name] for name in ("paid_on_time", "paid_in_full")}
    if False in told.values():
        return Bar(_UNPAID)
    return Bar(missing=tuple([f"{path}.{name}" for name, value in told.items() if value is None]))


def covered(claim: Claim, month: date) -> Bar:
    """五1: an earlier benefit of the same kind, with an amount, covers the month."""
    for earlier in claim.earlier(INSURANCE):
        if month in earlier.keys.get("month", ()):
            return Bar(_COVERED.fill(which=named(earlier)))
    return CLEAR


def in_arrears(claim: Claim, month: date, parameter: str) -> Bar:
    """More calendar months before the month of application than ``parameter`` allows, or after it."""
    age = months_between(month, claim.as_of)
    if age < 0:
        return Bar(_TOO_NEW)
    limit = claim.parameter(parameter, month)
    if limit is None:
        return Bar(missing=(parameter,))
    return Bar(_TOO_OLD.fill(months=limit)) if age > limit else CLEAR


def on_base_floor(claim: Claim, month: date, *rates: str) -> tuple[Decimal | None, T, tuple[str, ...]]:
    """The base floor times the rates in force in the month, rounded to the fen; its working; the missing parameters."""
    names = (BASE_FLOOR, *rates)
    figures = [claim.parameter(name, month) for name in names]
    missing = tuple([name for name, value in zip(names, figures, strict=True) if value is None])
    product, shown = Decimal(1), []
    for place, figure in enumerate(figures):
        if figure is not None:
            product *= figure
            shown.append(percent(figure) if place else f"{figure:,f}")
    return (None if missing else half_up(product)), _PRODUCT.filled_from({"one": " × ".join(shown)}), missing


_PRODUCT = T("最低缴费基数 {one}", "base floor {one}")


def month_item(
    month: date, bars: Iterable[Bar], worth: Callable[[], tuple[Decimal | None, T, tuple[str, ...]]]
) -> Item:
    """The item of one month: 0 if any bar holds; else what it is worth, once all that is needed is known."""
    key, missing = f"{month:%Y-%m}", list[str]()
    for bar in bars:
        if bar.why is not None:
            return Item(key, NOTHING, _ZERO.filled_from({"month": month_in_words(month), "why": bar.why}))
        missing += bar.missing
    amount, working, lacks = worth()
    missing += lacks
    if missing or amount is None:
        return lacking(key, missing, month_in_words(month))
    return Item(key, amount, _WORTH.filled_from({"month": month_in_words(month), "sum": working, "amount": amount}))


_WORTH = T("{month}：{sum} = {amount} 元。", "{month}: {sum} = {amount} yuan.")
