"""What was kept long enough and goes by the clock (保存期满): messages of closed cases, addresses that nobody confirmed."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.actor import Actor
from casework import states
from casework.models import ContactChannel, Delivery, EventDelivery, HandedIn, Message
from flows.errors import NotAllowed

BATCH = 1000


def forget_messages(*, before: datetime, by: Actor, now: datetime) -> int:
    """Delete so many messages made before the moment, of closed cases or of none; how many went. Again until none is left."""
    if by.kind != "clock":
        raise NotAllowed("only_the_clock")
    with transaction.atomic():
        found = list(old_messages(before).order_by("pk").values_list("pk", flat=True)[:BATCH])
        Delivery.objects.filter(message__in=found).delete()
        Message.objects.filter(pk__in=found).delete()
        return len(found)


def old_messages(before: datetime) -> QuerySet[Message]:
    """Messages made before the moment whose case, if any, is closed."""
    return Message.objects.filter(Q(case=None) | Q(case__state=states.CLOSED), made_at__lt=before)


def forget_exchanged(*, before: datetime, by: Actor, now: datetime) -> int:
    """Delete so many deliveries of events that arrived or were given up, and keys under which clients handed something in,
    of before the moment; how many went. Again until none is left. What still waits for its address stays."""
    if by.kind != "clock":
        raise NotAllowed("only_the_clock")
    with transaction.atomic():
        sent = list(old_deliveries(before).order_by("pk").values_list("pk", flat=True)[:BATCH])
        handed = list(old_keys(before).order_by("pk").values_list("pk", flat=True)[:BATCH])
        EventDelivery.objects.filter(pk__in=sent).delete()
        HandedIn.objects.filter(pk__in=handed).delete()
        return len(sent) + len(handed)


def old_deliveries(before: datetime) -> QuerySet[EventDelivery]:
    """Deliveries of events of before the moment that nobody waits for any more."""
    return EventDelivery.objects.exclude(state=EventDelivery.WAITING).filter(event__at__lt=before)


def old_keys(before: datetime) -> QuerySet[HandedIn]:
    """What clients handed in before the moment, by their keys; the cases stay."""
    return HandedIn.objects.filter(made_at__lt=before)


def forget_address(*, channel_id: int, before: datetime, by: Actor, now: datetime) -> None:
    """Take away an address that was added before the moment and never confirmed; a second time is no error."""
    if by.kind != "clock":
        raise NotAllowed("only_the_clock")
    with transaction.atomic():
        waiting = ContactChannel.objects.select_for_update(no_key=True).filter(
            pk=channel_id, confirmed_at=None, removed_at=None, added_at__lt=before
        )
        waiting.update(removed_at=now, address=None, code_digest="")
