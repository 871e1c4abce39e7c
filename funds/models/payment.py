"""Where money goes and how: accounts of cases, batches of payments, what the bank said of each item."""

from decimal import Decimal

from django.db import models
from django.db.models import Q

from accounts.models import Post, User
from casework.models import Case, Evidence
from casework.models.base import Row
from funds.models.fund import Fund, yuan
from funds.models.owed import Payable


class Payee(Row):
    """An account to which a case's money goes (收款账户), sealed under its applicant's key. Insert-only; the newest stands.

    `checked`: what the bank said when it was given (`flows/actions/look_up.py`, `check_account`); empty where nobody asked.
    `paper`: what the applicant signed, where an office noted the account for them.
    """

    CHECKS = ("", "matches", "differs", "silent")

    case = models.ForeignKey(Case, models.PROTECT, related_name="payees")
    number = models.BinaryField()
    number_index = models.CharField(max_length=64)
    number_tail_index = models.CharField(max_length=64)
    holder = models.BinaryField()
    bank = models.BinaryField()
    checked = models.CharField(max_length=8, default="", blank=True)
    paper = models.ForeignKey(Evidence, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    given_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    given_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["district", "number_index"], name="payee_by_number")]
        constraints = [
            models.CheckConstraint(condition=Q(checked__in=["", "matches", "differs", "silent"]), name="payee_checked")
        ]

    def __str__(self) -> str:
        return f"account of case {self.case_id}"


class PaymentBatch(Row):
    """Payments that go to the bank together (拨付批次): made by a payer, released by somebody else, read back.

    `digests` are of the result files read so far, so that no file is read twice.
    """

    STATES = ("made", "released", "done", "dropped")

    fund = models.ForeignKey(Fund, models.PROTECT, related_name="batches")
    state = models.CharField(max_length=8, default="made")
    count = models.PositiveIntegerField(default=0)
    total = yuan(default=0)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    made_as = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    released_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    released_as = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", db_index=False)
    released_at = models.DateTimeField(null=True, blank=True)
    digests = models.JSONField(default=list, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["made", "released", "done", "dropped"]), name="payment_batch_state"
            ),
            models.CheckConstraint(
                condition=Q(released_by=None) | ~Q(released_by=models.F("made_by")), name="payment_batch_takes_two"
            ),
        ]

    def __str__(self) -> str:
        return self.shown

    @property
    def shown(self) -> str:
        """The batch's number as people and the bank write it."""
        return f"{self.made_at.year}-{self.pk:05d}"


class BatchItem(Row):
    """One payment of a batch (批次明细). `result` is what the bank said; `settled_at` when its case was told.

    `left_out` says why it was taken out before the bank had it; the sum is then due again.
    """

    batch = models.ForeignKey(PaymentBatch, models.PROTECT, related_name="items", db_index=False)
    number = models.PositiveIntegerField()
    payable = models.ForeignKey(Payable, models.PROTECT, related_name="items")
    payee = models.ForeignKey(Payee, models.PROTECT, related_name="+", db_index=False)
    amount = yuan()
    left_out = models.CharField(max_length=16, blank=True)
    result = models.CharField(max_length=8, blank=True)
    reason = models.BinaryField(null=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="one_batch_item_per_number"),
            models.UniqueConstraint(
                fields=["payable"], condition=Q(left_out="", settled_at=None), name="in_one_batch_at_a_time"
            ),
            models.UniqueConstraint(fields=["payable"], condition=Q(result="paid"), name="paid_once"),
            models.CheckConstraint(condition=Q(result__in=["", "paid", "bounced"]), name="batch_item_result"),
            models.CheckConstraint(condition=Q(left_out="") | Q(result=""), name="left_out_has_no_result"),
            models.CheckConstraint(condition=Q(amount__gt=Decimal(0)), name="batch_item_amount"),
        ]
        indexes = [
            models.Index(
                fields=["batch", "number"], condition=~Q(result="") & Q(settled_at=None), name="items_to_settle"
            )
        ]

    def __str__(self) -> str:
        return f"item {self.number} of batch {self.batch_id}"
