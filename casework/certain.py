"""Which claims are certain (确定能批): every fact known from a source, every rule met, nothing to hand in or to ask.

Certain is what the rules find, with all that was granted before; officers still review it, as any other.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from casework import states
from casework.assessment import newest_answers
from casework.exclusions import stored_key
from casework.filing import ABOUT, missing_from
from casework.known import Known, Told, known_of, sources_of, told_facts, told_of
from casework.models import Case, Draft, Person
from casework.offers import found_on, offered
from casework.records import KINDS, Kept, RecordKind, records_of
from casework.sealing import unseal
from policy import Assessment, measure
from policy.assessment import ELIGIBLE
from policy.conditions import MET
from policy.measure import Measure

# A case with one of these outcomes stands in the way of nothing.
_AS_IF_NEVER = ("withdrawn", "not_accepted", "lapsed")


@dataclass(frozen=True)
class Certain:
    """A claim that may be offered: what would be handed in, where each fact comes from, what it is worth and why."""

    measure: str
    period: str
    facts: Mapping[str, Any]
    known: Mapping[str, Known]
    amount: Decimal
    found: Assessment


def sources() -> set[str]:
    """Every source that a claim which can be prepared reads."""
    return {source for kind in KINDS.values() for source in sources_of(measure(kind.measure))}


def claims_of(person: Person, on: date) -> list[Certain]:
    """The claims that are certain on the day, at most one for each measure and period."""
    found: dict[tuple[str, str], Certain] = {}
    told, records = told_of(person, on, sources()), records_of(person, sources())
    for kind in KINDS.values():
        for mine in _told_of_one(kind, records):
            claim = _certain(person, kind, mine, told, on)
            if claim is not None:
                found.setdefault((claim.measure, claim.period), claim)
    return list(found.values())


def _told_of_one(kind: RecordKind, records: Sequence[Kept]) -> Iterator[list[Kept]]:
    """The records of one claim: all months together, everything else by itself; months may be the register's alone."""
    same = [kept for kept in records if kept.kind == kind.code]
    if kind.code == "insured_month":
        yield same
    else:
        yield from ([kept] for kept in reversed(same))


def _certain(person: Person, kind: RecordKind, records: list[Kept], told: Told, on: date) -> Certain | None:
    rules = measure(kind.measure)
    known = known_of(person, rules, on, told, records=records)
    period = _period(rules, known, on)
    if period is None or any(_is_under_way(one, rules, period, on) for one in _cases(person, rules)):
        return None
    if Draft.objects.filter(person=person, measure=rules.code, period="").exists():
        return None  # they are writing it themselves
    known = {**known, **_until_the_quarter(rules, known, on)}
    facts = offered(person, rules, known, on, certain=True)
    facts |= {
        fact.name: None for fact in rules.facts_asked(facts) if fact.name not in facts and fact.kind.may_be_unsure
    }
    told_too = told_facts(rules, facts, known)
    if missing_from(rules, {"facts": facts, ABOUT: True}, (), told=told_too):
        return None
    found = found_on(person, rules, facts, on)
    if found.outcome != ELIGIBLE or found.missing or not found.amount or any(row.outcome != MET for row in found.trace):
        return None
    return Certain(
        rules.code, period, facts, {name: known[name] for name in facts if name in known}, found.amount, found
    )


def _period(rules: Measure, known: Mapping[str, Known], on: date) -> str | None:
    """What the claim is for, as it is told apart: the last whole quarter, the school year, the level, a digest. None
    where that is not known."""
    row = rules.excludes
    if row is None or row.key is None:
        return None
    if rules.period_by_item:
        year, quarter = _last_quarter(on)
        return f"{year}-Q{quarter}"
    value = known.get(row.key)
    return None if value is None else stored_key(row.key, str(row.same(value.value)))


def _last_quarter(on: date) -> tuple[int, int]:
    quarter = (on.month - 1) // 3
    return (on.year, quarter) if quarter else (on.year - 1, 4)


def _until_the_quarter(rules: Measure, known: Mapping[str, Known], on: date) -> dict[str, Known]:
    """Of months those of whole quarters alone: one claim a quarter, for all of it."""
    months = known.get("months")
    if not rules.period_by_item or months is None:
        return {}
    first = f"{on.year}-{(on.month - 1) // 3 * 3 + 1:02d}"
    return {"months": Known([row for row in months.value if row["month"] < first], months.source, months.on)}


def _cases(person: Person, rules: Measure) -> list[Case]:
    cases = Case.objects.filter(person=person, measure=rules.code).exclude(outcome__in=_AS_IF_NEVER)
    return list(cases.select_related("person__key").order_by("-opened_at")[:20])


def _is_under_way(case: Case, rules: Measure, period: str, on: date) -> bool:
    """Whether the case is about the same and not decided yet, or was one of this quarter's; a granted one's own keys
    stand in the history of the rules."""
    if rules.period_by_item:
        same_quarter = (case.as_of.year, (case.as_of.month - 1) // 3) == (on.year, (on.month - 1) // 3)
        return same_quarter or case.state != states.CLOSED
    row = rules.excludes
    if row is None or row.key is None:
        return False
    facts = unseal(case.key, newest_answers(case).answers)["facts"]
    return stored_key(row.key, str(row.same(facts.get(row.key)))) == period
