"""Cases and records of the tests of supervision, as thin as their subject allows. Everybody here is invented."""

import uuid
from collections import Counter
from datetime import datetime

from accounts.actor import CLOCK, Actor
from casework import references
from casework.models import Case, Look, Person
from casework.record import write_on_case
from oversight.actions.find_hits import find_hits
from oversight.models import PatternHit
from tests.factories import NOW, district


def another(case: Case, person: Person | None = None, measure: str = "") -> Case:
    """One more submitted case like this one."""
    made = Case.objects.get(pk=case.pk)
    made.pk, made.id, made._state.adding = None, None, True
    made.submission_key, made.record_number = uuid.uuid4(), 0
    made.reference = references.new(case.reference[:2], NOW.date())
    made.person, made.measure = person or case.person, measure or case.measure
    made.save()
    return made


def signed(
    case: Case, event: str, by: Actor, at: datetime, step: str = "federation_review", looked: bool = True
) -> None:
    """A signature in the case's record; by default its signer had opened the case an hour before."""
    if looked:
        Look.objects.create(
            district_id=case.district_id, case_id=case.pk, user=by.user, what="case", page="case",
            at=at.replace(hour=at.hour - 1),
        )  # fmt: skip
    write_on_case(case, event, by, at, step=step)


def found(now: datetime) -> Counter[str]:
    """Look, and say how many new hits each pattern has."""
    return +find_hits(district=district(), by=CLOCK, now=now)


def hits(pattern: str) -> list[PatternHit]:
    return list(PatternHit.objects.filter(pattern=pattern).order_by("pk"))
