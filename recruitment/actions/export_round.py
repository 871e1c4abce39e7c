"""An export of a round's report (导出报告): recorded for the round."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from casework.record import write_on
from flows.errors import NotThere
from recruitment.models import Round
from recruitment.queries import rounds_of


def export_round(*, one: Round, by: Actor, now: datetime, rows: int) -> None:
    """Note that somebody takes the report away; the file is written by the caller afterwards. Raises NotThere."""
    if not rounds_of(by).filter(pk=one.pk).exists():
        raise NotThere
    with transaction.atomic():
        write_on(one, "exported", by, now, details={"rows": rows})
