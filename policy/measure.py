"""A measure: one application type of the policy, declared once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar, TypeVar

from policy.claim import Claim
from policy.conditions import Check, Condition, Finding, Rule
from policy.errors import MeasureError
from policy.examples import Example
from policy.exclusions import BY_TYPE, Exclusion
from policy.facts import APPLICANT, Fact
from policy.predicates import Predicate, is_asked
from policy.sums import Item, Sum, added
from policy.taken import Taken, taken
from policy.text import T

Thing = TypeVar("Thing")


class Applicant(StrEnum):
    PERSON = "person"
    ORGANISATION = "organisation"
    DEPARTMENT = "department"
    ANONYMOUS = "anonymous"


PERSON, ORGANISATION = Applicant.PERSON, Applicant.ORGANISATION
DEPARTMENT, ANONYMOUS = Applicant.DEPARTMENT, Applicant.ANONYMOUS


@dataclass(frozen=True)
class Evidence:
    """A document. ``original_seen``: the office compares it with the original; ``held_by_office``: not asked for.

    ``told_by`` is the fact that it proves: where a register or a record has told that fact and the applicant says the
    same, the document is not asked for.
    """

    code: str
    title: T
    hint: T
    asked_if: Predicate | None = None
    required: bool = True
    original_seen: bool = False
    held_by_office: bool = False
    told_by: str = ""

    def is_asked(self, facts: Mapping[str, object]) -> bool:
        return is_asked(self.asked_if, facts)


@dataclass(frozen=True)
class Section:
    """Questions and documents that belong on one page of the form."""

    code: str
    title: T
    facts: tuple[Fact, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    asked_if: Predicate | None = None
    hint: T | None = None

    def is_asked(self, facts: Mapping[str, object]) -> bool:
        return is_asked(self.asked_if, facts)

    @property
    def for_applicant(self) -> bool:
        """Whether the applicant has anything to do here."""
        return any(fact.asked_of == APPLICANT for fact in self.facts) or any(
            not evidence.held_by_office for evidence in self.evidence
        )


class Measure:
    """Base of all measures. A subclass in ``policy/measures/<code>.py`` is found by itself.

    A fact or a document may stand in two sections that exclude each other; it counts once.
    """

    code: ClassVar[str]
    clause: ClassVar[str]
    title: ClassVar[T]
    summary: ClassVar[T]
    applicant: ClassVar[Applicant]
    sections: ClassVar[tuple[Section, ...]]
    conditions: ClassVar[tuple[Condition, ...]] = ()
    checks: ClassVar[tuple[Check, ...]] = ()
    #: whether a granted claim has an amount: then "not eligible" is 0.00 and the items decide
    pays: ClassVar[bool] = False
    #: the fact whose day must lie in the policy's period (五2); None: the day of application
    fact_date: ClassVar[str | None] = None
    #: whether ``items`` judge the period one by one (claims of months) or the period plays no part
    period_by_item: ClassVar[bool] = False
    #: the fact that names the sum of a kind of case that no rule judges (asked for, or asked back); "" for none
    sum_fact: ClassVar[str] = ""
    #: the parameter that is the sum granted by a kind of case that no rule judges; "" for none
    sum_parameter: ClassVar[str] = ""
    #: the fact that names what was asked for, above which ``sum_parameter`` grants nothing; "" for no limit
    sum_limit: ClassVar[str] = ""
    #: whether a return that falls short opens a case in which the unit says how it puts that right (整改)
    opens_rectification: ClassVar[bool] = False
    #: whether the office opens it and nobody applies for it: then nobody withdraws it either
    imposed: ClassVar[bool] = False
    #: the parameter that says how many months back a month may still be claimed; "" for no limit
    arrears: ClassVar[str] = ""
    #: what a checker takes for granted, by fact; a table by the one row that stands for all
    example: ClassVar[Mapping[str, Example]] = {}

    def __init__(self) -> None:
        self.facts: tuple[Fact, ...] = _once(fact for section in self.sections for fact in section.facts)
        self.evidence: tuple[Evidence, ...] = _once(one for section in self.sections for one in section.evidence)
        self._by_name = {fact.name: fact for fact in self.facts}
        self.ruling = {fact.name: fact for fact in self.facts if fact.rule}
        _refuse_contradictions(self)

    # What a measure may say beyond its declaration

    def date_of(self, claim: Claim) -> date | None:
        """The fact date (五2): ``fact_date``, else the day of application. None while it is unknown."""
        if self.fact_date is None:
            return claim.as_of
        day = claim.facts[self.fact_date]
        return day if isinstance(day, date) else None

    def findings(self, claim: Claim) -> Iterator[tuple[Rule, Finding, tuple[str, ...]]]:
        """What each condition that applies found, with the facts that it read."""
        for condition in self.conditions:
            if condition.applies is None or condition.applies.holds(claim.facts) is True:
                yield condition, condition.judge(claim), condition.needs

    def values(self, claim: Claim) -> dict[str, object]:
        """Figures that are shown beside the outcome, where they can be computed."""
        return {}

    def items(self, claim: Claim) -> Iterable[Item]:
        """The parts of the amount, for a measure that pays; called unless a condition is clearly not met.

        None only where a condition is still unknown: a list without rows is a condition that is not met.
        """
        return ()

    def total(self, claim: Claim, items: tuple[Item, ...]) -> Sum:
        """The amount of items that are all known; a measure with a cap says so here."""
        return added(items)

    def takes(self, claim: Claim, items: tuple[Item, ...]) -> Iterable[Taken]:
        """What a granted claim takes so that no other may (五1), by the table of exclusions."""
        return taken(self.excludes, claim, items)

    @property
    def excludes(self) -> Exclusion | None:
        """Its row in the table of exclusions; None where nothing is excluded."""
        return BY_TYPE.get(self.code)

    # What others ask a measure

    def fact(self, name: str) -> Fact:
        """Raises KeyError for a name that it does not know."""
        return self._by_name[name]

    def sections_asked(self, facts: Mapping[str, object]) -> tuple[Section, ...]:
        """The sections that these answers open for the applicant."""
        return tuple(section for section in self.sections if section.for_applicant and section.is_asked(facts))

    def facts_asked(self, facts: Mapping[str, object], of: str = APPLICANT) -> tuple[Fact, ...]:
        """The facts that are asked of someone, given these answers."""
        return _once(
            fact
            for section in self.sections
            if section.is_asked(facts)
            for fact in section.facts
            if fact.asked_of == of and fact.is_asked(facts)
        )

    def evidence_asked(self, facts: Mapping[str, object]) -> tuple[Evidence, ...]:
        """The documents that belong to these answers, those that the office holds included."""
        return _once(
            evidence
            for section in self.sections
            if section.is_asked(facts)
            for evidence in section.evidence
            if evidence.is_asked(facts)
        )

    def rules_judged_by(self, department: str, facts: Mapping[str, object]) -> tuple[Condition | Check, ...]:
        """The conditions and checks that a department's reviewers judge, given these answers."""
        every: tuple[Condition | Check, ...] = (*self.conditions, *self.checks)
        return tuple(
            rule
            for rule in every
            if is_asked(rule.applies, facts) and (not rule.judged_by or department in rule.judged_by)
        )


