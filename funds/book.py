"""The book of the funds (资金台账): the only code that changes what a fund has, reserves and has spent.

Every function locks the fund's row once, after the case's own lock (several rows in the order of their keys), writes the
entry and the new figures in the caller's transaction, and never lets a fund promise more than it has. Yuan, exact.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import connection
from django.db.models import Exists, F, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.actor import Actor
from casework.historic import keep
from casework.models import Case
from funds.models import Fund, FundDecision, FundEntry, FundSource, Payable, Payee, Reservation
from funds.models.fund import LEVY

ZERO = Decimal("0.00")
_FEN = Decimal("0.01")


class NotEnough(Exception):
    """The fund has less left than is asked for; `left` is None where the year has no open fund at all."""

    def __init__(self, left: Decimal | None, needed: Decimal, year: int) -> None:
        super().__init__(f"{needed} needed, {left} left in {year}")
        self.left, self.needed, self.year = left, needed, year


class NotInFen(ValueError):
    """A sum that is not a Decimal above zero, to the fen: a mistake of the code."""


# --- what cases hold ------------------------------------------------------------------------------


def reserve(case: Case, sum_: Decimal, *, on: date, by: Actor, now: datetime, is_first: bool = False) -> Fund:
    """The case holds `sum_` more of the fund of the year of `on` and of its measure's source.

    `is_first` says that it cannot hold anything of it yet. The fund says by `has_account` whether the case has given an
    account, which costs no statement of its own. Raises NotEnough; then nothing has changed.
    """
    _in_fen(sum_)
    asked = _of_measure(case, on).annotate(has_account=Exists(Payee.objects.filter(case=case)))
    fund = _locked(asked).first()
    if fund is None or not fund.is_open:
        raise NotEnough(None, sum_, on.year)
    if fund.left < sum_:
        raise NotEnough(fund.left, sum_, on.year)
    held = None if is_first else Reservation.objects.filter(case=case, fund=fund).first()
    if held is None:
        Reservation.objects.create(district_id=fund.district_id, case=case, fund=fund, amount=sum_)
    else:
        held.amount += sum_
        held.save(update_fields=["amount"])
    _enter(fund, "reserved", by, now, reserved=sum_, case=case)
    return fund


def release(case: Case, *, by: Actor, now: datetime, sum_: Decimal | None = None) -> Decimal:
    """The case gives back `sum_` of what it holds, the newest fund's first, or all of it; how much that was."""
    held = [one for one in Reservation.objects.filter(case=case).order_by("-fund__year", "-pk") if one.held > 0]
    funds = (
        {fund.pk: fund for fund in _locked(Fund.objects.filter(pk__in=[one.fund_id for one in held]))} if held else {}
    )
    left = sum((one.held for one in held), ZERO) if sum_ is None else _in_fen(sum_)
    given = ZERO
    for one in held:
        part = min(one.held, left - given)
        if part > 0:
            one.released += part
            one.save(update_fields=["released"])
            _enter(funds[one.fund_id], "released", by, now, reserved=-part, case=case)
            given += part
    if sum_ is not None and given != sum_:
        raise NotInFen(sum_)
    return given


def release_payable(payable: Payable, *, by: Actor, now: datetime) -> None:
    """What was held for a sum that is not paid after all goes back to its fund."""
    _of_case(payable).update(released=F("released") + payable.amount)
    _move(payable, "released", by, now, spent=ZERO)


def spend(payable: Payable, *, by: Actor, now: datetime) -> None:
    """The sum was paid: it is spent, no longer reserved. A closed year still pays what it promised."""
    with spending(payable, by=by, now=now):
        pass


@contextmanager
def spending(payable: Payable, *, by: Actor, now: datetime) -> Iterator[None]:
    """The sum was paid: its case does not hold it any more while the rest of the act is done, and the fund's row is
    locked and written last, as all who pay from the fund at once meet there and nowhere else."""
    _of_case(payable).update(spent=F("spent") + payable.amount)
    yield
    _move(payable, "spent", by, now, spent=payable.amount)


def _of_case(payable: Payable) -> QuerySet[Reservation]:
    return Reservation.objects.filter(case_id=payable.case_id, fund_id=payable.fund_id)


# Locks, counts and enters in one statement: nobody waits for an answer of ours with the fund's row in hand.
_MOVE: Final = """
WITH fund AS (
  UPDATE funds_fund SET reserved = reserved - %(sum)s, spent = spent + %(spent)s, entries = entries + 1
  WHERE id = %(fund)s RETURNING id, district_id, entries
)
INSERT INTO funds_fundentry
  (district_id, fund_id, number, kind, case_id, payable_id, amount, reserved, spent, at, by_id)
SELECT district_id, id, entries, %(kind)s, %(case)s, %(payable)s, 0, - %(sum)s, %(spent)s, %(now)s, %(by)s FROM fund
"""


def _move(payable: Payable, kind: str, by: Actor, now: datetime, *, spent: Decimal) -> None:
    """The fund no longer reserves the sum of a payable, and has spent so much more."""
    given = {
        "sum": payable.amount, "spent": spent, "fund": payable.fund_id, "kind": kind, "case": payable.case_id,
        "payable": payable.pk, "now": now, "by": by.user_id,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, given)


