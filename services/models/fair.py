"""Job fairs: the day, its stands, its visitors and what came of it for each."""

from django.db import models
from django.db.models import Q

from accounts.models import Department, User
from casework.models import Organisation, Person, SubjectKey
from casework.models.base import Row


class JobFair(Row):
    """A job fair (招聘会): day, place, and how people get in and around. Public from the moment that it is noted."""

    title = models.CharField(max_length=80)
    day = models.DateField()
    opens = models.CharField(max_length=20)
    town = models.ForeignKey(Department, models.PROTECT, related_name="+", db_index=False)
    place = models.CharField(max_length=120)
    access = models.CharField(max_length=500)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "day", "title"], name="one_fair")]

    def __str__(self) -> str:
        return f"fair {self.pk}"


class FairStand(Row):
    """A unit's stand (展位) at a fair; it shows the unit's vacancies that are open that day."""

    fair = models.ForeignKey(JobFair, models.PROTECT, related_name="stands", db_index=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fair", "organisation"], name="one_stand_per_unit"),
            models.UniqueConstraint(fields=["fair", "number"], name="one_unit_per_stand"),
        ]

    def __str__(self) -> str:
        return f"stand {self.pk}"


class FairVisitor(Row):
    """Somebody who comes to a fair (报名): what they need there, sealed, and what came of it."""

    STATES = ("registered", "came", "interviewed", "agreed", "employed", "absent", "cancelled")

    fair = models.ForeignKey(JobFair, models.PROTECT, related_name="visitors", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=12, default="registered")
    stand = models.ForeignKey(FairStand, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    key = models.ForeignKey(SubjectKey, models.SET_NULL, null=True, related_name="+", db_index=False)
    needs = models.BinaryField(null=True)
    registered_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    registered_at = models.DateTimeField()
    noted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "fair", "person"], name="one_registration_per_fair"),
            models.CheckConstraint(
                condition=Q(outcome__in=[
                    "registered", "came", "interviewed", "agreed", "employed", "absent", "cancelled",
                ]),
                name="fair_visitor_outcome",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"visitor {self.pk}"
