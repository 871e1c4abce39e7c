"""Put a decision right (更正): proposed by an approver of the deciding department, signed by a second one of another.

The new decision names the old one; a changed sum follows as a difference. Whatever else was wrong is a new round
(`reopen`).
"""

from datetime import datetime
from decimal import Decimal

from accounts.actor import Actor
from accounts.models import Department
from casework import access, states
from casework.access import ActionSpec
from casework.exclusions import Collision, change_sum
from casework.models import DecisionChange
from casework.outbox import to_applicant, to_department
from casework.sealing import seal, unseal
from flows import engine, money
from flows.conclude import note
from flows.errors import AlreadyDone, Invalid, NotAllowed
from flows.letters import write_letter
from policy import T

PROPOSE = access.register_action(ActionSpec("propose_change", needs="any_case", holder="correctors", proof=True))
DECIDE = access.register_action(ActionSpec("decide_change", needs="any_case", holder="seconders", proof=True))
WITHDRAW = access.register_action(ActionSpec("withdraw_change", needs="any_case", holder="correctors"))
CORRECTABLE = ("granted", "refused", "recorded", "completed", "founded", "unfounded")


def propose_change(
    *, case_id: int, by: Actor, now: datetime, text: str, reason: str, seconder_id: int, amount: Decimal | None = None,
    seen: int | None = None,
) -> DecisionChange:  # fmt: skip
    """What the decision should say, why, and which department's approver is asked to sign. `amount` where it changes.

    Raises Invalid, NotAllowed where there is no decision yet, AlreadyDone where a change waits already.
    """
    with engine.at_work(case_id=case_id, by=by, verb="propose_change", now=now, seen=seen) as work:
        case = work.case
        if case.outcome not in CORRECTABLE or case.state == states.IN_REVIEW:
            raise NotAllowed("not_decided")
        if DecisionChange.objects.filter(case=case, outcome="").exists():
            raise AlreadyDone("change_waits")
        _check(work, text, reason, amount, seconder_id)
        assert by.post is not None  # `may` let an approver through
        made = DecisionChange.objects.create(
            district_id=case.district_id, case=case, old_letter=case.letters.decisions().filter(void_at=None).last(),
            old_amount=case.amount, new_amount=amount, text=seal(case.key, text.strip()),
            reason=seal(case.key, reason.strip()), proposed_by_id=by.user_id, proposed_as=by.post, proposed_at=now,
            seconder_id=seconder_id,
        )  # fmt: skip
        note(
            work, "change_proposed", details={"change": made.pk, "amount": _plain(amount)},
            sealed={"text": text, "reason": reason}, raises_version=True,
            tell=(to_department(case, seconder_id, "change_proposed", now),),
        )  # fmt: skip
        return made


def approve_change(*, change_id: int, by: Actor, now: datetime) -> None:
    """The second approver signs: the decision is changed, a letter says so, and the money follows as a difference.

    Raises Invalid where the year's fund has not enough for it, or the sum is at the bank.
    """
    change = DecisionChange.objects.select_related("old_letter").get(pk=change_id)
    with engine.at_work(case_id=change.case_id, by=by, verb="decide_change", now=now) as work:
        _waiting(change, by)
        case = work.case
        reclaim = money.follow(work, change)
        if change.new_amount is not None:
            _change_sum(work, change.new_amount)
            case.amount = change.new_amount
        text, reason = unseal(case.key, change.text), unseal(case.key, change.reason)
        change.new_letter = write_letter(
            work, "corrected", reason=reason, corrects=change.old_letter.number if change.old_letter else "", text=text
        )
        change.outcome, change.decided_by_id, change.decided_at = "approved", by.user_id, now
        change.save()
        note(
            work, "decision_corrected",
            details={
                "change": change.pk, "old": _plain(change.old_amount), "new": _plain(case.amount),
                **({"reclaim": _plain(reclaim)} if reclaim else {}),
            },
            sealed={"text": text, "reason": reason}, raises_version=True,
            tell=(
                to_applicant(case, "decision_corrected", now),
                to_department(case, change.proposed_as.department_id, "reclaim_due", now) if reclaim else None,
            ),
        )  # fmt: skip
        if change.new_amount is not None:
            money.end_if_nothing_is_due(work)


def reject_change(*, change_id: int, by: Actor, now: datetime, reason: str) -> None:
    """The second approver does not agree; the decision stays as it is."""
    if not reason.strip():
        raise Invalid(reason=T("请写明为什么不同意。", "Please say why you do not agree."))
    _close(change_id, by, now, "decide_change", "rejected", reason)


def withdraw_change(*, change_id: int, by: Actor, now: datetime) -> None:
    """Whoever proposed it takes it back."""
    _close(change_id, by, now, "withdraw_change", "withdrawn", "")


def fall(work: engine.Work) -> None:
    """The decision is set aside or its case begins anew: a correction that still waits has nothing to correct."""
    DecisionChange.objects.filter(case=work.case, outcome="").update(outcome="withdrawn", decided_at=work.now)


def _close(change_id: int, by: Actor, now: datetime, verb: str, outcome: str, reason: str) -> None:
    change = DecisionChange.objects.get(pk=change_id)
    with engine.at_work(case_id=change.case_id, by=by, verb=verb, now=now) as work:
        _waiting(change, by, is_proposer=outcome == "withdrawn")
        change.outcome, change.decided_by_id, change.decided_at = outcome, by.user_id, now
        change.save()
        note(work, f"change_{outcome}", details={"change": change.pk}, sealed={"reason": reason}, raises_version=True)


def _waiting(change: DecisionChange, by: Actor, is_proposer: bool = False) -> None:
    """The change is open, and the actor is the one whom it waits for."""
    change.refresh_from_db()
    if change.outcome:
        raise AlreadyDone("change_decided")
    proposers = {change.proposed_by_id, change.proposed_as.user_id}
    if is_proposer:
        if not by.hands & proposers:
            raise NotAllowed("only_the_proposer")
        return
    if by.hands & proposers:
        raise NotAllowed("needs_a_second_person")
    if by.post is None or by.post.department_id != change.seconder_id:
        raise NotAllowed("other_department")


def _check(work: engine.Work, text: str, reason: str, amount: Decimal | None, seconder_id: int) -> None:
    wrong: dict[str, T] = {}
    if not text.strip():
        wrong["text"] = T("请写更正后的决定。", "Please write what the decision should say.")
    if not reason.strip():
        wrong["reason"] = T("请写明为什么更正，申请人会看到。", "Please say why; the applicant reads it.")
    if amount is not None and (work.case.amount is None or amount < 0 or amount == work.case.amount):
        wrong["amount"] = T("请写和原来不同的金额。", "Please give a sum other than the old one.")
    mine = work.by.post.department_id if work.by.post else None
    if seconder_id == mine or not Department.objects.filter(pk=seconder_id, district_id=work.case.district_id).exists():
        wrong["seconder"] = T("请选另一个部门来签。", "Please choose another department to sign.")
    if wrong:
        raise Invalid(**wrong)


def _change_sum(work: engine.Work, amount: Decimal) -> None:
    try:
        change_sum(work.case, amount - (work.case.amount or Decimal(0)))
    except Collision as hit:
        raise Invalid(amount=T("超过了全年的上限。", "This goes beyond the yearly cap.")) from hit


def _plain(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:.2f}"
