"""Who may do what: the one judge.

`may(by, verb, task=…)` gives the same answer to the list, the button and the guard inside the lock. It judges data only:
each step registers its rights and each action its spec when the project starts, so that nothing here reaches for a flow.

A denied answer names its reason by a key; `casework/wording.py` has the words.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.backends import BaseBackend
from django.core.exceptions import PermissionDenied
from django.utils.timezone import localdate, now

from accounts.actor import Actor
from accounts.models import INTERFACE, Department, Post, Role, User
from accounts.rights import permissions_of
from casework import acting, duties, states
from casework.duties import SIGNING
from casework.models import Case, Objection, Recusal, RuleProposal, Signature, Task
from casework.remembering import once, remembered
from casework.sight import SUPERVISION, sees
from policy import T, measure

__all__ = ["SIGNING", "ActionSpec", "StepRights", "Verdict", "may", "remembered"]


@dataclass(frozen=True)
class StepRights:
    """What a step allows: its kind, its holder's verbs, whether its handler signs, whether it decides; its words; the one role
    that it is reserved for, and the reference by which its tasks name it."""

    key: str
    kind: str
    verbs: frozenset[str]
    signs: bool = True
    decides: bool = False
    department: str | None = None
    words: T | None = None
    chain: str = ""
    parties: tuple[str, ...] = ()
    role: str = ""
    reference: str = ""


@dataclass(frozen=True)
class ActionSpec:
    """What an action needs.

    `needs`: open_task, open_case, any_case or closed_case. `holder`: who does it, a key of `HOLDERS`. `signs`:
    separation of duties applies. `proof`: asks for a fresh proof of who signs. `states`: where the case must stand.
    `finishes`: it ends the step, which waits for opinions that were asked for. `anywhere`: no step need allow it.
    `asked_for`: only what somebody applied for, not what the office opened.
    """

    verb: str
    needs: str = "open_task"
    holder: str = "handler"
    signs: bool = False
    proof: bool = False
    states: frozenset[str] = field(default_factory=lambda: frozenset(states.OPEN))
    by_clock: bool = False
    finishes: bool = False
    anywhere: bool = False
    asked_for: bool = False


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


def reserved_for_others(role: str) -> list[str]:
    """The references of the steps that are not this role's, though it handles their kind."""
    return [step.reference for step in STEPS.values() if step.role and step.role != role]


def rights_of(task: Task) -> StepRights:
    return STEPS[task.step_key]


def handles(post: Post, task: Task) -> bool:
    """Whether a post handles such a step: its kind, and where one role has the step alone, in that role."""
    return f"handle_{task.kind}" in permissions_of(post) and rights_of(task).role in ("", post.role)


def may(by: Actor, verb: str, *, task: Task | None = None, case: Case | None = None, on: date | None = None) -> Verdict:
    """Whether the actor may do it now. With a task, the case is the task's; the caller holds the lock where it acts."""
    spec = ACTIONS[verb]
    case = task.process if task is not None else case
    for verdict in _judge(spec, by, task, case, on or localdate()):
        if not verdict:
            return verdict
    return YES


def _judge(spec: ActionSpec, by: Actor, task: Task | None, case: Case | None, on: date) -> Iterable[Verdict]:
    yield Verdict(not by.has_role(INTERFACE), "interface_reads")
    if case is not None and by.post is not None:  # whatever the role: a post is in one district
        yield Verdict(case.district_id == by.post.district_id, "other_department")
    yield _is_open(spec, task, case)
    if spec.asked_for and case is not None:
        yield Verdict(not measure(case.measure, case.purpose).imposed, "imposed")
    if by.kind == "clock":
        yield Verdict(spec.by_clock or spec.holder == "clock", "not_for_the_clock")
        if case is not None and spec.needs in ("open_task", "open_case"):
            yield Verdict(case.state in spec.states, "not_in_this_state")
        return
    if spec.needs == "open_task" and task is not None and spec.holder in _AT_A_STEP and not spec.anywhere:
        yield Verdict(spec.verb in rights_of(task).verbs, "not_at_this_step")
    if case is not None and spec.needs in ("open_task", "open_case"):
        yield Verdict(case.state in spec.states, "not_in_this_state")
    yield from HOLDERS[spec.holder](spec, by, task, case, on)


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


_AT_A_STEP: Final = ("handler", "department", "handler_or_head", "party")


