"""Where events of cases are sent (推送地址): added, ended, sent again; by an administrator, for a client of the API."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from accounts.actor import Actor
from casework import webhooks
from casework.interfaces import OF_CASES
from casework.models import CaseEvent, EventDelivery, Webhook
from casework.record import write_on
from casework.sealing import new_key, seal
from flows.actions.open_interface import NO_SCOPE, client_for, may_keep
from flows.errors import Invalid, NotThere


def subscribe(
    *, client_id: int, url: str, scopes: Collection[str], by: Actor, now: datetime
) -> tuple[Webhook, str]:  # fmt: skip
    """The address, which gets what happens from now on, and the secret that signs, which nobody can read again.

    Raises NotThere, NotAllowed, ProofNeeded, Invalid.
    """
    url, asked = url.strip(), [one for one in OF_CASES if one in scopes]
    wrong = webhooks.wrong_with(url)
    if wrong is not None or not asked:
        raise Invalid(**({"url": wrong} if wrong else {}), **({} if asked else {"about": NO_SCOPE}))
    with transaction.atomic():
        client = client_for(by, client_id, now)
        secret, key = webhooks.new_secret(), new_key("organisation", client.district_id)
        newest = CaseEvent.objects.filter(district_id=client.district_id).aggregate(last=Max("pk"))["last"]
        made = Webhook.objects.create(
            district_id=client.district_id, client=client, url=url, scopes=asked, key=key, secret=seal(key, secret),
            made_by_id=by.user_id, made_at=now, last_event_id=newest or 0,
        )  # fmt: skip
        write_on(made, "webhook_added", by, now, details={"client": client.pk, "scopes": asked})
        return made, secret


def end_subscription(*, webhook_id: int, by: Actor, now: datetime) -> None:
    """Nothing is sent there any more, nor what waits; a second time is no error. Raises NotThere, NotAllowed, ProofNeeded."""
    with transaction.atomic():
        webhook = _locked(webhook_id, by, now)
        if webhook.ended_at is None:
            webhook.ended_at = now
            webhook.save(update_fields=["ended_at"])
            EventDelivery.objects.filter(webhook=webhook, state=EventDelivery.WAITING).update(
                state=EventDelivery.DROPPED
            )
            write_on(webhook, "webhook_ended", by, now, details={"client": webhook.client_id})


def send_again(*, webhook_id: int, since: datetime, by: Actor, now: datetime) -> int:
    """Every event since that moment goes out once more, and what waits goes out now; how many.

    Raises NotThere (also for an address that has ended), NotAllowed, ProofNeeded.
    """
    with transaction.atomic():
        webhook = _locked(webhook_id, by, now)
        if webhook.ended_at is not None:
            raise NotThere
        every = EventDelivery.objects.filter(webhook=webhook).exclude(state=EventDelivery.DROPPED)
        waiting = every.filter(state=EventDelivery.WAITING)
        waiting.update(next_try_at=now)
        again = every.filter(event__at__gte=since)
        many = again.update(state=EventDelivery.WAITING, attempts=0, sent_at=None, next_try_at=now)
        details = {"client": webhook.client_id, "since": since.isoformat(), "events": many}
        write_on(webhook, "events_sent_again", by, now, details=details)
        return many


def _locked(webhook_id: int, by: Actor, now: datetime) -> Webhook:
    webhook = Webhook.objects.select_for_update(no_key=True).filter(pk=webhook_id).first()
    if webhook is None:
        raise NotThere
    may_keep(by, webhook.district_id, now)
    return webhook
