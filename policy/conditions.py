"""Conditions: what a rule finds (met, not met, unknown). Checks: what only a person can find."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from policy.claim import Claim
from policy.facts import Value
from policy.predicates import Predicate
from policy.text import T


class Outcome(StrEnum):
    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


MET, NOT_MET, UNKNOWN = Outcome.MET, Outcome.NOT_MET, Outcome.UNKNOWN
Facts: TypeAlias = "Mapping[str, Value | None]"


@dataclass(frozen=True)
class Finding:
    """What one condition found; ``missing`` names the facts or parameters that it lacks."""

    outcome: Outcome
    because: T
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What a condition and a check share: its name, its clause, and the policy's exact words (``quote``, Chinese).

    ``applies`` says for which claims it holds (None: for all; while that is unknown it does not apply yet).
    ``judged_by`` names departments whose reviewers judge it; empty means every reviewing department.
    """

    rule: str
    clause: str
    title: T
    quote: str
    applies: Predicate | None = None
    judged_by: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Check(Rule):
    """What a reviewer judges and no rule finds. ``because_*`` are ready words for each judgement."""

    hint: T | None = None
    because_met: T
    because_not: T
    because_unknown: T


@dataclass(frozen=True, kw_only=True)
class Condition(Rule):
    """A rule with a test.

    ``test`` is called only when all of ``needs`` are known and may still answer None. The three ``because`` texts may
    name any fact that is known by then, in words (``{place}``), and ``{as_of}``. Where unknown facts may leave a
    condition decided, or a parameter is needed, a subclass answers ``judge`` itself.
    """

    needs: tuple[str, ...] = ()
    test: Callable[[Facts], bool | None] = lambda facts: True
    because_met: T
    because_not: T
    because_unknown: T

    def judge(self, claim: Claim, words: Mapping[str, object]) -> Finding:
        missing = tuple(name for name in self.needs if claim.facts[name] is None)
        found = None if missing else self.test(claim.facts)
        if found is None:
            return Finding(UNKNOWN, self.because_unknown.fill(**words), missing)
        if found:
            return Finding(MET, self.because_met.fill(**words))
        return Finding(NOT_MET, self.because_not.fill(**words))