def _handler(spec: ActionSpec, by: Actor, task: Task | None, case: Case | None, on: date) -> Iterable[Verdict]:
    if task is not None and task.department_id is None:
        yield Verdict(not spec.anywhere, "held_outside")
        yield from _outside_the_house(by, task, on)
    else:
        yield from _of_the_department(spec, by, task, case, on)
        if task is not None:
            yield Verdict(task.owner_id is not None, "not_claimed")
            yield Verdict(task.owner_id == by.user_id or _deputises(by, task), "not_the_handler")
    if task is not None and spec.finishes:
        yield Verdict(not waits_for_opinions(task), "opinion_open")


def _outside_the_house(by: Actor, task: Task, on: date) -> Iterable[Verdict]:
    """The applicant, or the organisation that holds the step, by whoever has a mandate for them."""
    yield Verdict(by.is_applicant, "held_outside")
    yield _changes_for(by, task.process.applicant if task.held_by_applicant else task.organisation, on)


def _changes_for(by: Actor, who: Any, on: date) -> Verdict:
    """Whether the account acts for the applicant, in a role that does more than read."""
    reason = acting.why_not_change(by, who, on)
    return Verdict(False, reason) if reason else YES


def waits_for_opinions(task: Task) -> bool:
    """Whether an opinion that was asked for before the handler may sign is still open."""
    known = getattr(task, "waits_for_opinions", None)
    if known is None:
        asked = Signature.objects.filter(task=task, closed_at=None, waits=False).exclude(kind="countersign")
        known = once(("opinions", task.pk), asked.exists)
    return bool(known)


def _deputises(by: Actor, task: Task) -> bool:
    return by.deputy_for is not None and by.post is not None and task.owner_id == by.post.user_id


def _of_the_department(
    spec: ActionSpec, by: Actor, task: Task | None, case: Case | None, on: date
) -> Iterable[Verdict]:
    yield Verdict(by.holds_post(on), "no_post")
    if task is None or by.post is None:
        return
    yield Verdict(task.department_id is not None and task.department_id == by.post.department_id, "other_department")
    yield Verdict(handles(by.post, task), "other_role")
    if by.deputy_for is not None:
        yield Verdict(by.deputy_for.covers(task.kind, on), "deputy_for_other_steps")
    if spec.signs or (spec.verb == "claim" and rights_of(task).signs):
        yield bars(by, task.process, task.step_name)
    elif spec.verb == "claim":
        yield _not_kept_from(by, task.process)


def _handler_or_head(spec: ActionSpec, by: Actor, task: Task | None, case: Case | None, on: date) -> Iterable[Verdict]:
    """Whoever has claimed the task, or the head of its department."""
    if by.has_role(Role.HEAD):
        yield from _head(spec, by, task, case, on)
    else:
        yield from _handler(spec, by, task, case, on)


def _head(spec: ActionSpec, by: Actor, task: Task | None, case: Case | None, on: date) -> Iterable[Verdict]:
    """The head of the department that has the task, or the case."""
    yield Verdict(by.holds_post(on), "no_post")
    yield Verdict(by.has_role(Role.HEAD), "only_the_head")
    department_id = task.department_id if task is not None else case.department_id if case is not None else None
    # A challenge is decided by the head of the challenged department, wherever the case is by then.
    if by.post is not None and (task is not None or case is not None) and spec.needs != "any_case":
        yield Verdict(department_id == by.post.department_id, "other_department")


def _party(spec: ActionSpec, by: Actor, task: Task | None, case: Case | None, on: date) -> Iterable[Verdict]:
    """An approver of a department whose signature the round still waits for."""
    yield Verdict(by.holds_post(on), "no_post")
    if task is None or by.post is None:
        return
    rounds = {one.department_id: one for one in Signature.objects.filter(task=task, kind="countersign")}
    yield Verdict(by.post.department_id in rounds, "other_department")
    yield Verdict("handle_countersign" in permissions_of(by.post), "other_role")
    yield Verdict(rounds[by.post.department_id].is_open, "signed_by_colleague")
    if by.deputy_for is not None:
        yield Verdict(by.deputy_for.covers(task.kind, on), "deputy_for_other_steps")
    yield bars(by, task.process, "")


