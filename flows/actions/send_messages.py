"""Send what stands in the outbox (发送消息): give each message out to the channels of its readers, then make the deliveries.

Any number of relays may run at once: rows that one holds are passed over by the others. What is sent stays sent unless
the process dies before it is noted; then the same goes out once more, with the same key, which its receiver knows.
"""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate

from casework.channels import Channel, Unreachable
from casework.local import in_words_of
from casework.models import Delivery, Message
from casework.readers import channels_of, language_of, readers_of
from casework.sealing import Erased, unseal
from casework.telling import outgoing

log = logging.getLogger(__name__)
MOST_ATTEMPTS = 20
LONGEST_PAUSE = timedelta(hours=12)


def send_messages(*, through: Mapping[str, Channel], now: datetime, most: int = 100) -> int:
    """How many deliveries were made; `through` has the adapter of each kind, `most` rows go into one transaction.

    Each is tried once in a run; what fails waits for a while, twice as long each time. Where nobody answers at the
    other end of a kind, the rest of that kind waits for the next run.
    """
    _give_out_all(through, now, most)
    sent, last, reached = 0, 0, dict(through)
    while True:
        with transaction.atomic():
            batch = _take_deliveries(list(reached), now, last, most)
            sent += _deliver(batch, reached, now)
        if len(batch) < most:
            return sent
        last = batch[-1].pk


def _give_out_all(kinds: Mapping[str, Channel], now: datetime, most: int) -> None:
    while True:
        with transaction.atomic():
            waiting = list(
                Message.objects.select_for_update(skip_locked=True, of=("self",))
                .filter(sent_at=None)
                .select_related("case")
                .order_by("pk")[:most]
            )
            _give_out(waiting, kinds, now)
        if len(waiting) < most:
            return


def _give_out(messages: list[Message], kinds: Mapping[str, Channel], now: datetime) -> None:
    """A delivery for each channel in use now; a channel that is chosen later begins with later messages."""
    readers = readers_of(messages, localdate(now))
    channels = channels_of(set().union(*readers.values()), kinds)
    Delivery.objects.bulk_create(
        [
            Delivery(district_id=message.district_id, message=message, channel=one, made_at=now, next_try_at=now)
            for message in messages
            for user in sorted(readers[message.pk])
            for one in channels.get(user, ())
        ]
    )
    Message.objects.filter(pk__in=[message.pk for message in messages]).update(sent_at=now)


def _take_deliveries(kinds: list[str], now: datetime, last: int, most: int) -> list[Delivery]:
    return list(
        Delivery.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(pk__gt=last, state=Delivery.WAITING, next_try_at__lte=now, channel__kind__in=kinds)
        .select_related("message__case", "message__district", "channel__user", "channel__key")
        .order_by("pk")[:most]
    )


def _deliver(batch: list[Delivery], reached: dict[str, Channel], now: datetime) -> int:
    """Try each once and note how it went; who reads no more, or has switched the channel off, gets nothing."""
    readers = readers_of({one.message_id: one.message for one in batch}.values(), localdate(now))
    tried = []
    for delivery in batch:
        channel = delivery.channel
        if not channel.is_used or channel.user_id not in readers[delivery.message_id]:
            delivery.state = Delivery.FAILED
        elif channel.kind not in reached:
            continue
        else:
            _try(delivery, reached, now)
        tried.append(delivery)
    if tried:
        Delivery.objects.bulk_update(tried, ["state", "attempts", "sent_at", "next_try_at"])
    return sum(one.state == Delivery.SENT for one in tried)


def _try(delivery: Delivery, reached: dict[str, Channel], now: datetime) -> None:
    channel, message = delivery.channel, delivery.message
    delivery.attempts += 1
    try:
        to = unseal(channel.key, channel.address)
        language = language_of(channel.user, message)
        with in_words_of(message.district_id):
            said = outgoing(message, key=str(delivery.key), to=to, language=language)
        reached[channel.kind].send(said)
    except Erased:
        delivery.state = Delivery.FAILED
    except Exception as error:  # whatever it is: what was sent before it in this transaction must stay noted
        _failed(delivery, error, now)
        if isinstance(error, Unreachable):
            del reached[channel.kind]
    else:
        delivery.state, delivery.sent_at = Delivery.SENT, now


def _failed(delivery: Delivery, error: Exception, now: datetime) -> None:
    log.warning("%s %s was not sent: %s", delivery.channel.kind, delivery.key, type(error).__name__)
    if delivery.attempts >= MOST_ATTEMPTS:
        delivery.state = Delivery.FAILED
    delivery.next_try_at = now + min(timedelta(minutes=2 ** (delivery.attempts - 1)), LONGEST_PAUSE)
