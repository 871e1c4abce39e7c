""" "What can I get?" Asks as little as possible; the answers to it are ``assess`` on the facts so far.

Answers are held by key. Measures that ask the very same Fact share its key and so its answer; facts that only share
their name do not. A value is the JSON value of the fact, None for "I am not sure", ``NONE`` for "none of these".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import product
from typing import Any, TypeAlias

from policy.assessment import ELIGIBLE, NOT_ELIGIBLE, UNDETERMINED, Assessment, assess
from policy.events import GATES
from policy.facts import APPLICANT, Bool, Choice, Date, Fact, Integer, Money, Monthly, Option, Table
from policy.measure import Measure
from policy.parameters import Parameters
from policy.registry import measure as measure_of
from policy.registry import measures
from policy.text import T

Answers: TypeAlias = Mapping[str, object]

NONE = "none_of_these"
NONE_OF_THESE = Option(NONE, T("都没有，或者都不是", "None of these"))
_ROW = re.compile(r"\[\d+\]")
_MOST_UNSURE = 6  # unknown facts that are tried in every combination
_COLUMN = 9  # the rank of a column: what an example row is asked comes after the conditions


@dataclass(frozen=True)
class Question:
    """What is asked next: the fact, the words to ask it with, and the measures that it helps to decide."""

    key: str
    fact: Fact
    words: T
    serves: tuple[str, ...]

    @property
    def shown(self) -> Fact:
        """The fact as a form shows it: named by its key, with "none of these" where its options may not be all."""
        kind = self.fact.kind
        if _may_be_none(self.fact):
            assert isinstance(kind, Choice)
            kind = replace(kind, options=(*kind.options, NONE_OF_THESE))
        return replace(self.fact, name=self.key, question=self.words, kind=kind, required=True, asked_if=None)


@dataclass(frozen=True)
class Verdict:
    """What is known of one measure. ``ruled_out``: the question whose answer says that it is for others."""

    code: str
    found: Assessment
    ruled_out: T | None = None
    waits: bool = False

    @property
    def outcome(self) -> str:
        return NOT_ELIGIBLE if self.ruled_out is not None else self.found.outcome


@dataclass(frozen=True)
class Checked:
    """How far the answers lead; no question is left where nothing that the applicant can say changes anything."""

    verdicts: tuple[Verdict, ...]
    question: Question | None

    @property
    def still_open(self) -> int:
        """How many measures wait for an answer."""
        return sum(verdict.waits for verdict in self.verdicts)


@dataclass(frozen=True)
class _Want:
    """A fact that an undetermined measure lacks: how soon to ask it (``rank``), and where it stands in the measure."""

    fact: Fact
    words: T
    rank: int
    place: int


def check(codes: Sequence[str], answers: Answers, as_of: date, parameters: Parameters) -> Checked:
    """Judges every measure on the answers so far, and chooses the next question.

    A fact whose key stands in ``answers`` was asked. Raises FormError where an answer has the wrong form.
    """
    verdicts, wanted = list[Verdict](), dict[str, list[tuple[int, _Want]]]()
    serves = dict[str, tuple[str, ...]]()
    for order, code in enumerate(codes):
        measure = measure_of(code)
        found = assess(code, as_of, _facts(measure, answers, as_of), None, parameters)
        ruled_out, wants = _ruled_out(measure, answers, len(codes) > 1), list[_Want]()
        if ruled_out is None and found.outcome == UNDETERMINED:
            wants = [one for one in _wants(measure, found, answers, len(codes) > 1) if key_of(one.fact) not in answers]
        verdicts.append(Verdict(code, found, ruled_out, bool(wants)))
        for want in wants:
            key = key_of(want.fact)
            wanted.setdefault(key, []).append((order, want))
            serves[key] = (*serves.get(key, ()), code)

    def soonest(key: str) -> tuple[int, int, int, int]:
        order, want = wanted[key][0]
        shared = 1 if want.rank == _COLUMN else len(serves[key])
        return -shared, order, want.rank, want.place

    if not wanted:
        return Checked(tuple(verdicts), None)
    key = min(wanted, key=soonest)
    want = wanted[key][0][1]
    return Checked(tuple(verdicts), Question(key, want.fact, want.words, serves[key]))


def next_question(codes: Sequence[str], answers: Answers, as_of: date, parameters: Parameters) -> Question | None:
    """The next question; None when nothing that the applicant can say changes anything."""
    return check(codes, answers, as_of, parameters).question


def hoped(code: str, answers: Answers, as_of: date, parameters: Parameters) -> Decimal | None:
    """The largest amount that an undetermined measure may come to, whatever the open choices turn out to be.

    None where it pays nothing, or where more is unknown than choices.
    """
    measure = measure_of(code)
    facts = _facts(measure, answers, as_of)
    missing = assess(code, as_of, facts, None, parameters).missing
    options = [(name, _options(measure.ruling[name])) for name in missing if name in measure.ruling]
    if len(options) > _MOST_UNSURE:
        return None
    found = []
    for values in product(*(values for _, values in options)):
        tried = facts | {name: value for (name, _), value in zip(options, values, strict=True)}
        found.append(assess(code, as_of, tried, None, parameters))
    return max((one.amount for one in found if one.outcome == ELIGIBLE and one.amount is not None), default=None)


def words_of(measure: Measure, name: str) -> T | None:
    """The question that asks for something missing; None for a figure, or a person's decision."""
    top, *rest = _ROW.sub("", name).split(".")
    if rest and "[" in name:
        return measure.example[top].questions[".".join(rest)]
    return measure.ruling[name].question if name in measure.ruling else None


