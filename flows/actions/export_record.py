"""An export of the record (导出): itself recorded, with what was asked for."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from accounts.actor import Actor
from accounts.models import Role
from casework.models import Look
from casework.record import write_on
from flows.errors import NotAllowed


def export_cases(*, by: Actor, now: datetime, case_ids: Sequence[int]) -> None:
    """Note that an officer takes a list of cases away: once in their department's record, and as a look at each."""
    if not by.holds_post(localdate(now)) or by.post is None:
        raise NotAllowed("no_post")
    with transaction.atomic():
        write_on(by.post.department, "exported", by, now, details={"cases": len(case_ids)})
        Look.objects.bulk_create(
            [
                Look(
                    district_id=by.post.district_id, case_id=one, user=by.user, department_id=by.post.department_id,
                    what="export", page="bulk", at=now,
                )
                for one in case_ids
            ]
        )  # fmt: skip


def export_record(*, by: Actor, now: datetime, filters: Mapping[str, str]) -> None:
    """Note that a supervisor takes a list away; the rows are written by the caller afterwards."""
    if by.post is None or not by.has_role(Role.SUPERVISOR, Role.AUDITOR):
        raise NotAllowed("only_supervision")
    with transaction.atomic():
        write_on(by.post.department, "exported", by, now, details={"filters": {k: bool(v) for k, v in filters.items()}})


def note_file(*, by: Actor, now: datetime, digest: str, size: int, code: str = "") -> None:
    """Note the SHA-256 of a file that an officer took away, so that anybody can tell later whether it is that one; and the
    code that is printed in it, where it has one."""
    if by.post is not None:
        with transaction.atomic():
            write_on(
                by.post.department,
                "file_taken",
                by,
                now,
                details={"file": digest, "bytes": size, **({"code": code} if code else {})},
            )


def export_log(*, by: Actor, now: datetime, form: str, since: date, until: date, measure: str = "") -> None:
    """Note that the event log is taken away, without names, as `form` (xes or ocel); the caller writes it afterwards."""
    if by.post is None or not by.holds_post(localdate(now)) or not by.has_role(Role.SUPERVISOR, Role.AUDITOR):
        raise NotAllowed("only_supervision")
    details = {"form": form, "since": since.isoformat(), "until": until.isoformat(), "measure": measure}
    with transaction.atomic():
        write_on(by.post.department, "log_exported", by, now, details=details)
