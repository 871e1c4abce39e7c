"""What waits for an officer (待办): open tasks by view, a page of them by due date."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.timezone import localdate

from accounts import districts
from accounts.actor import Actor
from accounts.rights import HANDLES, permissions_of
from casework.access import reserved_for_others
from casework.deadlines import standing_still
from casework.models import Objection, Signature, Task
from casework.queries import PAGE
from casework.sight import visible_to
from casework.statements import Asked, given


def kinds_of(by: Actor) -> list[str]:
    """The kinds of step that the post handles."""
    return [name.removeprefix("handle_") for name in HANDLES[by.post.role]] if by.post else []


def tasks_waiting_for(by: Actor, view: str, on: date | None = None) -> QuerySet[Task]:
    """Open tasks by view: `mine`, `department` (to be claimed), `asked` (a signature or an opinion waits for the actor),
    `others` (cases seen here, held elsewhere), `late`."""
    today = on or localdate()
    tasks = Task.objects.filter(finished=None).exclude(kind="")
    if not by.holds_post(today) or by.post is None:
        return tasks.none()
    ours = tasks.filter(department_id=by.post.department_id)
    if view == "mine":
        return _held(by.post.department_id, by.user_id)
    if view == "department":
        return ours.filter(owner=None, kind__in=kinds_of(by)).exclude(flow_task__in=reserved_for_others(by.post.role))
    if view == "asked":
        return tasks.filter(pk__in=asked_of(by).values("task")).exclude(process__state="suspended")
    if view == "late":
        ours = ours.filter(due__lte=today).exclude(standing_still())
        ours = ours.filter(Q(owner_id=by.user_id) | Q(owner=None, kind__in=kinds_of(by)))
        return ours.exclude(flow_task__in=reserved_for_others(by.post.role))
    return tasks.exclude(department_id=by.post.department_id, department__isnull=False).filter(
        process__in=visible_to(by, on)
    )


def _held(department: Any, user: Any) -> QuerySet[Task]:
    """What an officer has taken on; values, or the places of values."""
    return Task.objects.filter(finished=None, department_id=department, owner_id=user).exclude(kind="")


_EARLIEST: Final = Asked(
    lambda: _held(given("department"), given("user")).order_by("due", "pk").values_list("process__reference")[:1]
)


def earliest_of_mine(by: Actor) -> str | None:
    """The reference of the case that the actor has taken on and that is due first."""
    if by.post is None or not by.holds_post(localdate()):
        return None
    found = _EARLIEST.first(department=by.post.department_id, user=by.user_id)
    return found[0] if found else None


def asked_of(by: Actor) -> QuerySet[Signature]:
    """Signatures and opinions that wait for the actor: of a round for their department, or asked of themselves."""
    assert by.post is not None
    mine = Q(user_id__in=by.hands, waits=False)
    if "handle_countersign" in permissions_of(by.post):
        mine |= Q(kind="countersign", department_id=by.post.department_id)
    return Signature.objects.filter(mine, closed_at=None)


def page_of_tasks(
    tasks: QuerySet[Task], after: tuple[date, int] | None, kinds: Sequence[str] = (), size: int = PAGE
) -> list[Task]:
    """The next page by due date, keyset: `after` is the (due, key) of the last row seen. One row more than `size`.

    Of several `kinds` the first of each are taken along the index of their own, and of those the first.
    """
    if after is not None:
        due, pk = after
        tasks = tasks.filter(due__gte=due).filter(Q(due__gt=due) | Q(pk__gt=pk))
    if kinds:
        first, *others = [tasks.filter(kind=kind).order_by("due", "pk").values("pk")[: size + 1] for kind in kinds]
        tasks = Task.objects.filter(pk__in=first.union(*others, all=True))
    opposed = Objection.objects.filter(notice__task=OuterRef("pk"), outcome="")
    rows = tasks.annotate(has_objection=Exists(opposed), stands_still=standing_still()).select_related(
        "process__person", "process__organisation", "owner"
    )
    found: list[Task] = [*rows.order_by("due", "pk")[: size + 1]]
    for (
        task
    ) in found:  # a process knows its departments: joined twice more, the page would take longer to plan than to read
        for row, name in ((task, "department"), (task.process, "town")):
            if (key := getattr(row, f"{name}_id")) is not None:
                setattr(row, name, districts.department(task.district_id, key))
    return found
