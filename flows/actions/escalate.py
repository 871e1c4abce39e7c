"""What the clock says of a date (升级): a warning before it, a yellow card on it, a red card after it; reminders."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from casework import access, deadlines
from casework.access import ActionSpec
from casework.models import Case, Deadline, Draft, Explanation, Message
from casework.outbox import put, to_account, to_applicant, to_department, to_head, to_supervisors
from flows import engine
from flows.conclude import note
from flows.errors import AlreadyDone

SPEC = access.register_action(ActionSpec("escalate", needs="open_case", holder="clock"))
COLUMN = {
    "warned": "warned_at",
    "yellow_card": "yellow_at",
    "red_card": "red_at",
    "reminded": "warned_at",
    "reminded_again": "yellow_at",
}


def escalate(*, deadline_id: int, level: str, by: Actor, now: datetime) -> None:
    """Once per level: warned, yellow_card or red_card to the department, a yellow card also to its heads, a red one to
    the supervisors, and it asks for an explanation in writing; reminded and reminded_again to the applicant."""
    deadline = Deadline.objects.select_related("task").get(pk=deadline_id)
    with engine.at_work(case_id=deadline.case_id, by=by, verb="escalate", now=now) as work:
        deadline.refresh_from_db()
        if deadline.ended_at is not None or getattr(deadline, COLUMN[level]) is not None:
            raise AlreadyDone
        setattr(deadline, COLUMN[level], now)
        deadline.save(update_fields=[COLUMN[level]])
        if level == "red_card" and (
            asked_of := deadline.task.department_id if deadline.task else work.case.department_id
        ):
            Explanation.objects.get_or_create(
                deadline=deadline,
                defaults={
                    "district_id": deadline.district_id, "case": work.case, "department_id": asked_of, "asked_at": now,
                },
            )  # fmt: skip
        due = deadline.due.isoformat()
        reminds = deadline.kind == deadlines.CORRECTION
        note(
            work,
            "reminded" if reminds else level,
            details={"clock": deadline.kind, "due": due},
            tell=_told(work.case, level, reminds, due, now),
        )


def _told(case: Case, level: str, reminds: bool, due: str, now: datetime) -> tuple[Message | None, ...]:
    if reminds:
        return (to_applicant(case, "correction_reminder", now, due=due),)
    department = case.department_id
    if level == "warned":
        return (to_department(case, department, "deadline_near", now, due=due),)
    if level == "yellow_card":
        return (
            to_department(case, department, "yellow_card", now, due=due),
            to_head(case, department, "yellow_card", now, due=due),
        )
    return (
        to_department(case, department, "red_card", now, due=due),
        to_supervisors(case, "red_card", now, due=due),
    )


def warn_of_draft(*, draft: Draft, now: datetime) -> None:
    """Tell the writer once that the draft will be deleted."""
    due = draft.expires_on.isoformat()
    with transaction.atomic():
        Draft.objects.select_for_update().get(pk=draft.pk)
        told = Message.objects.filter(user=draft.user, event="draft_expires", values__draft=draft.pk, values__due=due)
        if not told.exists():
            put(to_account(draft.user, draft.district_id, "draft_expires", now, draft=draft.pk, due=due))
