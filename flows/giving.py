"""How a post is given: a package above says for its kinds of case whose turn it is at the decision, which unit it is of, and
which positions their assignment takes.

A recruitment round knows its ranking and its posts, and stands above here (as in `flows/joining.py`). A kind that nothing
is registered for is granted as it is, and takes any position on offer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet

from casework.models import Case, Organisation, Position


def no_unit(case: Case) -> None:
    """Most kinds know no unit by themselves."""


@dataclass(frozen=True)
class Giving:
    """`ask` raises Invalid where the case may not be granted now, and holds its lock until the transaction ends;
    `positions` are those that the case may be given, taken or not; `unit` is the role and the organisation that the post
    itself names, where it is known."""

    ask: Callable[[Case], None]
    positions: Callable[[Case], QuerySet[Position]]
    unit: Callable[[Case], tuple[str, Organisation] | None] = no_unit


GIVINGS: Final[dict[tuple[str, str], Giving]] = {}


def register_giving(measure: str, purpose: str, giving: Giving) -> None:
    """What is asked of every case of the measure and purpose."""
    GIVINGS[measure, purpose] = giving


def ask_turn(case: Case) -> None:
    """Whether the case may be granted now. Raises Invalid with the reason; the caller holds the case's lock."""
    giving = GIVINGS.get((case.measure, case.purpose))
    if giving is not None:
        giving.ask(case)


def unit_for(case: Case) -> tuple[str, Organisation] | None:
    """The role and the organisation that the post of the case names by itself; None where there is none, or it is not known."""
    giving = GIVINGS.get((case.measure, case.purpose))
    return giving.unit(case) if giving is not None else None


def positions_for(case: Case) -> QuerySet[Position]:
    """The positions that the case may be given, taken or not: what is on offer, or those of its own post."""
    giving = GIVINGS.get((case.measure, case.purpose))
    if giving is not None:
        return giving.positions(case)
    return Position.objects.filter(district_id=case.district_id, is_offered=True)