def _asked(spec: ActionSpec, by: Actor, task: Task | None, case: Case | None, on: date) -> Iterable[Verdict]:
    """Whose opinion was asked for, or their deputy."""
    yield Verdict(by.holds_post(on), "no_post")
    if task is not None and by.post is not None:
        asked = Signature.objects.filter(task=task, closed_at=None, waits=False, user_id__in=by.hands)
        yield Verdict(asked.exists(), "not_asked")
        yield _not_kept_from(by, task.process)


def _seers(spec: ActionSpec, by: Actor, task: Task | None, case: Case | None, on: date) -> Iterable[Verdict]:
    """Any officer who may see the case; its applicant while it is open."""
    if by.is_applicant:
        yield from _applicant(spec, by, None, case, on)
        yield Verdict(case is None or case.is_open, "case_closed")
        return
    yield Verdict(by.holds_post(on), "no_post")
    if case is not None:
        yield Verdict(once(("seen", case.pk), lambda: sees(by, case.pk, on)), "other_department")


def _supervision(spec: ActionSpec, by: Actor, task: Task | None, case: Case | None, on: date) -> Iterable[Verdict]:
    yield Verdict(by.holds_post(on), "no_post")
    yield Verdict(by.has_role(*SUPERVISION), "only_supervision_does")


def _supervisors(spec: ActionSpec, by: Actor, task: Task | None, case: Case | None, on: date) -> Iterable[Verdict]:
    """A supervisor; an auditor only reads."""
    yield Verdict(by.holds_post(on), "no_post")
    yield Verdict(by.has_role(Role.SUPERVISOR), "only_supervisors_do")


def _urgers(spec: ActionSpec, by: Actor, task: Task | None, case: Case | None, on: date) -> Iterable[Verdict]:
    """The applicant, or a supervisor."""
    yield from (_applicant if by.is_applicant else _supervision)(spec, by, None, case, on)


def _outsiders(spec: ActionSpec, by: Actor, task: Task | None, case: Case | None, on: date) -> Iterable[Verdict]:
    """An officer with a post that sees cases, whose department has not had this one."""
    yield Verdict(by.holds_post(on), "no_post")
    if by.post is not None and case is not None:
        yield Verdict("view_cases" in permissions_of(by.post), "other_role")
        yield _not_kept_from(by, case)
        yield Verdict(not sees(by, case.pk, on), "sees_it_already")


def _deciders(spec: ActionSpec, by: Actor, task: Task | None, case: Case | None, on: date) -> Iterable[Verdict]:
    """An approver of the department that decided, who did not sign this case."""
    yield Verdict(by.holds_post(on), "no_post")
    if case is None or by.post is None or task is None:
        return
    yield Verdict(by.post.department_id == _decided_by(case), "other_department")
    yield Verdict(by.has_role(Role.APPROVER), "other_role")
    yield bars(by, case, "")


def _correctors(spec: ActionSpec, by: Actor, task: Task | None, case: Case | None, on: date) -> Iterable[Verdict]:
    """An approver of the department that decided; who decided may put it right too."""
    yield Verdict(by.holds_post(on), "no_post")
    yield Verdict(by.has_role(Role.APPROVER), "other_role")
    if case is not None and by.post is not None:
        yield Verdict(by.post.department_id == _decided_by(case), "other_department")
        yield _not_kept_from(by, case)


def _seconders(spec: ActionSpec, by: Actor, task: Task | None, case: Case | None, on: date) -> Iterable[Verdict]:
    """An approver of another department than the one that decided, who signed nothing of the case."""
    yield Verdict(by.holds_post(on), "no_post")
    yield Verdict(by.has_role(Role.APPROVER), "other_role")
    if case is not None and by.post is not None:
        yield Verdict(by.post.department_id != _decided_by(case), "needs_another_department")
        yield bars(by, case, "")


def _decided_by(case: Case) -> Any:
    """The department whose step decided the case."""
    decided = Task.objects.filter(process=case, outcome__in=("granted", "refused")).order_by("-pk")
    return decided.values_list("department_id", flat=True).first()


def _applicant(spec: ActionSpec, by: Actor, task: Task | None, case: Case | None, on: date) -> Iterable[Verdict]:
    yield Verdict(by.is_applicant, "not_the_applicant")
    if case is not None:
        yield _changes_for(by, case.applicant, on)
    if task is not None:
        yield Verdict(task.held_by_applicant, "not_at_this_step")


