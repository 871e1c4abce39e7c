"""The only module that touches viewflow: chains are made here, tasks opened, finished, jumped and closed.

An action does its work inside `at_work(…)`: one transaction that locks the case's row, then reads the task, then asks
`casework.access.may`, then compares the version that the page had seen. Viewflow's own lock only checks that this one is
held. Nothing here decides who may do what, and nothing here writes words.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, cached_property
from typing import Any, ClassVar, Final

from django.db import OperationalError, transaction
from django.db.models import Exists
from django.db.models.expressions import RawSQL
from django.utils.timezone import localdate
from viewflow import this
from viewflow.workflow import Flow, nodes
from viewflow.workflow.activation import Activation
from viewflow.workflow.fields import get_task_ref
from viewflow.workflow.nodes.end import EndActivation
from viewflow.workflow.status import PROCESS, STATUS
from viewflow.workflow.token import Token

from accounts.actor import Actor
from accounts.models import Post, User
from casework import access, acting, deadlines
from casework.calendar import Calendar, calendar_of
from casework.local import in_words_of
from casework.models import Case, Recusal, RefusedAttempt, Signature, Task
from casework.published import parameters
from casework.queries import ORGANISATION, open_opinions
from casework.statements import Asked, append, given, send, together
from flows.errors import AlreadyDone, Busy, ChainError, Invalid, NotAllowed, NotThere, ProofNeeded, Stale
from flows.steps import APPLICANT, Correction, Countersign, Step
from policy import T
from policy import measure as measure_of
from policy.measure import DEPARTMENT
from policy.parameters import Parameters

LOCK_TIMED_OUT = "55P03"
_GONE = ("task_done", "case_closed", "not_in_this_state")


@dataclass
class Work:
    """What an action works on while it holds the case's lock. `opened` are the tasks that this action opened."""

    case: Case
    by: Actor
    now: datetime
    verb: str
    task: Task | None = None
    opened: list[Task] = field(default_factory=list)
    placed_for: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def calendar(self) -> Calendar:
        return calendar_of(self.case.district_id)

    @property
    def parameters(self) -> Parameters:
        return parameters(self.case.district_id)

    @cached_property
    def today(self) -> date:
        return localdate(self.now)

    @property
    def at(self) -> Task:
        """The task of the action; an action that needs one asks for it here."""
        if self.task is None:
            raise NotThere
        return self.task

    @property
    def step(self) -> Step:
        """The step of the task."""
        return step_of(self.at)

    def key_of_next(self) -> int | None:
        """The key that was taken for the task after this one, once: with it, its row need not be sent by itself."""
        return self.task.__dict__.pop("key_of_next", None) if self.task is not None else None


held: ContextVar[Work | None] = ContextVar("held", default=None)


class OutsideAction(ChainError):
    """Viewflow was asked to move a case whose lock is not held by an action."""


class CaseLock:
    """Viewflow's lock: the action has the row already, here it is only checked."""

    @contextmanager
    def __call__(self, flow_class: type[Flow], pk: int) -> Iterator[None]:
        work = held.get()
        if work is None or work.case.pk != pk:
            raise OutsideAction(flow_class, pk)
        yield


# --- the way of an action: lock, guard ------------------------------------------------------------


@contextmanager
def at_work(
    *, case_id: int, by: Actor, verb: str, now: datetime, task_id: int | None = None, seen: int | None = None
) -> Iterator[Work]:
    """One transaction: the case's row locked, the task read after it, the right and the version seen checked.

    Raises NotThere, NotAllowed (and keeps a `RefusedAttempt`), ProofNeeded, AlreadyDone, Stale or Busy; then nothing has
    happened.
    """
    try:
        with transaction.atomic(durable=True), together():
            work = _locked(case_id, task_id, by, verb, now)
            with access.remembered():
                _guard(work, verb, seen)
                work.by = _acting_for(work)
            token = held.set(work)
            try:
                with in_words_of(work.case.district_id):
                    yield work
            finally:
                held.reset(token)
    except NotAllowed as refusal:
        _keep_refusal(refusal.reason, by, verb, now, case_id, task_id)
        raise
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", "") == LOCK_TIMED_OUT:
            raise Busy from error
        raise


