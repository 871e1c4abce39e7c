"""After the decision: notice and objections, letters and their service, positions, messages."""

import uuid

from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from accounts.models import Department, User
from casework.models.base import Row
from casework.models.case import Case
from casework.models.person import Organisation, SubjectKey
from casework.models.task import Task


class Notice(Row):
    """A public notice (公示): the text as shown, with as little personal data as allowed, and its days."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="notices")
    task = models.OneToOneField(Task, models.PROTECT, related_name="notice")
    code = models.UUIDField(default=uuid.uuid4, unique=True)
    surname = models.CharField(max_length=8)
    ground = models.CharField(max_length=40)
    award = models.CharField(max_length=160)
    published_at = models.DateTimeField()
    starts_on = models.DateField()
    ends_on = models.DateField(db_index=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=16, blank=True)

    def __str__(self) -> str:
        return str(self.code)


class Objection(Row):
    """An objection to a notice (异议): by name or anonymous, sealed under the objector's own key."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="objections")
    code = models.CharField(max_length=14)
    key = models.ForeignKey(SubjectKey, models.SET_NULL, null=True, related_name="+")
    named = models.BooleanField(default=False)
    who = models.BinaryField()
    text = models.BinaryField()
    received_at = models.DateTimeField()
    received_how = models.CharField(max_length=10)
    received_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    evidence = models.OneToOneField("casework.Evidence", models.PROTECT, null=True, related_name="objection")
    submission_key = models.UUIDField(unique=True)
    outcome = models.CharField(max_length=10, blank=True)
    answer = models.BinaryField(null=True)
    examiner = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["district", "code"], name="one_objection_per_code"),
            models.CheckConstraint(condition=Q(outcome__in=["", "dismissed", "upheld"]), name="objection_outcome"),
            models.CheckConstraint(condition=Q(received_how__in=["online", "counter"]), name="objection_how"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_open(self) -> bool:
        return not self.outcome


class LetterQuerySet(models.QuerySet["Letter"]):
    """Letters, told apart by what they do."""

    def decisions(self) -> "LetterQuerySet":
        """Those that decide, and against which one may appeal; the others only tell."""
        return self.exclude(kind__in=Letter.NOTICES)


class Letter(Row):
    """One letter (文书): facts frozen and sealed by the action that writes it, rendered once by the relay.

    `NOTICES` are the kinds that decide nothing: accepted, correction asked for, paid.
    """

    NOTICES = ("accepted", "correction", "paid")

    case = models.ForeignKey(Case, models.PROTECT, related_name="letters")
    kind = models.CharField(max_length=20)
    number = models.CharField(max_length=40)
    language = models.CharField(max_length=10)
    facts = models.BinaryField()
    written_at = models.DateTimeField()
    served_from = models.DateField(null=True, blank=True)
    waits_for_notice = models.BooleanField(default=False)
    stored_as = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    rendered_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    void_at = models.DateTimeField(null=True, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["district", "number"], name="one_letter_per_number")]

    def __str__(self) -> str:
        return self.number


class Service(Row):
    """How and when a decision reached the applicant (送达); the appeal periods run from it."""

    letter = models.OneToOneField(Letter, models.PROTECT, related_name="service")
    how = models.CharField(max_length=12)
    proof = models.BinaryField(null=True)
    served_at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(how__in=["account", "deemed", "post", "in_person"]), name="service_how")
        ]

    def __str__(self) -> str:
        return f"{self.how} {self.served_at:%Y-%m-%d}"


class Position(Row):
    """A job that someone can be admitted or appointed to (岗位)."""

    code = models.CharField(max_length=20)
    title = models.CharField(max_length=80)
    title_en = models.CharField(max_length=120)
    department = models.ForeignKey(Department, models.PROTECT, related_name="positions")
    accommodations = models.CharField(max_length=200, blank=True)
    is_offered = models.BooleanField(default=True)
    case = models.OneToOneField(Case, models.PROTECT, null=True, blank=True, related_name="position")
    history = HistoricalRecords()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="one_position_per_code")]

    def __str__(self) -> str:
        return self.code


class Message(Row):
    """One row of the outbox (消息): what happened, for whom; the words are made when it is shown or sent.

    `kind` is the kind of step that a department's message is about, or the one role that has the step alone: those who
    handle it read it; empty, all who handle anything there. `sent_at` is when the relay gave it out to the channels of its readers, one `Delivery` each.
    """

    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="messages")
    audience = models.CharField(max_length=12)
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+", db_index=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", db_index=False)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    kind = models.CharField(max_length=16, blank=True)
    event = models.CharField(max_length=32)
    values = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(audience__in=["applicant", "organisation", "department", "head", "supervisor"]),
                name="message_audience",
            )
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(sent_at=None), name="messages_to_send"),
            models.Index(fields=["user"], condition=Q(user__isnull=False), name="messages_of_an_account"),
        ]

    def __str__(self) -> str:
        return f"{self.event} to {self.audience}"
