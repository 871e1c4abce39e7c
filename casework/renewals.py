"""Claiming again (续领): what a new application takes over from the last one of its kind."""

from collections.abc import Mapping
from typing import Any

from casework.models import Case, Organisation, Person
from policy.facts import Bool, Choice, Text
from policy.measure import Measure

# What describes the person or the unit stays true from claim to claim; months, days, sums and lists are of one claim.
CARRIED = (Bool, Choice, Text)


def last_claim(who: Person | Organisation, code: str, purpose: str) -> Case | None:
    """The newest application of the kind by the same applicant, whatever came of it."""
    mine = {"person": who} if isinstance(who, Person) else {"organisation": who}
    return Case.objects.filter(**mine, measure=code, purpose=purpose).order_by("-opened_at", "-pk").first()


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
