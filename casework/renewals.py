"""Claiming again (续领): what a new application takes over from the last one of its kind, and months that run out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Max, QuerySet

from accounts.models import District
from casework import deadlines
from casework.models import Case, Draft, ExclusionKey, Message, Organisation, Person
from casework.published import parameters
from casework.states import CLOSED
from policy import measures
from policy.days import add_months
from policy.facts import Bool, Choice, Text
from policy.measure import Measure

# What describes the person or the unit stays true from claim to claim; months, days, sums and lists are of one claim.
CARRIED = (Bool, Choice, Text)


def last_claim(who: Person | Organisation, code: str, purpose: str) -> Case | None:
    """The newest application of the kind by the same applicant, whatever came of it."""
    return _claims(who, code, purpose).first()


def open_claim(who: Person | Organisation, code: str, purpose: str) -> Case | None:
    """The newest application of the kind by the same applicant that is still open."""
    return _claims(who, code, purpose).exclude(state=CLOSED).first()


def _claims(who: Person | Organisation, code: str, purpose: str) -> QuerySet[Case]:
    mine = {"person": who} if isinstance(who, Person) else {"organisation": who}
    return Case.objects.filter(**mine, measure=code, purpose=purpose).order_by("-opened_at", "-pk")


def carried(rules: Measure, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Of the answers of the last claim, those that a new one begins with: the applicant's own, that no register tells and
    that name no certificate, event or paper of that claim."""
    row = rules.excludes
    of_one_claim = {row.key, row.no_twin} if row is not None else set()
    return {
        fact.name: facts[fact.name]
        for fact in rules.facts
        if fact.asked_of == "applicant" and isinstance(fact.kind, CARRIED) and not fact.source
        and fact.name not in of_one_claim and facts.get(fact.name) is not None
    }  # fmt: skip


@dataclass(frozen=True)
class RunningOut:
    """A month that follows the last one granted, and can soon no longer be claimed; `due` is the last day."""

    person: Person
    code: str
    month: date
    due: date


def running_out(on: date) -> Iterator[RunningOut]:
    """Months of which to remind: nobody has been told, and nothing was begun since the last grant.

    Whether the person went on paying is not known; the words say "if".
    """
    for district in District.objects.all():
        figures = parameters(district.pk)
        days = deadlines.length_of(figures, "claim_reminder", on).number
        for rules in measures():
            back = figures.value(rules.arrears, on) if rules.arrears else None
            if back is not None:
                for month, due in _ending(on, int(back), days):
                    yield from _unclaimed(district, rules, month, due)


def _ending(on: date, back: int, days: int) -> Iterator[tuple[date, date]]:
    """The months whose last day to be claimed is at most so many days away, each with that day."""
    for ahead in range(days // 28 + 2):
        month = add_months(on.replace(day=1), ahead - back)
        due = add_months(month, back + 1) - timedelta(days=1)
        if due - on <= timedelta(days=days):
            yield month, due


def _unclaimed(district: District, rules: Measure, month: date, due: date) -> Iterator[RunningOut]:
    row = rules.excludes
    assert row is not None
    before = f"{add_months(month, -1):%Y-%m}"
    granted = (
        ExclusionKey.objects.filter(
            district=district, kind=row.kind, released_at=None, case__measure=rules.code, case__person__isnull=False
        )
        .values("case__person")
        .annotate(last=Max("key"), newest=Max("case"))
        .filter(last=before)
    )
    newest = dict(granted.values_list("case__person", "newest"))
    applied = Case.objects.filter(person__in=newest, measure=rules.code).values("person").annotate(last=Max("pk"))
    people = {person for person, last in applied.values_list("person", "last") if last == newest[person]}
    people -= set(Draft.objects.filter(person__in=people, measure=rules.code).values_list("person", flat=True))
    told = Message.objects.filter(district=district, event="claim_expires", values__month=month.isoformat())
    people -= set(told.values_list("values__person", flat=True))
    for person in Person.objects.filter(pk__in=people).order_by("pk"):
        yield RunningOut(person, rules.code, month, due)