def _locked(case_id: int, task_id: int | None, by: Actor, verb: str, now: datetime) -> Work:
    try:
        send(_LOCK, [case_id])
        # A statement of its own after the lock, though in one trip with it: a joined lock returns what stood before it.
        case, task = _CASE.one(case=case_id), None
        if by.post is not None and by.post.district_id != case.district_id:
            raise NotThere  # another district's: not even refused, since a refusal would say that it is there
        if case.organisation_id is not None:  # asked apart: two tables more to join cost every person's case to plan
            case.organisation = ORGANISATION.one(organisation=case.organisation_id)
        if task_id is not None:
            task = _TASK.one(case=case_id, task=task_id)
    except (Case.DoesNotExist, Task.DoesNotExist) as error:
        raise NotThere from error
    if task is not None:
        task.process = case  # else End would close a second copy of the case
    return Work(case, by, now, verb, task)


@cache
def _tasks() -> Any:
    """Tasks with what was asked beside them: opinions that the handler waits for, and those that come afterwards."""
    return Task.objects.annotate(
        waits_for_opinions=Exists(open_opinions().filter(waits=False)),
        has_opinions_after=Exists(open_opinions().filter(waits=True)),
    )


_LOCK: Final = "SELECT FROM casework_case WHERE id = %s FOR NO KEY UPDATE"
_CASE: Final = Asked(lambda: Case.objects.select_related("person__key").filter(pk=given("case")))
_TASK: Final = Asked(
    lambda: (
        _tasks()
        .annotate(key_of_next=RawSQL("nextval(pg_get_serial_sequence('casework_task', 'id'))", ()))
        .filter(pk=given("task"), process=given("case"))
    )
)


def newest_task(case: Case, kind: str) -> Task | None:
    """The newest task of the kind, with what was asked beside it; the caller holds the case's lock."""
    task: Task | None = _tasks().filter(process=case, kind=kind).order_by("-pk").first()
    if task is not None:
        task.process = case
    return task


def _guard(work: Work, verb: str, seen: int | None) -> None:
    verdict = access.may(work.by, verb, task=work.task, case=work.case, on=work.today)
    if not verdict:
        raise AlreadyDone(verdict.reason) if verdict.reason in _GONE else NotAllowed(verdict.reason)
    if access.proof_is_due(work.by, verb, work.now):
        raise ProofNeeded
    if seen is not None and seen != work.case.version:
        raise Stale


def _acting_for(work: Work) -> Actor:
    """The actor for whom they act here, whomever the session had chosen: the record names them."""
    task = work.task
    held_by_a_unit = task is not None and task.organisation_id is not None
    return acting.as_acting_for(
        work.by, task.organisation if task and held_by_a_unit else work.case.applicant, work.today
    )


def _keep_refusal(reason: str, by: Actor, verb: str, now: datetime, case_id: int, task_id: int | None) -> None:
    district_id = Case.objects.filter(pk=case_id).values_list("district_id", flat=True).first()
    if district_id is not None:
        RefusedAttempt.objects.create(
            district_id=district_id, verb=verb, reason=reason, user_id=by.user_id, post_id=by.post.pk if by.post else None,
            case_id=case_id, task_id=task_id, request_id=by.request_id, at=now,
        )  # fmt: skip


# --- chains --------------------------------------------------------------------------------------


def came_after(task: Task, before: Task) -> None:
    append(Task.previous.through(from_task_id=task.pk, to_task_id=before.pk))


class StepActivation(nodes.ViewActivation):
    @classmethod
    def create(cls, flow_task: Any, prev_activation: Activation, token: Any, data: Any = None, seed: Any = None) -> Any:
        """The open task of a step, stored once when it is known who holds it and by when."""
        key = _work().key_of_next()
        task = Task(pk=key, process=prev_activation.process, flow_task=flow_task, token=token, data={})
        activation = cls(task)
        task.owner = flow_task.calc_owner(activation)
        task.status = STATUS.ASSIGNED if task.owner else STATUS.NEW
        task.save()
        came_after(task, prev_activation.task)
        return activation

    @Activation.status.transition(source=STATUS.NEW, target=STATUS.STARTED)
    def settle(self) -> None:
        """Begin a task that nobody has claimed: the clock's and the applicant's."""
        self.task.started = _work().now

    @Activation.status.transition(source=STATUS.STARTED, target=STATUS.DONE)
    def complete(self) -> None:
        self._end()

    @Activation.status.transition(source=[STATUS.NEW, STATUS.ASSIGNED], target=STATUS.CANCELED)
    def cancel(self) -> None:
        self._end()

    def _end(self) -> None:
        """At the action's moment, not at viewflow's: a sweep and a test say what time it is."""
        self.task.finished = _work().now
        self.task.save()


