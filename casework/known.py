"""What is known of a person already (已知事实): what registers answered, by the questions of a measure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.timezone import localdate

from casework.models import Person, RegisterAnswer
from casework.registers import INSURANCE, REGISTERS
from casework.sealing import unseal
from policy.facts import APPLICANT, Fact, Table
from policy.measure import Measure


@dataclass(frozen=True)
class Known:
    """The answer to a question as a source gives it: a JSON value, which source, and since which day."""

    value: Any
    source: str
    on: date


@dataclass(frozen=True)
class Told:
    """What the registers said of a person on a day: by register the answer, None where it does not know them."""

    answers: Mapping[str, dict[str, Any] | None]
    on: Mapping[str, date]

    def waits(self, source: str) -> bool:
        """Whether the source is a connected register that has not answered: what it would tell is to be confirmed."""
        register = REGISTERS.get(source)
        return register is not None and register.is_connected and source not in self.answers


def told_of(person: Person, on: date, sources: set[str]) -> Told:
    """The newest answers that are still good on the day."""
    wanted = sources & REGISTERS.keys()
    if not wanted:
        return Told({}, {})
    found: dict[str, dict[str, Any] | None] = {}
    days: dict[str, date] = {}
    rows = RegisterAnswer.objects.filter(person=person, register__in=wanted, valid_until__gte=on)
    for row in rows.order_by("asked_at", "pk"):
        found[row.register] = unseal(person.key, row.answer)
        days[row.register] = localdate(row.asked_at)
    return Told(found, days)


def sourced(rules: Measure, facts: Mapping[str, Any]) -> list[Fact]:
    """The questions of the applicant, given these answers, that a source may know."""
    return [fact for fact in rules.facts_asked(facts, APPLICANT) if fact.source]


def sources_of(rules: Measure) -> set[str]:
    return {fact.source for fact in rules.facts if fact.source and fact.asked_of == APPLICANT}


def known_of(person: Person, rules: Measure, on: date, told: Told | None = None) -> dict[str, Known]:
    """By question what is known of the person on the day."""
    told = told or told_of(person, on, sources_of(rules))
    known: dict[str, Known] = {}
    for code, answer in told.answers.items():
        if answer is None:
            continue
        facts = REGISTERS[code].facts(answer, on)
        if code == INSURANCE.code:
            facts = {**facts, "months": answer["months"]}
        for fact in rules.facts:
            if fact.source == code and facts.get(fact.name) not in (None, []):
                known[fact.name] = Known(facts[fact.name], code, told.on[code])
    return known


def agrees(fact: Fact, answer: Any, known: Known) -> bool:
    """Whether the answer says what the source says; of a list, whether every row of it stands there."""
    if isinstance(fact.kind, Table):
        return bool(answer) and all(row in known.value for row in answer)
    return bool(answer == known.value)


def told_facts(rules: Measure, facts: Mapping[str, Any], known: Mapping[str, Known]) -> frozenset[str]:
    """The questions whose answer a source has told too: what proves them need not be handed in."""
    return frozenset(
        fact.name
        for fact in sourced(rules, facts)
        if fact.name in known and agrees(fact, facts.get(fact.name), known[fact.name])
    )


def told_in(person: Person | None, rules: Measure, facts: Mapping[str, Any], on: date) -> frozenset[str]:
    """The same of the answers of an application; of a person alone, and without a question where no source is named."""
    if person is None or not sources_of(rules):
        return frozenset()
    return told_facts(rules, facts, known_of(person, rules, on))
