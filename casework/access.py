"""Who may do what: the one judge.

`may(by, verb, task=…)` gives the same answer to the list, the button and the guard inside the lock. It judges data only:
each step registers its rights and each action its spec when the project starts, so that nothing here reaches for a flow.

A denied answer names its reason by a key; `casework/wording.py` has the words.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.backends import BaseBackend
from django.core.exceptions import PermissionDenied
from django.utils.timezone import localdate, now

from accounts.actor import Actor
from accounts.models import Department, Post, Role, User
from accounts.rights import permissions_of
from casework import states
from casework.models import Action, Case, Mandate, Objection, Relation, RuleProposal, Task
from policy import T

SIGNING: Final = frozenset({
    "accepted", "agreed", "advised_against", "granted", "refused", "confirmed", "contradicted",
    "objection_upheld", "objection_dismissed", "paid",
})  # fmt: skip
_NEW_ROUND: Final = ("objection_upheld", "reopened")


@dataclass(frozen=True)
class StepRights:
    """What a step allows: its kind, its holder's verbs, whether its handler signs, whether it decides; and its words."""

    key: str
    kind: str
    verbs: frozenset[str]
    signs: bool = True
    decides: bool = False
    department: str | None = None
    words: T | None = None


@dataclass(frozen=True)
class ActionSpec:
    """What an action needs.

    `needs`: open_task, open_case, any_case or closed_case. `holder`: who does it: `handler` (has claimed the task),
    `department` (may claim it), `applicant`, `anyone`, `clock`, `deciders` (an approver of the deciding department),
    `officers` (any department that may see the case), `administrators`. `signs`: separation of duties applies. `proof`: asks for a
    fresh proof of who signs. `states`: where the case must stand.
    """

    verb: str
    needs: str = "open_task"
    holder: str = "handler"
    signs: bool = False
    proof: bool = False
    states: frozenset[str] = field(default_factory=lambda: frozenset(states.OPEN))
    by_clock: bool = False


@dataclass(frozen=True)
class Verdict:
    """Yes, or no with the key of the reason."""

    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed


YES = Verdict(True)
STEPS: dict[str, StepRights] = {}
ACTIONS: dict[str, ActionSpec] = {}


def register_step(rights: StepRights) -> None:
    STEPS[rights.key] = rights


def register_action(spec: ActionSpec) -> ActionSpec:
    ACTIONS[spec.verb] = spec
    return spec


def rights_of(task: Task) -> StepRights:
    return STEPS[task.step_key]


def may(by: Actor, verb: str, *, task: Task | None = None, case: Case | None = None, on: date | None = None) -> Verdict:
    """Whether the actor may do it now. With a task, the case is the task's; the caller holds the lock where it acts."""
    spec = ACTIONS[verb]
    case = task.process if task is not None else case
    for verdict in _judge(spec, by, task, case, on or localdate()):
        if not verdict:
            return verdict
    return YES


def _judge(spec: ActionSpec, by: Actor, task: Task | None, case: Case | None, on: date) -> Iterable[Verdict]:
    yield _is_open(spec, task, case)
    if by.kind == "clock":
        yield Verdict(spec.by_clock or spec.holder == "clock", "not_for_the_clock")
        if case is not None and spec.needs in ("open_task", "open_case"):
            yield Verdict(case.state in spec.states, "not_in_this_state")
        return
    if spec.needs == "open_task" and task is not None and spec.holder in ("handler", "department"):
        yield Verdict(spec.verb in rights_of(task).verbs, "not_at_this_step")
    if case is not None and spec.needs in ("open_task", "open_case"):
        yield Verdict(case.state in spec.states, "not_in_this_state")
    yield from _HOLDERS[spec.holder](spec, by, task, case, on)


def _is_open(spec: ActionSpec, task: Task | None, case: Case | None) -> Verdict:
    """Whether what it is done to is as open, or as closed, as it must be."""
    if case is not None:
        if spec.needs in ("open_task", "open_case") and not case.is_open:
            return Verdict(False, "case_closed")
        if spec.needs == "closed_case" and case.is_open:
            return Verdict(False, "case_open")
    if spec.needs == "open_task" and (task is None or not task.is_open):
        return Verdict(False, "task_done")
    return YES


