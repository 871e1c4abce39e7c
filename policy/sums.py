"""Amounts and shares: the parts of a sum, a capped yearly sum, a share in whole numbers, sharing by largest remainder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from policy.claim import NOTHING, Claim, half_up
from policy.text import T


@dataclass(slots=True)
class Item:
    """One part of an amount, in yuan rounded to the fen; None while ``missing`` names what it lacks."""

    key: str
    amount: Decimal | None
    why: T
    missing: tuple[str, ...] = ()


@dataclass(slots=True)
class Sum:
    """What the items come to, in yuan; None while ``missing`` names what it lacks. ``why`` is the working in words."""

    amount: Decimal | None
    why: T
    missing: tuple[str, ...] = ()


_LACKS = T("{what}还不能算。", "{what} cannot be worked out yet.")
_THIS = T("这一项", "This")
_TOTAL = T("合计 {amount} 元。", "In all {amount} yuan.")
_CAPPED = T(
    "合计 {sum} 元，最多 {cap} 元，所以是 {amount} 元。", "In all {sum} yuan, at most {cap} yuan: {amount} yuan."
)
_CAPPED_LESS = T(
    "合计 {sum} 元。最多 {cap} 元，以前已经批了 {used} 元，还剩 {left} 元，所以是 {amount} 元。",
    "In all {sum} yuan. Of at most {cap} yuan, {used} were granted before and {left} are left: {amount} yuan.",
)


def lacking(key: str, missing: tuple[str, ...] | list[str], what: T = _THIS) -> Item:
    """An item that cannot be worked out yet."""
    return Item(key, None, _LACKS.filled_from({"what": what}), tuple(missing))


def added(items: tuple[Item, ...]) -> Sum:
    """The plain sum of items that are all known."""
    amount = sum([item.amount for item in items if item.amount is not None], NOTHING)
    return Sum(amount, _TOTAL.filled_from({"amount": amount}))


def capped(claim: Claim, items: tuple[Item, ...], cap: str, used: Decimal = NOTHING) -> Sum:
    """A capped yearly sum: what the items come to, up to what ``used`` leaves of the parameter ``cap``."""
    amount, missing = added(items), list[str]()
    if amount.amount == 0 and all(item.amount is not None for item in items):
        return amount  # nothing is nothing, whatever the cap
    limit = claim.figure(cap, missing)
    if limit is None or amount.amount is None:
        return Sum(None, _LACKS.filled_from({"what": _THIS}), tuple(missing))
    left = half_up(limit - used)
    if amount.amount <= left and not used:
        return amount
    words = {"sum": amount.amount, "cap": limit, "used": used, "left": left, "amount": min(amount.amount, left)}
    return Sum(min(amount.amount, left), (_CAPPED_LESS if used else _CAPPED).filled_from(words))


def reaches_share(part: int, whole: int, share: Decimal) -> bool:
    """Whether ``part`` is at least ``share`` of ``whole``, exactly, without rounding; of nothing nothing is a share."""
    above, below = share.as_integer_ratio()
    return whole > 0 and part * below >= whole * above


def ceil_share(share: Decimal, whole: int) -> int:
    """The smallest whole number that is at least ``share`` of ``whole``."""
    above, below = share.as_integer_ratio()
    return -(-whole * above // below)


def shared_out(number: int, sizes: Mapping[str, int]) -> dict[str, int]:
    """``number`` shared out by ``sizes`` (every size ≥ 0, their sum > 0): whole parts first, then one each by the
    largest remainder, ties to the larger size, then to the smaller name."""
    whole = sum(sizes.values())
    quotas = {name: Fraction(number * size, whole) for name, size in sizes.items()}
    shares = {name: int(quota) for name, quota in quotas.items()}
    by_remainder = sorted(sizes, key=lambda name: (shares[name] - quotas[name], -sizes[name], name))
    for name in by_remainder[: number - sum(shares.values())]:
        shares[name] += 1
    return shares
