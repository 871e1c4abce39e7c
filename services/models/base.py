"""Bases that are supported (四（二）): the review that is due once a year."""

from django.db import models
from django.db.models import Q

from accounts.models import Post, User
from casework.models import Case, Organisation
from casework.models.base import Row


class BaseReview(Row):
    """The yearly review of a base that was granted support (年度复核), signed. Insert-only.

    `due` is the day that it was due, which the next one counts from; `findings` are sealed under the base's key.
    """

    OUTCOMES = ("continues", "stops", "reclaim")

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="base_reviews", db_index=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="base_reviews")
    due = models.DateField()
    visited_on = models.DateField()
    findings = models.BinaryField()
    outcome = models.CharField(max_length=10)
    signed_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    signed_as = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "organisation", "due"], name="one_review_per_due_day"),
            models.CheckConstraint(condition=Q(outcome__in=["continues", "stops", "reclaim"]), name="base_review_outcome"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"review of base {self.organisation_id}"
