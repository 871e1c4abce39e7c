"""How readers are reached beside their account: the channels that they chose, and what went out by each."""

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import User
from casework.models.base import Row
from casework.models.outcome import Message
from casework.models.person import SubjectKey


class ContactChannel(Row):
    """An address of an account for messages (联系方式): sealed, used once its one-time code was given back.

    A new address waits beside the confirmed one, which goes on until then. A removed one keeps its row for the
    deliveries, without the address.
    """

    EMAIL, SMS = "email", "sms"

    user = models.ForeignKey(User, models.PROTECT, related_name="channels")
    kind = models.CharField(max_length=8)
    key = models.ForeignKey(SubjectKey, models.SET_NULL, null=True, related_name="+")
    address = models.BinaryField(null=True)
    is_on = models.BooleanField(default=True)
    code_digest = models.CharField(max_length=64, blank=True)
    code_until = models.DateTimeField(null=True)
    code_tries = models.PositiveSmallIntegerField(default=0)
    added_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["email", "sms"]), name="channel_kind"),
            models.CheckConstraint(
                condition=Q(address__isnull=True) | Q(removed_at__isnull=True), name="no_address_once_removed"
            ),
            models.UniqueConstraint(
                fields=["district", "user", "kind"],
                condition=Q(removed_at__isnull=True, confirmed_at__isnull=False),
                name="one_channel_per_kind",
            ),
            models.UniqueConstraint(
                fields=["district", "user", "kind"],
                condition=Q(removed_at__isnull=True, confirmed_at__isnull=True),
                name="one_channel_to_confirm",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.user_id}"

    @property
    def is_used(self) -> bool:
        """Whether messages go there."""
        return self.is_on and self.confirmed_at is not None and self.removed_at is None


class Delivery(Row):
    """One message by one channel (发送): tried until it is sent, with growing pauses, at most so many times.

    The receiver knows a repeated one by `key`.
    """

    WAITING, SENT, FAILED = "waiting", "sent", "failed"

    message = models.ForeignKey(Message, models.PROTECT, related_name="deliveries")
    channel = models.ForeignKey(ContactChannel, models.PROTECT, related_name="deliveries")
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    state = models.CharField(max_length=8, default=WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["waiting", "sent", "failed"]), name="delivery_state"),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="delivery_sent_with_its_moment",
            ),
            models.UniqueConstraint(fields=["district", "message", "channel"], name="one_delivery_per_channel"),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(state="waiting"), name="deliveries_to_make")]

    def __str__(self) -> str:
        return f"{self.state} {self.key}"
