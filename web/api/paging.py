"""Lists of cases page by page, by keyset: as quick at the end as at the beginning."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from ninja import Query

from casework.models import Case
from policy import T
from web.api.answers import State
from web.api.problems import Problem
from web.reading import place, read_place

__all__ = ["After", "InState", "Limit", "State", "page"]

MOST = 100
After = Query("", max_length=80, description="`next` of the page before.")
InState = Query(None, description="Only cases in this state.")
Limit = Query(50, ge=1, le=MOST)
_NO_PLACE = T("after 要用上一页的 next。", "Please send `next` of the page before as after.")


def page(cases: QuerySet[Case], after: str, state: Any, limit: int) -> tuple[list[Case], str | None]:
    """The next page, the newest first, and what the one after it begins with. Raises Problem."""
    if state is not None:
        cases = cases.filter(state=state)
    if after:
        at = read_place(after, datetime)
        if at is None or at[1] < 0:
            raise Problem("not-understood", errors={"after": _NO_PLACE})
        opened, pk = at
        cases = cases.filter(opened_at__lte=opened).filter(Q(opened_at__lt=opened) | Q(pk__lt=pk))
    rows = list(cases.order_by("-opened_at", "-pk")[: limit + 1])
    following = place(rows[limit - 1].opened_at, rows[limit - 1].pk) if len(rows) > limit else None
    return rows[:limit], following
