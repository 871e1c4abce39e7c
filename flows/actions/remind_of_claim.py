"""A month that can soon no longer be claimed (续领提醒): the person is told once, in the account that acts for them."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.models import User
from casework.models import Message, Person
from casework.outbox import put, to_account
from casework.renewals import RunningOut
from flows.errors import AlreadyDone


def remind_of_claim(*, found: RunningOut, user: User, by: Actor, now: datetime) -> None:
    """Put the reminder into the outbox. Raises AlreadyDone where somebody was told of this month."""
    person, month = found.person, found.month.isoformat()
    with transaction.atomic():
        Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        if Message.objects.filter(event="claim_expires", values__person=person.pk, values__month=month).exists():
            raise AlreadyDone("not_due")
        due = found.due.isoformat()
        put(to_account(user, person.district_id, "claim_expires", now, person=person.pk, month=month, due=due))
