"""Decide on a fund (审定资金决定): a second officer of finance puts it into force, or rejects it with a reason."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localdate

from accounts.actor import Actor
from casework import access
from casework.access import ActionSpec
from casework.record import write_on
from casework.sealing import seal, unseal
from flows.actions.propose_fund import FundWish, below_reserved, check, details, find_fund, open_decision
from flows.errors import Invalid, ProofNeeded
from funds import book
from funds.models import Fund, FundDecision, FundSource
from policy import T

DECIDE = access.register_action(ActionSpec("decide_fund", needs="any_case", holder="finance", proof=True))
WHY = T("请写明为什么不同意，提出的人会看到。", "Please say why; the person who proposed it reads it.")
_NO_NEXT_YEAR = T(
    "下一年的这笔资金还没有设立，或者已经关账。", "There is no open fund of this source in the next year."
)


def approve_fund(*, decision_id: int, by: Actor, now: datetime) -> None:
    """The fund is opened, raised, lowered, closed or carried over, and its book says so.

    Raises NotThere, NotAllowed("fund_needs_a_second"), AlreadyDone("fund_decided"), ProofNeeded, and Invalid where what
    happened meanwhile is in the way.
    """
    _prove(by, now)
    with transaction.atomic():
        decision = open_decision(decision_id, by, "decide_fund", now)
        fund = find_fund(decision.district_id, decision.year, decision.source)
        check(_wish(decision), fund, localdate(now))
        _carry_out(decision, fund, by, now)
        decision.state, decision.decided_by_id, decision.decided_at = "approved", by.user_id, now
        decision.save(update_fields=["state", "decided_by", "decided_at", "fund"])
        write_on(decision, "fund_approved", by, now, details=details(decision))


def reject_fund(*, decision_id: int, by: Actor, now: datetime, answer: str) -> None:
    """Not put into force, with the reason. Raises the same, and Invalid without one."""
    _prove(by, now)
    if not answer.strip():
        raise Invalid(answer=WHY)
    with transaction.atomic():
        decision = open_decision(decision_id, by, "decide_fund", now)
        decision.state, decision.decided_by_id, decision.decided_at = "rejected", by.user_id, now
        decision.answer = seal(decision.key, answer.strip())
        decision.save(update_fields=["state", "decided_by", "decided_at", "answer"])
        sealed = {"answer": answer.strip()}
        write_on(decision, "fund_rejected", by, now, details=details(decision), sealed=sealed, key=decision.key)


def _carry_out(decision: FundDecision, fund: Fund | None, by: Actor, now: datetime) -> None:
    given: dict[str, Any] = {"by": by, "now": now, "decision": decision}
    if decision.kind == "source":
        assert decision.since is not None
        FundSource.objects.create(
            district_id=decision.district_id, measure=decision.measure, since=decision.since, source=decision.source
        )
    elif decision.kind == "open":
        assert decision.amount is not None
        decision.fund = book.open_year(decision.district_id, decision.year, decision.source, decision.amount, **given)
    else:
        assert fund is not None
        _change(decision, fund, given)


def _change(decision: FundDecision, fund: Fund, given: dict[str, Any]) -> None:
    try:
        if decision.kind == "close":
            book.close_year(fund.pk, **given)
        elif decision.kind == "carry":
            book.carry_over(fund.pk, **given)
        else:
            assert decision.amount is not None
            difference = decision.amount if decision.kind == "raise" else -decision.amount
            book.change_amount(fund.pk, difference, **given)
    except book.NotEnough as error:
        if decision.kind == "carry":
            raise Invalid(year=_NO_NEXT_YEAR) from error
        raise Invalid(amount=below_reserved(error.left or book.ZERO)) from error


def _wish(decision: FundDecision) -> FundWish:
    return FundWish(
        decision.kind, decision.year, decision.source, unseal(decision.key, decision.reason), decision.amount,
        decision.measure, decision.since,
    )  # fmt: skip


def _prove(by: Actor, now: datetime) -> None:
    if not by.proof_is_fresh(now, settings.PROOF_LASTS_MINUTES):
        raise ProofNeeded
