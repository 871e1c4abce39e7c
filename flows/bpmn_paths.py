"""The paths of a chain as BPMN knows them: lanes, nodes and flows. `flows/bpmn_layout.py` places, `flows/bpmn.py` writes.

Drawn is what the actions do: the next step; what ends a case; every way back; the applicant's correction; what the
clock does. An application may be withdrawn until the decision and a case paused at any step: that stands in words.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from casework.deadlines import CORRECTION
from casework.wording import OUTCOMES
from flows.engine import CaseFlow, earlier_steps
from flows.published_chains import acts_of, holder, length, where
from flows.steps import APPLICANT, Confirm, Correction, Countersign, Intake, Publicity, Step
from policy import T
from policy.parameters import Parameters

START, TASK, GATEWAY, END, TIMER = "startEvent", "userTask", "exclusiveGateway", "endEvent", "boundaryEvent"
ON, ASIDE, BACK, CLOCK = "on", "aside", "back", "clock"  # how a flow runs through the drawing

_SENT: Final = T("提交申请", "The application is sent")
_AFTER: Final = T("“{what}”之后", "After “{what}”")
_OVERDUE: Final = T("到期没有交：亮黄牌，这一步还开着", "Not handed in when due: a yellow card; the step stays open")
_DUE: Final = T("{length}到了", "After {length}")
_DEEMED: Final = T("{length}没有答复，算受理", "No word in {length}: deemed accepted")
_NOTICE: Final = T("公示满{length}，没有异议", "On notice for {length}, no objection")
_EXPIRED: Final = T("{length}没有补", "No correction in {length}")
_ON: Final = {
    "intake": T("受理", "accepted"), "review": T("往下报", "goes on"), "confirm": T("确认", "confirmed"),
    "publicity": T("异议不成立", "objection dismissed"), "inspect": T("核查完了", "inspected"),
    "countersign": T("往下报", "goes on"),
}  # fmt: skip
_DONE: Final = T("办完这一步", "done")
_GRANTED, _REFUSED = T("批准", "granted"), T("不予批准", "refused")
_NOT_ACCEPTED, _LAPSED = T("不予受理", "not accepted"), T("没有补材料，终止", "ended, no correction came")
_RETURNED: Final = T("退回“{to}”", "returned to “{to}”")
_CONTRADICTED: Final = T("不能确认，回到“{to}”", "contradicted, back to “{to}”")
_UPHELD: Final = T("异议成立，回到“{to}”", "objection upheld, back to “{to}”")
_ASKED: Final = T("请申请人补正", "correction asked")
_SENT_AGAIN: Final = T("回到“{to}”", "back to “{to}”")
_WHO: Final = T("{who}办，{length}。可以：{acts}。", "By {who}; {length}. May: {acts}.")
_TOGETHER: Final = T("{who}办，{length}。{rule}。可以：{acts}。", "By {who}; {length}. {rule}. May: {acts}.")


@dataclass(frozen=True)
class Node:
    """One thing that a token passes. `column` and `lane` are where it stands; `slot` the place among a column's ends."""

    id: str
    kind: str
    words: T
    lane: str
    column: int
    more: T | None = None
    step: Step | None = None
    host: str = ""
    months: int = 0
    length: T | None = None
    interrupts: bool = True
    slot: int = 0


@dataclass(frozen=True)
class Flow:
    """A way from one node to another; `tag` tells two ways between the same nodes apart."""

    source: str
    target: str
    words: T | None
    how: str
    tag: str = ""

    @property
    def id(self) -> str:
        return "_".join(filter(None, ("flow", self.source, "to", self.target, self.tag)))


@dataclass
class Paths:
    """A chain's lanes in order (by id, in words), its nodes by id, and its flows."""

    chain: type[CaseFlow]
    parameters: Parameters
    on: date
    lanes: dict[str, T] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)
    columns: int = 1

    def add(self, node: Node) -> Node:
        return self.nodes.setdefault(node.id, node)

    def flow(self, source: str, target: str, words: T | None, how: str, tag: str = "") -> None:
        self.flows.append(Flow(source, target, words, how, tag))

    def lane(self, step: Step) -> str:
        """The lane of a step; departments that sign together have one for the round."""
        name = step.name if isinstance(step, Countersign) else step.by.code or step.by.kind
        self.lanes.setdefault(f"lane_{name}", holder(step))
        return f"lane_{name}"


