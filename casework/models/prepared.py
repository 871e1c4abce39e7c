"""Claims prepared without asking (免申即享): what was offered to whom for which period, and what became of it."""

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import User
from casework.models.base import Row
from casework.models.case import Case
from casework.models.filing import Draft
from casework.models.person import Person


class PreparedClaim(Row):
    """A claim that was certain (替您填好的申请): its answers stand in an ordinary draft of its own.

    One per person, measure and period, so that it comes once. offered: waits for the person. confirmed: handed in as it
    was. taken: the person fills it in themselves. declined: not wanted. lapsed: its days are over. overtaken: something
    changed and it is no longer certain; it may be offered again.
    """

    OFFERED, CONFIRMED, TAKEN = "offered", "confirmed", "taken"
    DECLINED, LAPSED, OVERTAKEN = "declined", "lapsed", "overtaken"

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="prepared")
    user = models.ForeignKey(User, models.PROTECT, related_name="prepared")
    measure = models.CharField(max_length=60)
    period = models.CharField(max_length=64)
    state = models.CharField(max_length=10, default="offered")
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    draft = models.OneToOneField(Draft, models.SET_NULL, null=True, blank=True, related_name="prepared")
    case = models.OneToOneField(Case, models.PROTECT, null=True, blank=True, related_name="prepared")
    offered_at = models.DateTimeField()
    until = models.DateField()
    reminded_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district", "person", "measure", "period"], name="one_prepared_claim_per_period"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["offered", "confirmed", "taken", "declined", "lapsed", "overtaken"]),
                name="prepared_state",
            ),
            models.CheckConstraint(
                condition=~Q(state="offered") | Q(draft__isnull=False, decided_at=None), name="offered_with_its_draft"
            ),
        ]
        indexes = [
            models.Index(fields=["until"], condition=Q(state="offered"), name="offers_by_date"),
            models.Index(fields=["user", "state"], name="offers_of_an_account"),
        ]

    def __str__(self) -> str:
        return f"{self.measure}: {self.state}"


class Preparation(Row):
    """When it was last seen whether a claim can be prepared for the person (上次测算)."""

    person = models.OneToOneField(Person, models.PROTECT, related_name="preparation")
    judged_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.judged_at:%Y-%m-%d}"
