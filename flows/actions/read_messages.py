"""Messages marked as read by the applicant who saw them: those of a case, or the ones that a list showed.

Whoever only reads for a unit changes nothing: what they saw stays new for those who act.
"""

from collections.abc import Iterable
from datetime import datetime

from django.utils.timezone import localdate

from accounts.actor import Actor
from casework import acting
from casework.models import Case, Mandate, Message


def read_messages(*, case: Case, by: Actor, now: datetime) -> None:
    if acting.why_not_change(by, case.applicant, localdate(now)):
        return
    Message.objects.filter(case=case, audience="applicant", read_at=None).update(read_at=now)


def read_listed(*, messages: Iterable[Message], by: Actor, now: datetime) -> None:
    """`messages` are those that the list showed to whom they are for."""
    reads = acting.mandates_of(by, localdate(now)).filter(role=Mandate.READER, organisation__isnull=False)
    listed = Message.objects.filter(pk__in=[one.pk for one in messages], read_at=None)
    listed.exclude(case__organisation__in=reads.values("organisation")).update(read_at=now)
