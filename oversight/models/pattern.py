"""Patterns worth a look: each look through the data, what it found, and the reviews that were opened of it."""

from django.db import models
from django.db.models import F, Q

from accounts.models import Post, User
from casework.models import SubjectKey
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
    is a new `turn`.
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
        ]
        indexes = [
            models.Index(fields=["district", "pattern", "-found_at", "-id"], name="hit_by_pattern"),
            models.Index(fields=["district", "pattern"], condition=Q(result=""), name="hit_open"),
        ]

    def __str__(self) -> str:
        return f"{self.pattern} {self.pk}"


class ReviewCase(Row):
    """A review (复查) of what a pattern found. Its reasons, notes and conclusion stand in its record, sealed under `key`."""

    IN_ORDER, FAULTS, HANDED_ON = "in_order", "faults", "handed_on"
    OUTCOMES = (IN_ORDER, FAULTS, HANDED_ON)

    hit = models.OneToOneField(PatternHit, models.PROTECT, related_name="review")
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    key = models.ForeignKey(SubjectKey, models.SET_NULL, null=True, related_name="+", db_index=False)
    outcome = models.CharField(max_length=12, blank=True)
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    opened_at = models.DateTimeField()
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "year", "number"], name="one_review_per_number"),
            models.CheckConstraint(
                condition=Q(outcome="", closed_at=None, closed_by=None)
                | Q(
                    outcome__in=["in_order", "faults", "handed_on"],
                    closed_at__gte=F("opened_at"),
                    closed_by__isnull=False,
                ),
                name="review_closed_with_an_outcome",
            ),
        ]

    def __str__(self) -> str:
        return self.shown

    @property
    def shown(self) -> str:
        """Its number as people write it."""
        return f"FC{self.year % 100:02d}-{self.number}"
