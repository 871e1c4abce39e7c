"""What a granted claim takes (占用) so that no other may: keys of the exclusions, and parts of a yearly cap (五1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from policy.claim import Claim
from policy.exclusions import Effect, Exclusion, Kind
from policy.sums import Item


@dataclass(frozen=True)
class Taken:
    """``key`` is the month, year, object … as text. ``of_anyone``: no claim of anybody may share it (an invoice).

    ``person`` names somebody other than the applicant whom it is for; ``""`` is the applicant.

    ``amount`` and ``cap`` in yuan where it is a part of a yearly cap instead of the whole key.
    """

    kind: Kind
    key: str
    of_anyone: bool = False
    person: str = ""
    amount: Decimal | None = None
    cap: Decimal | None = None


def taken(row: Exclusion | None, claim: Claim, items: tuple[Item, ...]) -> Iterator[Taken]:
    """By the table: the months that are paid, the year, the object, the part of the cap, and each invoice."""
    if row is None:
        return
    if row.effect == Effect.EMPTIES_THE_MONTH:
        yield from (Taken(row.kind, item.key) for item in items if item.amount)
        return
    key = "" if row.key is None else row.same(claim.facts[row.key])
    if row.effect == Effect.REFUSES and key is not None:
        yield Taken(row.kind, str(key))
    if row.no_twin is not None:
        yield from (Taken(row.kind, item.key, of_anyone=True) for item in items)
