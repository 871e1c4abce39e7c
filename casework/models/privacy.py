"""What people ask about their own data: to have it erased."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from casework.models.base import Row
from casework.models.person import Person


class ErasureRequest(Row):
    """Somebody asked to have their data erased (申请删除个人信息); administrators decide by `due`.

    `reason` and the administrator's `answer` are sealed under the person's key and go with it.
    """

    OUTCOMES = ("erased", "declined", "withdrawn")

    person = models.ForeignKey(Person, models.PROTECT, related_name="erasure_requests")
    reason = models.BinaryField()
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    due = models.DateField()
    outcome = models.CharField(max_length=10, blank=True)
    answer = models.BinaryField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district", "person"], condition=Q(outcome=""), name="one_open_erasure_request"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["", "erased", "declined", "withdrawn"]), name="erasure_outcome"
            ),
        ]

    def __str__(self) -> str:
        return f"erasure request {self.pk}"

    @property
    def is_open(self) -> bool:
        return not self.outcome
