"""Back-tests of the rules: what a proposal would change, in figures alone, and which cases."""

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Q

from accounts.models import User
from casework.models.base import Row
from casework.models.case import Case
from casework.models.policy import RuleProposal

_SILENT = timedelta(minutes=2)


class Backtest(Row):
    """A back-test (试算): what would come out of every case by the figures in `content` instead of those in `base`.

    `result` holds numbers, sums, and the keys of measures and towns; nobody's personal data. `beat_at` is its last sign of life.
    """

    WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"

    proposal = models.ForeignKey(RuleProposal, models.PROTECT, null=True, blank=True, related_name="backtests")
    base = models.JSONField()
    content = models.JSONField()
    state = models.CharField(max_length=8, default=WAITING)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict)
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    requested_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    beat_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running", "done", "failed"]), name="backtest_state"
            ),
            models.UniqueConstraint(
                fields=["proposal"], condition=Q(state__in=["waiting", "running"]), name="one_backtest_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"back-test {self.pk}: {self.state}"

    @property
    def is_open(self) -> bool:
        return self.state in (self.WAITING, self.RUNNING)

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0

    def is_stuck(self, now: datetime) -> bool:
        """Whether it has given no sign of life for so long that its process must be gone."""
        return self.is_open and now - self.beat_at > _SILENT


class BacktestChange(Row):
    """A case that would come out differently (会不一样的案件): outcome and amount before and after."""

    backtest = models.ForeignKey(Backtest, models.PROTECT, related_name="changes", db_index=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="+", db_index=False)
    before_outcome = models.CharField(max_length=14)
    before_amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    after_outcome = models.CharField(max_length=14)
    after_amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["backtest", "case"], name="one_backtest_change_per_case")]

    def __str__(self) -> str:
        return f"{self.backtest_id}: case {self.case_id}"

    @property
    def difference(self) -> Any:
        """Yuan more or less; what has no amount pays nothing."""
        return (self.after_amount or 0) - (self.before_amount or 0)
