"""Who may do what to a case, as a table: every state, every role, every action, made from the declared rights alone.

`says` answers from the table what `casework.access.may` answers from the database; a test walks both. `pages` writes
the table for people (`docs/rights.md`, by `manage.py rights`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from accounts.models import Role
from accounts.rights import HANDLES, SEES_NO_CASES
from casework import acting, states
from casework.access import ACTIONS, STEPS, ActionSpec, StepRights
from casework.wording import ACTS_AS, EVENTS, ROLES, STATES, STEP_KINDS
from policy import T

# Where an officer's department stands to the case; a department may be several of these.
HERE, SEEN, UNSEEN, PARTY, DECIDED, OTHER = "here", "seen", "unseen", "party", "decided", "other"
CHALLENGED, ANY = "challenged", "any"
SIGNS: Final[dict[str, tuple[str, T]]] = {
    HERE: ("●", T("现在办这一步的部门", "the department that has the step now")),
    SEEN: ("○", T("这一件到过的部门", "a department that the case has reached")),
    UNSEEN: ("□", T("这一件没有到过的部门", "a department that it has not reached")),
    PARTY: ("◎", T("会签的部门", "a department of the round")),
    DECIDED: ("◆", T("作决定的部门", "the department that decided")),
    OTHER: ("◇", T("作决定以外的部门", "a department other than that one")),
    CHALLENGED: ("△", T("被申请回避的部门", "the department whose officer is challenged")),
    ANY: ("★", T("不分部门", "any department")),
}  # fmt: skip
_SEEING: Final = tuple(role for role in Role.values if role not in SEES_NO_CASES)
_SUPERVISION: Final = (Role.SUPERVISOR, Role.AUDITOR)
# By the holder of an action: which roles, and where their department must stand. Handlers follow from the kind of step.
_HOLDERS: Final[dict[str, tuple[tuple[tuple[str, ...], str], ...]]] = {
    "party": (((Role.APPROVER,), PARTY),), "seers": ((_SEEING, SEEN),), "officers": ((_SEEING, SEEN),),
    "supervision": ((_SUPERVISION, ANY),), "urgers": ((_SUPERVISION, ANY),), "outsiders": ((_SEEING, UNSEEN),),
    "deciders": (((Role.APPROVER,), DECIDED),), "correctors": (((Role.APPROVER,), DECIDED),),
    "seconders": (((Role.APPROVER,), OTHER),), "administrators": (((Role.ADMINISTRATOR,), ANY),),
    "anyone": ((tuple(Role.values), ANY),),
}  # fmt: skip
# Who is asked by name, or acts from outside: no role gives it.
BY_NAME: Final = ("asked", "applicant", "applicant_or_counter", "clock", "interpreters")
AT_A_STEP: Final = ("handler", "department", "handler_or_head", "party")

# The event that an action is recorded as: its words stand in the table. The others are not done to a case.
EVENT_OF: Final[dict[str, str]] = {
    "claim": "claimed", "release": "released", "accept": "accepted", "decline": "not_accepted",
    "approve": "agreed", "advise_against": "advised_against", "refuse": "refused", "return_to": "returned",
    "request_correction": "correction_requested", "resubmit": "resubmitted", "expire_correction": "correction_expired",
    "lapse": "lapsed", "withdraw": "withdrawn", "retract": "retracted", "transfer": "transferred",
    "delegate": "delegated", "add_signer": "signer_added", "remove_signer": "signer_removed", "depart": "sum_departed",
    "give_opinion": "opinion_given", "countersign": "countersigned", "confirm": "confirmed", "contradict": "contradicted",
    "inspect": "inspected", "attach_record": "record_attached", "collect": "instalment_noted",
    "give_account": "account_given", "waive": "waived", "settle_item": "payment_bounced", "remind_of_payment": "payment_reminded", "lapse_payment": "payment_lapsed", "deliver": "delivered",
    "publish": "published", "end_notice": "notice_ended", "object_to": "objected", "dismiss": "objection_dismissed",
    "uphold": "objection_upheld", "assign": "assigned", "copy_to": "copied", "urge": "urged", "suspend": "suspended",
    "resume": "resumed", "recuse": "recused", "challenge": "challenged", "decide_challenge": "challenge_upheld",
    "request_access": "access_granted", "comment": "commented", "withdraw_comment": "comment_withdrawn",
    "establish": "established", "see_original": "original_seen", "check_register": "register_asked", "confirm_fact": "fact_confirmed", "name_party": "party_named",
    "propose_change": "change_proposed", "decide_change": "decision_corrected", "withdraw_change": "change_withdrawn",
    "reopen": "reopened", "move_chain": "chain_changed", "serve": "served", "open_letter": "served",
    "ask_rating": "rating_asked", "rate": "rated",
    "explain": "explained", "render_letter": "letter_rendered", "recount": "recounted", "escalate": "warned",
}  # fmt: skip
KINDS_IN: Final[dict[str, tuple[str, ...]]] = {
    states.SUBMITTED: ("intake",), states.CORRECTION: ("correction",), states.PUBLICITY: ("publicity",),
    states.PAYING: ("payment",), states.APPROVED: ("assignment", "confirm", "deliver", "follow_up"),
    states.IN_REVIEW: ("intake", "review", "approval", "countersign", "confirm", "inspect", "return"),
    states.SUSPENDED: ("intake", "review", "approval", "confirm", "inspect", "publicity", "assignment", "payment"),
    states.CLOSED: (),
}  # fmt: skip


@dataclass(frozen=True)
class Spot:
    """Where a case stands: its state, the rights of its open step (None for a closed case), and whether an opinion that
    was asked for is still open."""

    state: str
    step: StepRights | None = None
    waits: bool = False


def says(verb: str, role: str, where: Iterable[str], spot: Spot) -> bool:
    """Whether an officer with this role may, by the table. `where` is how their department stands to the case; who needs
    to be the handler is one, nobody is barred by a duty."""
    spec = ACTIONS[verb]
    if not stands(spec, spot.state) or (spec.needs == "open_task" and not _at_the_step(spec, spot)):
        return False
    return any(role in roles and place in {*where, ANY} for roles, place in holders(spec, spot.step))


def says_outside(verb: str, spot: Spot, *, applies: bool, holds: bool, acts_as: str = "self") -> bool:
    """The same for an account outside the house: whether it acts for the applicant, and for whom the step waits; whoever
    only reads for them may no more than a stranger."""
    spec = ACTIONS[verb]
    applies, holds = applies and acts_as in acting.CHANGES, holds and acts_as in acting.CHANGES
    if not stands(spec, spot.state) or (spec.needs == "open_task" and not _at_the_step(spec, spot)):
        return False
    if spec.holder == "seers":
        return applies and spot.state != states.CLOSED
    if spec.holder in ("applicant", "applicant_or_counter", "urgers"):
        return applies and (holds or spec.needs != "open_task")
    return spec.holder == "anyone" or (spec.holder in ("handler", "handler_or_head") and holds and not spec.anywhere)


def says_of_the_clock(verb: str, spot: Spot) -> bool:
    """Whether the clock does it by itself; whether it is time is the action's matter."""
    spec = ACTIONS[verb]
    return (
        (spec.by_clock or spec.holder == "clock")
        and (spec.needs != "open_task" or spot.step is not None)
        and stands(spec, spot.state)
    )


