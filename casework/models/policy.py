"""The published rules' dates and figures, and the proposals that become them. Published rows never change: a trigger refuses it."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Min, Q
from django.db.models.functions import Least
from simple_history.models import HistoricalRecords

from accounts.models import Post, User
from casework.models.base import Row

STATES = ("proposed", "published", "rejected", "withdrawn")


def with_last(rows: Any, at: datetime | None = None) -> Any:
    """Published rows with the day on which each really ends as `last`: the earlier of its own and its ends'; None where
    it is open. With `at`, what was published by then alone."""
    if at is None:
        return rows.annotate(last=Least("until", Min("ends__last_day")))
    known = Min("ends__last_day", filter=Q(ends__proposal__decided_at__lte=at))
    return rows.filter(published_at__lte=at).annotate(last=Least("until", known))


class PolicyVersion(Row):
    """A version of the policy (政策版本): the days it is in force, the document that made it, and the superior document
    that caused it (上位文件)."""

    code = models.CharField(max_length=20)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    document = models.CharField(max_length=200)
    caused_by = models.CharField(max_length=200, blank=True, default="")
    is_draft_text = models.BooleanField(default=True)
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "code"], name="one_policy_version_per_code"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="policy_version_period"),
        ]

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
    caused_by = models.CharField(max_length=200, blank=True, default="")
    extra = models.JSONField(default=dict)
    published_at = models.DateTimeField()
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "name", "since"], name="one_parameter_per_day"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="parameter_period"),
        ]

    def __str__(self) -> str:
        return f"{self.name} from {self.since}"


class RuleProposal(Row):
    """A rule proposal (规则提案): a new figure or version that one administrator enters and another publishes.

    `content` holds the row to be, days and values as text; `document` is the superior document that caused it. What was
    proposed never changes, and a decision is made once: a trigger refuses anything else.
    """

    PARAMETER, VERSION = "parameter", "version"

    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=80)
    content = models.JSONField()
    document = models.CharField(max_length=200)
    reason = models.TextField()
    state = models.CharField(max_length=10, default="proposed")
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    proposed_as = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True, default="")
    # What it became. The proposal points at the figure and not the other way round: published rows keep to themselves.
    parameter = models.OneToOneField(Parameter, models.PROTECT, null=True, related_name="proposal")
    version = models.OneToOneField(PolicyVersion, models.PROTECT, null=True, related_name="proposal")
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district", "name"], condition=Q(state="proposed"), name="one_open_proposal_per_name"
            ),
            models.CheckConstraint(condition=Q(kind__in=["parameter", "version"]), name="proposal_kind"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="proposal_state"),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_by=None, decided_at=None)
                | (~Q(state="proposed") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="proposal_decided",
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | ~Q(decided_by=F("proposed_by")), name="published_by_a_second_person"
            ),
        ]
        indexes = [models.Index(fields=["district", "decided_at", "id"], name="proposals_decided")]

    def __str__(self) -> str:
        return f"{self.name}: {self.state}"

    @property
    def is_open(self) -> bool:
        return self.state == "proposed"


class End(Row):
    """The last day (截止日) of a published row that a later one cut short: a row of its own, as published rows never change."""

    last_day = models.DateField()
    proposal = models.ForeignKey(RuleProposal, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"until {self.last_day}"


class ParameterEnd(End):
    """The last day of a figure."""

    parameter = models.ForeignKey(Parameter, models.PROTECT, related_name="ends")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "parameter", "last_day"], name="one_parameter_end_per_day")
        ]


class VersionEnd(End):
    """The last day of a version of the policy."""

    version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="ends")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "version", "last_day"], name="one_version_end_per_day")
        ]