def paths(chain: type[CaseFlow], parameters: Parameters, on: date) -> Paths:
    """Everything of a chain that is drawn; lengths are those of the parameters on the day."""
    made = Paths(chain, parameters, on)
    correction = Correction("correction", APPLICANT)
    made.add(Node("start", START, _SENT, made.lane(correction), 0))
    asking = _asking(chain)
    for step in chain.steps:
        _task(made, step)
        if step in asking[:1]:
            _task(made, correction)
    last = chain.steps[-1]
    outcome = last.outcome or next(step.outcome for step in chain.steps if step.decides)
    made.add(Node("end", END, OUTCOMES[outcome], made.lane(last), made.columns))
    made.columns += 1
    made.flow("start", chain.steps[0].name, None, ON)
    for step, after in zip(chain.steps, [*(one.name for one in chain.steps[1:]), "end"], strict=True):
        _exits(made, step, after, step in asking)
    if asking:
        _back_from_correction(made, correction, asking)
    return made


def _asking(chain: type[CaseFlow]) -> list[Step]:
    """The steps that may ask the applicant for a correction."""
    steps = [step for step in chain.steps if "request_correction" in step.allowed()]
    return steps if chain.applicant_may_be_asked else []


def _task(made: Paths, step: Step) -> None:
    """The step's task in a column of its own, and what the clock does there."""
    span = length(step, made.parameters, made.on)
    given = {"who": holder(step), "length": span, "acts": tuple(acts_of(made.chain, step))}
    more = _TOGETHER.fill(**given, rule=step.rule) if isinstance(step, Countersign) else _WHO.fill(**given)
    task = made.add(Node(step.name, TASK, step.words, made.lane(step), made.columns, more, step))
    made.columns += 1
    words = {Intake: _DEEMED, Publicity: _NOTICE, Correction: _EXPIRED}.get(type(step), _DUE if step.months else None)
    if words is not None:
        made.add(Node(
            f"clock_{step.name}", TIMER, words.fill(length=span), task.lane, task.column, host=step.name,
            months=step.months, length=span, interrupts=not step.months,
        ))  # fmt: skip


def _exits(made: Paths, step: Step, after: str, asks: bool) -> None:
    """What may come after the step: one way straight on, several through a gateway."""
    ends, back = list(_ends(step, asks)), list(_back(made.chain, step))
    task, source = made.nodes[step.name], step.name
    if ends or back or asks:
        source = made.add(_gateway(task)).id
        made.flow(step.name, source, None, ON)
    made.flow(
        source, after, (_GRANTED if step.decides else _ON.get(step.kind, _DONE)) if source != step.name else None, ON
    )
    for slot, (outcome, words) in enumerate(ends):
        end = made.add(Node(f"end_{step.name}_{outcome}", END, OUTCOMES[outcome], task.lane, task.column, slot=slot))
        made.flow(source, end.id, words, ASIDE)
    for target, words, tag in back:
        made.flow(source, target, words, BACK, tag)
    if asks:
        made.flow(source, CORRECTION, _ASKED, BACK)
    if f"clock_{step.name}" in made.nodes:
        _clock(made, task, after)


def _clock(made: Paths, task: Node, after: str) -> None:
    timer = made.nodes[f"clock_{task.id}"]
    if timer.interrupts:
        made.flow(timer.id, after, None, CLOCK)
        return
    end = made.add(Node(f"overdue_{task.id}", END, _OVERDUE, task.lane, task.column, slot=-1))
    made.flow(timer.id, end.id, None, ASIDE)


def _gateway(task: Node) -> Node:
    return Node(f"after_{task.id}", GATEWAY, _AFTER.fill(what=task.words), task.lane, task.column)


def _ends(step: Step, asks: bool) -> Iterator[tuple[str, T]]:
    """The outcomes with which the step may end the case."""
    if step.kind == "intake":
        yield "not_accepted", _NOT_ACCEPTED
    if asks:
        yield "lapsed", _LAPSED
    if step.decides:
        yield step.negative, _REFUSED


def _back(chain: type[CaseFlow], step: Step) -> Iterator[tuple[str, T, str]]:
    """The earlier steps to which the case may go back from here: to which, in words, and how."""
    words = {one.name: where(one) for one in chain.steps}
    earlier = [one.name for one in earlier_steps(chain, step)]
    back_to = step.back_to or (earlier[-1] if earlier and isinstance(step, Confirm) else "")
    if back_to and isinstance(step, Confirm | Publicity):
        how, tag = (_CONTRADICTED, "contradicted") if isinstance(step, Confirm) else (_UPHELD, "upheld")
        yield back_to, how.fill(to=words[back_to]), tag
    if "return_to" in step.allowed():
        for name in earlier:
            yield name, _RETURNED.fill(to=words[name]), "returned"


def _back_from_correction(made: Paths, correction: Step, asking: list[Step]) -> None:
    """From the applicant back to the step that asked; also when the time for it is over."""
    gateway = made.add(_gateway(made.nodes[correction.name])).id
    made.flow(correction.name, gateway, None, ON)
    made.flow(f"clock_{correction.name}", gateway, None, CLOCK)
    for step in asking:
        made.flow(gateway, step.name, _SENT_AGAIN.fill(to=where(step)), BACK)
