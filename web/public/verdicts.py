"""What came out of a check, in words: certain, possible, not this time; and what units must do."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from flows.engine import deciding_step, newest, online_purpose
from policy import Parameters, T
from policy import measure as measure_of
from policy.assessment import ELIGIBLE, PERIOD, UNDETERMINED
from policy.checker import Checked, Verdict, hoped, key_of, words_of
from policy.conditions import NOT_MET
from policy.explanation import Explanation, explain, named
from policy.facts import APPLICANT
from policy.measure import ORGANISATION, Measure
from policy.predicates import is_asked

CERTAIN, POSSIBLE, NOT, DONE, DUE = "certain", "possible", "not", "done", "due"


@dataclass(frozen=True)
class Headline:
    """The title of a group, and of the page where one measure was checked alone."""

    group: T
    alone: T
    text: T
    tone: str
    icon: str


HEADLINES = {
    CERTAIN: Headline(
        T("按您的回答，符合", "By your answers these fit"), T("按您的回答，您可以申请", "By your answers you may apply"),
        T("材料还要由人来核对，决定也由人作出。申请不收钱。",
          "People still check your papers, and people decide. Applying is free."),
        "done", "done",
    ),
    POSSIBLE: Headline(
        T("可能可以", "What may be possible"), T("这要由人来判断，您可以申请", "A person decides this; you may apply"),
        T("有的您说不准，有的要区里来认定。您可以申请，由审核的人查清。",
          "Something is unclear, or has to be found by the district. You may apply; a reviewer looks into it."),
        "ask", "unknown",
    ),
    DUE: Headline(
        T("单位还要做到的", "What your unit still has to do"), T("按您的回答，单位还没有做到", "By your answers your unit falls short"),
        T("这不是罚款。要订一个计划，写明什么时候安排、安排什么岗位。",
          "This is no fine. A plan is needed that says when, and which post."),
        "ask", "ask",
    ),
    DONE: Headline(
        T("单位已经做到的", "What your unit has done"), T("按您的回答，单位已经做到了", "By your answers your unit does enough"),
        T("每年报告一次就可以。", "It is enough to report once a year."), "done", "done",
    ),
    NOT: Headline(
        T("这次不合适", "What does not fit this time"), T("按您的回答，这一项不合适", "By your answers this one does not fit"),
        T("下面写着是哪一条不符合。看错了题，可以改回答。您还是可以申请，由人来决定。",
          "Below you see which rule is not met. You can change an answer. You may still apply; a person decides."),
        "ask", "no",
    ),
}  # fmt: skip

_TOTAL = T("一共", "in all")
_UNSURE = T("您说不准：{what}", "You were not sure: {what}")
_BY_OTHERS = T("要由审核的部门认定：{what}", "The reviewing department finds out: {what}")
_UNPUBLISHED = T("还没有公布：{what}", "Not published yet: {what}")
_DECISION = T("这一项由人和您商量着办。", "A person talks this over with you.")
_RULED_OUT = T(
    "按您对“{question}”的回答，这一项管的不是这种情况。",
    "By your answer to “{question}”, this one is for another situation.",
)


@dataclass(frozen=True)
class Reason:
    """A rule that is not met: its clause, what was found, the policy's words."""

    clause: str
    because: T
    quote: str


@dataclass(frozen=True)
class Shown:
    """One measure on the page of results."""

    measure: Measure
    kind: str
    explanation: Explanation
    amount: Decimal | None
    of_what: T
    at_most: Decimal | None
    lacking: tuple[T, ...]
    reasons: tuple[Reason, ...]
    taken: tuple[T, ...]
    trace: tuple[tuple[Any, str], ...]
    checks: tuple[T, ...]
    numbers: tuple[T, ...]
    online: bool
    decides: T | None
    instead_of: tuple[T, ...] = ()

    @property
    def money(self) -> str:
        return f"{self.amount:,.2f}"

    @property
    def most(self) -> str:
        return f"{self.at_most:,.2f}"


@dataclass(frozen=True)
class Group:
    key: str
    those: tuple[Shown, ...]

    @property
    def headline(self) -> Headline:
        return HEADLINES[self.key]


def grouped(checked: Checked, answers: Mapping[str, Any], today: date, figures: Parameters) -> list[Group]:
    """The groups that have measures, the best first."""
    shown = _with_excluded([_shown(verdict, answers, today, figures) for verdict in checked.verdicts])
    groups = [Group(key, tuple(one for one in shown if one.kind == key)) for key in HEADLINES]
    return [group for group in groups if group.those]


