"""Hand in a correction (补正提交): new answers beside the old ones; back to the step that asked, clocks going on."""

from datetime import datetime

from accounts.actor import Actor
from casework import access, deadlines, states
from casework.access import ActionSpec
from casework.assessment import facts_of, keep, newest_answers, standing_findings
from casework.corrections import answers_of, unanswered
from casework.models import AnswerSet, CorrectionRequest, Deadline
from casework.origins import settle
from casework.outbox import to_applicant, to_department
from casework.sealing import seal, unseal
from flows import engine
from flows.conclude import conclude
from flows.errors import Invalid
from flows.joining import joined

SPEC = access.register_action(ActionSpec("resubmit", holder="applicant", states=frozenset({states.CORRECTION})))


def resubmit(*, case_id: int, task_id: int, by: Actor, now: datetime, seen: int | None = None) -> None:
    """The saved correction becomes a new set of answers. Raises Invalid naming what has not been corrected yet, Stale where
    the case has changed since the version `seen`."""
    with engine.at_work(case_id=case_id, task_id=task_id, by=by, verb="resubmit", now=now, seen=seen) as work:
        case = work.case
        # Locked: what another window saves at this moment is either handed in with it or refused.
        request = case.correction_requests.select_for_update().get(answered_at=None, expired_at=None)
        before = newest_answers(case)
        answers = answers_of(request, before)
        if errors := unanswered(request, before, answers):
            raise Invalid(**errors)
        after = AnswerSet.objects.create(
            district_id=case.district_id, case=case, number=before.number + 1,
            answers=seal(case.key, answers), submitted_at=now, submitted_by_id=by.user_id,
        )  # fmt: skip
        joined(case, answers["facts"], now, corrected=True)
        request.answered_at, request.answers_after, request.answers = now, after, None
        request.save()
        keep(case, after, facts_of(case, answers["facts"], standing_findings(case)), now)
        settle(case, answers["facts"], now, before=unseal(case.key, before.answers)["facts"])
        back_to_the_step(work, request, "answered")
        opened = work.opened[-1]
        conclude(
            work, "resubmitted", details={"answers": after.number, "to": request.step},
            tell=(
                to_applicant(case, "resubmitted", now, to=request.step, due=opened.due.isoformat()),
                to_department(case, opened.department_id, "correction_received", now),
            ),
        )  # fmt: skip


def back_to_the_step(work: engine.Work, request: CorrectionRequest, outcome: str) -> None:
    """The correction task ends, the clocks go on, and the step that asked opens again with what was left."""
    case = work.case
    engine.finish_alone(work, outcome)
    running = deadlines.resume(case, "correction", work.now, work.calendar)
    # A clock that stands still for something else is taken on as it is.
    every = (*running, *deadlines.running(case))
    clock = next((one for one in every if one.task_id and one.kind not in deadlines.KEEPS_RUNNING), None)
    owner = engine.former_handler(case, request.step)
    engine.jump(work, request.step, owner=owner, due=clock.due if clock else None, carried=clock is not None)
    if clock is not None:
        Deadline.objects.filter(pk=clock.pk).update(task=work.opened[-1])
