"""Agree at a review, grant at the deciding step (同意、批准)."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from accounts.actor import Actor
from accounts.models import Post, Role
from casework import access, states
from casework.access import ActionSpec
from casework.assessment import figure_lacking, find, waits_for_a_figure
from casework.exclusions import Collision, take
from casework.judgements import Judged, Summary, write_judgements
from casework.models import Assessment, Case, Signature, Task
from casework.outbox import to_applicant
from flows import engine, money
from flows.actions import depart
from flows.actions.name_party import named_by_itself
from flows.actions.open_rectification import open_rectification
from flows.actions.refuse import WAITS
from flows.announce import granted, next_holder
from flows.conclude import conclude
from flows.errors import Invalid
from flows.giving import ask_turn
from flows.joining import must_be_ready
from flows.letters import write_letter
from policy import T, measure
from policy.assessment import ELIGIBLE
from policy.labels import LABELS

SPEC = access.register_action(
    ActionSpec("approve", finishes=True, signs=True, proof=True, states=frozenset({states.IN_REVIEW}))
)


def approve(
    *, case_id: int, task_id: int, by: Actor, now: datetime, opinion: str = "",
    judgements: Mapping[str, Judged] | None = None, seen: int | None = None,
) -> None:  # fmt: skip
    """The handler agrees; the next step opens. At the deciding step the case is granted and the letter is written.

    `judgements` are the handler's, by rule; a review needs one on every clause that its department judges.
    Raises Invalid naming the clauses without a judgement or a reason.
    """
    with engine.at_work(case_id=case_id, task_id=task_id, by=by, verb="approve", now=now, seen=seen) as work:
        decides = work.step.decides
        must_be_ready(work.case, work.at.step_name)
        finding = _judge(work, judgements or {}, decides, opinion)
        event = "granted" if decides else "agreed"
        owed = False
        if decides:
            named_by_itself(work)
            ask_turn(work.case)
            _take(work, finding.found)
        engine.finish(work, event)
        opened = work.opened[-1] if work.opened else None
        if decides:
            after_notice = opened is not None and opened.kind == "publicity"
            write_letter(work, "granted", after_notice=after_notice, found=finding.found)
            owed = money.reserve(work)  # last, so that the fund's row is locked for a moment only
        conclude(
            work, event, clause=finding.clause, outcome=finding.outcome if decides else "",
            sealed={"opinion": opinion, "judgements": finding.text}, details={"to": opened.step_name if opened else ""},
            tell=(
                granted(work) if decides else to_applicant(work.case, event, now, step=work.at.step_name),
                *next_holder(work),
            ),
        )  # fmt: skip
        if decides and not owed:
            money.end_if_nothing_is_due(work)
        if decides and (short := _shortfall(work.case)):
            open_rectification(returned=work.case, shortfall=short, now=now)


def _take(work: engine.Work, shown: Assessment | None) -> None:
    """五1: the amount, and what the grant takes so that no other may, by the rules' answer of this moment."""
    case, rules = work.case, measure(work.case.measure, work.case.purpose)
    if rules.excludes is None:
        if lacking := figure_lacking(case):
            raise Invalid(outcome=NO_FIGURE.fill(what=LABELS[lacking], name=lacking))
        case.amount = money.sum_asked(case)
        if rules.sum_fact and case.amount is None:  # nothing could be paid, or asked back, and the case would never end
            raise Invalid(outcome=_NO_SUM_ASKED)
        return
    found = find(case)
    if shown is None or (found.outcome, found.amount) != (shown.outcome, shown.amount):
        raise Invalid(outcome=_CHANGED.fill(before=_yuan(shown.amount if shown else None), now=_yuan(found.amount)))
    if found.outcome != ELIGIBLE:
        raise Invalid(outcome=WAITS if waits_for_a_figure(case) else _NO_SUM)
    case.amount = found.amount
    try:
        take(case, found.takes, work.now)
    except Collision as hit:
        which = hit.reference or T("另一件申请", "Another application")
        raise Invalid(outcome=_TAKEN.fill(which=which, what=hit.row.title, key=hit.key)) from hit
    depart.apply(work, shown)
    _second_approver(work)