def _applicant_or_counter(
    spec: ActionSpec, by: Actor, task: Task | None, case: Case | None, on: date
) -> Iterable[Verdict]:  # fmt: skip
    """The applicant; where an office registered the case for them, an intake officer of an office that has it."""
    if not by.is_officer:
        yield from _applicant(spec, by, task, case, on)
        return
    yield Verdict(by.holds_post(on), "no_post")
    yield Verdict(by.has_role(Role.INTAKE), "not_the_applicant")
    if case is not None:
        yield Verdict(case.registrar_id is not None, "not_the_applicant")
        yield Verdict(sees(by, case.pk, on), "other_department")
        yield _not_kept_from(by, case)


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


def _finance(spec: ActionSpec, by: Actor, task: Task | None, case: Case | None, on: date) -> Iterable[Verdict]:
    """An officer of finance: who pays, who approves, or the head."""
    yield Verdict(by.holds_post(on), "no_post")
    yield Verdict(by.post is not None and by.post.department.code == FINANCE, "only_finance")
    yield Verdict(by.has_role(*FINANCE_ROLES), "only_finance")


def _triage(spec: ActionSpec, by: Actor, task: Task | None, case: Case | None, on: date) -> Iterable[Verdict]:
    """Who takes in reports, of a report that they may see."""
    yield Verdict(by.holds_post(on), "no_post")
    yield Verdict(by.has_role(Role.TRIAGE) and by.deputy_for is None, "only_triage")
    if case is not None:
        yield Verdict(sees(by, case.pk, on), "other_department")
        yield _not_kept_from(by, case)


def _report_officers(
    spec: ActionSpec, by: Actor, task: Task | None, case: Case | None, on: date
) -> Iterable[Verdict]:  # fmt: skip
    """Who takes in reports at the federation, decides on them, or leads there; of one that they may see."""
    yield Verdict(by.holds_post(on), "no_post")
    yield Verdict(by.post is not None and by.post.department.code == "federation", "other_department")
    yield Verdict(by.has_role(Role.TRIAGE, Role.APPROVER, Role.HEAD), "other_role")
    if case is not None:
        yield Verdict(sees(by, case.pk, on), "other_department")
        yield _not_kept_from(by, case)


def _payers(spec: ActionSpec, by: Actor, task: Task | None, case: Case | None, on: date) -> Iterable[Verdict]:
    """Who pays at Finance; of a case that they may see."""
    yield Verdict(by.holds_post(on), "no_post")
    yield Verdict(by.post is not None and by.post.department.code == FINANCE, "only_finance")
    yield Verdict(by.has_role(Role.PAYER), "only_payers")
    if by.deputy_for is not None:
        yield Verdict(by.deputy_for.covers("payment", on), "deputy_for_other_steps")
    if case is not None:
        yield Verdict(sees(by, case.pk, on), "other_department")
        yield _not_kept_from(by, case)


FINANCE: Final = "finance"
FINANCE_ROLES: Final = (Role.PAYER, Role.APPROVER, Role.HEAD)


def _record_keepers(
    spec: ActionSpec, by: Actor, task: Task | None, case: Case | None, on: date
) -> Iterable[Verdict]:  # fmt: skip
    """An officer of the federation who takes in, reviews or leads, or an administrator."""
    yield Verdict(by.holds_post(on), "no_post")
    yield Verdict(keeps_records(by), "only_record_keepers")


def keeps_records(by: Actor) -> bool:
    """Whether the actor's post is one that brings in records of other offices."""
    if by.post is None or by.has_role(Role.ADMINISTRATOR):
        return by.post is not None
    return by.post.department.code == "federation" and by.has_role(Role.INTAKE, Role.REVIEWER, Role.HEAD)


def _units_or_services(
    spec: ActionSpec, by: Actor, task: Task | None, case: Case | None, on: date
) -> Iterable[Verdict]:  # fmt: skip
    """An applicant's account (the action asks for which unit or person it acts), or an officer of services."""
    if not by.is_applicant:
        yield from _service_officers(spec, by, task, case, on)


def _service_officers(
    spec: ActionSpec, by: Actor, task: Task | None, case: Case | None, on: date
) -> Iterable[Verdict]:  # fmt: skip
    """An officer of the federation who takes in, reviews or leads: work and services, clause 三（十二）."""
    yield Verdict(by.holds_post(on), "no_post")
    yield Verdict(serves(by), "only_service_officers")
    if case is not None:
        yield Verdict(sees(by, case.pk, on), "other_department")
        yield _not_kept_from(by, case)