def _handler(spec: ActionSpec, by: Actor, task: Task | None, case: Case | None, on: date) -> Iterable[Verdict]:
    yield from _of_the_department(spec, by, task, case, on)
    if task is not None:
        yield Verdict(task.owner_id is not None, "not_claimed")
        yield Verdict(task.owner_id == by.user_id or _deputises(by, task), "not_the_handler")


def _deputises(by: Actor, task: Task) -> bool:
    return by.deputy_for is not None and by.post is not None and task.owner_id == by.post.user_id


def _of_the_department(
    spec: ActionSpec, by: Actor, task: Task | None, case: Case | None, on: date
) -> Iterable[Verdict]:
    yield Verdict(by.holds_post(on), "no_post")
    if task is None or by.post is None:
        return
    yield Verdict(task.department_id is not None and task.department_id == by.post.department_id, "other_department")
    yield Verdict(f"handle_{task.kind}" in permissions_of(by.post), "other_role")
    if by.deputy_for is not None:
        yield Verdict(by.deputy_for.covers(task.kind, on), "deputy_for_other_steps")
    if spec.signs or (spec.verb == "claim" and rights_of(task).signs):
        yield bars(by, task.process, task.step_name)


def _deciders(spec: ActionSpec, by: Actor, task: Task | None, case: Case | None, on: date) -> Iterable[Verdict]:
    """An approver of the department that decided, who did not sign this case."""
    yield Verdict(by.holds_post(on), "no_post")
    if case is None or by.post is None or task is None:
        return
    deciding = {
        rights.department for key, rights in STEPS.items() if rights.decides and _same_chain(key, task.step_key)
    }
    yield Verdict(by.post.department.code in deciding, "other_department")
    yield Verdict(by.has_role(Role.APPROVER), "other_role")
    yield bars(by, case, "")


def _same_chain(one: str, other: str) -> bool:
    return one.rsplit(".", 1)[0] == other.rsplit(".", 1)[0]


def _applicant(spec: ActionSpec, by: Actor, task: Task | None, case: Case | None, on: date) -> Iterable[Verdict]:
    yield Verdict(by.is_applicant, "not_the_applicant")
    if case is not None:
        yield Verdict(acts_for(by, case, on), "not_the_applicant")
    if task is not None:
        yield Verdict(task.held_by_applicant, "not_at_this_step")


def _anyone(spec: ActionSpec, by: Actor, task: Task | None, case: Case | None, on: date) -> Iterable[Verdict]:
    return ()


def _clock(spec: ActionSpec, by: Actor, task: Task | None, case: Case | None, on: date) -> Iterable[Verdict]:
    yield Verdict(False, "only_the_clock")


def _officers(spec: ActionSpec, by: Actor, task: Task | None, case: Case | None, on: date) -> Iterable[Verdict]:
    yield Verdict(by.holds_post(on), "no_post")
    if case is not None and by.post is not None:
        yield Verdict("view_cases" in permissions_of(by.post), "other_role")
        yield Verdict(case.scopes.filter(department_id=by.post.department_id).exists(), "other_department")


def _administrators(spec: ActionSpec, by: Actor, task: Task | None, case: Case | None, on: date) -> Iterable[Verdict]:
    yield Verdict(by.holds_post(on), "no_post")
    yield Verdict(by.has_role(Role.ADMINISTRATOR), "other_role")


_HOLDERS: Final = {
    "handler": _handler,
    "department": _of_the_department,
    "deciders": _deciders,
    "applicant": _applicant,
    "anyone": _anyone,
    "clock": _clock,
    "officers": _officers,
    "administrators": _administrators,
}


def acts_for(by: Actor, case: Case, on: date) -> bool:
    """Whether the account holds a mandate for the applicant of the case, in force on the day."""
    mandates = Mandate.objects.filter(user_id=by.user_id, since__lte=on).exclude(until__lt=on)
    if case.person_id:
        return mandates.filter(person_id=case.person_id).exists()
    return bool(case.organisation_id) and mandates.filter(organisation=case.organisation).exists()


