"""Saving a row that keeps its history: with who did it, why, and at which moment."""

from datetime import datetime
from typing import Any

from django.db.models import Model

from accounts.actor import Actor


def keep(row: Model, by: Actor, reason: str, now: datetime) -> None:
    """Save the row; its history row names the user, the reason (an event) and the action's moment."""
    historic: Any = row
    historic._history_user, historic._change_reason, historic._history_date = by.user, reason, now
    row.save()
