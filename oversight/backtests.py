"""Reading back-tests (试算): the cases that change, page by page, and one of them with both explanations side by side."""

from dataclasses import dataclass
from typing import Any

from casework.exclusions import earlier_benefits
from casework.models import Backtest, BacktestChange, Case
from casework.references import NotAReference, read
from casework.sealing import Erased, unseal
from policy import assess
from policy.errors import FormError
from policy.explanation import Explanation, explain
from policy.parameters import Parameters

PAGE = 25


@dataclass(frozen=True)
class Pair:
    """A case that changes, with what the rules say by the former and by the new figures; None where it can't be worked out."""

    change: BacktestChange
    case: Case
    before: Explanation | None
    after: Explanation | None
    as_found: bool = True

    @property
    def reasons(self) -> list[tuple[Any, Any]]:
        """The reasons that are not the same, before and after."""
        if self.before is None or self.after is None:
            return []
        after = {one.rule: one for one in self.after.reasons}
        found = [(one, after.pop(one.rule, None)) for one in self.before.reasons]
        return [(old, new) for old, new in [*found, *((None, one) for one in after.values())] if old != new]


def run_of(district_id: int, run_id: int) -> Backtest | None:
    """The run with its proposal, or None."""
    found = Backtest.objects.filter(pk=run_id, district_id=district_id)
    return found.select_related("proposal", "requested_by").first()


def changes(run: Backtest, after: int = 0, size: int = PAGE) -> tuple[list[BacktestChange], int]:
    """A page of the cases that change, in the order in which they came in, and where the next one begins; 0 for none."""
    found = run.changes.filter(case_id__gt=after).select_related("case__town").order_by("case_id")
    rows = list(found.only(*_SHOWN)[: size + 1])
    return rows[:size], rows[size - 1].case_id if len(rows) > size else 0


_SHOWN = (
    "backtest_id", "before_outcome", "before_amount", "after_outcome", "after_amount", "case__reference", "case__measure",
    "case__outcome", "case__town__name", "case__town__name_en",
)  # fmt: skip


def side_by_side(run: Backtest, reference: str) -> Pair | None:
    """The case of the run with this reference, worked out anew by both; None where it does not change."""
    try:
        stored = read(reference)
    except NotAReference:
        return None
    people = ("case__person__key", "case__organisation__key")
    change = run.changes.filter(case__reference=stored).select_related(*people).first()
    if change is None:
        return None
    case = change.case
    newest = case.assessments.order_by("-pk")[0:1].get()
    try:
        facts = unseal(case.key, newest.trace)["facts"]
        history = earlier_benefits(case, facts)
        before, after = (
            assess(case.measure, case.as_of, facts, history, Parameters.from_rows(rows))
            for rows in (run.base, run.content)
        )
    except (Erased, FormError):
        return Pair(change, case, None, None)
    as_found = (after.outcome, after.amount) == (change.after_outcome, change.after_amount)
    return Pair(change, case, explain(before), explain(after), as_found)
