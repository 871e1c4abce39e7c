"""What else becomes of a case when it is handed in, in the same transaction: a package above says so for its kinds.

A post of a recruitment round is applied for by a case, and the round is known above here: `recruitment` registers what
joins the two. It may refuse with Invalid, as what is missing does.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, TypeAlias

from casework.models import Case

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
