"""What is known of a person already (已知事实): what registers answered, by the questions of a measure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.timezone import localdate

from casework import deadlines
from casework.models import AnswerSet, Case, Organisation, Person, RegisterAnswer
from casework.published import parameters
from casework.records import KINDS, Kept, records_of
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


def told_of(person: Person | Organisation, on: date, sources: set[str]) -> Told:
    """The newest answers that are still good on the day; none of a unit, as these registers know people."""
    wanted = sources & REGISTERS.keys()
    if not wanted or isinstance(person, Organisation):
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


def known_of(
    person: Person | Organisation, rules: Measure, on: date, told: Told | None = None, *, facts: Mapping[str, Any] | None = None,
    records: Sequence[Kept] | None = None,
) -> dict[str, Known]:  # fmt: skip
    """By question what is known of the person or the unit on the day.

    Of several records of one kind the one counts that is about what `facts` say, else the newest. `records` are looked
    up where they are not given.
    """
    sources = sources_of(rules)
    told = told or told_of(person, on, sources)
    records = records_of(person, sources) if records is None else records
    known: dict[str, Known] = {}
    for kept in _about(records, facts or {}):
        kind = KINDS[kept.kind]
        for fact in rules.facts:
            if fact.source == kind.source and kept.facts.get(fact.name) is not None:
                known[fact.name] = Known(kept.facts[fact.name], fact.source, kept.received_on)
    for code, answer in told.answers.items():
        if answer is None:
            continue
        said = REGISTERS[code].facts(answer, on)
        for fact in rules.facts:
            if fact.source == code and said.get(fact.name) is not None:
                known[fact.name] = Known(said[fact.name], code, told.on[code])
    if INSURANCE.code in sources and (months := _months(records, told)):
        known["months"] = months
    lacking = [fact for fact in rules.facts if fact.source in sources & REGISTERS.keys() - told.answers.keys()]
    wanted = [fact for fact in lacking if fact.name not in known and not isinstance(fact.kind, Table)]
    if not wanted or isinstance(person, Organisation):
        return known
    return {**known, **_from_earlier(person, wanted, on)}


def _from_earlier(person: Person, wanted: list[Fact], on: date) -> dict[str, Known]:
    """What a register has not told: as it stood in a claim that was granted not longer ago than an answer is good for."""
    days = deadlines.length_of(parameters(person.district_id), "known_fact", on).number
    granted = Case.objects.filter(person=person, outcome="granted", decided_at__date__gte=on - timedelta(days=days))
    known: dict[str, Known] = {}
    for case in granted.order_by("decided_at")[:5]:
        newest = AnswerSet.objects.filter(case=case).order_by("-number").first()
        facts = unseal(person.key, newest.answers)["facts"] if newest is not None else {}
        for fact in wanted:
            if facts.get(fact.name) is not None and case.decided_at is not None:
                known[fact.name] = Known(facts[fact.name], "earlier", localdate(case.decided_at))
    return known


def _about(records: Sequence[Kept], facts: Mapping[str, Any]) -> Iterator[Kept]:
    """One record of each kind that tells of one thing: the one that the facts are about, else the newest."""
    for code in dict.fromkeys(kept.kind for kept in records):
        same = [kept for kept in records if kept.kind == code]
        fitting = [kept for kept in same if all(facts.get(name) == kept.facts[name] for name in KINDS[code].about)]
        yield (fitting or same)[-1]


def _months(records: Sequence[Kept], told: Told) -> Known | None:
    """The insured months of the records and of the register together, the register's word before theirs."""
    rows, days = dict[str, dict[str, Any]](), list[date]()
    for kept in records:
        if kept.kind == "insured_month":
            rows[kept.facts["month"]] = {name: kept.facts[name] for name in _PAID}
            days.append(kept.received_on)
    answer = told.answers.get(INSURANCE.code)
    if answer and answer["months"]:
        rows |= {row["month"]: row for row in answer["months"]}
        days.append(told.on[INSURANCE.code])
    if not rows:
        return None
    return Known([rows[month] for month in sorted(rows)], INSURANCE.code, max(days))


_PAID = ("month", "paid_on_time", "paid_in_full")


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


def told_in(person: Person | Organisation | None, rules: Measure, facts: Mapping[str, Any], on: date) -> frozenset[str]:
    """The same of the answers of an application, without a question where no source is named."""
    if person is None or not sources_of(rules):
        return frozenset()
    return told_facts(rules, facts, known_of(person, rules, on, facts=facts))