def take_back(case: Case, sum_: Decimal, *, on: date, by: Actor, now: datetime) -> Fund:
    """Money came in on that day (追回): the fund of that year has so much more. Raises NotEnough where there is none."""
    _in_fen(sum_)
    fund = _locked(_of_measure(case, on)).first()
    if fund is None:
        raise NotEnough(None, sum_, on.year)
    _enter(fund, "taken_back", by, now, amount=sum_, case=case)
    return fund


# --- what two officers of finance decide ------------------------------------------------------------


def open_year(
    district_id: int, year: int, source: str, sum_: Decimal, *, by: Actor, now: datetime,
    decision: FundDecision | None = None,
) -> Fund:  # fmt: skip
    """The year's fund of a source, with its amount. Raises IntegrityError where there is one."""
    fund = Fund(district_id=district_id, year=year, source=source)
    keep(fund, by, "opened", now)
    _enter(fund, "opened", by, now, amount=_in_fen(sum_), decision=decision, historic=True)
    return fund


def change_amount(fund_id: int, difference: Decimal, *, by: Actor, now: datetime, decision: FundDecision) -> Fund:
    """The fund has so much more, or less, never below what is reserved and spent. Raises NotEnough."""
    fund = _locked(Fund.objects.filter(pk=fund_id)).get()
    if not fund.is_open or fund.left + difference < 0:
        raise NotEnough(fund.left if fund.is_open else None, -difference, fund.year)
    kind = "raised" if difference > 0 else "lowered"
    _enter(fund, kind, by, now, amount=difference, decision=decision, historic=True)
    return fund


def close_year(fund_id: int, *, by: Actor, now: datetime, decision: FundDecision) -> Fund:
    """Nothing more is reserved in the year; what is reserved is still paid or released."""
    fund = _locked(Fund.objects.filter(pk=fund_id)).get()
    if fund.is_open:
        fund.closed_at = now
        _enter(fund, "closed", by, now, decision=decision, historic=True)
    return fund


def carry_over(fund_id: int, *, by: Actor, now: datetime, decision: FundDecision) -> Decimal:
    """What a closed year has left goes to the next year's fund; how much. Raises NotEnough where that is not open."""
    year = Fund.objects.get(pk=fund_id)
    next_one = Fund.objects.filter(district_id=year.district_id, year=year.year + 1, source=year.source)
    both = list(_locked(Fund.objects.filter(pk__in=[fund_id, *next_one.values_list("pk", flat=True)])))
    old, new = (next((one for one in both if (one.pk == fund_id) is is_old), None) for is_old in (True, False))
    assert old is not None
    left = old.left
    if old.is_open or new is None or not new.is_open or left == 0:
        raise NotEnough(None if new is None or not new.is_open else left, left, year.year + 1)
    _enter(old, "carried_out", by, now, amount=-left, decision=decision, historic=True)
    _enter(new, "carried_in", by, now, amount=left, decision=decision, historic=True)
    return left


# --- the row and its entry --------------------------------------------------------------------------


def _of_measure(case: Case, on: date) -> QuerySet[Fund]:
    """The fund of the year that pays the case's measure on the day."""
    chosen = FundSource.objects.filter(district_id=case.district_id, measure=case.measure, since__lte=on)
    source = Coalesce(Subquery(chosen.order_by("-since").values("source")[:1]), Value(LEVY))
    return Fund.objects.filter(district_id=case.district_id, year=on.year, source=source)


def _locked(funds: QuerySet[Fund]) -> QuerySet[Fund]:
    return funds.select_for_update(no_key=True).order_by("pk")


def _enter(
    fund: Fund, kind: str, by: Actor, now: datetime, *, amount: Decimal = ZERO, reserved: Decimal = ZERO,
    spent: Decimal = ZERO, case: Case | None = None, payable: Payable | None = None, decision: FundDecision | None = None,
    historic: bool = False,
) -> None:  # fmt: skip
    """The entry, and the locked fund's new figures. `historic`: a decision, which the fund's history keeps too; what
    cases do is kept by the entries alone."""
    fund.amount, fund.reserved, fund.spent = fund.amount + amount, fund.reserved + reserved, fund.spent + spent
    fund.entries += 1
    FundEntry.objects.create(
        district_id=fund.district_id, fund=fund, number=fund.entries, kind=kind, case=case, payable=payable,
        decision=decision, amount=amount, reserved=reserved, spent=spent, at=now, by_id=by.user_id,
    )  # fmt: skip
    if historic:
        keep(fund, by, kind, now)
    else:
        changed: dict[str, Any] = {name: getattr(fund, name) for name in ("amount", "reserved", "spent", "entries")}
        Fund.objects.filter(pk=fund.pk).update(**changed)


def _in_fen(sum_: Decimal) -> Decimal:
    if not isinstance(sum_, Decimal) or sum_ <= 0 or sum_ != sum_.quantize(_FEN):
        raise NotInFen(sum_)
    return sum_
