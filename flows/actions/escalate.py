"""What the clock says of a date (升级): a warning before it, a yellow card on it, a red card after it; reminders."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from casework import access, deadlines
from casework.access import ActionSpec
from casework.models import Deadline, Draft, Message
from casework.outbox import put, to_applicant, to_department
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
    """Once per level: warned, yellow_card or red_card to the department; reminded and reminded_again to the applicant."""
    deadline = Deadline.objects.get(pk=deadline_id)
    with engine.at_work(case_id=deadline.case_id, by=by, verb="escalate", now=now) as work:
        deadline.refresh_from_db()
        if deadline.ended_at is not None or getattr(deadline, COLUMN[level]) is not None:
            raise AlreadyDone
        setattr(deadline, COLUMN[level], now)
        deadline.save(update_fields=[COLUMN[level]])
        due = deadline.due.isoformat()
        reminds = deadline.kind == deadlines.CORRECTION
        message = (
            to_applicant(work.case, "correction_reminder", now, due=due)
            if reminds
            else to_department(
                work.case, work.case.department_id, "deadline_near" if level == "warned" else level, now, due=due
            )
        )
        note(work, "reminded" if reminds else level, details={"clock": deadline.kind, "due": due}, tell=(message,))


def warn_of_draft(*, draft: Draft, now: datetime) -> None:
    """Tell the writer once that the draft will be deleted."""
    due = draft.expires_on.isoformat()
    with transaction.atomic():
        Draft.objects.select_for_update().get(pk=draft.pk)
        told = Message.objects.filter(user=draft.user, event="draft_expires", values__draft=draft.pk, values__due=due)
        if not told.exists():
            put(
                Message(
                    district_id=draft.district_id,
                    audience="applicant",
                    user=draft.user,
                    event="draft_expires",
                    values={"draft": draft.pk, "due": due},
                    made_at=now,
                )  # fmt: skip
            )