class StepNode(nodes.View):
    """The node of one step. Who holds it and by when is written before the task's row is."""

    activation_class = StepActivation

    def __init__(self, step: Step) -> None:
        super().__init__(None)
        self.step = step

    def calc_owner(self, activation: Activation) -> User | None:
        work, task = _work(), activation.task
        holder = {**self.step.by.holder(work.case), **work.placed_for}
        owner = holder.pop("owner", None)
        due, carried = holder.pop("due", None), holder.pop("carried", False)
        for column, value in holder.items():
            setattr(task, column, value)
        if task.department_id is None and not task.held_by_applicant and task.organisation_id is None:
            raise Invalid(party=_NOBODY_HOLDS.fill(what=self.step.words, who=self.step.by.words))
        task.kind, task.created = self.step.kind, work.now
        task.data = {"carried": True} if carried else {"agreed": True} if due else {}
        task.due = due or deadlines.due_after(work.today, length_of(work, self.step), work.calendar)
        work.opened.append(task)
        return owner if isinstance(owner, User) else None


class LastActivation(EndActivation):
    @classmethod
    def create(cls, flow_task: Any, prev_activation: Activation, token: Any, data: Any = None, seed: Any = None) -> Any:
        """The end of the chain, written once as what it is. A chain is a line, so that no other task is open by now; the
        case's row is saved by the action, when everything about it is known."""
        case, now, key = prev_activation.process, _work().now, _work().key_of_next()
        task = Task(
            pk=key, process=case, flow_task=flow_task, token=token, data={}, created=now, started=now, finished=now,
            status=STATUS.DONE,
        )  # fmt: skip
        task.save()
        came_after(task, prev_activation.task)
        case.status, case.finished = PROCESS.DONE, now
        return cls(task)


class EndNode(nodes.End):
    activation_class = LastActivation


_NOBODY_HOLDS = T(
    "“{what}”由{who}办，这一件还没有写是哪一家。请先写上，再签。",
    "“{what}” is for: {who}. This case does not say which yet. Please name it first, then sign.",
)


class CaseFlow(Flow):
    """The base of every chain: `steps` in order, each a node of its own; every chain has a node `correction`."""

    process_class, task_class, lock_impl = Case, Task, CaseLock()
    measure: ClassVar[str]
    purpose: ClassVar[str] = ""
    version: ClassVar[int] = 1
    steps: ClassVar[tuple[Step, ...]]
    applicant_may_be_asked: ClassVar[bool] = True
    decision_clock: ClassVar[bool] = True  # whether the term for the decision runs from acceptance
    names: ClassVar[tuple[str, ...]] = ()  # roles in which the case names an organisation that holds no step
    # Whose steps a district has in an order of its own (flows/orders.py).
    published: ClassVar["type[CaseFlow] | None"] = None
    start: Any
    end: Any

    @cached_property
    def flow_label(self) -> str:
        """Viewflow's, worked out once a chain."""
        return str(super().flow_label)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        if any(getattr(base, "_nodes_by_name", None) for base in cls.__bases__):
            raise TypeError("a chain is never derived from a chain")
        every = (*cls.steps, Correction("correction", APPLICANT))
        names = [step.name for step in cls.steps]
        taken = {name for name in (*names, "correction") if hasattr(CaseFlow, name) or name.startswith("_")}
        if not names or taken or len(set(names)) < len(names) or {"start", "end", "correction"} & set(names):
            raise TypeError(f"{cls.__name__}: steps need names of their own, not {taken or names}")
        if sum(step.decides for step in cls.steps) != 1:
            raise TypeError(f"{cls.__name__}: exactly one step decides")
        cls.start = nodes.StartHandle().Next(getattr(this, names[0]))
        for step, after in zip(every, [*names[1:], "end", "end"], strict=True):
            setattr(cls, step.name, StepNode(step).Next(getattr(this, after)))
        cls.end = EndNode()
        cls.process_title = cls.__name__
        super().__init_subclass__(**kwargs)
        for step in every:
            access.register_step(
                access.StepRights(
                    key=f"{label_of(cls)}.{step.name}",
                    kind=step.kind,
                    verbs=step.allowed() if cls.asks_applicant() else step.allowed() - ASKING,
                    signs=step.signs,
                    decides=step.decides,
                    department=step.by.code if step.by.kind == "department" else None,
                    words=T("{who}{what}", "{who} ({what})").fill(who=step.by.words, what=step.words),
                    chain=label_of(cls),
                    parties=tuple(party.code for party in step.parties) if isinstance(step, Countersign) else (),
                    role=step.role,
                    reference=get_task_ref(_instance(cls).node(step.name)),
                )  # fmt: skip
            )
        if cls.published is None:
            REGISTRY[cls.measure, cls.purpose, cls.version] = cls

    @classmethod
    def asks_applicant(cls) -> bool:
        """Whether there is an applicant outside the house who can hand a correction in."""
        return cls.applicant_may_be_asked and measure_of(cls.measure, cls.purpose).applicant != DEPARTMENT


