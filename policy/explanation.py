"""The worked explanation of an assessment (计算说明): the same words for applicant, reviewer and letter."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from policy.assessment import ELIGIBLE, NOT_ELIGIBLE, Assessment
from policy.facts import Table
from policy.labels import label
from policy.measure import Measure
from policy.registry import measure as measure_of
from policy.text import T

_HEADLINES = {
    (ELIGIBLE, True): T("按规则符合，一共 {amount} 元。", "By the rules this is eligible: {amount} yuan in all."),
    (ELIGIBLE, False): T("按规则符合。", "By the rules this is eligible."),
    (NOT_ELIGIBLE, True): T("按规则不符合，没有补贴。", "By the rules this is not eligible; nothing is paid."),
    (NOT_ELIGIBLE, False): T("按规则不符合。", "By the rules this is not eligible."),
}
_OPEN = T("现在还判断不了，缺下面这些。", "This cannot be judged yet. The following is missing.")
_ROW = T("第 {number} 行的“{what}”", "“{what}” in row {number}")
_DECISION = T("要由人来决定", "a person's decision")
_EARLIER = T("以前那一笔的金额", "the amount of the earlier claim")
_PATH = re.compile(r"(\w+)\[(\d+)\]\.(.+)")


@dataclass(frozen=True)
class Reason:
    """One rule: what it found and why. ``outcome`` is "met", "not_met" or "unknown"."""

    rule: str
    clause: str
    outcome: str
    title: T
    because: T


@dataclass(frozen=True)
class Explanation:
    """What came out, the reasons rule by rule, the sum line by line with its total last, and what is still missing."""

    headline: T
    reasons: tuple[Reason, ...]
    sums: tuple[T, ...]
    missing: tuple[T, ...]

    def as_json(self) -> dict[str, Any]:
        """For keeping: every text as [Chinese, English]."""
        return {
            "headline": _both(self.headline),
            "reasons": [
                {"rule": one.rule, "clause": one.clause, "outcome": one.outcome, "title": _both(one.title),
                 "because": _both(one.because)}
                for one in self.reasons
            ],
            "sums": [_both(one) for one in self.sums],
            "missing": [_both(one) for one in self.missing],
        }  # fmt: skip

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Explanation:
        return cls(
            _text(kept["headline"]),
            tuple(
                Reason(one["rule"], one["clause"], one["outcome"], _text(one["title"]), _text(one["because"]))
                for one in kept["reasons"]
            ),
            tuple(_text(one) for one in kept["sums"]),
            tuple(_text(one) for one in kept["missing"]),
        )


def explain(found: Assessment) -> Explanation:
    """The explanation of what ``assess`` found."""
    measure = measure_of(found.type)
    headline = _HEADLINES.get((found.outcome, measure.pays), _OPEN).filled_from({"amount": found.amount})
    reasons = tuple(Reason(one.rule, one.clause, str(one.outcome), one.title, one.because) for one in found.trace)
    sums = tuple(item.why for item in found.items)
    total = (
        (found.working,)
        if found.working is not None and (len(sums) != 1 or found.amount != found.items[0].amount)
        else ()
    )
    return Explanation(headline, reasons, sums + total, tuple(named(name, measure) for name in found.missing))


def named(name: str, measure: Measure) -> T:
    """A missing fact, by its path, or a missing parameter, in words."""
    if name == "decision":
        return _DECISION
    if name.startswith("history["):
        return _EARLIER
    found = _PATH.fullmatch(name)
    if found is None:
        fact = measure.ruling.get(name)
        return label(name) if fact is None else fact.question
    table = measure.ruling[found[1]].kind
    rest = found[3]
    while (inner := _PATH.fullmatch(rest)) is not None:
        assert isinstance(table, Table)
        table, rest = next(column.kind for column in table.columns if column.name == inner[1]), inner[3]
    assert isinstance(table, Table)
    column = next(column for column in table.columns if column.name == rest)
    return _ROW.fill(number=int(found[2]) + 1, what=column.question)


def _both(text: T) -> list[str]:
    return [text.zh, text.en]


def _text(both: list[str]) -> T:
    return T(both[0], both[1], filled=True)