def serves(by: Actor) -> bool:
    """Whether the actor's post is one of the federation's that looks after work and services."""
    return (
        by.post is not None
        and by.post.department.code == "federation"
        and by.has_role(Role.INTAKE, Role.REVIEWER, Role.APPROVER, Role.HEAD)
    )


def _round_leaders(
    spec: ActionSpec, by: Actor, task: Task | None, case: Case | None, on: date
) -> Iterable[Verdict]:  # fmt: skip
    """An officer of a department that leads recruitment rounds; of a plan, of the department whose plan it is; of an
    application to a post, of the department that leads its round, whom no duty keeps from it."""
    yield Verdict(by.holds_post(on), "no_post")
    yield Verdict(leads_rounds(by), "only_the_leaders")
    if case is not None and by.post is not None and case.person_id is not None:
        yield Verdict(LED_BY.get(case.purpose) == by.post.department.code, "only_the_leaders")
        yield _not_kept_from(by, case)
    elif case is not None and by.post is not None:
        yield Verdict(case.applicant_department_id == by.post.department_id, "only_the_leaders")


# Who leads a recruitment round (牵头部门), by the purpose of the applications to its posts.
LED_BY: Final = {"government_employee": "hrss", "community_worker": "civil_affairs"}
ROUND_LEADERS: Final = tuple(LED_BY.values())
ROUND_ROLES: Final = (Role.REVIEWER, Role.APPROVER, Role.HEAD)


def leads_rounds(by: Actor) -> bool:
    """Whether the actor's post is one that runs recruitment rounds."""
    return by.post is not None and by.post.department.code in ROUND_LEADERS and by.has_role(*ROUND_ROLES)


HOLDERS: Final = {
    "handler": _handler,
    "department": _of_the_department,
    "handler_or_head": _handler_or_head,
    "head": _head,
    "party": _party,
    "asked": _asked,
    "seers": _seers,
    "supervision": _supervision,
    "supervisors": _supervisors,
    "urgers": _urgers,
    "outsiders": _outsiders,
    "deciders": _deciders,
    "correctors": _correctors,
    "seconders": _seconders,
    "applicant": _applicant,
    "applicant_or_counter": _applicant_or_counter,
    "anyone": _anyone,
    "clock": _clock,
    "officers": _officers,
    "administrators": _administrators,
    "finance": _finance,
    "payers": _payers,
    "triage": _triage,
    "report_officers": _report_officers,
    "record_keepers": _record_keepers,
    "units_or_services": _units_or_services,
    "service_officers": _service_officers,
    "round_leaders": _round_leaders,
}


def bars(by: Actor, case: Case, step: str) -> Verdict:
    """Why this person may not sign this step, by the rules of `casework/duties.py`, if so."""
    code = once(("bars", case.pk, step), lambda: duties.barred(by, case, step))
    return Verdict(False, code) if code else YES


def _not_kept_from(by: Actor, case: Case) -> Verdict:
    code = once(("kept", case.pk), lambda: duties.kept_from(by, case))
    return Verdict(False, code) if code else YES


def actions_open_to(by: Actor, task: Task, on: date | None = None) -> dict[str, Verdict]:
    """Every verb of the task's step with its verdict, in the order in which they were registered."""
    verbs = rights_of(task).verbs
    with remembered():
        return {verb: may(by, verb, task=task, on=on) for verb in ACTIONS if verb in verbs}


def may_decide_challenge(by: Actor, recusal: Recusal, verb: str, on: date | None = None) -> Verdict:
    """Whether the actor may decide the challenge: the head of its department, and never on themselves."""
    if not (verdict := may(by, verb, on=on)):
        return verdict
    if by.post is None or recusal.department_id != by.post.department_id:
        return Verdict(False, "other_department")
    return Verdict(recusal.user_id not in by.hands, "needs_another_head")


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
    is_proposer = bool(proposers & by.hands)
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


def proof_is_due(by: Actor, verb: str, at: datetime | None = None) -> bool:
    """Whether an officer's signature on this asks for a proof again: the last one is older than 15 minutes."""
    return by.is_officer and ACTIONS[verb].proof and not by.proof_is_fresh(at or now(), settings.PROOF_LASTS_MINUTES)
