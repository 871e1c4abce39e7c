"""Deadlines with their pauses and changes, and the days that do not count."""

from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from casework.models.base import Row
from casework.models.case import Case
from casework.models.task import Task


class Holiday(Row):
    """A weekday that does not count, or a weekend day that is worked (调休)."""

    day = models.DateField()
    works = models.BooleanField()
    name = models.CharField(max_length=40)
    history = HistoricalRecords()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "day"], name="one_holiday_per_day")]

    def __str__(self) -> str:
        return f"{self.day}"


class Deadline(Row):
    """One clock of a case (期限). Day 1 is the day after `began_on`; `length` and `unit` are frozen when it starts."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="deadlines")
    task = models.ForeignKey(Task, models.PROTECT, null=True, blank=True, related_name="deadlines")
    kind = models.CharField(max_length=20)
    unit = models.CharField(max_length=8)
    length = models.PositiveSmallIntegerField()
    began_on = models.DateField()
    due = models.DateField()
    provisional = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True, blank=True)
    kept = models.BooleanField(null=True)
    warned_at = models.DateTimeField(null=True, blank=True)
    yellow_at = models.DateTimeField(null=True, blank=True)
    red_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind", "task"],
                condition=Q(ended_at=None),
                name="one_running_clock_per_task",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(unit__in=["working", "calendar", "months"]), name="deadline_unit"),
        ]
        indexes = [models.Index(fields=["due", "id"], condition=Q(ended_at=None), name="running_deadlines")]

    def __str__(self) -> str:
        return f"{self.kind} by {self.due}"

    @property
    def stands_still(self) -> bool:
        """Whether it waits for the results of an examination, so that its day means nothing yet."""
        return any(pause.until is None and pause.reason == "examination" for pause in self.pauses.all())


class DeadlinePause(Row):
    """Days that a clock stood still: `since` and `until` themselves included; open while `until` is empty."""

    deadline = models.ForeignKey(Deadline, models.PROTECT, related_name="pauses")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=20)

    class Meta:
        ordering = ["since", "id"]
        constraints = [
            models.UniqueConstraint(fields=["deadline"], condition=Q(until=None), name="one_open_pause_per_clock"),
        ]
        indexes = [
            # Few at a time, among the many that wait for an applicant's correction; every inbox asks for them.
            models.Index(
                fields=["deadline"], condition=Q(until=None, reason="examination"), name="clock_under_examination"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason} from {self.since}"


class DeadlineChange(Row):
    """A due date moved, with the cause: the page says both."""

    deadline = models.ForeignKey(Deadline, models.PROTECT, related_name="changes")
    old_due = models.DateField()
    new_due = models.DateField()
    reason = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.old_due} → {self.new_due}"
