"""Looks (查阅): who saw which case, file or number, from which page. Cheap, append-only, never in the way."""

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
