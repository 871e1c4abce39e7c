"""A fund is opened, changed, closed and carried over by two officers of finance, never by one."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from accounts.actor import Actor
from accounts.models import Role
from casework.models import Action
from casework.record import chain_is_whole, said
from casework.sealing import unseal
from flows.actions.decide_fund import approve_fund, reject_fund
from flows.actions.propose_fund import FundWish, propose_fund, withdraw_fund
from flows.errors import AlreadyDone, Invalid, NotAllowed, NotThere, ProofNeeded
from funds.models import Fund, FundDecision, FundEntry, FundSource
from tests.factories import NOW, fund, officer

pytestmark = pytest.mark.django_db
REASON = "区财政预算批复（示例）"


@pytest.fixture
def two() -> tuple[Actor, Actor]:
    return officer("finance", Role.PAYER), officer("finance", Role.APPROVER)


def wish(kind: str, amount: str | None = None, year: int = 2026, **more: Any) -> FundWish:
    return FundWish(kind, year, "levy", REASON, Decimal(amount) if amount else None, **more)


def decided(two: tuple[Actor, Actor], what: FundWish) -> FundDecision:
    made = propose_fund(wish=what, by=two[0], now=NOW)
    approve_fund(decision_id=made.pk, by=two[1], now=NOW)
    made.refresh_from_db()
    return made


def test_two_officers_of_finance_open_a_years_fund(two: tuple[Actor, Actor]):
    made = decided(two, wish("open", "1000000.00"))
    one = Fund.objects.get(year=2026)
    assert (made.state, made.fund_id, one.amount) == ("approved", one.pk, Decimal(1000000))
    entry = FundEntry.objects.get(fund=one)
    assert (entry.kind, entry.decision_id, entry.by_id) == ("opened", made.pk, two[1].user_id)
    record = list(Action.objects.filter(subject_kind="funddecision", subject_id=made.pk).order_by("number"))
    assert [action.event for action in record] == ["fund_proposed", "fund_approved"]
    assert chain_is_whole(record)
    assert said(record[0], made.key) == {"reason": REASON}
    assert REASON.encode() not in bytes(made.reason)
    assert unseal(made.key, made.reason) == REASON


def test_nobody_decides_what_they_proposed_and_only_finance_decides(two: tuple[Actor, Actor]):
    made = propose_fund(wish=wish("open", "10.00"), by=two[0], now=NOW)
    with pytest.raises(NotAllowed, match="fund_needs_a_second"):
        approve_fund(decision_id=made.pk, by=two[0], now=NOW)
    for other in (officer("federation", Role.APPROVER), officer("finance", Role.REVIEWER)):
        with pytest.raises(NotAllowed, match="only_finance"):
            approve_fund(decision_id=made.pk, by=other, now=NOW)
        with pytest.raises(NotAllowed, match="only_finance"):
            propose_fund(wish=wish("open", "10.00", 2027), by=other, now=NOW)
    assert not Fund.objects.filter(year=2026).exists()


def test_a_proof_is_asked_for(two: tuple[Actor, Actor]):
    stale = Actor("officer", user=two[0].user, post=two[0].post)
    with pytest.raises(ProofNeeded):
        propose_fund(wish=wish("open", "10.00"), by=stale, now=NOW)


def test_a_fund_is_raised_and_lowered_never_below_what_is_promised(two: tuple[Actor, Actor]):
    one = fund(2026, "100.00")
    decided(two, wish("raise", "50.00"))
    Fund.objects.filter(pk=one.pk).update(reserved=Decimal(120))
    with pytest.raises(Invalid) as error:
        propose_fund(wish=wish("lower", "30.01"), by=two[0], now=NOW)
    assert "30" in error.value.errors["amount"].zh
    made = propose_fund(wish=wish("lower", "30.00"), by=two[0], now=NOW)
    Fund.objects.filter(pk=one.pk).update(reserved=Decimal(121))  # meanwhile
    with pytest.raises(Invalid):
        approve_fund(decision_id=made.pk, by=two[1], now=NOW)
    Fund.objects.filter(pk=one.pk).update(reserved=Decimal(120))
    approve_fund(decision_id=made.pk, by=two[1], now=NOW)
    one.refresh_from_db()
    assert (one.amount, one.left) == (Decimal(120), 0)


def test_a_year_is_closed_and_what_is_left_goes_to_the_next(two: tuple[Actor, Actor]):
    one = fund(2026, "100.00")
    for early in ("carry",):
        with pytest.raises(Invalid):
            propose_fund(wish=wish(early), by=two[0], now=NOW)
    decided(two, wish("close"))
    for late in (wish("close"), wish("raise", "1.00"), wish("lower", "1.00")):
        with pytest.raises(Invalid):
            propose_fund(wish=late, by=two[0], now=NOW)
    made = propose_fund(wish=wish("carry"), by=two[0], now=NOW)
    with pytest.raises(Invalid) as error:  # there is no next year yet
        approve_fund(decision_id=made.pk, by=two[1], now=NOW)
    assert "year" in error.value.errors
    following = fund(2027, "7.00")
    approve_fund(decision_id=made.pk, by=two[1], now=NOW)
    one.refresh_from_db(), following.refresh_from_db()
    assert (one.amount, following.amount) == (0, Decimal(107))
    with pytest.raises(Invalid):
        propose_fund(wish=wish("carry"), by=two[0], now=NOW)


def test_a_measure_gets_its_source_from_a_coming_day(two: tuple[Actor, Actor]):
    what = FundWish("source", 2026, "lottery", REASON, measure="tuition_subsidy", since=date(2027, 1, 1))
    decided(two, what)
    assert FundSource.objects.get().source == "lottery"
    for wrong in ({"measure": "nothing"}, {"since": NOW.date()}):
        with pytest.raises(Invalid):
            propose_fund(wish=FundWish(**{**what.__dict__, **wrong}), by=two[0], now=NOW)


@pytest.mark.parametrize(
    ("what", "wrong"),
    [
        (wish("open"), "amount"), (wish("open", "0.00"), "amount"), (wish("open", "1.001"), "amount"),
        (wish("open", "1.00", 1999), "year"), (wish("nothing"), "kind"), (wish("raise", "1.00"), "year"),
        (FundWish("open", 2026, "gold", REASON, Decimal(1)), "source"),
        (FundWish("open", 2026, "levy", " ", Decimal(1)), "reason"),
        (FundWish("open", 2026, "levy", "长" * 1001, Decimal(1)), "reason"),
    ],
)  # fmt: skip
def test_a_mistake_is_said_at_its_field(two: tuple[Actor, Actor], what: FundWish, wrong: str):
    with pytest.raises(Invalid) as error:
        propose_fund(wish=what, by=two[0], now=NOW)
    assert wrong in error.value.errors


def test_one_decision_at_a_time_which_its_proposer_may_withdraw(two: tuple[Actor, Actor]):
    made = propose_fund(wish=wish("open", "10.00"), by=two[0], now=NOW)
    with pytest.raises(AlreadyDone, match="fund_open_decision"):
        propose_fund(wish=wish("open", "20.00"), by=two[1], now=NOW)
    with pytest.raises(NotAllowed, match="only_the_proposer"):
        withdraw_fund(decision_id=made.pk, by=two[1], now=NOW)
    withdraw_fund(decision_id=made.pk, by=two[0], now=NOW)
    with pytest.raises(AlreadyDone, match="fund_decided"):
        approve_fund(decision_id=made.pk, by=two[1], now=NOW)
    with pytest.raises(NotThere):
        approve_fund(decision_id=0, by=two[1], now=NOW)


def test_a_rejection_says_why(two: tuple[Actor, Actor]):
    made = propose_fund(wish=wish("open", "10.00"), by=two[0], now=NOW)
    with pytest.raises(Invalid):
        reject_fund(decision_id=made.pk, by=two[1], now=NOW, answer=" ")
    reject_fund(decision_id=made.pk, by=two[1], now=NOW, answer="数字不对")
    made.refresh_from_db()
    assert (made.state, unseal(made.key, made.answer)) == ("rejected", "数字不对")


def test_the_database_keeps_what_was_decided_and_takes_two(two: tuple[Actor, Actor]):
    made = propose_fund(wish=wish("open", "10.00"), by=two[0], now=NOW)
    rows = FundDecision.objects.filter(pk=made.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(amount=Decimal(99))
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(state="approved", decided_by=two[0].user)
    approve_fund(decision_id=made.pk, by=two[1], now=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(state="rejected")
