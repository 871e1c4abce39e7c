"""The real paths of cases (过程), told from the record, beside the chain as it is declared. Read side only.

A path is the order of the steps that a case was at; an edge is a step and what came after it; a deviation is what the chain
does not foresee: a step done twice, sent back, reopened, left out, or the chain changed.
"""

from dataclasses import dataclass, replace
from typing import Final

from casework.models import Case
from casework.states import MOVES
from flows.engine import CaseFlow
from oversight.figures import Asked, Panel, Row, rows_of
from oversight.panel_sql import of_paths
from policy import T

# What stops a case and lets it go on ends no step.
_MOVING: Final = sorted(set(MOVES) - {"suspended", "resumed", "chain_changed", "reopened", "withdrawn"})
_SOURCES: Final = of_paths(_MOVING)
_TOOK: Final = {"took": T("件", "Cases")}

VISITS: Final = Panel(
    "visits",
    T("每一步", "Steps"),
    T("用了几天，取中位数。", "Median days."),
    T("步骤", "Step"),
    "step",
    {"done": T("件", "Cases")},
    _SOURCES["visits"],
    value="days",
)
EDGES: Final = Panel(
    "edges", T("从哪一步到哪一步", "From step to step"), T("天数是在前一步用的。", "The days are those at the step before."),
    T("从、到", "From, to"), "path", _TOOK, _SOURCES["edges"], value="days",
)  # fmt: skip
PATHS: Final = Panel(
    "paths", T("整条路", "Whole paths"), T("走得最多的在前。天数从提交到办完。", "The most frequent first. Days from sending to the end."),
    T("经过", "Path"), "path", _TOOK, _SOURCES["paths"], value="days",
)  # fmt: skip
DEVIATIONS: Final = Panel(
    "deviations", T("和办理链不一样的", "Where it went another way"), T("不一定是错：补正、退回、重新办理都有规定。", "Not always a fault: corrections, returns and reopenings are provided for."),
    T("哪一步，怎样", "Step, and what"), "deviation", _TOOK, _SOURCES["deviations"],
)  # fmt: skip
PANELS: Final = {panel.code: panel for panel in (VISITS, EDGES, PATHS, DEVIATIONS)}
MOST_PATHS: Final = 20


@dataclass(frozen=True)
class Process:
    """What a chain's page shows; every row opens to its cases."""

    visits: dict[str, Row]
    edges: list[Row]
    paths: list[Row]
    deviations: list[Row]
    many: int


def process(asked: Asked) -> Process:
    """The paths of the cases of a chain that were opened in the period; four statements."""
    visits, edges, paths, deviations = (rows_of(panel, asked) for panel in (VISITS, EDGES, PATHS, DEVIATIONS))
    return Process(
        {row.key: row for row in visits[0]}, edges[0], paths[0][:MOST_PATHS], deviations[0], paths[1].whole.cases
    )


def asked_of(chain: type[CaseFlow], asked: Asked) -> Asked:
    """The same question for one chain, with its declared steps."""
    return replace(
        asked, measure=chain.measure, purpose=chain.purpose, steps=tuple(step.name for step in chain.steps),
        chain=str(Case._meta.get_field("flow_class").get_prep_value(chain)),  # type: ignore[no-untyped-call]
    )  # fmt: skip
