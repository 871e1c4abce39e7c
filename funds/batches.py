"""What is due, and batches of payments as pages and actions read them. Nothing here changes anything."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any, TypeVar

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from casework import states
from casework.holds import on_case
from casework.models import Case, DecisionChange
from casework.references import shown
from funds.accounts import opened
from funds.bank_file import Payment
from funds.book import ZERO
from funds.models import BatchItem, Payable, Payee, PaymentBatch

CHUNK = 500
One = TypeVar("One")
PAYS_IN = (states.PAYING, states.CLOSED)


def chunked(rows: Iterable[One], size: int = CHUNK) -> Iterator[tuple[One, ...]]:
    """The rows in order, so many at a time."""
    left = iter(rows)
    while part := tuple(islice(left, size)):
        yield part


def by_number(rows: QuerySet[BatchItem], size: int = CHUNK) -> Iterator[tuple[BatchItem, ...]]:
    """Items in the order of their numbers, so many at a time, each chunk asked for anew: never all of them in memory."""
    last = 0
    while part := tuple(rows.filter(number__gt=last).order_by("number")[:size]):
        yield part
        last = part[-1].number


def due(district_id: int) -> QuerySet[Payable]:
    """What may go to the bank: due, its case not paused nor its unit held, no correction of its decision waiting."""
    waits = DecisionChange.objects.filter(case=OuterRef("case"), outcome="")
    found = Payable.objects.filter(district_id=district_id, state="due", case__state__in=PAYS_IN)
    return found.exclude(Exists(waits)).exclude(Exists(on_case())).order_by("pk")


def accounts_of(cases: Iterable[Any]) -> dict[Any, int]:
    """The key of the account that stands, by the key of the case."""
    return dict(Payee.objects.filter(case__in=list(cases)).order_by("pk").values_list("case_id", "pk"))


def may_still_go(case: Case, waits: bool) -> bool:
    return case.state in PAYS_IN and not waits


def items_in(batch: PaymentBatch) -> QuerySet[BatchItem]:
    """The payments that go to the bank, without those left out."""
    return BatchItem.objects.filter(batch=batch, left_out="")


def to_settle() -> QuerySet[BatchItem]:
    """Items whose result is there and whose case has not heard of it."""
    return BatchItem.objects.filter(settled_at=None).exclude(result="")


def is_whole(batch: PaymentBatch) -> bool:
    """Whether every payment has its result, and every case has heard of it."""
    return not items_in(batch).filter(settled_at=None).exists()


@dataclass(frozen=True)
class Progress:
    """How far a batch has come: payments, results of either kind, and cases that have heard of theirs."""

    count: int
    paid: int
    bounced: int
    settled: int
    left_out: int
    paid_sum: Decimal

    @property
    def waiting(self) -> int:
        """Payments of which the bank has said nothing."""
        return self.count - self.paid - self.bounced

    @property
    def unsettled(self) -> int:
        return self.paid + self.bounced - self.settled

    @property
    def percent(self) -> int:
        return 100 * self.settled // self.count if self.count else 100


def progress(batch: PaymentBatch) -> Progress:
    out = ~Q(left_out="")
    found = BatchItem.objects.filter(batch=batch).aggregate(
        count=Count("pk", filter=~out), paid=Count("pk", filter=Q(result="paid")),
        bounced=Count("pk", filter=Q(result="bounced")), settled=Count("pk", filter=Q(settled_at__isnull=False)),
        left_out=Count("pk", filter=out), paid_sum=Sum("amount", filter=Q(result="paid")),
    )  # fmt: skip
    return Progress(**{**found, "paid_sum": found["paid_sum"] or ZERO})


def payments_of(batch: PaymentBatch) -> Iterator[Payment]:
    """The payments with their accounts in clear, for the bank's file; who takes it is recorded by the caller."""
    rows = items_in(batch).select_related(
        "payee", "payable__case__person__key", "payable__case__organisation__key", "payable__case__own_key"
    )
    for item in (item for part in by_number(rows) for item in part):
        case = item.payable.case
        account = opened(case, item.payee)
        yield Payment(item.number, account.number, account.holder, account.bank, item.amount, shown(case.reference))
