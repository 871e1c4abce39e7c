"""Sheltered work (辅助性就业): projects in the reserve, requests of bases, shares, deliveries, members' earnings, products."""

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from casework.models import Case, Evidence, Organisation, Person
from casework.models.base import Row


class LabourProject(Row):
    """A labour project in the reserve (储备的劳动项目): a completed project case, with what it takes, chosen from the lists."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="labour_project")
    title = models.CharField(max_length=200)
    supplier = models.CharField(max_length=200)
    unit_price = models.DecimalField(max_digits=10, decimal_places=2)
    volume = models.PositiveIntegerField()
    deadline = models.DateField()
    skills = models.JSONField(default=list, blank=True)
    kinds = models.JSONField(default=list, blank=True)
    put_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    put_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["district", "deadline", "id"], name="project_by_deadline")]
        constraints = [models.CheckConstraint(condition=Q(volume__gte=1), name="project_has_work")]

    def __str__(self) -> str:
        return f"project {self.pk}"


class BaseRequest(Row):
    """What a base asked for (基地要活): an allocation case, with what its people can do, chosen from the lists."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="base_request")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    capacity = models.PositiveIntegerField()
    members = models.PositiveIntegerField()
    from_on = models.DateField()
    skills = models.JSONField(default=list, blank=True)
    kinds = models.JSONField(default=list, blank=True)
    taken_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    taken_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"request {self.pk}"


class WorkShare(Row):
    """What a base gets of a project (分到的活), with the working of the rule, and the base's answer."""

    project = models.ForeignKey(LabourProject, models.PROTECT, related_name="shares", db_index=False)
    request = models.ForeignKey(BaseRequest, models.PROTECT, related_name="shares")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="work_shares")
    pieces = models.PositiveIntegerField()
    because = models.JSONField(default=list, blank=True)
    state = models.CharField(max_length=10, default="given")
    given_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    given_at = models.DateTimeField()
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "request"], name="one_share_per_request"),
            models.CheckConstraint(condition=Q(state__in=["given", "confirmed", "declined"]), name="work_share_state"),
            models.CheckConstraint(condition=Q(pieces__gte=1), name="work_share_of_something"),
        ]

    def __str__(self) -> str:
        return f"share {self.pk}"


class WorkDelivery(Row):
    """Pieces that a base handed over on a day (交货). Insert-only. `word`: on whose word an officer noted it for a base
    without an account, sealed under the base's key, with the `paper` where there is one."""

    share = models.ForeignKey(WorkShare, models.PROTECT, related_name="deliveries")
    day = models.DateField()
    pieces = models.PositiveIntegerField()
    noted_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    noted_at = models.DateTimeField()
    word = models.BinaryField(null=True)
    paper = models.ForeignKey(Evidence, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        verbose_name_plural = "work deliveries"
        constraints = [models.CheckConstraint(condition=Q(pieces__gte=1), name="delivery_of_something")]

    def __str__(self) -> str:
        return f"delivery {self.pk}"


class BaseMember(Row):
    """Somebody who works at a base (学员), from a day to a day."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "person"], condition=Q(until=None), name="one_standing_membership"
            )
        ]

    def __str__(self) -> str:
        return f"member {self.pk}"


class StandingEarnings(models.QuerySet["MemberEarning"]):
    """What members earned; `standing` leaves out what a correction replaced."""

    def standing(self) -> Self:
        same = {name: OuterRef(name) for name in ("share", "member", "month")}
        newer = MemberEarning.objects.filter(**same, number__gt=OuterRef("number"))
        return self.exclude(Exists(newer))


class MemberEarning(Row):
    """What a member made of a share in a month, and what they are paid for it (学员收入). Rows are only added: a correction
    is the next `number` of the same month, with its `reason`, sealed under the member's key; the newest stands."""

    share = models.ForeignKey(WorkShare, models.PROTECT, related_name="earnings", db_index=False)
    member = models.ForeignKey(BaseMember, models.PROTECT, related_name="earnings")
    month = models.CharField(max_length=7)
    pieces = models.PositiveIntegerField()
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    noted_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    noted_at = models.DateTimeField()
    number = models.PositiveSmallIntegerField(default=1, db_default=1)
    reason = models.BinaryField(null=True)

    objects = StandingEarnings.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["share", "member", "month", "number"], name="one_earning_a_month"),
            models.CheckConstraint(
                condition=Q(number=1, pieces__gte=1, reason=None) | Q(number__gt=1, reason__isnull=False),
                name="earning_of_something",
            ),
        ]

    def __str__(self) -> str:
        return f"earning {self.pk}"


class Product(Row):
    """What a base makes and shows (产品和品牌), public while it is on."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="products", db_index=False)
    title = models.CharField(max_length=60)
    brand = models.CharField(max_length=60, blank=True)
    words = models.CharField(max_length=500)
    price = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    is_on = models.BooleanField(default=True)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "organisation", "title"], name="one_product")]

    def __str__(self) -> str:
        return f"product {self.pk}"
