"""The review sheet (逐条审核): each clause with what the rules found, and what the reviewer holds of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from casework.models import Assessment, Case, Judgement, Task
from casework.sealing import seal, unseal
from casework.statements import Asked, append, given
from policy import T, measure
from policy.assessment import PERIOD
from policy.conditions import Rule


@dataclass(frozen=True)
class Judged:
    """A reviewer's judgement of one clause: met or not_met, and the reason."""

    outcome: str
    reason: str = ""


@dataclass(frozen=True)
class Clause:
    """One line of the sheet. `finding` is met, not_met or unknown; empty where only a person can judge."""

    rule: Rule
    finding: str
    because: T | None
    facts: tuple[str, ...] = ()

    def needs_reason(self, outcome: str) -> bool:
        """Whether a judgement has to be explained: where it is negative, departs, or the rules did not know."""
        return outcome == "not_met" or (self.finding == "unknown") or (bool(self.finding) and outcome != self.finding)

    @property
    def suggested(self) -> str:
        """What one press agrees with; nothing where the rules are unsure or do not judge."""
        return self.finding if self.finding in ("met", "not_met") else ""


@dataclass
class Summary:
    """The sheet with its judgements: which clauses lack one or its reason, and whether any is not met. `found` is the
    assessment that it was made from."""

    clauses: list[Clause]
    given: dict[str, Judged]
    outcome: str
    clause: str
    found: Assessment | None = None
    problems: dict[str, T] = field(default_factory=dict)

    @property
    def not_met(self) -> bool:
        return any(judged.outcome == "not_met" for judged in self.given.values())

    @property
    def text(self) -> str:
        """The judgements as signed, one a line: rule, outcome, reason."""
        return "\n".join(
            f"{rule}: {judged.outcome}" + (f": {judged.reason}" if judged.reason else "")
            for rule, judged in self.given.items()
        )


def newest(case: Case) -> Assessment | None:
    return NEWEST.first(case=case.pk)


NEWEST: Final = Asked(lambda: Assessment.objects.filter(case=given("case")).order_by("-pk")[:1])


def sheet(case: Case, department: str, found: Assessment | None = None) -> tuple[list[Clause], Assessment | None]:
    """The clauses that a department judges, with what the rules found; one query where `found` is not given."""
    found = found or newest(case)
    trace: dict[str, dict[str, Any]] = {}
    facts: dict[str, Any] = {}
    if found is not None:
        kept = unseal(case.key, found.trace)
        trace, facts = {row["rule"]: row for row in kept["trace"]}, kept["facts"]
    rules = measure(case.measure, case.purpose)
    clauses = []
    period = () if rules.period_by_item else (PERIOD,)  # of months each is judged by itself
    for rule in (*rules.rules_judged_by(department, facts), *period):
        row = trace.get(rule.rule)
        because = T(row["because"][0], row["because"][1], filled=True) if row else None
        clauses.append(Clause(rule, row["outcome"] if row else "", because, tuple(getattr(rule, "needs", ()))))
    return clauses, found


def write_judgements(task: Task, given: Mapping[str, Judged], by_id: Any, now: datetime, *, needs_all: bool) -> Summary:
    """Store the judgements on the clauses of the task's department and say what is missing; the caller refuses."""
    case = task.process
    code = task.flow_task.step.by.code if needs_all else ""
    clauses, found = sheet(case, code or "")
    kept = {clause.rule.rule: given[clause.rule.rule] for clause in clauses if clause.rule.rule in given}
    summary = Summary(
        clauses, kept, found.outcome if found else "undetermined", clauses[0].rule.clause if clauses else "", found
    )
    for clause in clauses:
        judged = kept.get(clause.rule.rule)
        if judged is None or judged.outcome not in ("met", "not_met"):
            if needs_all:
                summary.problems[clause.rule.rule] = T("请判断：{title}", "Please judge: {title}").fill(
                    title=clause.rule.title
                )
        elif clause.needs_reason(judged.outcome) and not judged.reason.strip():
            summary.problems[clause.rule.rule] = T("请写理由：{title}", "Please give the reason: {title}").fill(
                title=clause.rule.title
            )
    if kept and not summary.problems:
        findings = {clause.rule.rule: clause for clause in clauses}
        append(
            *(
                Judgement(
                    district_id=case.district_id, case=case, task=task, rule=rule, clause=findings[rule].rule.clause,
                    finding=findings[rule].finding, outcome=judged.outcome,
                    reason=seal(case.key, judged.reason), by_id=by_id, at=now,
                )
                for rule, judged in kept.items()
            )
        )  # fmt: skip
    return summary
