"""Messages marked as read by the applicant who saw them: those of a case, or the ones that a list showed."""

from collections.abc import Iterable
from datetime import datetime

from casework.models import Case, Message


def read_messages(*, case: Case, now: datetime) -> None:
    Message.objects.filter(case=case, audience="applicant", read_at=None).update(read_at=now)


def read_listed(*, messages: Iterable[Message], now: datetime) -> None:
    """`messages` are those that the list showed to whom they are for."""
    Message.objects.filter(pk__in=[one.pk for one in messages], read_at=None).update(read_at=now)
