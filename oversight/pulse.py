"""How the installation is doing (运行状况), in figures that a machine may ask for every few seconds: nothing of a person."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Min

from casework.models import Action, Case, Deadline, Delivery, EventDelivery, Letter, Message
from casework.sequencer import the_checkpoints, the_log
from casework.states import STATES
from ledger.checkpoints import NotSigned
from ledger.log import Damaged
from oversight.models import PatternRun


def unsequenced_since(now: datetime) -> timedelta:
    """How long the oldest record waits that the log does not have; zero where it has all. Raises Damaged, OSError."""
    log = the_log()
    last = json.loads(log.entry(log.size - 1))["action"] if log.size else 0
    oldest = Action.objects.filter(pk__gt=last).order_by("pk").values_list("at", flat=True).first()
    return max(now - oldest, timedelta()) if oldest else timedelta()


def unsent_since(now: datetime) -> timedelta:
    """How long the oldest message waits that the relay has not given out."""
    oldest = Message.objects.filter(sent_at=None).aggregate(at=Min("made_at"))["at"]
    return max(now - oldest, timedelta()) if oldest else timedelta()


@dataclass(frozen=True)
class Waiting:
    """What one address outside has not taken: since when, how often it was tried at most, what was answered (0: nothing).

    Untried, it waits since it was due, which is not when its event happened: an event may be sent again.
    """

    webhook: int
    since: timedelta
    attempts: int
    status: int


def events_waiting(now: datetime) -> list[Waiting]:
    """The addresses that events wait for."""
    rows = EventDelivery.objects.filter(state=EventDelivery.WAITING, webhook__ended_at=None).values("webhook")
    told = rows.annotate(
        happened=Min("event__at"), due=Min("next_try_at"), tried=Max("attempts"), said=Max("status")
    ).order_by("webhook")
    return [
        Waiting(
            one["webhook"], max(now - (one["happened"] if one["tried"] else one["due"]), timedelta()), one["tried"], one["said"]
        )
        for one in told
    ]  # fmt: skip


def swept(district_id: int) -> datetime | None:
    """When the clock last did its daily work in the district."""
    found = PatternRun.objects.filter(district_id=district_id, by=None).order_by("-day").values_list("at", flat=True)
    return found.first()


def gauges(now: datetime) -> dict[str, float]:
    """The figures of one moment by the name of their metric."""
    today = now.astimezone().date()
    found: dict[str, float] = {
        "minhang_messages_waiting": Message.objects.filter(sent_at=None).count(),
        "minhang_messages_oldest_seconds": unsent_since(now).total_seconds(),
        "minhang_events_waiting": EventDelivery.objects.filter(
            state=EventDelivery.WAITING, webhook__ended_at=None
        ).count(),
        "minhang_deliveries_failed": Delivery.objects.filter(state="failed").count(),
        "minhang_letters_waiting": Letter.objects.filter(rendered_at=None, void_at=None).count(),
        "minhang_deadlines_overdue": Deadline.objects.filter(ended_at=None, due__lt=today).count(),
    }
    states = dict(Case.objects.exclude(state="closed").values_list("state").annotate(n=Count("pk")))
    found |= {f'minhang_cases_open{{state="{state}"}}': states.get(state, 0) for state in STATES if state != "closed"}
    try:
        found["minhang_log_waiting_seconds"] = unsequenced_since(now).total_seconds()
        newest = the_checkpoints().latest()
        found["minhang_log_checkpoint_size"] = newest.size if newest else 0
    except (Damaged, NotSigned, OSError, ValueError):
        found["minhang_log_damaged"] = 1
    return found