def stands(spec: ActionSpec, state: str) -> bool:
    """Whether a case in this state is one to which it can be done."""
    if spec.needs == "any_case":
        return True
    return (state == states.CLOSED) == (spec.needs == "closed_case") and state in spec.states


def holders(spec: ActionSpec, step: StepRights | None) -> tuple[tuple[tuple[str, ...], str], ...]:
    """The roles that may, and where their department must stand."""
    if spec.holder == "head":
        return (((Role.HEAD,), CHALLENGED if spec.needs == "any_case" else HERE),)
    if spec.holder in ("handler", "department", "handler_or_head"):
        roles = tuple(
            role
            for role, kinds in HANDLES.items()
            if step and f"handle_{step.kind}" in kinds and step.role in ("", role)
        )
        return ((roles, HERE), *((((Role.HEAD,), HERE),) if spec.holder == "handler_or_head" else ()))
    return () if spec.holder in BY_NAME else _HOLDERS[spec.holder]


def _at_the_step(spec: ActionSpec, spot: Spot) -> bool:
    """Whether the step knows the action, and no open question stands in its way."""
    if spot.step is None:
        return False
    if spec.holder in AT_A_STEP and not spec.anywhere and spec.verb not in spot.step.verbs:
        return False
    return not (spec.finishes and spot.waits)


