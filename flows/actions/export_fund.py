"""An export of a fund's book (导出台账): recorded for the fund, with how many lines were taken."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from casework.record import write_on
from flows.errors import NotAllowed
from funds.access import may_read
from funds.models import Fund


def export_fund(*, fund: Fund, by: Actor, now: datetime) -> None:
    """Note that somebody takes the book away; the lines are written by the caller afterwards. Raises NotAllowed."""
    if not may_read(by):
        raise NotAllowed("only_finance")
    with transaction.atomic():
        write_on(fund, "exported", by, now, details={"entries": fund.entries})
