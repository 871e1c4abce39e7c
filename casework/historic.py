"""Saving a row that keeps its history: with who did it, why, and at which moment."""

from datetime import datetime
from functools import cache
from typing import Any, cast

from django.db import connection
from django.db.models import Model

from accounts.actor import Actor
from casework.statements import send, update


def keep(row: Model, by: Actor, reason: str, now: datetime) -> None:
    """Save the row; its history row names the user, the reason (an event) and the action's moment."""
    if row._state.adding:
        historic: Any = row
        historic._history_user, historic._change_reason, historic._history_date = by.user, reason, now
        row.save()
        return
    update(row)
    send(_copied(type(row)), [now, reason, by.user_id, row.pk])


@cache
def _copied(model: type[Model]) -> str:
    """The row as the database has it now, copied into its history: what is kept is what stands there."""
    quote, historian = connection.ops.quote_name, cast(Any, model).history.model
    columns = ", ".join(quote(field.column) for field in historian.tracked_fields)
    return (
        f"INSERT INTO {quote(historian._meta.db_table)} ({columns}, history_type, history_date, history_change_reason, "
        f"history_user_id) SELECT {columns}, '~', %s, %s, %s FROM {quote(model._meta.db_table)} WHERE id = %s"
    )
