"""What known facts come to: the rows of a list that would give something, and the history that the rules take."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from casework.exclusions import Claimed, earlier_of_many
from casework.known import Known
from casework.models import Organisation, Person
from casework.published import parameters
from policy import Assessment, assess, is_assessed
from policy.claim import NOTHING
from policy.facts import APPLICANT, Table
from policy.measure import Measure


def found_on(who: Person | Organisation, rules: Measure, facts: Mapping[str, Any], on: date) -> Assessment:
    """What the rules find of a claim that is no case yet, with all that was granted to the person or the unit before.

    Raises FormError where a list is only begun.
    """
    claim = Claimed(0, rules.code, who.number_index, facts)
    history = earlier_of_many(who.district_id, [claim]).get(0, [])
    return assess(rules.code, on, dict(facts), history, parameters(who.district_id))


def offered(
    person: Person | Organisation, rules: Measure, known: Mapping[str, Known], on: date, *, certain: bool = False
) -> dict[str, Any]:
    """The answers that are known, as they would be handed in: of a list only the rows that are not worth nothing.

    `certain`: of a list only the rows whose worth is worked out.
    """
    facts: dict[str, Any] = {}
    for fact in rules.facts:
        if fact.asked_of == APPLICANT and fact.name in known and fact.is_asked(facts):
            facts[fact.name] = known[fact.name].value
    lists = [fact for fact in rules.facts if fact.name in facts and isinstance(fact.kind, Table) and fact.kind.key]
    if not lists or not is_assessed(rules.code) or not rules.period_by_item:
        return facts
    worth = {item.key: item.amount for item in found_on(person, rules, facts, on).items}
    for fact in lists:
        assert isinstance(fact.kind, Table)
        key = str(fact.kind.key)
        rows = [row for row in facts[fact.name] if worth.get(row[key], NOTHING) != NOTHING]
        facts[fact.name] = [row for row in rows if worth[row[key]] is not None] if certain else rows
    return {name: value for name, value in facts.items() if value != []}
