"""The book of a fund: whatever happens in whatever order, the figures are exact and never below zero."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.actor import CLOCK
from casework.models import Case
from funds import book, payables
from funds.book import NotEnough, NotInFen
from funds.check import differences
from funds.models import Fund, FundEntry, FundSource, Payable, Reservation
from tests.factories import NOW, district, fund, story

pytestmark = pytest.mark.django_db
FEN = st.integers(1, 400_00).map(lambda n: Decimal(n) / 100)
DAYS = {2026: date(2026, 11, 2), 2027: date(2027, 2, 1)}
ACTS = st.lists(
    st.tuples(
        st.sampled_from(
            ("grant", "pay", "bounce", "correct", "reclaim", "give_up", "carry", "close", "raise", "lower", "set_aside")
        ),
        st.integers(0, 2),
        FEN,
        st.sampled_from((2026, 2027)),
    ),
    max_size=25,
)  # fmt: skip


class Model:
    """Three cases and two years of one source, moved as the actions move them."""

    def __init__(self, cases: list[Case]) -> None:
        self.cases = cases

    def do(self, act: str, which: int, sum_: Decimal, year: int) -> None:
        getattr(self, f"_{act}")(self.cases[which], sum_, year)

    def _grant(self, case: Case, sum_: Decimal, year: int) -> None:
        if not Reservation.objects.filter(case=case).exists():
            one = book.reserve(case, sum_, on=DAYS[year], by=CLOCK, now=NOW, is_first=True)
            payables.owe(case, one, sum_, on=DAYS[year], now=NOW)

    def _pay(self, case: Case, sum_: Decimal, year: int) -> None:
        for one in payables.locked(case)[:1]:
            book.spend(one, by=CLOCK, now=NOW)
            payables.end(one, "paid", NOW)

    def _bounce(self, case: Case, sum_: Decimal, year: int) -> None:
        payables_of = Payable.objects.filter(case=case, state="waiting_account")
        payables_of.update(state="bounced")

    def _correct(self, case: Case, sum_: Decimal, year: int) -> None:
        difference = max(sum_ - payables.settled_on(case), book.ZERO) - payables.held_by(case)
        open_sums = payables.not_in_batch(case)
        if difference < 0:
            book.release(case, sum_=-difference, by=CLOCK, now=NOW)
        elif difference > 0 and {one.fund.year for one in open_sums} == {year}:
            book.reserve(case, difference, on=DAYS[year], by=CLOCK, now=NOW)
        payables.follow(case, open_sums, None, on=DAYS[year], now=NOW)  # type: ignore[arg-type]

    def _reclaim(self, case: Case, sum_: Decimal, year: int) -> None:
        book.take_back(case, sum_, on=DAYS[year], by=CLOCK, now=NOW)

    def _give_up(self, case: Case, sum_: Decimal, year: int) -> None:
        for one in payables.locked(case):
            book.release_payable(one, by=CLOCK, now=NOW)
            payables.end(one, "waived", NOW)

    def _set_aside(self, case: Case, sum_: Decimal, year: int) -> None:
        for one in payables.locked(case):
            payables.end(one, "void", NOW)
        book.release(case, by=CLOCK, now=NOW)

    def _carry(self, case: Case, sum_: Decimal, year: int) -> None:
        book.carry_over(fund(year).pk, by=CLOCK, now=NOW, decision=None)  # type: ignore[arg-type]

    def _close(self, case: Case, sum_: Decimal, year: int) -> None:
        book.close_year(fund(year).pk, by=CLOCK, now=NOW, decision=None)  # type: ignore[arg-type]

    def _raise(self, case: Case, sum_: Decimal, year: int) -> None:
        book.change_amount(fund(year).pk, sum_, by=CLOCK, now=NOW, decision=None)  # type: ignore[arg-type]

    def _lower(self, case: Case, sum_: Decimal, year: int) -> None:
        book.change_amount(fund(year).pk, -sum_, by=CLOCK, now=NOW, decision=None)  # type: ignore[arg-type]


@pytest.fixture
def cases() -> list[Case]:
    fund(2026, "500.00"), fund(2027, "300.00")
    return [story().case for _ in range(3)]


@given(acts=ACTS)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_after_any_sequence_the_figures_are_exact_and_never_negative(cases: list[Case], acts: list[tuple[Any, ...]]):
    with transaction.atomic():
        model = Model(cases)
        for act in acts:
            try:
                with transaction.atomic():
                    model.do(*act)
            except NotEnough:
                pass  # refused with the figures; nothing has changed
            for one in Fund.objects.all():
                wrong = [words for words in differences(one) if "holds" not in words]  # these cases stay where they are
                assert wrong == []
                assert min(one.amount, one.reserved, one.spent, one.left) >= 0
        transaction.set_rollback(True)


def test_a_reserve_beyond_what_is_left_is_refused_with_the_figures(cases: list[Case]):
    with pytest.raises(NotEnough) as error:
        book.reserve(cases[0], Decimal("500.01"), on=DAYS[2026], by=CLOCK, now=NOW)
    assert (error.value.left, error.value.needed, error.value.year) == (Decimal(500), Decimal("500.01"), 2026)


@pytest.mark.parametrize("wrong", [Decimal(0), Decimal("-1.00"), Decimal("0.001"), 1.5])
def test_only_a_decimal_above_zero_to_the_fen_is_a_sum(cases: list[Case], wrong: Any):
    with pytest.raises(NotInFen):
        book.reserve(cases[0], wrong, on=DAYS[2026], by=CLOCK, now=NOW)


def test_a_closed_year_reserves_nothing_more_and_still_pays(cases: list[Case]):
    model = Model(cases)
    model.do("grant", 0, Decimal(100), 2026)
    model.do("close", 0, Decimal(1), 2026)
    with pytest.raises(NotEnough):
        model.do("grant", 1, Decimal(100), 2026)
    model.do("pay", 0, Decimal(1), 2026)
    model.do("carry", 0, Decimal(1), 2026)
    assert (fund(2026).amount, fund(2026).spent, fund(2027).amount) == (Decimal(100), Decimal(100), Decimal(700))


def test_a_measure_is_paid_from_the_source_chosen_for_it_from_its_day_on(cases: list[Case]):
    case, lottery = cases[0], fund(2027, "50.00", "lottery")
    FundSource.objects.create(district=district(), measure=case.measure, since=date(2027, 1, 1), source="lottery")
    assert book.reserve(case, Decimal(1), on=DAYS[2026], by=CLOCK, now=NOW).source == "levy"
    assert book.reserve(case, Decimal(1), on=DAYS[2027], by=CLOCK, now=NOW).pk == lottery.pk


@pytest.mark.parametrize("act", ["UPDATE funds_fundentry SET amount = 1", "DELETE FROM funds_fundentry", "TRUNCATE funds_fundentry CASCADE"])  # fmt: skip
def test_the_database_refuses_any_change_of_the_book(act: str):
    from django.db import connection

    fund(2026)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="insert-only"), transaction.atomic():
            cursor.execute(act)


def test_the_database_refuses_a_second_entry_of_a_number_and_an_overspent_fund():
    one = fund(2026, "10.00")
    first = FundEntry.objects.get(fund=one)
    first.pk = None
    for act in (lambda: first.save(force_insert=True), lambda: Fund.objects.filter(pk=one.pk).update(reserved=11)):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


def test_the_book_says_when_and_by_whom():
    one = fund(2026)
    entry = FundEntry.objects.get(fund=one)
    assert (entry.kind, entry.number, entry.by_id, entry.at) == ("opened", 1, None, NOW)
    assert one.history.count() >= 1
    assert isinstance(entry.at, datetime)