# What is of no use where nobody outside can answer.
ASKING: Final = frozenset({"request_correction", "lapse"})
REGISTRY: dict[tuple[str, str, int], type[CaseFlow]] = {}


def newest(measure: str, purpose: str = "") -> type[CaseFlow]:
    """The newest version of the chain of a measure, as published; a district's own order is `flows.orders`' matter.

    Raises ChainError where there is none.
    """
    versions = [key[2] for key in REGISTRY if key[:2] == (measure, purpose)]
    if not versions:
        raise ChainError(f"no chain for {measure} {purpose}")
    return REGISTRY[measure, purpose, max(versions)]


def is_newest(chain: type[CaseFlow]) -> bool:
    """Whether new cases go on this version."""
    return chain.version == newest(chain.measure, chain.purpose).version


def has_chain(measure: str, purpose: str = "") -> bool:
    """Whether applications of a measure can be taken in here."""
    return any(key[:2] == (measure, purpose) for key in REGISTRY)


def online_purpose(code: str) -> str | None:
    """The purpose for which people or units apply to a measure here; None where only departments do, or nobody yet."""
    found = [one for one in purposes_of(code) if measure_of(code, one).applicant != DEPARTMENT]
    return found[0] if found else None


def chains() -> list[type[CaseFlow]]:
    """Every chain, all versions, in the order of `flows/chains.py`."""
    return list(REGISTRY.values())


def purposes_of(measure: str) -> list[str]:
    """The purposes for which a measure has a chain, in the order of the page."""
    return list(dict.fromkeys(key[1] for key in REGISTRY if key[0] == measure))


def label_of(chain: type[CaseFlow]) -> str:
    """The name under which the rights of the chain's steps are registered: `<label>.<step>`."""
    return str(_instance(chain).flow_label)


def accepts_on_arrival(chain: type[CaseFlow]) -> bool:
    """Whether there is no intake: then a case is accepted when it arrives."""
    return not any(step.kind == "intake" for step in chain.steps)


def chain_of(case: Case) -> type[CaseFlow]:
    chain: type[CaseFlow] = case.flow_class
    return chain


def step_named(chain: type[CaseFlow], name: str) -> Step:
    """The step of a chain by its node's name. Raises ChainError."""
    node = _instance(chain).node(name, no_obsolete=True)
    if not isinstance(node, StepNode):
        raise ChainError(f"{chain.__name__} has no step {name}")
    return node.step


def step_of(task: Task) -> Step:
    return step_named(chain_of(task.process), task.step_name)


def deciding_step(chain: type[CaseFlow]) -> Step:
    return next(step for step in chain.steps if step.decides)


def earlier_steps(chain: type[CaseFlow], step: Step) -> list[Step]:
    """The steps that a case may be returned to from here: any before; after the decision none up to the deciding one."""
    steps = list(chain.steps)
    here = steps.index(step)
    decided = next(number for number, one in enumerate(steps) if one.decides)
    first = decided + 1 if here > decided else 0
    return [one for one in steps[first:here] if one.kind not in _NOT_RETURNED_TO and one.by.kind != "applicant"]


# A notice is published anew by the decision; what is owed from outside is asked for by a correction, not by a return.
_NOT_RETURNED_TO = ("publicity", "return", "deliver", "follow_up")


def length_of(work: Work, step: Step) -> deadlines.Length:
    if step.months:
        return deadlines.Length(step.months, "months")
    return deadlines.length_of(work.parameters, step.days, work.today)


def _instance(chain: type[CaseFlow]) -> Any:
    """Viewflow's one instance of a chain."""
    return chain.instance


# --- moves ---------------------------------------------------------------------------------------


def _work() -> Work:
    work = held.get()
    if work is None:
        raise OutsideAction
    return work


def open_case(case: Case, flow: type[CaseFlow], by: Actor, now: datetime) -> Work:
    """Store a new case and open its first task. The caller has the transaction; nobody else can know the row yet."""
    work = Work(case, by, now, "submit")
    token = held.set(work)
    try:
        case.flow_class = flow
        case.skip_history_when_saving = True  # type: ignore[attr-defined]
        node = _instance(flow).node("start")
        activation = node.activation_class.create(node, None, None)
        activation.task.process = activation.process = case
        activation.task.created = now
        activation.execute()
        del case.skip_history_when_saving  # type: ignore[attr-defined]
    finally:
        held.reset(token)
    return work


