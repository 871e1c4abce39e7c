"""Answer an objection (异议答复): dismissed by its examiner, or upheld by another approver of the deciding department."""

from datetime import datetime

from accounts.actor import Actor
from casework import access, deadlines, states
from casework.access import ActionSpec
from casework.exclusions import release
from casework.models import Deadline, Objection
from casework.outbox import to_applicant, to_department
from casework.sealing import seal
from flows import engine, money
from flows.actions.correct_decision import fall
from flows.conclude import conclude, note
from flows.errors import AlreadyDone, Invalid
from flows.letters import void_letter
from policy import T

DISMISS = access.register_action(
    ActionSpec("dismiss", holder="department", signs=True, proof=True, states=frozenset({states.PUBLICITY}))
)
UPHOLD = access.register_action(
    ActionSpec("uphold", holder="deciders", signs=True, proof=True, states=frozenset({states.PUBLICITY}))
)


def dismiss(*, objection_id: int, by: Actor, now: datetime, answer: str) -> None:
    """The objection is answered and changes nothing; the notice may end when none is open."""
    objection = Objection.objects.select_related("notice").get(pk=objection_id)
    with engine.at_work(
        case_id=objection.notice.case_id, task_id=objection.notice.task_id, by=by, verb="dismiss", now=now
    ) as work:
        _answer(work, objection, answer, "dismissed")
        note(
            work, "objection_dismissed", details={"objection": objection.pk}, sealed={"answer": answer},
            key=objection.key, raises_version=True, tell=(to_applicant(work.case, "objection_dismissed", now),),
        )  # fmt: skip


def uphold(*, objection_id: int, by: Actor, now: datetime, answer: str) -> None:
    """The decision is set aside; the case goes back for a new round, to people who have not signed it."""
    objection = Objection.objects.select_related("notice").get(pk=objection_id)
    with engine.at_work(
        case_id=objection.notice.case_id, task_id=objection.notice.task_id, by=by, verb="uphold", now=now
    ) as work:
        _answer(work, objection, answer, "upheld")
        for other in Objection.objects.filter(notice=objection.notice, outcome="").select_related("key"):
            _close(other, work, answer, "upheld")
        notice = objection.notice
        notice.ended_at, notice.outcome = now, "set_aside"
        notice.save(update_fields=["ended_at", "outcome"])
        void_letter(work)
        release(work.case, now)
        money.set_aside(work)
        fall(work)
        work.at.outcome = "objection_upheld"
        engine.jump(work, work.step.back_to)
        opened = work.opened[-1]
        conclude(
            work, "objection_upheld", details={"objection": objection.pk, "to": opened.step_name},
            sealed={"answer": answer}, key=objection.key,
            tell=(
                to_applicant(work.case, "objection_upheld", now, to=opened.step_name),
                to_department(work.case, opened.department_id, "task_opened", now),
            ),
        )  # fmt: skip


def _answer(work: engine.Work, objection: Objection, answer: str, outcome: str) -> None:
    objection.refresh_from_db()
    if not objection.is_open:
        raise AlreadyDone("objection_answered")
    if not answer.strip():
        raise Invalid(answer=T("请写下答复，提出异议的人会看到。", "Please write the answer; the objector reads it."))
    _close(objection, work, answer, outcome)
    if not Objection.objects.filter(notice=objection.notice, outcome="").exists():
        Deadline.objects.filter(case=work.case, kind=deadlines.OBJECTION, ended_at=None).update(ended_at=work.now)


def _close(objection: Objection, work: engine.Work, answer: str, outcome: str) -> None:
    objection.outcome, objection.examiner_id, objection.answered_at = outcome, work.by.user_id, work.now
    objection.answer = seal(objection.key, answer.strip())
    objection.save(update_fields=["outcome", "examiner", "answered_at", "answer"])
