"""Patterns worth a look: each look through the data, and what it found."""

from django.db import models
from django.db.models import Q

from accounts.models import Post, User
from casework.models import Case
from casework.models.base import Row


class PatternRun(Row):
    """One look for all patterns. The clock looks once a day; a supervisor whenever they like."""

    day = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district", "day"], condition=Q(by=None), name="one_look_of_the_clock_a_day"
            )
        ]
        indexes = [models.Index(fields=["district", "-at"], name="pattern_run_by_time")]

    def __str__(self) -> str:
        return f"look for patterns of {self.day}"


class PatternHit(Row):
    """What a pattern found: one row for one subject, however often it is found.

    `key` is a keyed digest of the subject, so that no account, telephone or address stands here; `users` and `cases` are
    whom and what it is about, `details` numbers and codes, never words of people. What grew after somebody looked at it
    is a new `turn`. `review` is the case (督查核查) that was opened of it.
    """

    NOTHING, EXPLAINED, FOLLOW_UP, REVIEW = "nothing", "explained", "follow_up", "review"
    RESULTS = (NOTHING, EXPLAINED, FOLLOW_UP, REVIEW)

    pattern = models.CharField(max_length=24)
    key = models.CharField(max_length=64)
    turn = models.PositiveSmallIntegerField(default=1)
    size = models.PositiveIntegerField()
    users = models.JSONField(default=list)
    cases = models.JSONField(default=list)
    details = models.JSONField(default=dict)
    found_at = models.DateTimeField()
    result = models.CharField(max_length=12, blank=True)
    marked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    marked_as = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", db_index=False)
    marked_at = models.DateTimeField(null=True)
    review = models.OneToOneField(Case, models.PROTECT, null=True, related_name="reviewed_hit")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "pattern", "key", "turn"], name="one_hit_per_subject"),
            models.CheckConstraint(
                condition=Q(result__in=["", "nothing", "explained", "follow_up", "review"]), name="hit_result"
            ),
            models.CheckConstraint(
                condition=Q(result="", marked_at=None, marked_by=None)
                | (~Q(result="") & Q(marked_at__isnull=False, marked_by__isnull=False)),
                name="hit_marked_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(result="review", review__isnull=False) | (~Q(result="review") & Q(review=None)),
                name="hit_with_its_review",
            ),
        ]
        indexes = [
            models.Index(fields=["district", "pattern", "-found_at", "-id"], name="hit_by_pattern"),
            models.Index(fields=["district", "pattern"], condition=Q(result=""), name="hit_open"),
        ]

    def __str__(self) -> str:
        return f"{self.pattern} {self.pk}"