# --- for people


def pages() -> str:
    """The whole page, in both languages."""
    text = [_HEAD, "| | 部门 · Department |", "| --- | --- |"]
    text += [f"| {sign} | {words.zh} · {words.en} |" for sign, words in SIGNS.values()]
    for state in states.STATES:
        text += ["", f"## {STATES[state].zh} · {STATES[state].en} (`{state}`)", "", *_table(state)]
    text += ["", _WHOM, "", *_outside()]
    text += ["", _TAIL, "", "| 动作 · Action | 谁 · Who |", "| --- | --- |"]
    for verb, spec in ACTIONS.items():
        if verb not in EVENT_OF:
            text.append(f"| `{verb}` | {_plain(spec)} |")
    return "\n".join(text) + "\n"


def _outside() -> Iterator[str]:
    """As whom somebody acts for an applicant, and what each may."""
    yield "| 身份 · As | 看、读文书 · reads | 申请人能办的 · what the applicant may | 定谁替办 · says who acts |"
    yield "| --- | :-: | :-: | :-: |"
    for key in acting.EVERYBODY:
        words, marks = ACTS_AS[key], ["●", *("●" if key in rights else "" for rights in (acting.CHANGES, acting.NAMES))]
        yield f"| {words.zh} · {words.en} (`{key}`) | " + " | ".join(marks) + " |"


def _table(state: str) -> Iterator[str]:
    roles = [ROLES[role] for role in Role.values]
    yield "| 动作 · Action | 步骤 · Steps | " + " | ".join(f"{one.zh} {one.en}" for one in roles) + " | 其他 · Others |"
    yield "| --- | --- |" + " :-: |" * len(roles) + " --- |"
    for verb, event in EVENT_OF.items():
        spec = ACTIONS[verb]
        if not stands(spec, state):
            continue
        steps = [step for step in _steps() if step.kind in KINDS_IN[state] and _at_the_step(spec, Spot(state, step))]
        if spec.needs == "open_task" and not steps:
            continue
        cells = [_cell(spec, role, steps) for role in Role.values]
        kinds = list(dict.fromkeys(step.kind for step in steps)) if spec.needs == "open_task" else []
        shown = "、".join(STEP_KINDS[kind].zh for kind in kinds) or "—"
        yield (
            f"| {EVENTS[event].zh} · {EVENTS[event].en} (`{verb}`) | {shown} | "
            + " | ".join(cells)
            + f" | {_others(spec)} |"
        )


def _steps() -> list[StepRights]:
    """One of each kind of step, with every verb that any of that kind has: those held outside the house have fewer."""
    found: dict[str, StepRights] = {}
    for step in STEPS.values():
        if step.kind not in found or len(step.verbs) > len(found[step.kind].verbs):
            found[step.kind] = step
    return list(found.values())


def _cell(spec: ActionSpec, role: str, steps: list[StepRights]) -> str:
    known: list[StepRights | None] = [*steps] or [None]
    found = [place for step in known for roles, place in holders(spec, step) if role in roles]
    return "".join(SIGNS[place][0] for place in dict.fromkeys(found))


