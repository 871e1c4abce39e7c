"""Who applied to which post, where they sit, what they scored, and the physical check."""

from django.db import models
from django.db.models import Q

from accounts.models import Post, User
from casework.models import Case, Person
from casework.models.base import Row
from recruitment.models.round import Round, RoundPost


class RoundApplication(Row):
    """An application in its round (报考): one a person, whatever the post. Made when the case is handed in.

    Where that case was withdrawn or not accepted, a new one of the same person takes its place.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="applications", db_index=False)
    post = models.ForeignKey(RoundPost, models.PROTECT, related_name="applications")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    case = models.OneToOneField(Case, models.PROTECT, related_name="round_application")
    applied_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "round", "person"], name="one_post_per_person_and_round")
        ]
        indexes = [models.Index(fields=["round", "post"], name="applications_of_a_round")]

    def __str__(self) -> str:
        return f"application {self.pk}"


class ExamRoom(Row):
    """A room of the examination (考场)."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="rooms")
    name = models.CharField(max_length=60)
    place = models.CharField(max_length=120)
    seats = models.PositiveSmallIntegerField()
    ground_floor = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["district", "round", "name"], name="one_exam_room_per_name"),
            models.CheckConstraint(condition=Q(seats__gte=1, seats__lte=500), name="exam_room_seats"),
        ]

    def __str__(self) -> str:
        return f"{self.round_id}: {self.name}"


class Seat(Row):
    """A candidate's seat (座位), with the number of their admission ticket (准考证)."""

    application = models.OneToOneField(RoundApplication, models.PROTECT, related_name="seat")
    room = models.ForeignKey(ExamRoom, models.PROTECT, related_name="taken", db_index=False)
    number = models.PositiveSmallIntegerField()
    ticket = models.CharField(max_length=20)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "room", "number"], name="one_candidate_per_seat"),
            models.UniqueConstraint(fields=["district", "ticket"], name="one_ticket_per_number"),
        ]

    def __str__(self) -> str:
        return self.ticket


class ScoreEntry(Row):
    """One entry of a score (录分): by one person, again by another; a third person settles where they differ. No value: absent."""

    application = models.ForeignKey(RoundApplication, models.PROTECT, related_name="scores")
    part = models.CharField(max_length=10)
    turn = models.PositiveSmallIntegerField()
    value = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    acted_as = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "score entries"
        constraints = [
            models.UniqueConstraint(
                fields=["district", "application", "part", "turn"], name="one_score_entry_per_turn"
            ),
            models.UniqueConstraint(
                fields=["district", "application", "part", "by"],
                condition=Q(turn__lt=3),
                name="nobody_enters_a_score_twice",
            ),
            models.CheckConstraint(condition=Q(part__in=["written", "interview"]), name="score_part"),
            models.CheckConstraint(condition=Q(turn__in=[1, 2, 3]), name="score_turn"),
            models.CheckConstraint(condition=Q(value=None) | Q(value__gte=0, value__lte=100), name="score_value"),
        ]

    def __str__(self) -> str:
        return f"score of application {self.application_id}"


class PhysicalCheck(Row):
    """The physical check (体检) of a candidate in the places; failed with a reason, sealed, and the next moves up."""

    application = models.OneToOneField(RoundApplication, models.PROTECT, related_name="physical_check")
    passed = models.BooleanField()
    reason = models.BinaryField(null=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(passed=True) | Q(reason__isnull=False), name="failed_check_has_a_reason")
        ]

    def __str__(self) -> str:
        return f"check of application {self.application_id}"
