"""Events of cases (事件): what one says outside the house, and which a client may read.

An event says which case, its kind, where it stands now, its version and when: nothing of a person, and no more of what was
signed than its state.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from accounts.models import ApiClient
from casework import states
from casework.interfaces import cases_of
from casework.models import CaseEvent
from casework.references import shown

# Acts of the record that move a case; all others are no news outside the house.
TOLD: Final = tuple(sorted({"submitted", *states.MOVES}))
TYPES: Final = tuple(f"case.{state}" for state in states.STATES)
WINDOW: Final = 1000  # events that are looked at together


@dataclass(frozen=True)
class Page:
    """Events in order; `last` is the number to go on after, `more` whether there is more to look at."""

    events: list[CaseEvent]
    last: int
    more: bool


def identifier(event: CaseEvent) -> str:
    """What a receiver knows a repeated event by."""
    return f"evt_{event.pk}"


def told(event: CaseEvent) -> dict[str, Any]:
    """The event as it is sent."""
    case = event.case
    return {
        "type": f"case.{event.state}",
        "timestamp": event.at.isoformat(timespec="milliseconds"),
        "data": {
            "reference": shown(case.reference), "type": case.measure, "purpose": case.purpose, "state": event.state,
            "version": event.version,
        },
    }  # fmt: skip


def page_for(client: ApiClient, scopes: list[str], after: int, on: date, most: int = WINDOW) -> Page:
    """The events after a number that the client may read now, at most `most`; three statements, however many there are."""
    rows = CaseEvent.objects.filter(district_id=client.district_id, pk__gt=after)
    window = list(rows.select_related("case").order_by("pk")[: WINDOW + 1])
    more, window = len(window) > WINDOW, window[:WINDOW]
    seen = set(cases_of(client, scopes, on).filter(pk__in={one.case_id for one in window}).values_list("pk", flat=True))
    found = [one for one in window if one.case_id in seen]
    if len(found) > most:
        return Page(found[:most], found[most - 1].pk, more=True)
    return Page(found, window[-1].pk if window else after, more)