def keys_of(codes: Iterable[str]) -> frozenset[str]:
    """The keys of all answers that these measures may ask for."""
    facts = [fact for code in codes for _, fact in _all_facts(measure_of(code).facts, code)]
    facts += [GATES[code].fact for code in codes if code in GATES]
    return frozenset(key_of(fact) for fact in facts)


def key_of(fact: Fact) -> str:
    """The key of a fact's answer: where the very same fact stands first among all measures, or before one."""
    return _keys()[id(fact)]


@cache
def _keys() -> dict[int, str]:
    keys: dict[int, str] = {}
    for measure in measures():
        for path, fact in _all_facts(measure.facts, measure.code):
            keys.setdefault(id(fact), path)
    return keys | {id(gate.fact): f"{code}-{gate.fact.name}" for code, gate in GATES.items()}


def _all_facts(facts: Iterable[Fact], path: str) -> Iterator[tuple[str, Fact]]:
    """Facts and, below them, the columns of tables."""
    for fact in facts:
        here = f"{path}-{fact.name}"
        yield here, fact
        if isinstance(fact.kind, Table):
            yield from _all_facts(fact.kind.columns, here)


def _may_be_none(fact: Fact) -> bool:
    return isinstance(fact.kind, Choice) and not fact.kind.may_be_unsure


def _ruled_out(measure: Measure, answers: Answers, several: bool) -> T | None:
    """The question whose answer says that the measure is for others."""
    gate = GATES.get(measure.code) if several else None
    if gate is not None and (gate.not_for.holds(answers) is True or answers.get(key_of(gate.fact)) is False):
        return gate.fact.question
    return next((fact.question for fact in measure.facts if answers.get(key_of(fact)) == NONE), None)


def _facts(measure: Measure, answers: Answers, today: date) -> dict[str, Any]:
    """The JSON facts of one measure: what it takes for granted, and what was answered."""
    facts: dict[str, Any] = {name: example.value(today) for name, example in measure.example.items()}
    for fact in measure.facts:
        if fact.name in facts and isinstance(fact.kind, Table):
            for row in facts[fact.name]:
                _fill(row, fact.kind, answers)
        elif (value := answers.get(key_of(fact))) not in (None, NONE):
            facts[fact.name] = value
    return facts


def _fill(row: dict[str, Any], table: Table, answers: Answers) -> None:
    for column in table.columns:
        if isinstance(column.kind, Table):
            for inner in row[column.name]:
                _fill(inner, column.kind, answers)
        elif column.name not in row:
            row[column.name] = answers.get(key_of(column))


def _wants(measure: Measure, found: Assessment, answers: Answers, several: bool) -> Iterator[_Want]:
    """What the measure lacks and an applicant can say."""
    gate = GATES.get(measure.code) if several else None
    if gate is not None and key_of(gate.fact) not in answers:
        yield _Want(gate.fact, gate.fact.question, 0, 0)
        return
    lacks_figure = any("[" not in name and name not in measure.ruling for name in found.missing)
    places = {fact.name: place for place, fact in enumerate(measure.facts)}
    for name in found.missing:
        top, *rest = _ROW.sub("", name).split(".")
        path = ".".join(rest)
        if top not in measure.ruling or ("[" in name) is not bool(rest):
            continue
        fact = measure.ruling[top]
        if not rest:
            # Without an example a table is too long to ask; a choice that depends on a day says nothing without it.
            useless = isinstance(fact.kind, Table) or (_rank(fact) == 2 and measure.fact_date in found.missing)
            if fact.asked_of == APPLICANT and not useless:
                place = -1 if top == measure.fact_date else places[top]
                yield _Want(fact, fact.question, _rank(fact), place)
            continue
        column = _column(fact, rest)
        if not (lacks_figure and isinstance(column.kind, Money)):  # without a figure there is no sum to work out
            questions = measure.example[top].questions
            yield _Want(column, questions[path], _COLUMN, list(questions).index(path))


def _column(table: Fact, path: list[str]) -> Fact:
    for name in path:
        assert isinstance(table.kind, Table)
        table = next(column for column in table.kind.columns if column.name == name)
    return table


def _rank(fact: Fact) -> int:
    """What decides most for least comes first: choices that select, yes and no, counts; then days, the one that must
    lie in the policy's period first; then choices that the rules may be able to do without; amounts last."""
    kind = fact.kind
    if isinstance(kind, Bool | Integer) or _may_be_none(fact):
        return 0
    if isinstance(kind, Date):
        return 1
    return 3 if isinstance(kind, Money | Monthly) else 2


def _options(fact: Fact) -> tuple[object, ...]:
    """The answers that can be tried; None alone where they cannot be listed."""
    if isinstance(fact.kind, Bool):
        return True, False
    return fact.kind.values if isinstance(fact.kind, Choice) else (None,)
