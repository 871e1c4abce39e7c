"""Funds of a year, their book, the decisions on them, and what cases hold of them. Yuan, to the fen."""

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from accounts.models import Post, User
from casework.models import Case, SubjectKey
from casework.models.base import Row

SOURCES = ("levy", "finance", "lottery")
LEVY = "levy"


def yuan(**more: Any) -> Any:
    return models.DecimalField(max_digits=14, decimal_places=2, **more)


class Fund(Row):
    """The money of one source in one year (资金). `book.py` alone changes its figures, under the row's lock.

    `entries` is the number of its newest entry; the three figures are exactly the sums of its entries.
    """

    year = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=12, default=LEVY)
    amount = yuan(default=0)
    reserved = yuan(default=0)
    spent = yuan(default=0)
    entries = models.PositiveIntegerField(default=0)
    closed_at = models.DateTimeField(null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "year", "source"], name="one_fund_per_year_and_source"),
            models.CheckConstraint(condition=Q(source__in=SOURCES), name="fund_source"),
            models.CheckConstraint(
                condition=Q(amount__gte=0, reserved__gte=0, spent__gte=0), name="fund_is_never_negative"
            ),
            models.CheckConstraint(condition=Q(amount__gte=F("reserved") + F("spent")), name="fund_is_never_overspent"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.year}"

    @property
    def left(self) -> Decimal:
        """What may still be reserved."""
        return Decimal(self.amount - self.reserved - self.spent)

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class FundSource(Row):
    """From which source a measure is paid, from one day on (资金来源). Insert-only; without a row it is the levy."""

    measure = models.CharField(max_length=60)
    since = models.DateField()
    source = models.CharField(max_length=12)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "measure", "since"], name="one_source_per_measure_and_day"),
            models.CheckConstraint(condition=Q(source__in=SOURCES), name="measure_source"),
        ]

    def __str__(self) -> str:
        return f"{self.measure} from {self.source}"


class FundDecision(Row):
    """What one officer of finance proposes for a fund and another decides (资金决定). Decided once, never by the proposer.

    `fund` is empty until an opened fund is there, and for a measure's source. `measure` and `since` are for that alone.
    """

    KINDS = ("open", "raise", "lower", "close", "carry", "source")
    STATES = ("proposed", "approved", "rejected", "withdrawn")

    kind = models.CharField(max_length=8)
    year = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=12)
    fund = models.ForeignKey(Fund, models.PROTECT, null=True, blank=True, related_name="decisions")
    amount = yuan(null=True, blank=True)
    measure = models.CharField(max_length=60, blank=True)
    since = models.DateField(null=True, blank=True)
    key = models.ForeignKey(SubjectKey, models.SET_NULL, null=True, related_name="+", db_index=False)
    reason = models.BinaryField()
    answer = models.BinaryField(null=True)
    state = models.CharField(max_length=10, default="proposed")
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    proposed_as = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district", "year", "source", "measure"],
                condition=Q(state="proposed"),
                name="one_open_decision_per_fund",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["open", "raise", "lower", "close", "carry", "source"]), name="fund_decision_kind"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "approved", "rejected", "withdrawn"]), name="fund_decision_state"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "rejected"]) | ~Q(decided_by=F("proposed_by")),
                name="fund_decision_takes_two",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.source} {self.year}"

    @property
    def is_open(self) -> bool:
        return self.state == "proposed"


class Reservation(Row):
    """What a case holds of a fund (预留): reserved in all, of that spent and released; one per case and fund."""

    fund = models.ForeignKey(Fund, models.PROTECT, related_name="reservations")
    case = models.ForeignKey(Case, models.PROTECT, related_name="reservations", db_index=False)
    amount = yuan(default=0)
    spent = yuan(default=0)
    released = yuan(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "fund"], name="one_reservation_per_case_and_fund"),
            models.CheckConstraint(
                condition=Q(spent__gte=0, released__gte=0, amount__gte=F("spent") + F("released")),
                name="reservation_is_never_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"case {self.case_id} in fund {self.fund_id}"

    @property
    def held(self) -> Decimal:
        """What is still reserved."""
        return Decimal(self.amount - self.spent - self.released)


class FundEntry(Row):
    """One line of a fund's book (资金台账). Insert-only: a trigger refuses all else; numbered without gaps per fund."""

    KINDS = (
        "opened", "raised", "lowered", "carried_out", "carried_in", "reserved", "released", "spent", "taken_back", "closed",
    )  # fmt: skip

    fund = models.ForeignKey(Fund, models.PROTECT, related_name="book", db_index=False)
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12)
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="fund_entries")
    payable = models.ForeignKey("funds.Payable", models.PROTECT, null=True, related_name="+", db_index=False)
    decision = models.ForeignKey(FundDecision, models.PROTECT, null=True, related_name="+", db_index=False)
    amount = yuan(default=0)
    reserved = yuan(default=0)
    spent = yuan(default=0)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fund", "number"], name="one_fund_entry_per_number"),
            models.CheckConstraint(condition=Q(number__gte=1), name="fund_entries_begin_at_1"),
        ]

    def __str__(self) -> str:
        return f"fund {self.fund_id} #{self.number} {self.kind}"
