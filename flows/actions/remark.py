"""Remark templates (常用语): what a department's officers write again and again at a kind of step; kept by the head."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.models import Department
from casework.models import Remark
from casework.record import write_on
from casework.wording import STEP_KINDS
from flows.errors import Invalid, NotThere
from flows.officers import headed_by
from policy import T

LONGEST = 300


def add_remark(*, by: Actor, now: datetime, kind: str, text: str) -> Remark:
    """A phrase for a kind of step of the head's department. The same twice is one."""
    department = headed_by(by, now)
    if kind not in STEP_KINDS:
        raise Invalid(kind=T("请选哪一步用。", "Please choose the step."))
    if not text.strip() or len(text.strip()) > LONGEST:
        raise Invalid(text=T("请写 1 到 {n} 个字。", "Please write 1 to {n} characters.").fill(n=LONGEST))
    with transaction.atomic():
        Department.objects.select_for_update(no_key=True).get(pk=department.pk)
        standing = Remark.objects.filter(department=department, kind=kind, text=text.strip(), removed_at=None).first()
        if standing is not None:
            return standing
        made = Remark.objects.create(
            district_id=department.district_id, department=department, kind=kind, text=text.strip(), by_id=by.user_id,
            added_at=now,
        )  # fmt: skip
        write_on(made, "remark_added", by, now, details={"kind": kind})
        return made


def remove_remark(*, by: Actor, now: datetime, remark_id: int) -> None:
    """It is no longer offered; a second time is no error."""
    department = headed_by(by, now)
    with transaction.atomic():
        found = Remark.objects.select_for_update().filter(pk=remark_id, department=department).first()
        if found is None:
            raise NotThere
        if found.removed_at is None:
            found.removed_at = now
            found.save(update_fields=["removed_at"])
            write_on(found, "remark_removed", by, now)
