"""Events of cases, from the record to those who follow them (事件推送): taken, given out, sent.

The record is the outbox: an act that rolled back was never there. One reader a district takes its rows in the order in
which they became final, as the sequencer does; numbers of events rise in that order. Any number of relays may run at once.
"""

import json
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias

from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils.timezone import localdate

from accounts.models import District
from casework.channels import Unreachable
from casework.events import TOLD, identifier, page_for, told
from casework.interfaces import cases_of
from casework.models import CaseEvent, EventDelivery, EventsTaken, Webhook
from casework.sealing import unseal
from casework.webhooks import signed

log = logging.getLogger(__name__)
Post: TypeAlias = Callable[[str, bytes, dict[str, str]], int]
LONGEST_PAUSE: Final = timedelta(hours=12)
CHUNK: Final = 2000  # rows of the record that one transaction reads
BATCH: Final = 50  # events that one transaction sends

# What became final after the place that was reached; and, on another server than before, what a restore brought.
_NEXT: Final = """
    SELECT id, xid::text::bigint, subject_kind, subject_id, event, state, case_version, at FROM casework_action
     WHERE district_id = %(district)s AND (xid, id) > (%(xid)s::text::xid8, %(id)s)
       AND xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY xid, id LIMIT %(many)s
"""
_RESTORED: Final = """
    SELECT id, xid::text::bigint, subject_kind, subject_id, event, state, case_version, at FROM casework_action
     WHERE district_id = %(district)s AND xid >= pg_snapshot_xmax(pg_current_snapshot()) AND id > %(id)s
     ORDER BY id LIMIT %(many)s
"""


def send_events(*, post: Post, now: datetime) -> int:
    """How many events arrived somewhere. Each is tried once in a run; where nobody answers, the rest waits for the next."""
    for district in District.objects.order_by("pk"):
        while take_events(district_id=district.pk, now=now):
            pass
    while _give_out(now):
        pass
    sent, silent = 0, set[int]()
    while True:
        with transaction.atomic():
            batch = _take(now, silent)
            sent += _deliver(batch, post, now, silent)
        if not batch:
            return sent


def take_events(*, district_id: int, now: datetime) -> bool:
    """Make events of the next rows of the record; whether there may be more. False where another one is at it."""
    with transaction.atomic():
        EventsTaken.objects.get_or_create(district_id=district_id)
        at = EventsTaken.objects.select_for_update(skip_locked=True).filter(district_id=district_id).first()
        if at is None:
            return False
        if (cluster := _cluster()) != at.cluster:
            _take_restored(district_id)
            at.cluster, at.xid, at.action_id = cluster, 0, 0
        rows = _rows(_NEXT, district_id, at.xid, at.action_id)
        if rows:
            _keep(district_id, rows)
            at.action_id, at.xid = rows[-1][0], rows[-1][1]
        at.save()
        return len(rows) == CHUNK


def _take_restored(district_id: int) -> None:
    """Rows of another server's transactions, by their own order; those that are events already stay what they are."""
    after = 0
    while rows := _rows(_RESTORED, district_id, 0, after):
        _keep(district_id, rows)
        after = rows[-1][0]


def _keep(district_id: int, rows: list[tuple[Any, ...]]) -> None:
    CaseEvent.objects.bulk_create(
        [
            CaseEvent(district_id=district_id, case_id=subject, action_id=pk, state=state, version=version, at=at)
            for pk, _, kind, subject, event, state, version, at in rows
            if kind == "case" and event in TOLD
        ],
        ignore_conflicts=True,
    )


def _rows(statement: str, district_id: int, xid: int, pk: int) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"district": district_id, "xid": str(xid), "id": pk, "many": CHUNK})
        return list(cursor.fetchall())


def _cluster() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT system_identifier::text FROM pg_control_system()")
        return str(cursor.fetchone()[0])


def _give_out(now: datetime) -> bool:
    """A delivery of each new event to each address that may know of its case now; whether there may be more."""
    more = False
    with transaction.atomic():
        webhooks = Webhook.objects.select_for_update(skip_locked=True, of=("self",)).filter(
            ended_at=None, client__account__is_active=True
        )
        for webhook in webhooks.select_related("client__account", "client__department").order_by("pk"):
            page = page_for(webhook.client, webhook.scopes, webhook.last_event_id, localdate(now))
            EventDelivery.objects.bulk_create(
                [
                    EventDelivery(district_id=webhook.district_id, webhook=webhook, event=event, next_try_at=now)
                    for event in page.events
                    if event.at >= webhook.made_at  # the record may be read later than it was written
                ],
                ignore_conflicts=True,
            )
            if page.last != webhook.last_event_id:
                webhook.last_event_id = page.last
                webhook.save(update_fields=["last_event_id"])
            more |= page.more
    return more


def _take(now: datetime, silent: set[int]) -> list[EventDelivery]:
    """Deliveries that are due, of each case the first that has not arrived. What another relay holds still counts as not
    arrived, so that nothing overtakes it."""
    before = EventDelivery.objects.filter(
        webhook=OuterRef("webhook"), event__case=OuterRef("event__case"), event__lt=OuterRef("event"),
        state=EventDelivery.WAITING,
    )  # fmt: skip
    return list(
        EventDelivery.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(~Exists(before), state=EventDelivery.WAITING, next_try_at__lte=now, webhook__ended_at=None)
        .exclude(webhook__in=silent)
        .select_related("event__case", "webhook__key", "webhook__client__account", "webhook__client__department")
        .order_by("event")[:BATCH]
    )


def _deliver(batch: list[EventDelivery], post: Post, now: datetime, silent: set[int]) -> int:
    """Try each once and note how it went; what the client may know of no more is dropped."""
    seen = _still_seen(batch, now)
    for delivery in batch:
        if (delivery.webhook_id, delivery.event.case_id) not in seen:
            delivery.state = EventDelivery.DROPPED
        elif delivery.webhook_id not in silent:
            _try(delivery, post, now, silent)
    if batch:
        EventDelivery.objects.bulk_update(batch, ["state", "attempts", "status", "sent_at", "next_try_at"])
    return sum(one.state == EventDelivery.SENT for one in batch)


def _still_seen(batch: list[EventDelivery], now: datetime) -> set[tuple[int, int]]:
    found = set[tuple[int, int]]()
    for webhook in {one.webhook_id: one.webhook for one in batch}.values():
        cases = {one.event.case_id for one in batch if one.webhook_id == webhook.pk}
        theirs = cases_of(webhook.client, webhook.scopes, localdate(now)).filter(pk__in=cases)
        found |= {(webhook.pk, pk) for pk in theirs.values_list("pk", flat=True)}
    return found


def _try(delivery: EventDelivery, post: Post, now: datetime, silent: set[int]) -> None:
    webhook, event = delivery.webhook, delivery.event
    body = json.dumps(told(event), ensure_ascii=False, separators=(",", ":")).encode()
    delivery.attempts, delivery.status = delivery.attempts + 1, 0
    try:
        headers = signed(unseal(webhook.key, webhook.secret), identifier(event), now, body)
        delivery.status = post(webhook.url, body, headers)
    except Exception as error:  # whatever it is: what was sent before it in this transaction must stay noted
        log.warning("event %s was not sent: %s", event.pk, type(error).__name__)
        if isinstance(error, Unreachable):
            silent.add(webhook.pk)
    if 200 <= delivery.status < 300:
        delivery.state, delivery.sent_at = EventDelivery.SENT, now
    else:
        delivery.next_try_at = now + min(timedelta(minutes=2 ** min(delivery.attempts - 1, 12)), LONGEST_PAUSE)