def _others(spec: ActionSpec) -> str:
    said = {
        "applicant": _APPLICANT, "applicant_or_counter": _COUNTER, "urgers": _APPLICANT, "seers": _APPLICANT_OPEN, "clock": _CLOCK, "asked": _ASKED, "anyone": _ANYONE,
    }.get(spec.holder)  # fmt: skip
    words = [said] if said else []
    words += [_CLOCK] if spec.by_clock else []
    words += [_OUTSIDE] if spec.verb in ("confirm", "contradict", "deliver") else []
    words += [_DUTIES] if spec.signs or spec.verb == "claim" else []
    words += [_PROOF] if spec.proof else []
    return "；".join(f"{one.zh} · {one.en}" for one in words)


def _plain(spec: ActionSpec) -> str:
    if spec.holder == "administrators":
        return f"{ROLES[Role.ADMINISTRATOR].zh} · {ROLES[Role.ADMINISTRATOR].en}"
    said = {
        "applicant": _APPLICANT,
        "applicant_or_counter": _COUNTER,
        "finance": _FINANCE,
        "payers": _PAYERS,
        "triage": _TRIAGE,
        "report_officers": _REPORTS,
        "anyone": _ANYONE,
        "record_keepers": _KEEPERS,
        "units_or_services": _UNITS,
        "service_officers": _SERVING,
        "round_leaders": _LEADERS,
        "supervisors": _SUPERVISORS,
    }.get(spec.holder, _NOTES)
    return f"{said.zh} · {said.en}"


_APPLICANT = T("申请人", "the applicant")
_COUNTER: Final = T(
    "申请人；代办登记的，由登记它的单位的受理人员凭签字的纸",
    "the applicant; of a case registered for them, an intake officer of the office, with a signed paper",
)
_APPLICANT_OPEN: Final = T("申请人，办完以前", "the applicant, until it is closed")
_CLOCK = T("系统到期", "the clock")
_ASKED = T("被问到的人", "whoever was asked")
_ANYONE = T("任何人", "anyone")
_OUTSIDE = T("办这一步的申请人或者单位", "the applicant or organisation that holds the step")
_DUTIES = T("职责分离", "separation of duties")
_PROOF = T("要再证明本人", "asks for a fresh proof")
_FINANCE = T("区财政局的拨付、审批、负责人", "payers, approvers and heads of Finance")
_PAYERS = T("区财政局的拨付人员", "payers of Finance")
_TRIAGE = T("区残联的线索受理人员", "triage officers of the Federation")
_REPORTS = T("区残联的线索受理、审批、负责人", "triage officers, approvers and heads of the Federation")
_KEEPERS = T("区残联的受理、经办、负责人，管理员", "intake, reviewers and heads of the Federation; administrators")
_SERVING: Final = T("区残联的受理、经办、审批、负责人", "intake, reviewers, approvers and heads of the Federation")
_UNITS: Final = T(
    "替这个单位、这个人办的人；区残联的受理、经办、审批、负责人",
    "who acts for the unit or person; intake, reviewers, approvers and heads of the Federation",
)
_LEADERS = T(
    "牵头招录的部门（区人社局、区民政局）的经办、审批、负责人，只办自己部门的批次",
    "reviewers, approvers and heads of the department that leads the round (HR&SS, Civil Affairs)",
)
_SUPERVISORS = T("督查", "supervisors")
_NOTES = T("三个解释部门的审批、负责人", "approvers and heads of the three interpreting departments")
_HEAD = """# 谁能做什么 · Who may do what

Made by `manage.py rights --write`; a test holds it, and another walks it against the judge (`casework/access.py`). Each table is
one state of a case; a sign says in which department the role may do it. 经办的动作先要签收 · what a handler does needs the case to be
taken on first. Separation of duties and recusal bar people beside it (`casework/duties.py`).
"""
_WHOM = """## 谁替申请人办 · Who acts for an applicant

“申请人”在上面的表里是有授权的人：本人、监护人、代办人，单位的管理员和经办人 · “the applicant” above is whoever has a mandate that does
more than read (`casework/acting.py`)."""
_TAIL = "## 不对案件做的 · Not done to a case"
