"""Put the decision on public notice (公示), and end the notice when its days are over and nobody objects."""

from datetime import datetime, timedelta

from accounts.actor import Actor
from casework import access, deadlines, states
from casework.access import ActionSpec
from casework.models import Deadline, Notice, Objection
from casework.outbox import to_applicant, to_department
from flows import engine
from flows.conclude import conclude, note
from flows.errors import AlreadyDone, Invalid, NotAllowed
from flows.letters import release_letter
from policy import T

PUBLISH = access.register_action(ActionSpec("publish", proof=True, states=frozenset({states.PUBLICITY})))
END = access.register_action(ActionSpec("end_notice", proof=True, states=frozenset({states.PUBLICITY}), by_clock=True))


def publish(
    *, case_id: int, task_id: int, by: Actor, now: datetime, surname: str, ground: str, award: str,
    seen: int | None = None,
) -> Notice:  # fmt: skip
    """The notice stands from tomorrow for as many working days as `clock.notice` says, with only what is given here."""
    with engine.at_work(case_id=case_id, task_id=task_id, by=by, verb="publish", now=now, seen=seen) as work:
        case, task = work.case, work.at
        if Notice.objects.filter(task=task).exists():
            raise AlreadyDone("published")
        if not surname.strip() or not award.strip():
            raise Invalid(
                award=T(
                    "请写上姓，和奖项、荣誉、贡献或者岗位。",
                    "Please give the surname, and the award, the title or the post.",
                )
            )
        length = deadlines.length_of(work.parameters, deadlines.NOTICE, work.today)
        due = deadlines.due_after(work.today, length, work.calendar)
        notice = Notice.objects.create(
            district_id=case.district_id, case=case, task=task, surname=surname.strip()[:8], ground=ground,
            award=award.strip()[:160], published_at=now, starts_on=work.today + timedelta(days=1),
            ends_on=due,
        )  # fmt: skip
        Deadline.objects.filter(task=task, ended_at=None).update(ended_at=now, kept=task.due >= work.today)
        deadlines.start(case, deadlines.NOTICE, length, work.today, work.calendar, task)
        task.due = due
        task.save()
        note(
            work, "published", details={"from": notice.starts_on.isoformat(), "until": due.isoformat()},
            raises_version=True, tell=(to_applicant(case, "published", now, due=due.isoformat()),),
        )  # fmt: skip
        return notice


def end_notice(*, case_id: int, task_id: int, by: Actor, now: datetime, seen: int | None = None) -> None:
    """The decision stands; the next step opens. Not before the last day is over, and never while an objection is open."""
    with engine.at_work(case_id=case_id, task_id=task_id, by=by, verb="end_notice", now=now, seen=seen) as work:
        notice = Notice.objects.filter(task=work.at).first()
        if notice is None:
            raise NotAllowed("not_published")
        if work.today <= notice.ends_on:
            raise NotAllowed("notice_runs")
        if Objection.objects.filter(notice=notice, outcome="").exists():
            raise NotAllowed("objection_open")
        notice.ended_at, notice.outcome = now, "stands"
        notice.save(update_fields=["ended_at", "outcome"])
        engine.finish(work, "notice_ended")
        opened = work.opened[-1] if work.opened else None
        release_letter(work)
        conclude(
            work, "notice_ended", details={"to": opened.step_name if opened else ""},
            tell=(
                to_applicant(work.case, "notice_ended", now),
                to_department(work.case, opened.department_id, "task_opened", now) if opened else None,
            ),
        )  # fmt: skip
