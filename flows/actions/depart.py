"""Depart from the sum that the rules give (改算): with a reason, and only where a second person signs it too."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from accounts.actor import Actor
from accounts.models import Post, Role
from casework import access, departures, states
from casework.access import ActionSpec
from casework.assessment import find
from casework.exclusions import Collision, change_sum
from casework.judgements import newest
from casework.models import SumDeparture
from casework.sealing import seal
from flows import engine
from flows.actions.add_signer import ask
from flows.errors import AlreadyDone, Invalid, NotAllowed
from policy import T
from policy.assessment import ELIGIBLE

SPEC = access.register_action(ActionSpec("depart", proof=True, states=frozenset({states.IN_REVIEW})))
SECONDERS = (Role.APPROVER, Role.HEAD)
_QUESTION = T(
    "改算：按规则 {old} 元，改为 {new} 元。理由：{reason}",
    "Departure from the sum: {old} yuan by the rules, {new} yuan instead. Reason: {reason}",
)


def depart(
    *, case_id: int, task_id: int, by: Actor, now: datetime, amount: Decimal | None, reason: str, to: int,
    lines: Sequence[str] = (),
) -> SumDeparture:  # fmt: skip
    """Another sum than the rules', for the lines named by their keys; the officer `to` is asked to sign it.

    The handler's own signature waits until they have. Raises Invalid with what is wrong, NotAllowed where the rules
    give no sum, AlreadyDone where one waits already.
    """
    with engine.at_work(case_id=case_id, task_id=task_id, by=by, verb="depart", now=now) as work:
        case, kept, found = work.case, newest(work.case), find(work.case)
        if kept is None or found.outcome != ELIGIBLE or found.amount is None or kept.amount != found.amount:
            raise NotAllowed("no_sum")
        if departures.waiting(case):
            raise AlreadyDone("departure_waits")
        new = _checked(amount, found.amount, reason, lines, {item.key for item in found.items})
        told = _QUESTION.fill(old=found.amount, new=new, reason=reason.strip()).zh
        signature = ask(work, "sum_departed", to, "parallel", told, roles=SECONDERS, details={
            "old": f"{found.amount:.2f}", "new": f"{new:.2f}", "lines": list(lines),
        })  # fmt: skip
        return SumDeparture.objects.create(
            district_id=case.district_id, case=case, assessment=kept, round=case.round, signature=signature,
            old_amount=found.amount, new_amount=new, lines=list(lines), reason=seal(case.key, reason.strip()),
            proposed_by_id=by.user_id, proposed_at=now,
        )  # fmt: skip


def apply(work: engine.Work) -> None:
    """At the deciding signature: the sum that the standing departure says, within what the year's cap leaves.

    Raises Invalid beyond the cap.
    """
    case, departure = work.case, departures.standing(work.case)
    if departure is None or case.amount is None:
        return
    try:
        change_sum(case, departure.new_amount - case.amount)
    except Collision as hit:
        raise Invalid(outcome=_BEYOND.fill(new=departure.new_amount)) from hit
    case.amount = departure.new_amount


def seconders(posts: Sequence[Post]) -> list[Post]:
    """Of these posts, those that may sign a departure."""
    return [post for post in posts if post.role in SECONDERS]


def _checked(amount: Decimal | None, by_rules: Decimal, reason: str, lines: Sequence[str], known: set[str]) -> Decimal:
    wrong: dict[str, T] = {}
    if amount is None or amount < 0 or amount == by_rules:
        wrong["amount"] = T("请写和规则不同的金额。", "Please give a sum other than the rules'.")
    if not reason.strip():
        wrong["reason"] = T("请写明为什么改，申请人会看到。", "Please say why; the applicant reads it.")
    if set(lines) - known or (known and not lines):
        wrong["lines"] = T("请选改的是哪几行。", "Please choose which lines you depart from.")
    if wrong or amount is None:
        raise Invalid(**wrong)
    return amount


_BEYOND = T(
    "改成 {new} 元就超过了全年的上限。请退回审核，重新算。",
    "With {new} yuan it goes beyond the yearly cap. Please return it to the review to be worked out anew.",
)
