"""Conditions: what a rule finds (met, not met, unknown). Checks: what only a person can find."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from policy.claim import Claim, Earlier
from policy.exclusions import OUTSIDE, Exclusion
from policy.facts import Value
from policy.predicates import Predicate
from policy.text import T


class Outcome(StrEnum):
    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


MET, NOT_MET, UNKNOWN = Outcome.MET, Outcome.NOT_MET, Outcome.UNKNOWN
Facts: TypeAlias = "Mapping[str, Value | None]"

_MET = T("{title}。", "{title}.")
_NOT_MET = T("没有做到：{title}。", "Not so: {title}.")
_UNKNOWN = T("还没查清：{title}。", "Not settled yet: {title}.")
_UNSAID = T("。", ".")


@dataclass(slots=True)
class Finding:
    """What one condition found; ``missing`` names the facts or parameters that it lacks."""

    outcome: Outcome
    because: T
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What a condition and a check share: its name, its clause, and the policy's exact words (``quote``, Chinese).

    ``applies`` says for which claims it holds (None: for all; while that is unknown it does not apply yet).
    ``judged_by`` names departments whose reviewers judge it; empty means every reviewing department. ``because_*`` say
    what was found; a rule that says nothing of its own says it with its title.
    """

    rule: str
    clause: str
    title: T
    quote: str
    applies: Predicate | None = None
    judged_by: tuple[str, ...] = ()
    because_met: T = _UNSAID
    because_not: T = _UNSAID
    because_unknown: T = _UNSAID

    def __post_init__(self) -> None:
        for name, words in (("because_met", _MET), ("because_not", _NOT_MET), ("because_unknown", _UNKNOWN)):
            if getattr(self, name) is _UNSAID:
                object.__setattr__(self, name, words.fill(title=self.title))


@dataclass(frozen=True, kw_only=True)
class Check(Rule):
    """What a reviewer judges and no rule finds. ``because_*`` are ready words for each judgement."""

    hint: T | None = None


@dataclass(frozen=True, kw_only=True)
class Condition(Rule):
    """A rule with a test.

    ``test`` is called only when all of ``needs`` are known and may still answer None. The three ``because`` texts may
    name any fact that is known by then, in words (``{place}``), and ``{as_of}``. Where unknown facts may leave a
    condition decided, or a parameter is needed, a subclass answers ``judge`` itself.
    """

    needs: tuple[str, ...] = ()
    test: Callable[[Facts], bool | None] = lambda facts: True

    def judge(self, claim: Claim) -> Finding:
        missing = tuple([name for name in self.needs if claim.facts[name] is None])
        found = None if missing else self.test(claim.facts)
        if found is None:
            return self.unknown(claim, missing)
        return self.met(claim) if found else self.not_met(claim)

    def met(self, claim: Claim) -> Finding:
        return Finding(MET, self.because_met.filled_from(claim.words))

    def not_met(self, claim: Claim) -> Finding:
        return Finding(NOT_MET, self.because_not.filled_from(claim.words))

    def unknown(self, claim: Claim, missing: tuple[str, ...] | list[str]) -> Finding:
        return Finding(UNKNOWN, self.because_unknown.filled_from(claim.words), tuple(missing))


def holds(
    code: str, clause: str, fact: str, title: T, quote: str, *, name: str | None = None, **more: object
) -> Condition:
    """The condition that a yes-or-no fact is "yes"; ``title`` states what then is so. ``name`` is the rule's, else the
    fact's."""
    return Condition(
        rule=f"{code}.{name or fact}", clause=clause, title=title, quote=quote, needs=(fact,),
        test=lambda facts: facts[fact] is True, **more,  # type: ignore[arg-type]
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Listed(Condition):
    """A table that has at least one row."""

    def judge(self, claim: Claim) -> Finding:
        rows = claim.facts[self.needs[0]]
        if rows is None:
            return self.unknown(claim, self.needs)
        return self.met(claim) if rows else self.not_met(claim)


_NOT_TWICE_QUOTE = "本实施意见中各类政策原则上与本区其他同类政策不重复享受。"
_EARLIER = T("以前批过一次", "An earlier claim was approved")
_EARLIER_KNOWN = T("{reference} 已经批过一次", "{reference} was approved before")
_ELSEWHERE = T("在别处享受过一次", "Such a benefit was received elsewhere")


@dataclass(frozen=True, kw_only=True)
class NotTwice(Condition):
    """五1: no earlier benefit of the same kind for the same object and period."""

    row: Exclusion

    def judge(self, claim: Claim) -> Finding:
        entries = claim.earlier(self.row)
        if not entries:
            return self.met(claim)
        if self.row.key is None:
            return self._collides(entries[0])
        key = claim.facts[self.row.key]
        if key is None:
            is_needed = self.row.needs_key and any(self.row.key in one.keys for one in entries)
            return self.unknown(claim, (self.row.key,)) if is_needed else self.met(claim)
        hit = next((one for one in entries if self.row.same(key) in one.keys.get(self.row.key, ())), None)
        return self.met(claim) if hit is None else self._collides(hit)

    def _collides(self, hit: Earlier) -> Finding:
        return Finding(NOT_MET, self.because_not.fill(which=named(hit), title=self.row.title))


def not_twice(code: str, row: Exclusion) -> NotTwice:
    return NotTwice(
        rule=f"{code}.not_twice", clause="五1", title=T("没有重复享受", "Not enjoyed twice"), quote=_NOT_TWICE_QUOTE,
        row=row, needs=() if row.key is None else (row.key,),
        because_met=T("没有找到重复的补贴或奖励。", "No other benefit for the same thing was found."),
        because_not=T("{which}，是{title}，不能重复享受。", "{which} for {title}. It cannot be enjoyed twice."),
    )  # fmt: skip


def named(earlier: Earlier) -> T:
    """An earlier benefit in words: by its case where that is known."""
    if earlier.reference is not None:
        return _EARLIER_KNOWN.fill(reference=earlier.reference)
    return _ELSEWHERE if earlier.type == OUTSIDE else _EARLIER


@dataclass(frozen=True, kw_only=True)
class DecidedByPerson(Condition):
    """No rule decides: a person does."""

    def judge(self, claim: Claim) -> Finding:
        return self.unknown(claim, ("decision",))


def decided_by_person(code: str, clause: str, quote: str) -> DecidedByPerson:
    return DecidedByPerson(
        rule=f"{code}.decision", clause=clause, title=T("由人来决定", "A person decides"), quote=quote,
        because_unknown=T("这一项由人来决定，规则不下结论。", "A person decides this; the rules give no answer."),
    )  # fmt: skip
