"""The second factor of an officer's sign-in (第二道验证): a code from their phone, beside the password."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from casework.models.base import Row
from casework.models.person import SubjectKey


class SecondFactor(Row):
    """One officer's device: the secret it shares with us (TOTP, RFC 6238), and what of it has been used.

    `confirmed_at` is None from a reset until the next set-up; sessions carry it, so that a new device ends the others.
    `last_step` is the last 30 seconds whose code was taken: none is taken twice. `recovery` are the one-time recovery
    codes (恢复码) as {salt, digest, used_at}; the digest is keyed with the officer's key.
    """

    user = models.OneToOneField(User, models.PROTECT, related_name="second_factor")
    key = models.ForeignKey(SubjectKey, models.SET_NULL, null=True, related_name="+")
    secret = models.BinaryField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=0)
    recovery = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(secret__isnull=True, confirmed_at__isnull=True)
                | Q(secret__isnull=False, confirmed_at__isnull=False),
                name="second_factor_is_confirmed_or_empty",
            )
        ]

    def __str__(self) -> str:
        return f"second factor of {self.user_id}"

    @property
    def recovery_left(self) -> int:
        return sum(one["used_at"] is None for one in self.recovery)
