"""An export of the record (导出): itself recorded, with what was asked for."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.models import Role
from casework.record import write_on
from flows.errors import NotAllowed


def export_record(*, by: Actor, now: datetime, filters: Mapping[str, str]) -> None:
    """Note that a supervisor takes a list away; the rows are written by the caller afterwards."""
    if by.post is None or not by.has_role(Role.SUPERVISOR, Role.AUDITOR):
        raise NotAllowed("only_supervision")
    with transaction.atomic():
        write_on(by.post.department, "exported", by, now, details={"filters": {k: bool(v) for k, v in filters.items()}})
