"""What the rules found, what officers established, and what they hold of each clause."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from casework.models.base import Row
from casework.models.case import Case
from casework.models.filing import AnswerSet, Evidence
from casework.models.task import Task


class Finding(Row):
    """A fact that an officer establishes (认定): newest stands, before the applicant's answer; never changed."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="findings")
    fact = models.CharField(max_length=60)
    value = models.BinaryField()
    reason = models.BinaryField()
    evidence = models.ForeignKey(Evidence, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    step = models.CharField(max_length=40)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"finding on {self.fact}"


class Assessment(Row):
    """What the rules found on the case's answers and findings (评估), with version, parameters and trace, sealed."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="assessments")
    answers = models.ForeignKey(AnswerSet, models.PROTECT, related_name="+", db_index=False)
    outcome = models.CharField(max_length=14)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    policy_version = models.CharField(max_length=20)
    parameters = models.JSONField(default=dict)
    missing = models.JSONField(default=list)
    trace = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"assessment {self.pk}"


class Judgement(Row):
    """What a reviewer held of one clause (逐条判断), with the reason; sealed, never changed."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="judgements")
    task = models.ForeignKey(Task, models.PROTECT, related_name="judgements")
    rule = models.CharField(max_length=80)
    clause = models.CharField(max_length=20)
    finding = models.CharField(max_length=8, blank=True)
    outcome = models.CharField(max_length=8)
    reason = models.BinaryField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["task", "rule"], name="one_judgement_per_task_and_rule"),
            models.CheckConstraint(condition=Q(outcome__in=["met", "not_met"]), name="judgement_outcome"),
        ]

    def __str__(self) -> str:
        return f"{self.rule}: {self.outcome}"

    @property
    def departs(self) -> bool:
        """Whether it departs from what the rule found, where it found anything definite."""
        return self.finding in ("met", "not_met") and self.finding != self.outcome
