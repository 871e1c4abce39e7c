"""What applicants think of how their case was handled (好差评)."""

from django.db import models
from django.db.models import Q

from accounts.models import Department
from casework.models.base import Row
from casework.models.case import Case


class Rating(Row):
    """The question that an applicant was asked once, and the answer: five levels, 5 the best, with words under their key.

    `department` and `step` are who decided; `until` is the last day on which the answer may be given or changed. Answered
    without a level means skipped.
    """

    case = models.OneToOneField(Case, models.PROTECT, related_name="rating")
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+", db_index=False)
    step = models.CharField(max_length=40, blank=True)
    asked_at = models.DateTimeField()
    until = models.DateField()
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    words = models.BinaryField(null=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(level=None) | Q(level__range=(1, 5)), name="rating_level"),
            models.CheckConstraint(condition=Q(level=None) | Q(answered_at__isnull=False), name="rating_is_answered"),
        ]
        indexes = [
            models.Index(
                fields=["district", "-answered_at", "-id"], condition=Q(level__isnull=False), name="ratings_by_time"
            )
        ]

    def __str__(self) -> str:
        return f"rating of case {self.case_id}"
