"""A recruitment round: the plan it comes from, its units, and the posts reserved for disabled people."""

from datetime import date, datetime

from django.db import models
from django.db.models import F, Q

from accounts.models import Department, User, in_language
from casework.models import Case, Position
from casework.models.base import Row


class SharingChange(Row):
    """The sharing of a plan's reserved posts, changed by hand (人工调整) before the plan was decided; the newest stands.

    `allocation` has every unit of the plan; the reason is sealed under the plan's own key.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="sharing_changes")
    allocation = models.JSONField()
    reason = models.BinaryField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"sharing of {self.case_id}"


class Round(Row):
    """A recruitment round (招录批次), opened once from a plan that was recorded. `kind` is the purpose of its applications."""

    KINDS = ("government_employee", "community_worker")

    plan = models.OneToOneField(Case, models.PROTECT, related_name="recruitment_round")
    kind = models.CharField(max_length=30)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    pass_mark = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    exam_at = models.DateTimeField(null=True, blank=True)
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    opened_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    results_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "kind", "year", "number"], name="one_round_per_number"),
            models.CheckConstraint(
                condition=Q(kind__in=["government_employee", "community_worker"]), name="round_kind"
            ),
            models.CheckConstraint(
                condition=Q(results_at=None) | Q(published_at__isnull=False), name="results_of_a_published_round"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(results_at__isnull=False), name="end_after_the_results"
            ),
        ]

    def __str__(self) -> str:
        return self.shown

    @property
    def shown(self) -> str:
        """The round's number as people write it."""
        return f"{'GY' if self.kind == 'government_employee' else 'SG'}{self.year % 100:02d}-{self.number}"

    def is_examined(self, now: datetime) -> bool:
        """Whether the examination has begun by then: no score exists before."""
        return self.exam_at is not None and self.exam_at <= now


class RoundUnit(Row):
    """A recruiting unit of a round (招录单位): its plan, and its reserved posts as decided."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="units")
    name = models.CharField(max_length=200)
    planned = models.PositiveIntegerField()
    reserved = models.PositiveIntegerField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["district", "round", "name"], name="one_unit_per_round"),
            models.CheckConstraint(condition=Q(reserved__lte=F("planned")), name="unit_within_its_plan"),
        ]

    def __str__(self) -> str:
        return f"{self.round_id}: {self.name}"


class RoundPost(Row):
    """A reserved post (专项岗位), for as many people as `vacancies` says. `department`: where they start work; of a
    community worker the town-level office, else the leading department."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="posts")
    unit = models.ForeignKey(RoundUnit, models.PROTECT, related_name="posts")
    code = models.CharField(max_length=16)
    title = models.CharField(max_length=80)
    title_en = models.CharField(max_length=120)
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", db_index=False)
    vacancies = models.PositiveSmallIntegerField()
    conditions = models.TextField()
    place = models.CharField(max_length=120)
    accommodations = models.CharField(max_length=200, blank=True)
    opens_on = models.DateField()
    closes_on = models.DateField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["district", "code"], name="one_round_post_per_code"),
            models.CheckConstraint(condition=Q(vacancies__gte=1), name="round_post_has_vacancies"),
            models.CheckConstraint(condition=Q(closes_on__gte=F("opens_on")), name="round_post_window"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def shown_title(self) -> str:
        return in_language(self.title, self.title_en)

    def takes_applications(self, on: date) -> bool:
        """Whether the day lies in its window, both days included."""
        return self.opens_on <= on <= self.closes_on


class PostPosition(Row):
    """A position (岗位) of a post, made when the round is published. Only who applied to the post is given it; what is
    left when the round ends is on offer as any other. The database holds both."""

    post = models.ForeignKey(RoundPost, models.PROTECT, related_name="positions")
    position = models.OneToOneField(Position, models.PROTECT, related_name="of_round")

    def __str__(self) -> str:
        return f"{self.post_id}: {self.position_id}"
