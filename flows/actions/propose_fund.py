"""Propose a decision on a year's fund, and take it back (提出、撤回资金决定): officers of finance."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localdate

from accounts.actor import Actor
from casework import access
from casework.access import ActionSpec
from casework.record import write_on
from casework.sealing import new_key, seal
from flows.errors import AlreadyDone, Invalid, NotAllowed, NotThere, ProofNeeded
from funds.access import may_decide
from funds.models import Fund, FundDecision
from funds.models.fund import SOURCES
from policy import T
from policy.registry import CODES

PROPOSE = access.register_action(ActionSpec("propose_fund", needs="any_case", holder="finance", proof=True))
WITHDRAW = access.register_action(ActionSpec("withdraw_fund", needs="any_case", holder="finance"))
WITH_A_SUM = ("open", "raise", "lower")
MOST = Decimal("99999999999.99")
LONGEST = 1000


@dataclass(frozen=True)
class FundWish:
    """What is proposed: the kind, the year and source of the fund, and what the kind asks beside them."""

    kind: str
    year: int
    source: str
    reason: str
    amount: Decimal | None = None
    measure: str = ""
    since: date | None = None


def propose_fund(*, wish: FundWish, by: Actor, now: datetime) -> FundDecision:
    """The proposal, for a second officer of finance.

    Raises Invalid with the mistakes, AlreadyDone("fund_open_decision") while another one waits for the same fund,
    NotAllowed, ProofNeeded.
    """
    verdict = access.may(by, "propose_fund", on=localdate(now))
    if not verdict or by.post is None:
        raise NotAllowed(verdict.reason)
    if not by.proof_is_fresh(now, settings.PROOF_LASTS_MINUTES):
        raise ProofNeeded
    district_id = by.post.district_id
    with transaction.atomic():
        fund = find_fund(district_id, wish.year, wish.source)
        check(wish, fund, localdate(now))
        same = {"district_id": district_id, "year": wish.year, "source": wish.source, "measure": wish.measure}
        if FundDecision.objects.filter(**same, state="proposed").exists():
            raise AlreadyDone("fund_open_decision")
        key = new_key("officer", district_id)
        made = FundDecision.objects.create(
            **same, kind=wish.kind, amount=wish.amount, since=wish.since, fund=fund, key=key,
            reason=seal(key, wish.reason.strip()), proposed_by_id=by.user_id, proposed_as=by.post, proposed_at=now,
        )  # fmt: skip
        write_on(made, "fund_proposed", by, now, details=details(made), sealed={"reason": wish.reason.strip()}, key=key)
        return made


def withdraw_fund(*, decision_id: int, by: Actor, now: datetime) -> None:
    """The proposer takes it back while nobody has decided it. Raises NotThere, NotAllowed, AlreadyDone."""
    with transaction.atomic():
        decision = open_decision(decision_id, by, "withdraw_fund", now)
        decision.state, decision.decided_by_id, decision.decided_at = "withdrawn", by.user_id, now
        decision.save(update_fields=["state", "decided_by", "decided_at"])
        write_on(decision, "fund_withdrawn", by, now, details=details(decision))


def open_decision(decision_id: int, by: Actor, verb: str, now: datetime) -> FundDecision:
    """The proposal, locked, for somebody who may do this to it."""
    if by.post is None:
        raise NotThere
    here = FundDecision.objects.filter(pk=decision_id, district_id=by.post.district_id)
    found = here.select_for_update(of=("self",)).select_related("proposed_as", "key").first()
    if found is None:
        raise NotThere
    verdict = may_decide(by, found, verb, localdate(now))
    if verdict.reason == "fund_decided":
        raise AlreadyDone("fund_decided")
    if not verdict:
        raise NotAllowed(verdict.reason)
    return found


def find_fund(district_id: int, year: int, source: str) -> Fund | None:
    return Fund.objects.filter(district_id=district_id, year=year, source=source).first()


def check(wish: FundWish, fund: Fund | None, today: date) -> None:
    """Every mistake at its field. Raises Invalid."""
    wrong: dict[str, T] = {}
    if wish.kind not in FundDecision.KINDS:
        wrong["kind"] = T("请选要办什么。", "Please choose what to do.")
    if wish.source not in SOURCES:
        wrong["source"] = T("请选哪一笔资金。", "Please choose the source.")
    if not today.year - 5 <= wish.year <= today.year + 2:
        wrong["year"] = T("请写近几年的年份。", "Please give a year near this one.")
    if not wish.reason.strip():
        wrong["reason"] = T("请写明理由和依据。", "Please give the reason and what it rests on.")
    elif len(wish.reason) > LONGEST:
        wrong["reason"] = T("理由最多 {most} 个字。", "The reason has {most} characters at most.").fill(most=LONGEST)
    wrong |= _sum(wish, fund)
    wrong |= _fund(wish, fund)
    wrong |= _measure(wish, today)
    if wrong:
        raise Invalid(**wrong)


def _sum(wish: FundWish, fund: Fund | None) -> dict[str, T]:
    if wish.kind not in WITH_A_SUM:
        return {}
    sum_ = wish.amount
    if sum_ is None or not 0 < sum_ <= MOST or sum_ != sum_.quantize(Decimal("0.01")):
        return {"amount": T("请写金额，大于 0，最多两位小数。", "Please give a sum above 0, two decimals at most.")}
    if wish.kind == "lower" and fund is not None and sum_ > fund.left:
        return {"amount": below_reserved(fund.left)}
    return {}


def below_reserved(left: Decimal) -> T:
    return T(
        "最多能减 {left} 元，其余的已经预留或者拨付。",
        "At most {left} yuan can be taken off; the rest is reserved or paid.",
    ).fill(left=left)


def _fund(wish: FundWish, fund: Fund | None) -> dict[str, T]:
    """Whether the fund is as the kind needs it: not there, open, or closed with something left."""
    if wish.kind == "open":
        return {"year": T("这一年的这笔资金已经设立了。", "This fund of that year is there already.")} if fund else {}
    if wish.kind == "source":
        return {}
    if fund is None:
        return {"year": T("这一年还没有设立这笔资金。", "There is no such fund in that year yet.")}
    if wish.kind == "carry":
        if fund.is_open:
            return {"kind": T("先关账，再结转。", "Close the year first, then carry it over.")}
        return {} if fund.left else {"kind": T("没有余额可以结转。", "Nothing is left to carry over.")}
    return {} if fund.is_open else {"year": T("这一年已经关账。", "That year is closed.")}


def _measure(wish: FundWish, today: date) -> dict[str, T]:
    if wish.kind != "source":
        return {}
    wrong = {}
    if wish.measure not in CODES:
        wrong["measure"] = T("请选一项政策。", "Please choose a measure.")
    if wish.since is None or wish.since <= today:
        wrong["since"] = T("请写从哪天起，要在今天以后。", "Please give its first day, after today.")
    return wrong


def details(decision: FundDecision) -> dict[str, object]:
    """What the record says of it: figures of a fund are nobody's personal data."""
    return {
        "kind": decision.kind, "year": decision.year, "source": decision.source,
        "amount": f"{decision.amount:.2f}" if decision.amount is not None else "", "measure": decision.measure,
        "since": decision.since.isoformat() if decision.since else "",
    }  # fmt: skip
