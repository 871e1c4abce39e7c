"""What offices tell everybody (宣传活动): employment-aid month and the like, as pages with dates."""

from django.db import models
from django.db.models import F, Q

from accounts.models import Department, User
from casework.models.base import Row
from policy import T


class Campaign(Row):
    """One campaign (宣传活动) of a department; the English may be left out. Never edited; withdrawn ones stay, and are shown no more."""

    department = models.ForeignKey(Department, models.PROTECT, related_name="+", db_index=False)
    title = models.CharField(max_length=80)
    title_en = models.CharField(max_length=160)
    text = models.TextField()
    text_en = models.TextField()
    place = models.CharField(max_length=160, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="campaign_days")]
        indexes = [models.Index(fields=["district", "ends_on", "id"], name="campaigns_by_end")]

    def __str__(self) -> str:
        return f"campaign {self.pk}"

    @property
    def name(self) -> T:
        return T(self.title, self.title_en or self.title, filled=True)

    @property
    def words(self) -> T:
        return T(self.text, self.text_en or self.text, filled=True)
