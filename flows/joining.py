"""What else becomes of a case when it is handed in or moves on, in the same transaction: a package above says so.

A post of a recruitment round is applied for by a case, and the round is known above here: `recruitment` registers what
joins the two. It may refuse with Invalid, as what is missing does. A step may need something to stand first (the plan of
a service case), may have to wait without its clocks running (for an examination), and its signature may settle something
beside it (a base's share of work).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias

from accounts.actor import Actor
from casework.models import Case
from flows.errors import Invalid
from policy import T

# The case, its answers, the moment, and whether it is a correction; what it gives stands in the case's record.
Join: TypeAlias = Callable[[Case, Mapping[str, Any], datetime, bool], Mapping[str, Any]]
JOINS: Final[dict[tuple[str, str], Join]] = {}


def register_join(measure: str, purpose: str, join: Join) -> None:
    """What is done with every case of the measure and purpose, when it is submitted and when it is corrected."""
    JOINS[measure, purpose] = join


def joined(case: Case, facts: Mapping[str, Any], now: datetime, *, corrected: bool = False) -> dict[str, Any]:
    """What the record says of it; nothing for most kinds. Raises Invalid; the case is then not handed in."""
    join = JOINS.get((case.measure, case.purpose))
    return dict(join(case, facts, now, corrected)) if join is not None else {}


@dataclass(frozen=True)
class Ready:
    """What must stand before a step is agreed to: `check` says in words what is missing, by field; `rehearse` makes it
    stand in a rehearsal, where nobody fills in pages."""

    check: Callable[[Case], Mapping[str, T]]
    rehearse: Callable[[int, Actor, datetime], object]


# What follows in the same transaction when a step was confirmed, or contradicted: the case, which, by whom, when.
Follow: TypeAlias = Callable[[Case, bool, Actor, datetime], None]
# Why the clocks of a case stand still from this step on, by the kind of pause; empty where they run.
Wait: TypeAlias = Callable[[Case], str]
WAITS: Final[dict[tuple[str, str, str], Wait]] = {}
READY: Final[dict[tuple[str, str], Ready]] = {}
FOLLOWS: Final[dict[tuple[str, str, str], Follow]] = {}


def register_ready(measure: str, step: str, ready: Ready) -> None:
    """The step of the measure is agreed to only once the check finds nothing missing."""
    READY[measure, step] = ready


def must_be_ready(case: Case, step: str) -> None:
    """Raises Invalid with what is missing."""
    ready = READY.get((case.measure, step))
    if ready is not None and (missing := ready.check(case)):
        raise Invalid(**missing)


def rehearse(case: Case, step: str, by: Actor, now: datetime) -> None:
    """In a rehearsal: what the step needs stands afterwards. Nothing for most steps."""
    ready = READY.get((case.measure, step))
    if ready is not None:
        ready.rehearse(case.pk, by, now)


def register_wait(measure: str, purpose: str, step: str, wait: Wait) -> None:
    """What such a case may have to wait for, from the moment at which the step opens, without its clocks running."""
    WAITS[measure, purpose, step] = wait


def waits_for(case: Case, step: str) -> str:
    """Why the case's clocks stand still at this step; empty for most steps."""
    wait = WAITS.get((case.measure, case.purpose, step))
    return wait(case) if wait is not None else ""


def register_follow(measure: str, purpose: str, step: str, follow: Follow) -> None:
    """What is done whenever the step of such a case is confirmed or contradicted."""
    FOLLOWS[measure, purpose, step] = follow


def followed(case: Case, step: str, agrees: bool, by: Actor, now: datetime) -> None:
    """What a package above does with it; the caller holds the case's lock."""
    follow = FOLLOWS.get((case.measure, case.purpose, step))
    if follow is not None:
        follow(case, agrees, by, now)
