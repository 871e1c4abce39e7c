"""``assess``: what the rules say about one claim, three-valued, with every reason."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from policy.claim import Claim, half_up, read_claim
from policy.conditions import MET, NOT_MET, UNKNOWN, Finding, Rule
from policy.errors import FormError
from policy.measure import Item, Measure
from policy.parameters import POLICY, Parameters
from policy.registry import measure as measure_of
from policy.text import T, language

ELIGIBLE, NOT_ELIGIBLE, UNDETERMINED = "eligible", "not_eligible", "undetermined"

PERIOD = Rule(
    rule="policy.period",
    clause="五2",
    title=T("在政策有效期内", "Within the policy's period"),
    quote="本实施意见自2024年3月1日起执行，有效期至2029年2月28日。",
)


@dataclass(frozen=True)
class Trace:
    """One rule's finding. ``outcome`` is "met", "not_met" or "unknown"; ``facts`` are those that it read."""

    rule: str
    clause: str
    outcome: str
    because: T
    title: T
    facts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Assessment:
    """What came out. ``amount`` in yuan; None where the type pays nothing or it is not determined.

    ``missing`` names facts (with their path) and parameters that are still needed; ``parameters`` those that were used.
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

    def as_dict(self, lang: str) -> dict[str, object]:
        """The JSON shape of ``manage.py assess``, without ``id``. Amounts are strings with two decimals."""
        language(lang)
        return {
            "type": self.type,
            "outcome": self.outcome,
            "amount": _yuan(self.amount),
            "items": [
                {"key": item.key, "amount": _yuan(item.amount), "why": item.why.in_(lang)} for item in self.items
            ],
            "values": self.values,
            "trace": [
                {
                    "rule": trace.rule,
                    "clause": trace.clause,
                    "outcome": trace.outcome,
                    "because": trace.because.in_(lang),
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
    approved claims (a list, or None). Raises FormError where a value has the wrong form, NotBuilt and UnknownType among
    them; the form of everything is checked before any rule.
    """
    if not isinstance(type, str):
        raise FormError("type", T("请写明申请哪一项。", "Please name the type of the application."))
    measure = measure_of(type)
    claim = read_claim(as_of, facts, history, parameters, measure.facts)
    return _Judging(measure, claim).result()


class _Judging:
    def __init__(self, measure: Measure, claim: Claim) -> None:
        self.measure, self.claim = measure, claim
        self.trace: list[Trace] = []
        self.missing: list[str] = []

    def result(self) -> Assessment:
        if not self.measure.period_by_item:
            self._note(PERIOD, _judge_period(self.measure, self.claim), self._dated())
        for rule, finding, facts in self.measure.findings(self.claim):
            self._note(rule, finding, facts)
        outcomes = {trace.outcome for trace in self.trace}
        items: tuple[Item, ...] = ()
        if NOT_MET in outcomes:
            outcome, amount = NOT_ELIGIBLE, Decimal(0)
        elif self.measure.pays:
            items = tuple(self.measure.items(self.claim))
            outcome, amount = self._sum(items, undecided=UNKNOWN in outcomes)
        else:
            outcome, amount = (UNDETERMINED if UNKNOWN in outcomes else ELIGIBLE), Decimal(0)
        return Assessment(
            type=self.measure.code,
            outcome=outcome,
            amount=half_up(amount) if self.measure.pays and outcome != UNDETERMINED else None,
            items=() if UNKNOWN in outcomes else items,
            values=self.measure.values(self.claim),
            trace=tuple(self.trace),
            missing=tuple(dict.fromkeys(self.missing)) if outcome == UNDETERMINED else (),
            policy_version=self.claim.parameters.version(self.measure.date_of(self.claim) or self.claim.as_of),
            parameters=dict(self.claim.used),
        )

    def _note(self, rule: Rule, finding: Finding, facts: tuple[str, ...]) -> None:
        self.trace.append(Trace(rule.rule, rule.clause, finding.outcome.value, finding.because, rule.title, facts))
        self.missing += finding.missing

    def _dated(self) -> tuple[str, ...]:
        return () if self.measure.fact_date is None else (self.measure.fact_date,)

    def _sum(self, items: tuple[Item, ...], undecided: bool) -> tuple[str, Decimal]:
        self.missing += [name for item in items for name in item.missing]
        if items and any(item.amount is None for item in items):
            return UNDETERMINED, Decimal(0)
        amount = self.measure.total(self.claim, items)
        if amount <= 0:
            return NOT_ELIGIBLE, Decimal(0)
        return (UNDETERMINED if undecided else ELIGIBLE), amount


def _judge_period(measure: Measure, claim: Claim) -> Finding:
    day = measure.date_of(claim)
    period = claim.parameters.period()
    if day is None:
        because = T(
            "还不知道日期，不能判断是否在有效期内。", "The date is not known yet, so the period cannot be judged."
        )
        return Finding(UNKNOWN, because, (str(measure.fact_date),))
    last = T("没有截止日", "no last day") if period.last is None else period.last
    claim.use(POLICY, f"{period.first}/{period.last or ''}")
    if claim.parameters.entry(POLICY, day) is not None:
        because = T(
            "{day}在政策有效期内（{first}至{last}）。", "{day} is within the policy's period ({first} to {last})."
        )
        return Finding(MET, because.fill(day=day, first=period.first, last=last))
    because = T(
        "{day}不在政策有效期内（{first}至{last}）。", "{day} is outside the policy's period ({first} to {last})."
    )
    return Finding(NOT_MET, because.fill(day=day, first=period.first, last=last))


def _yuan(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:.2f}"
