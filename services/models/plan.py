"""The plan of a service case (type 15): what is needed, which services, what came of them."""

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from casework.models import Case, Evidence, SubjectKey
from casework.models.base import Row


class ServicePlan(Row):
    """What a person needs (需求评估), sealed, and later the outcome: one per service case."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="service_plan")
    key = models.ForeignKey(SubjectKey, models.SET_NULL, null=True, related_name="+", db_index=False)
    needs = models.BinaryField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, blank=True)
    outcome_on = models.DateField(null=True, blank=True)
    reason = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", outcome_on=None)
                | Q(outcome__in=["employed", "trading", "training", "stopped"], outcome_on__isnull=False),
                name="service_plan_outcome",
            )
        ]

    def __str__(self) -> str:
        return f"plan of case {self.case_id}"


class PlannedService(Row):
    """One service of a plan (服务项目), from a day to a day, and the provider's record of it, sealed; `word`: on whose word an
    officer recorded it for a provider without an account, sealed, with the `paper` where there is one."""

    plan = models.ForeignKey(ServicePlan, models.PROTECT, related_name="services", db_index=False)
    service = models.CharField(max_length=12)
    since = models.DateField()
    until = models.DateField()
    state = models.CharField(max_length=10, default="planned")
    done_on = models.DateField(null=True, blank=True)
    record = models.BinaryField(null=True)
    noted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    word = models.BinaryField(null=True)
    paper = models.ForeignKey(Evidence, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "service"], name="one_row_per_service"),
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="service_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(state="planned", record=None)
                | Q(state__in=["delivered", "dropped"], done_on__isnull=False),
                name="planned_service_state",
            ),
        ]

    def __str__(self) -> str:
        return f"service {self.pk}"
