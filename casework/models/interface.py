"""What the API keeps: what happened to cases as events, to whom they are sent, and what was handed in under which key."""

from django.db import models
from django.db.models import Q

from accounts.models import ApiClient, User
from casework.models.base import Row
from casework.models.case import Case
from casework.models.person import SubjectKey


class EventsTaken(Row):
    """How far the record has been read for events: one row a district, locked by whoever reads on.

    `cluster` is the database server whose transaction numbers `xid` is of: after a restore on another they begin anew.
    """

    cluster = models.CharField(max_length=24, blank=True)
    xid = models.BigIntegerField(default=0)
    action_id = models.BigIntegerField(default=0)

    class Meta:
        verbose_name_plural = "events taken"
        constraints = [models.UniqueConstraint(fields=["district"], name="events_taken_of_a_district")]

    def __str__(self) -> str:
        return f"events up to {self.action_id}"


class CaseEvent(Row):
    """One move of a case (事件), for whoever follows it from outside: where it stood afterwards, and nothing of a person.

    Made from the record in the order in which its rows became final; numbers of a district rise in that order.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="events")
    action_id = models.BigIntegerField()
    state = models.CharField(max_length=12)
    version = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "action_id"], name="one_event_per_record")]
        indexes = [models.Index(fields=["district", "id"], name="events_of_a_district")]

    def __str__(self) -> str:
        return f"event {self.pk}"


class Webhook(Row):
    """Where a client wants its events sent (推送地址), and the secret that signs them, sealed under a key of its own.

    `scopes` say of which cases: those that applicants entrusted to it (cases:follow), those of its department (cases:read).
    `last_event_id` is the last event that was looked at for it.
    """

    client = models.ForeignKey(ApiClient, models.PROTECT, related_name="webhooks")
    url = models.CharField(max_length=300)
    scopes = models.JSONField(default=list)
    key = models.ForeignKey(SubjectKey, models.SET_NULL, null=True, related_name="+", db_index=False)
    secret = models.BinaryField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    last_event_id = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"webhook {self.pk}"


class EventDelivery(Row):
    """One event to one address (推送): tried until it arrives, each pause longer than the one before.

    A later event of the same case waits for it. `status` is the last answer's, 0 where nobody answered.
    """

    WAITING, SENT, DROPPED = "waiting", "sent", "dropped"

    webhook = models.ForeignKey(Webhook, models.PROTECT, related_name="deliveries")
    event = models.ForeignKey(CaseEvent, models.PROTECT, related_name="deliveries", db_index=False)
    state = models.CharField(max_length=8, default=WAITING)
    attempts = models.PositiveIntegerField(default=0)
    status = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "event deliveries"
        constraints = [
            models.UniqueConstraint(fields=["webhook", "event"], name="one_delivery_per_event"),
            models.CheckConstraint(condition=Q(state__in=["waiting", "sent", "dropped"]), name="event_delivery_state"),
        ]
        indexes = [models.Index(fields=["webhook", "event"], condition=Q(state="waiting"), name="events_to_deliver")]

    def __str__(self) -> str:
        return f"{self.state} {self.event_id}"


class HandedIn(Row):
    """What a client handed in under a key of its own (Idempotency-Key): the same again gets the same answer.

    `digest` is of the whole request, under the applicant's key; `answer` has nothing of a person.
    """

    account = models.ForeignKey(User, models.PROTECT, related_name="+")
    key = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+", db_index=False)
    answer = models.JSONField(default=dict)
    made_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "handed in"
        constraints = [models.UniqueConstraint(fields=["district", "account", "key"], name="one_case_per_key")]

    def __str__(self) -> str:
        return f"handed in {self.pk}"
