"""Looks (查阅): who saw which case, file or number, from which page. Cheap, append-only, never in the way."""

from collections.abc import Iterable
from datetime import datetime

from accounts.actor import Actor
from casework.models import Case, Look


def look(*, case: Case, by: Actor, now: datetime, what: str, page: str, detail: int | None = None) -> None:
    """Note that an officer saw it; applicants' looks at their own case are not noted."""
    if by.user is not None and by.is_officer:
        Look.objects.create(
            district_id=case.district_id, case_id=case.pk, user=by.user, what=what, page=page, detail=detail, at=now,
            department_id=by.post.department_id if by.post else None,
        )  # fmt: skip


def look_at_many(*, cases: Iterable[Case], by: Actor, now: datetime, what: str, page: str) -> None:
    """The same for a page that shows something of several cases, in one statement."""
    if by.user is not None and by.is_officer:
        department_id = by.post.department_id if by.post else None
        Look.objects.bulk_create(
            [
                Look(
                    district_id=one.district_id, case_id=one.pk, user=by.user, what=what, page=page, at=now,
                    department_id=department_id,
                )
                for one in cases
            ]
        )  # fmt: skip