def bars(by: Actor, case: Case, step: str) -> Verdict:
    """Separation of duties (职责分离) and recusal (回避): why this person may not sign this step, if so.

    Nobody signs two steps of one case; whoever signed before an upheld objection or a reopening signs nothing after
    it; nobody signs for themselves, for declared kin or a former employer, or what they registered. A deputy's
    signature counts as the deputy's and as the principal's.
    """
    people = {by.user_id} | ({by.post.user_id} if by.post else set())
    if case.registrar_id in people:
        return Verdict(False, "registrar")
    if _has_ties(people, case):
        return Verdict(False, "kin")
    earlier = Action.objects.filter(
        subject_kind="case", subject_id=case.pk, event__in=SIGNING | set(_NEW_ROUND)
    ).order_by("number")
    signed: set[str] = set()
    for event, at_step, user, acts_for_kind, principal in earlier.values_list(
        "event", "step", "user_id", "acts_for_kind", "acts_for_id"
    ):
        if event in SIGNING and (user in people or (acts_for_kind == "officer" and principal in people)):
            signed.add(at_step)
        if event in _NEW_ROUND:
            signed = {"before the new round"} if signed else set()
    if signed - {step}:
        return Verdict(False, "signed_already")
    return YES


def _has_ties(people: set[int | None], case: Case) -> bool:
    index = case.applicant.number_index if case.person_id or case.organisation_id else ""
    ties = Relation.objects.filter(user_id__in=people, number_index=index, ended_at=None).values_list("user_id")
    own = Mandate.objects.filter(user_id__in=people, person=case.person, until=None, person__isnull=False)
    return bool(index) and ties.union(own.values_list("user_id")).exists()


def actions_open_to(by: Actor, task: Task, on: date | None = None) -> dict[str, Verdict]:
    """Every verb of the task's step with its verdict, in the order in which they were registered."""
    verbs = rights_of(task).verbs
    return {verb: may(by, verb, task=task, on=on) for verb in ACTIONS if verb in verbs}


def may_examine(by: Actor, objection: Objection, verb: str, on: date | None = None) -> Verdict:
    """Whether the actor may dismiss or uphold the objection: its task is the notice's."""
    return may(by, verb, task=objection.notice.task, on=on)


def may_decide_rule(by: Actor, proposal: RuleProposal, verb: str, on: date | None = None) -> Verdict:
    """Whether the actor may publish, reject or withdraw the proposal.

    Who proposed it withdraws it and decides nothing of it; as with signatures, a deputy's hand is also the principal's.
    """
    if not (verdict := may(by, verb, on=on)):
        return verdict
    if not proposal.is_open:
        return Verdict(False, "rule_decided")
    proposers = {proposal.proposed_by_id, proposal.proposed_as.user_id}
    is_proposer = bool(proposers & ({by.user_id} | ({by.post.user_id} if by.post else set())))
    if verb == "withdraw_rule":
        return Verdict(is_proposer, "only_the_proposer")
    return Verdict(not is_proposer, "needs_a_second_person")


OURS: Final = frozenset({"view_cases"} | {permission for permission, _ in Department._meta.permissions})


class Backend(BaseBackend):
    """`user.has_perm("accounts.handle_review", department)` asks the posts in force: guardian's rows never say yes alone."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        label, _, codename = perm.partition(".")
        if label != "accounts" or codename not in OURS:
            return False
        if not isinstance(user_obj, User) or not user_obj.is_active or not isinstance(obj, Department):
            raise PermissionDenied
        posts = Post.objects.in_force(localdate()).filter(user=user_obj, department=obj)
        if any(codename in permissions_of(post) for post in posts):
            return True
        raise PermissionDenied


def proof_is_due(by: Actor, verb: str) -> bool:
    """Whether signing this asks for the password again: the last proof is older than 15 minutes."""
    return ACTIONS[verb].proof and not by.proof_is_fresh(now(), settings.PROOF_LASTS_MINUTES)
