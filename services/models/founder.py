"""Help for founders: feasibility assessments, advice on start-up aid, maker spaces and their places."""

from django.db import models
from django.db.models import Q

from accounts.models import Department, User
from casework.models import Case, Organisation, Person, SubjectKey
from casework.models.base import Row


class Feasibility(Row):
    """A provider's assessment of a founder's plan (可行性评估), asked for by the federation on a service case.

    `second`: the second opinion, of another provider. `scores` are 1 to 5 per heading; `text` is sealed.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="feasibilities", db_index=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    second = models.BooleanField(default=False)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    key = models.ForeignKey(SubjectKey, models.SET_NULL, null=True, related_name="+", db_index=False)
    scores = models.JSONField(default=dict, blank=True)
    risk = models.CharField(max_length=6, blank=True)
    text = models.BinaryField(null=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "feasibilities"
        constraints = [
            models.UniqueConstraint(fields=["case", "second"], name="one_opinion_of_each"),
            models.UniqueConstraint(fields=["case", "organisation"], name="two_providers_for_two_opinions"),
            models.CheckConstraint(
                condition=Q(answered_at=None, risk="", answered_by=None)
                | Q(answered_at__isnull=False, risk__in=["low", "middle", "high"], answered_by__isnull=False),
                name="feasibility_answered_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"feasibility {self.pk}"


class StartUpAdvice(Row):
    """What the federation advised about start-up aid (创业扶持建议); it never blocks an application."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="start_up_advice")
    advises = models.BooleanField()
    key = models.ForeignKey(SubjectKey, models.SET_NULL, null=True, related_name="+", db_index=False)
    reason = models.BinaryField()
    given_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    given_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"advice on case {self.case_id}"


class MakerSpace(Row):
    """A maker space (创业空间) with so many places, each for one person a day."""

    title = models.CharField(max_length=60)
    town = models.ForeignKey(Department, models.PROTECT, related_name="+", db_index=False)
    place = models.CharField(max_length=120)
    access = models.CharField(max_length=500)
    places = models.PositiveSmallIntegerField()
    is_open = models.BooleanField(default=True)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "title"], name="one_maker_space"),
            models.CheckConstraint(condition=Q(places__gte=1), name="maker_space_has_places"),
        ]

    def __str__(self) -> str:
        return f"space {self.pk}"


class PlaceBooking(Row):
    """A place of a maker space for one person on one day (预订): never twice."""

    space = models.ForeignKey(MakerSpace, models.PROTECT, related_name="bookings", db_index=False)
    place = models.PositiveSmallIntegerField()
    day = models.DateField()
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    booked_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    booked_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["space", "day", "place"], condition=Q(cancelled_at=None), name="one_booking_per_place_and_day"
            ),
            models.UniqueConstraint(
                fields=["space", "day", "person"], condition=Q(cancelled_at=None), name="one_booking_per_person_and_day"
            ),
            models.CheckConstraint(condition=Q(place__gte=1), name="booking_of_a_place"),
        ]

    def __str__(self) -> str:
        return f"booking {self.pk}"
