"""Random review: samples of decided cases, frozen once drawn, and what whoever checked them found."""

from django.db import models
from django.db.models import F, Q

from accounts.models import Department, Post, User
from casework.models import Case
from casework.models.base import Row


class Sample(Row):
    """A sample (抽查) of the cases decided in a period. Insert-only.

    `frame` has the references that it was drawn from, one a line, sorted, and `seed` what it was drawn with
    (`oversight/drawing.py`): anyone can draw it again.
    """

    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    since = models.DateField()
    until = models.DateField()
    measure = models.CharField(max_length=60, blank=True)
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+", db_index=False)
    size = models.PositiveIntegerField()
    seed = models.CharField(max_length=32)
    frame = models.TextField()
    frame_size = models.PositiveIntegerField()
    frame_digest = models.CharField(max_length=64)
    drawn_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    drawn_as = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    drawn_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "year", "number"], name="one_sample_per_number"),
            models.UniqueConstraint(fields=["district", "seed"], name="one_sample_per_seed"),
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="sample_period"),
            models.CheckConstraint(
                condition=Q(size__gte=1) & Q(frame_size__gte=F("size")), name="sample_within_its_frame"
            ),
        ]

    def __str__(self) -> str:
        return self.shown

    @property
    def unchecked(self) -> int:
        """How many of its cases nobody has checked; of a sample read by `oversight.samples.samples_of`."""
        return self.size - getattr(self, "checked", 0)

    @property
    def shown(self) -> str:
        """Its number as people write it."""
        return f"CC{self.year % 100:02d}-{self.number}"


class SampleCase(Row):
    """A case of a sample, in the order of the draw, with the department that decided it. Insert-only."""

    sample = models.ForeignKey(Sample, models.PROTECT, related_name="cases", db_index=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+", db_index=False)
    place = models.PositiveIntegerField()

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["sample", "place"], name="one_sampled_case_per_place"),
            models.UniqueConstraint(fields=["sample", "case"], name="a_case_once_a_sample"),
        ]

    def __str__(self) -> str:
        return f"{self.sample_id}: {self.place}"


class SampleCheck(Row):
    """The sheet (复核表) of a sampled case: yes, no or not applicable to each question of `oversight/sheet.py`, with a remark
    sealed under the case's key. Insert-only."""

    ANSWERS = ("yes", "no", "na")

    sampled = models.OneToOneField(SampleCase, models.PROTECT, related_name="check_done")
    answers = models.JSONField()
    remark = models.BinaryField(null=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    acted_as = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"check of {self.sampled_id}"

    @property
    def has_faults(self) -> bool:
        return "no" in self.answers.values()