def _with_excluded(shown: list[Shown]) -> list[Shown]:
    """五1: where two of them fit that exclude each other, each names the others: only one can be had."""
    fit = [one for one in shown if one.kind in (CERTAIN, POSSIBLE)]
    return [
        replace(one, instead_of=tuple(
            other.measure.title for other in fit
            if other is not one and one in fit and one.measure.excludes is not None
            and other.measure.excludes is one.measure.excludes
        ))
        for one in shown
    ]  # fmt: skip


_SUMMARIES = {
    CERTAIN: T("{n} 项符合", "{n} fit"), POSSIBLE: T("{n} 项可能", "{n} possible"),
    DUE: T("{n} 项还要做到", "{n} still due"), DONE: T("{n} 项已经做到", "{n} done"),
    NOT: T("{n} 项这次不合适", "{n} not this time"),
}  # fmt: skip


def summary(groups: list[Group]) -> T:
    """How many of each, in one line."""
    said = [_SUMMARIES[group.key].fill(n=len(group.those)) for group in groups]
    return T("看完了：{parts}", "What came out: {parts}").fill(parts=said)


def _shown(verdict: Verdict, answers: Mapping[str, Any], today: date, figures: Parameters) -> Shown:
    measure, found = measure_of(verdict.code), verdict.found
    kind = _kind(measure, verdict)
    is_open, online = kind == POSSIBLE, online_purpose(measure.code) is not None
    quotes = {rule.rule: rule.quote for rule in (PERIOD, *measure.conditions)}
    each = next((one.each for one in measure.example.values() if one.each is not None), None)
    facts = {fact.name: answers.get(key_of(fact)) for fact in measure.facts}
    return Shown(
        measure=measure, kind=kind, explanation=explain(found),
        amount=found.amount if kind == CERTAIN else None, of_what=each or _TOTAL,
        at_most=hoped(measure.code, answers, today, figures) if is_open else None,
        lacking=tuple(_lacking(measure, name) for name in found.missing) if is_open else (),
        reasons=_reasons(measure, verdict, quotes) if kind in (NOT, DUE) else (),
        taken=() if kind == NOT and verdict.ruled_out else tuple(one.said for one in measure.example.values()),
        trace=() if verdict.ruled_out else tuple((one, quotes.get(one.rule, "")) for one in found.trace),
        checks=tuple(one.title for one in measure.checks if is_asked(one.applies, facts)) if kind != NOT else (),
        numbers=_numbers(found.values), online=online,
        decides=deciding_step(newest(measure.code)).by.words if online else None,
    )  # fmt: skip


def _kind(measure: Measure, verdict: Verdict) -> str:
    outside = any(one.rule == PERIOD.rule and one.outcome == NOT_MET for one in verdict.found.trace)
    if verdict.ruled_out is not None or outside:
        return NOT
    if verdict.outcome == UNDETERMINED:
        return POSSIBLE
    if measure.applicant == ORGANISATION and not measure.pays:  # a duty, no benefit
        return DONE if verdict.outcome == ELIGIBLE else DUE
    return CERTAIN if verdict.outcome == ELIGIBLE else NOT


def _lacking(measure: Measure, name: str) -> T:
    """Something that is missing, and who can tell."""
    if name == "decision":
        return _DECISION
    words = words_of(measure, name)
    if words is None:
        return _UNPUBLISHED.fill(what=named(name, measure))
    by_applicant = "[" in name or measure.ruling[name].asked_of == APPLICANT
    return (_UNSURE if by_applicant else _BY_OTHERS).fill(what=words)


def _reasons(measure: Measure, verdict: Verdict, quotes: Mapping[str, str]) -> tuple[Reason, ...]:
    if verdict.ruled_out is not None:
        return (Reason(measure.clause, _RULED_OUT.fill(question=verdict.ruled_out), ""),)
    unmet = [one for one in verdict.found.trace if one.outcome == NOT_MET]
    if unmet:
        return tuple(Reason(one.clause, one.because, quotes.get(one.rule, "")) for one in unmet)
    return tuple(Reason(measure.clause, one, "") for one in explain(verdict.found).sums)


_NUMBERS = {
    "required": T("按规定要安排 {n} 人", "{n} must be employed"),
    "shortfall": T("还差 {n} 人", "{n} short"),
    "above_quota": T("比规定多安排 {n} 人", "{n} more than the ratio asks"),
}


def _numbers(values: Mapping[str, object]) -> tuple[T, ...]:
    return tuple(words.fill(n=values[name]) for name, words in _NUMBERS.items() if name in values)
