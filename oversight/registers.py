"""How the registers fare: whether each answers, since when not, and which facts wait to be confirmed because of it."""

from dataclasses import dataclass

from django.db.models import Count

from casework import states
from casework.models import Case, FactOrigin, RegisterState
from casework.registers import REGISTERS, Register

MOST = 50


@dataclass(frozen=True)
class Fares:
    """One register with its state; None where it was never asked. `waiting` counts open cases."""

    register: Register
    state: RegisterState | None
    waiting: int

    @property
    def fails(self) -> bool:
        return self.state is not None and self.state.failing_since is not None


def fares(district_id: int) -> list[Fares]:
    """Every register, in three statements at most."""
    known = {row.register: row for row in RegisterState.objects.filter(district_id=district_id)}
    waiting = dict(_waiting(district_id).values_list("source").annotate(n=Count("case", distinct=True)))
    return [Fares(one, known.get(one.code), waiting.get(one.code, 0)) for one in REGISTERS.values()]


def cases_to_confirm(district_id: int) -> list[Case]:
    """Open cases with a fact that waits, the oldest first."""
    found = Case.objects.filter(pk__in=_waiting(district_id).values("case"))
    return list(found.select_related("department").order_by("opened_at", "pk")[:MOST])


def _waiting(district_id: int):  # type: ignore[no-untyped-def]
    rows = FactOrigin.objects.filter(district_id=district_id, state=FactOrigin.WAITING)
    return rows.exclude(case__state=states.CLOSED)