def _second_approver(work: engine.Work) -> None:
    """Level by amount: above the sum `approval.second_above.<measure>` another approver signs first (empty: nobody)."""
    level = work.parameters.value(f"approval.second_above.{work.case.measure}", work.today)
    if level is None or work.case.amount is None or work.case.amount <= Decimal(str(level)):
        return
    signed = Signature.objects.filter(task=work.at, outcome="agreed").values("signed_by")
    approvers = Post.objects.in_force(work.today).filter(
        role=Role.APPROVER, department=work.at.department, user_id__in=signed
    )
    if not approvers.exclude(user_id=work.by.user_id).exists():
        raise Invalid(
            outcome=T(
                "金额超过 {level} 元，要先请本部门另一位审批人一起签（加签），再批准。",
                "The sum is above {level} yuan: first ask another approver of the department to sign too, then grant it.",
            ).fill(level=level)
        )


def _shortfall(case: Case) -> int:
    """How many a return that is now on record falls short by; 0 where its measure opens nothing."""
    rules = measure(case.measure, case.purpose)
    return int(str(find(case).values.get("shortfall") or 0)) if rules.opens_rectification else 0


def _advised_against(case: Case) -> bool:
    """Whether a review of the case stands that did not agree: the newest of its step."""
    reviews = Task.objects.filter(process=case, kind="review", finished__isnull=False).order_by("pk")
    return (
        "advised_against"
        in {str(step): outcome for step, outcome in reviews.values_list("flow_task", "outcome")}.values()
    )


_NO_SUM = T(
    "规则没有算出金额，这一项现在不能批准。缺事实的，请退回审核补上；不符合的，请不予批准。",
    "The rules give no sum, so this cannot be granted. Where facts are missing, return it to the review; where it does "
    "not fit, refuse it.",
)
_NO_SUM_ASKED = T(
    "这件没有写清楚金额，现在不能批准。请退回，请申请的单位写上金额。",
    "The case names no sum, so it cannot be granted. Return it, so that the sum is filled in.",
)
NO_FIGURE = T(
    "金额的标准还没有公布：{what}（{name}）。公布以前不能批，也不能因此不予批准；请“中止办理”，理由选“标准还没有公布”。",
    "The figure for the sum is not published yet: {what} ({name}). Until it is, this can be neither granted nor refused for "
    "that; please pause the case on that ground.",
)
_CHANGED = T(
    "打开以后，别的申请批下来了，这一笔要重算：原来 {before}，现在 {now}。请退回审核，看过新的计算再批。",
    "Another application was granted meanwhile and this sum changes: it was {before}, it is now {now}. "
    "Please return it to the review, where it is worked out anew.",
)
_TAKEN = T(
    "{which}已经批了{what}（{key}），不能重复批。请退回审核，重新计算。",
    "{which} was already granted {what} ({key}); it cannot be granted twice. Please return it to the review.",
)


def _yuan(amount: Decimal | None) -> T:
    return T("没有金额", "no amount") if amount is None else T("{n} 元", "{n} yuan").fill(n=amount)


def _judge(work: engine.Work, judgements: Mapping[str, Judged], decides: bool, opinion: str) -> Summary:
    """Every clause of the step judged and met; at the deciding step a reason where the rules did not find it eligible."""
    summary = write_judgements(work.at, judgements, work.by.user_id, work.now, needs_all=not decides)
    # A return is recorded as it is, short or not; where there are no rules, people alone find that it fits.
    records = engine.deciding_step(engine.chain_of(work.case)).outcome == "recorded"
    is_ruled = bool(measure(work.case.measure, work.case.purpose).ruling) and not records
    if decides and is_ruled and summary.outcome != "eligible" and not opinion.strip():
        summary.problems["opinion"] = T(
            "规则没有认定符合。您要批准，请写明理由。",
            "The rules did not find this eligible. To grant it, please give your reason.",
        )
    elif decides and not opinion.strip() and _advised_against(work.case):
        summary.problems["opinion"] = T(
            "前面的审核有不同意的。您要批准，请写明理由。",
            "An earlier review advised against it. To grant it, please give your reason.",
        )
    if summary.problems:
        raise Invalid(**summary.problems)
    if summary.not_met and not decides and not records:
        raise Invalid(
            outcome=T(
                "您判断有不符合的条款，不能同意。请选“不同意，写明意见”，或者改判断。",
                "You judged a clause as not met, so you cannot agree. Advise against it, or change the judgement.",
            )
        )
    return summary
