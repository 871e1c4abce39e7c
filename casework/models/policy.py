"""The published rules' dates and figures. Published rows never change: a trigger refuses it."""

from django.db import models
from simple_history.models import HistoricalRecords

from casework.models.base import Row


class PolicyVersion(Row):
    """A version of the policy (政策版本): the days it is in force, and the document that made it."""

    code = models.CharField(max_length=20)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    document = models.CharField(max_length=200)
    is_draft_text = models.BooleanField(default=True)
    published_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="one_policy_version_per_code")]

    def __str__(self) -> str:
        return self.code


class Parameter(Row):
    """A figure of the rules (参数), by the period in which it is in force; a decimal in text, exactly as published."""

    name = models.CharField(max_length=80)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    value = models.CharField(max_length=40)
    unit = models.CharField(max_length=10, blank=True)
    source = models.CharField(max_length=200)
    extra = models.JSONField(default=dict)
    published_at = models.DateTimeField()
    history = HistoricalRecords()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "name", "since"], name="one_parameter_per_day")]

    def __str__(self) -> str:
        return f"{self.name} from {self.since}"
