"""``assess``: what the rules say about one claim, three-valued, with every reason."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, localcontext
from itertools import chain

from policy.claim import NOTHING, WIDE, Claim, half_up, read_claim
from policy.conditions import MET, NOT_MET, UNKNOWN, Finding, Outcome, Rule
from policy.errors import FormError
from policy.measure import Measure
from policy.parameters import POLICY, Parameters
from policy.registry import application_type as measure_of
from policy.sums import Item, Sum
from policy.taken import Taken
from policy.text import T, language

ELIGIBLE, NOT_ELIGIBLE, UNDETERMINED = "eligible", "not_eligible", "undetermined"

PERIOD = Rule(
    rule="policy.period",
    clause="五2",
    title=T("在政策有效期内", "Within the policy's period"),
    quote="本实施意见自2024年3月1日起执行，有效期至2029年2月28日。",
)


@dataclass(slots=True)
class Trace:
    """One rule's finding. ``outcome`` is "met", "not_met" or "unknown"; ``facts`` are those that it read."""

    rule: str
    clause: str
    outcome: str
    because: T
    title: T
    facts: tuple[str, ...] = ()


@dataclass(slots=True)
class Assessment:
    """What came out. ``amount`` in yuan; None where the type pays nothing or it is not determined.

    ``missing`` names facts (with their path) and parameters that are still needed; ``parameters`` those that were used.
    ``working`` says how the items come to the amount; None where there is no amount to work out. ``takes`` is what the
    claim takes when it is granted (五1); empty unless it is eligible.
    """

    type: str
    outcome: str
    amount: Decimal | None
    items: tuple[Item, ...]
    values: dict[str, object]
    trace: tuple[Trace, ...]
    missing: tuple[str, ...]
    policy_version: str
    parameters: dict[str, str]
    working: T | None = None
    takes: tuple[Taken, ...] = ()

    def as_dict(self, lang: str) -> dict[str, object]:
        """The JSON shape of ``manage.py assess``, without ``id``. Amounts are strings with two decimals."""
        chinese = language(lang) == "zh"
        return {
            "type": self.type,
            "outcome": self.outcome,
            "amount": _yuan(self.amount),
            "items": [
                {"key": item.key, "amount": _yuan(item.amount), "why": item.why.zh if chinese else item.why.en}
                for item in self.items
            ],
            "values": self.values,
            "trace": [
                {
                    "rule": trace.rule,
                    "clause": trace.clause,
                    "outcome": trace.outcome,
                    "because": trace.because.zh if chinese else trace.because.en,
                }
                for trace in self.trace
            ],
            "missing": list(self.missing),
            "policy_version": self.policy_version,
            "parameters": self.parameters,
        }


def assess(type: object, as_of: object, facts: object, history: object, parameters: Parameters) -> Assessment:
    """Judges one claim by the rules in force on its fact date.

    ``as_of`` is the day of application (date or "YYYY-MM-DD"), ``facts`` the JSON values by name, ``history`` earlier
    approved claims (a list, or None). Raises FormError where a value has the wrong form, UnknownType among them; the
    form of everything is checked before any rule.
    """
    if not isinstance(type, str):
        raise FormError("type", T("请写明申请哪一项。", "Please name the type of the application."))
    measure = measure_of(type)
    with localcontext(WIDE):
        claim = read_claim(as_of, facts, history, parameters, measure.ruling)
        claim.day = measure.date_of(claim)
        return _judge(measure, claim)


def _judge(measure: Measure, claim: Claim) -> Assessment:
    trace: list[Trace] = []
    missing: list[str] = []
    outcomes: set[Outcome] = set()
    findings = measure.findings(claim)
    if not measure.period_by_item:
        dated = () if measure.fact_date is None else (measure.fact_date,)
        findings = chain([(PERIOD, _judge_period(measure, claim), dated)], findings)
    for rule, finding, read in findings:
        trace.append(Trace(rule.rule, rule.clause, finding.outcome, finding.because, rule.title, read))
        missing += finding.missing
        outcomes.add(finding.outcome)
    outcome, amount, items, working = _outcome(measure, claim, outcomes, missing)
    return Assessment(
        type=measure.code,
        outcome=outcome,
        amount=amount,
        items=() if UNKNOWN in outcomes else items,
        values=measure.values(claim),
        trace=tuple(trace),
        missing=tuple(dict.fromkeys(missing)) if outcome == UNDETERMINED else (),
        policy_version=claim.parameters.version(claim.day or claim.as_of),
        parameters=claim.used,
        working=None if UNKNOWN in outcomes else working,
        takes=tuple(measure.takes(claim, items)) if outcome == ELIGIBLE else (),
    )


def _outcome(
    measure: Measure, claim: Claim, outcomes: set[Outcome], missing: list[str]
) -> tuple[str, Decimal | None, tuple[Item, ...], T | None]:
    """The outcome, the amount, the items and their working; what the sum lacks joins ``missing``."""
    if NOT_MET in outcomes:
        return NOT_ELIGIBLE, NOTHING if measure.pays else None, (), None
    undecided = UNKNOWN in outcomes
    if not measure.pays:
        return (UNDETERMINED if undecided else ELIGIBLE), None, (), None
    items = tuple(measure.items(claim))
    for item in items:
        missing += item.missing
    if not items:
        return UNDETERMINED, None, items, None
    found: Sum = measure.total(claim, items)
    missing += found.missing
    if found.amount is None or any([item.amount is None for item in items]):
        return UNDETERMINED, None, items, None
    if found.amount <= 0:
        return NOT_ELIGIBLE, NOTHING, items, found.why
    return (UNDETERMINED, None, items, None) if undecided else (ELIGIBLE, half_up(found.amount), items, found.why)


def _judge_period(measure: Measure, claim: Claim) -> Finding:
    day = claim.day
    if day is None:
        return Finding(UNKNOWN, _NO_DAY, (str(measure.fact_date),))
    period = claim.parameters.period()
    claim.use(POLICY, claim.parameters.period_in_words)
    inside = claim.parameters.entry(POLICY, day) is not None
    words = {"day": day, "first": period.first, "last": period.last or _NO_LAST_DAY}
    return Finding(MET, _INSIDE.filled_from(words)) if inside else Finding(NOT_MET, _OUTSIDE.filled_from(words))


_NO_DAY = T("还不知道日期，不能判断是否在有效期内。", "The date is not known yet, so the period cannot be judged.")
_NO_LAST_DAY = T("没有截止日", "no last day")
_INSIDE = T("{day}在政策有效期内（{first}至{last}）。", "{day} is within the policy's period ({first} to {last}).")
_OUTSIDE = T("{day}不在政策有效期内（{first}至{last}）。", "{day} is outside the policy's period ({first} to {last}).")


def _yuan(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:.2f}"
