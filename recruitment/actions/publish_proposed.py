"""Put everybody whom the department decided to appoint on public notice at once (拟录用公示), post by post."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from accounts.actor import Actor
from casework import access
from casework.access import ActionSpec
from casework.models import Task
from casework.record import write_on
from flows.actions.claim import claim
from flows.actions.publish import publish
from flows.errors import AlreadyDone, Busy, Invalid, NotAllowed, NotThere
from recruitment.guarding import locked_round
from recruitment.models import RoundApplication
from recruitment.turns import NOTICE

SPEC = access.register_action(ActionSpec("publish_proposed", needs="any_case", holder="round_leaders", proof=True))
GROUND: Final = "reserved_post"
# Surnames of two characters; every other is the first character.
_DOUBLE: Final = frozenset(
    ["欧阳", "太史", "端木", "上官", "司马", "东方", "独孤", "南宫", "万俟", "闻人", "夏侯", "诸葛", "尉迟", "公羊", "赫连", "澹台", "皇甫", "宗政", "濮阳", "公冶", "太叔", "申屠", "公孙", "慕容", "钟离", "长孙", "宇文", "司徒", "鲜于", "司空", "令狐"]
)  # fmt: skip


@dataclass
class Published:
    """How many were put on notice, and of the others the keys of the reasons, by case."""

    count: int = 0
    left: dict[int, str] = field(default_factory=dict)


def publish_proposed(*, round_id: int, by: Actor, now: datetime) -> Published:
    """Each of them by a notice of their own, under its case's lock, with surname and post alone: what can't be done in one
    is said, the others are done. Raises NotThere, NotAllowed, ProofNeeded."""
    with transaction.atomic():
        one = locked_round(round_id, by, "publish_proposed", now)
    tasks = proposed_tasks(one.pk)
    if not tasks:
        raise NotAllowed("nobody_to_publish")
    rows = {row.case_id: row for row in _rows(one.pk)}
    done = Published()
    for task in tasks:
        row = rows[task.process_id]
        given: dict[str, Any] = {"case_id": row.case_id, "task_id": task.pk, "by": by, "now": now}
        try:
            claim(**given)
            publish(
                **given, surname=surname_of(row.case.applicant_name), ground=GROUND,
                award=f"{row.post.code} {row.post.title}",
            )  # fmt: skip
        except (NotAllowed, AlreadyDone) as refusal:
            done.left[row.case_id] = refusal.reason
        except (Busy, NotThere, Invalid):
            done.left[row.case_id] = "not_in_this_state"
        else:
            done.count += 1
    if done.count:
        with transaction.atomic():
            write_on(one, "proposed_published", by, now, details={"candidates": done.count})
    return done


def proposed_tasks(round_id: int) -> list[Task]:
    """The open steps of notice of the round's cases that have no notice yet, in the order of the applications."""
    waiting = Task.objects.filter(
        process__round_application__round_id=round_id, process__step=NOTICE, finished=None, kind="publicity", notice=None
    )  # fmt: skip
    return list(waiting.order_by("process__round_application__pk"))


def surname_of(name: str) -> str:
    return name[:2] if name[:2] in _DOUBLE and len(name) > 2 else name[:1]


def _rows(round_id: int) -> list[RoundApplication]:
    rows = RoundApplication.objects.filter(round_id=round_id, case__step=NOTICE)
    return list(rows.select_related("case__person__key", "post"))