def _once(things: Iterable[Thing]) -> tuple[Thing, ...]:
    found: list[Thing] = []
    for thing in things:
        if thing not in found:
            found.append(thing)
    return tuple(found)


def _refuse_contradictions(measure: Measure) -> None:
    rules: tuple[Condition | Check, ...] = (*measure.conditions, *measure.checks)
    sections = [section.code for section in measure.sections]
    named = [*(fact.name for fact in measure.facts), *(evidence.code for evidence in measure.evidence)]
    ruled_by = [rule.rule for rule in rules]
    asked = _read_by(section.asked_if for section in measure.sections)
    asked |= _read_by(fact.asked_if for fact in measure.facts)
    asked |= _read_by(evidence.asked_if for evidence in measure.evidence)
    ruling = _read_by(rule.applies for rule in rules)
    ruling |= {name for condition in measure.conditions for name in condition.needs}
    ruling |= set() if measure.fact_date is None else {measure.fact_date}
    ruled = {fact.name for fact in measure.facts if fact.rule}
    told = {evidence.told_by for evidence in measure.evidence} - {""}
    for what, wrong in (
        ("sections named twice", _twice(sections)),
        ("facts or evidence named twice", _twice(named)),
        ("rules named twice", _twice(ruled_by)),
        ("rules of another measure", {rule for rule in ruled_by if not rule.startswith(f"{measure.code}.")}),
        ("examples of facts that are not there", measure.example.keys() - {fact.name for fact in measure.facts}),
        ("asked by facts that are not there", asked - {fact.name for fact in measure.facts}),
        ("ruled by facts that are not there or have rule=False", ruling - ruled),
        ("told by facts that no source knows", told - {fact.name for fact in measure.facts if fact.source}),
    ):
        if wrong:
            raise MeasureError(f"{measure.code}: {what}: {sorted(wrong)}")


def _read_by(predicates: Iterable[Predicate | None]) -> set[str]:
    return {name for predicate in predicates if predicate is not None for name in predicate.reads}


def _twice(names: list[str]) -> set[str]:
    return {name for name in names if names.count(name) > 1}
