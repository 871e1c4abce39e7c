"""After an expired correction: the clock gives the case back to the step that asked; its handler may close it."""

from datetime import datetime

from accounts.actor import Actor
from casework import access, states
from casework.access import ActionSpec
from casework.models import CorrectionRequest
from casework.outbox import to_applicant, to_department
from flows import engine
from flows.actions.resubmit import back_to_the_step
from flows.conclude import conclude
from flows.errors import Invalid, NotAllowed
from flows.letters import write_letter
from policy import T

EXPIRE = access.register_action(ActionSpec("expire_correction", holder="clock", states=frozenset({states.CORRECTION})))
LAPSE = access.register_action(
    ActionSpec("lapse", finishes=True, proof=True, states=frozenset({states.SUBMITTED, states.IN_REVIEW}))
)


def expire_correction(*, case_id: int, task_id: int, by: Actor, now: datetime) -> None:
    """The time for a correction is over: back to the step that asked, to decide on what is there."""
    with engine.at_work(case_id=case_id, task_id=task_id, by=by, verb="expire_correction", now=now) as work:
        request = work.case.correction_requests.get(answered_at=None, expired_at=None)
        request.expired_at = now
        request.save(update_fields=["expired_at"])
        back_to_the_step(work, request, "expired")
        conclude(
            work, "correction_expired", details={"to": request.step},
            tell=(
                to_applicant(work.case, "correction_expired", now, to=request.step),
                to_department(work.case, work.opened[-1].department_id, "correction_did_not_come", now),
            ),
        )  # fmt: skip


def lapse(*, case_id: int, task_id: int, by: Actor, now: datetime, reason: str, seen: int | None = None) -> None:
    """Close the case as lapsed: only where its last correction expired, at the step that asked for it."""
    with engine.at_work(case_id=case_id, task_id=task_id, by=by, verb="lapse", now=now, seen=seen) as work:
        last = CorrectionRequest.objects.filter(case=work.case).order_by("-pk").first()
        if last is None or last.expired_at is None or last.step != work.at.step_name:
            raise NotAllowed("no_expired_correction")
        if not reason.strip():
            raise Invalid(reason=T("请写明理由，申请人会看到。", "Please give the reason; the applicant reads it."))
        engine.finish_alone(work, "lapsed")
        engine.close(work, done=True)
        write_letter(work, "lapsed", reason=reason)
        conclude(work, "lapsed", sealed={"reason": reason}, tell=(to_applicant(work.case, "lapsed", now),))
