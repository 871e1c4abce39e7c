"""Departures from the sum that the rules give (改算): which one stands."""

from django.db.models import QuerySet

from casework.judgements import newest
from casework.models import Assessment, Case, SumDeparture
from casework.sealing import unseal


def standing(case: Case) -> SumDeparture | None:
    """The departure that a second person signed, from the sum as it is worked out now; None where there is none.

    It falls with what it departs from: new answers, findings or a new round ask for a new one.
    """
    found = newest(case)
    return _of(case, found).filter(signature__outcome="agreed").first() if found else None


def waiting(case: Case) -> SumDeparture | None:
    """The departure that waits for its second signature."""
    found = newest(case)
    return _of(case, found).filter(signature__closed_at=None).first() if found else None


def told(case: Case) -> dict[str, str]:
    """The standing departure as letters tell it: from, to and why; empty where there is none."""
    departure = standing(case)
    if departure is None:
        return {}
    return {
        "from": f"{departure.old_amount:.2f}", "to": f"{departure.new_amount:.2f}",
        "reason": str(unseal(case.key, departure.reason)),
    }  # fmt: skip


def _of(case: Case, found: Assessment) -> QuerySet[SumDeparture]:
    return case.departures.filter(assessment=found, round=case.round).select_related("signature").order_by("-pk")