def claim(work: Work, user: User) -> None:
    """The task gets its handler."""
    _activation(work.at).assign(user)


def release(work: Work) -> None:
    _activation(work.at).unassign()


def hand_over(work: Work, user: User) -> None:
    """The task gets another handler."""
    if work.at.owner_id is not None:
        release(work)
    claim(work, user)


def change_chain(work: Work, chain: type[CaseFlow], to: str) -> list[Task]:
    """Open tasks end on the old chain, and are given back; the step named `to` opens on the new one."""
    cancelled = cancel_open(work)
    before = cancelled[-1] if cancelled else _last_task(work.case)
    node = _instance(chain).node(to, no_obsolete=True)
    activation = _activation(before)
    work.case.flow_class = chain
    node.activation_class.create(node, activation, Token("start"))
    return cancelled


def finish(work: Work, outcome: str, *, next_due: date | None = None) -> None:
    """Finish the task; the chain's next step opens, due on `next_due` where a day was agreed, or the case ends."""
    work.placed_for = {"due": next_due} if next_due is not None else {}
    _begun(work, outcome).execute()
    work.placed_for = {}


def finish_alone(work: Work, outcome: str) -> None:
    """Finish the task without opening the next: a refusal, or before a jump."""
    _begun(work, outcome).complete()


def jump(work: Work, to: str, *, owner: User | None = None, due: date | None = None, carried: bool = False) -> None:
    """Cancel every open task and open the step named `to`, for `owner` where it is given.

    `carried` means that the step's clock goes on with what was left, to the date `due`.
    """
    node = _instance(chain_of(work.case)).node(to, no_obsolete=True)
    if not isinstance(node, StepNode):
        raise ChainError(f"{work.case.flow_class.__name__} has no step {to}")
    cancelled = cancel_open(work)
    before = work.task or (cancelled[-1] if cancelled else _last_task(work.case))
    work.placed_for = {"owner": owner, "due": due, "carried": carried}
    node.activation_class.create(node, _activation(before), Token("start"))
    work.placed_for = {}


def cancel_open(work: Work) -> list[Task]:
    """Cancel every open task of the case; the rows stay."""
    tasks = list(Task.objects.filter(process=work.case, finished=None))
    for task in tasks:
        task.process = work.case
        if work.task is not None and task.pk == work.task.pk:
            task = work.task
        task.outcome = task.outcome or "cancelled"
        _activation(task).cancel()
    Signature.objects.filter(task__in=tasks, closed_at=None).update(outcome="void", closed_at=work.now)
    return tasks


def close(work: Work, *, done: bool) -> None:
    """Mark viewflow's process as ended; state and outcome are the action's matter."""
    work.case.status = PROCESS.DONE if done else PROCESS.CANCELED
    work.case.finished = work.now


def former_handler(case: Case, step: str) -> User | None:
    """Who handled the step last, if they may still be asked."""
    node = _instance(chain_of(case)).node(step)
    last = (
        Task.objects.filter(process=case, flow_task=node, owner__isnull=False)
        .select_related("owner")
        .order_by("-pk")
        .first()
    )
    return last.owner if last and last.owner and _may_be_asked(case, last.owner, last.department_id) else None


def _may_be_asked(case: Case, user: User, department_id: int | None) -> bool:
    """Whether somebody still has a post in the department and has not stepped aside."""
    recused = Recusal.objects.filter(case=case, user=user, outcome="upheld")
    posts = Post.objects.in_force(localdate(_work().now)).filter(user=user, department_id=department_id or 0)
    return posts.filter(~Exists(recused)).exists()


def reopen(work: Work, to: str) -> None:
    """Open a closed case again at the step named `to`."""
    work.case.status, work.case.finished = PROCESS.NEW, None
    jump(work, to)


def _last_task(case: Case) -> Task:
    task: Task = Task.objects.filter(process=case).order_by("-pk")[0]
    task.process = case
    return task


def _activation(task: Task) -> Any:
    return task.flow_task.activation_class(task)


def _begun(work: Work, outcome: str) -> Any:
    work.at.outcome = outcome
    activation = _activation(work.at)
    if work.at.status == STATUS.NEW:
        activation.settle()
    else:
        activation.start(None)
    return activation
