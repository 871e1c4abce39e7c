"""What is owed on a case (应付): the sum of a decision, or the difference of a later one."""

from django.db import models
from django.db.models import Q

from casework.models import Case, DecisionChange
from casework.models.base import Row
from funds.models.fund import Fund, yuan

STATES = ("waiting_account", "due", "in_batch", "paid", "bounced", "waived", "lapsed", "void")
OPEN = ("waiting_account", "due", "in_batch", "bounced")


class Payable(Row):
    """One sum that a case is owed from one fund, and how far it has come.

    While it is open its amount is what the case holds of the fund; paid, waived, lapsed or void it stands for good.
    `waits_since` is the day from which the applicant's account is waited for.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="payables")
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="payables")
    round = models.PositiveSmallIntegerField()
    change = models.ForeignKey(DecisionChange, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    amount = yuan()
    state = models.CharField(max_length=16, default="waiting_account")
    waits_since = models.DateField()
    reminded_on = models.DateField(null=True, blank=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "fund"], condition=Q(state__in=OPEN), name="owed_once_per_case_and_fund"
            ),
            models.UniqueConstraint(
                fields=["case", "round"],
                condition=Q(change=None) & ~Q(state="void"),
                name="a_decision_is_owed_once",
            ),
            models.UniqueConstraint(
                fields=["change"],
                condition=Q(change__isnull=False) & ~Q(state="void"),
                name="a_difference_is_owed_once",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payable_amount"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="payable_state"),
        ]
        indexes = [models.Index(fields=["fund", "state", "id"], name="payable_by_state")]

    def __str__(self) -> str:
        return f"payable {self.pk} of case {self.case_id}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN
