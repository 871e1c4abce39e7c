"""Take a signature back (取回): by who signed last, while nobody has taken on the next step."""

from datetime import datetime

from accounts.actor import Actor
from casework import access, states
from casework.access import ActionSpec
from casework.assessment import renew
from casework.models import Action, Signature
from casework.outbox import to_applicant, to_department
from flows import engine
from flows.actions.return_to import free_position
from flows.conclude import conclude
from flows.errors import AlreadyDone, Invalid, NotAllowed
from policy import T

RETRACTABLE = ("accepted", "agreed", "advised_against", "confirmed", "inspected", "assigned")
SPEC = access.register_action(
    ActionSpec(
        "retract", holder="seers", anywhere=True, proof=True, states=frozenset({states.IN_REVIEW, states.APPROVED})
    )
)


def may_retract(work_case_id: int, last_event: str, by: Actor) -> Action | None:
    """The signature that the actor may take back: the last move of the case, if it is theirs. None otherwise."""
    if last_event not in RETRACTABLE or by.user_id is None or by.post is None:
        return None
    last = (
        Action.objects.filter(
            district_id=by.post.district_id, subject_kind="case", subject_id=work_case_id, event=last_event
        )
        .order_by("-number")
        .first()
    )
    return last if last is not None and last.user_id == by.user_id else None


def retract(*, case_id: int, task_id: int, by: Actor, now: datetime, reason: str) -> None:
    """The step opens again for its signer; `task_id` is the next step's, which nobody has taken on.

    Raises NotAllowed where somebody else signed last, AlreadyDone where the next step was taken on. A decision is never
    taken back, nor a round of countersigning.
    """
    with engine.at_work(case_id=case_id, task_id=task_id, by=by, verb="retract", now=now) as work:
        if not reason.strip():
            raise Invalid(reason=T("请写明为什么取回。", "Please say why you take it back."))
        last = may_retract(work.case.pk, work.case.last_event, by)
        if last is None or "round" in last.details:
            raise NotAllowed("not_the_last_signer")
        touched = Signature.objects.filter(task=work.at).exclude(outcome__in=("", "void")).exists()
        if work.at.owner_id is not None or touched or work.at.held_by_applicant:
            raise AlreadyDone("next_step_begun")
        work.at.outcome = "retracted"
        department_id = work.at.department_id
        engine.jump(work, last.step, owner=by.user)
        if work.opened[-1].kind == "assignment":
            free_position(work)
        renew(work.case, now)
        conclude(
            work, "retracted", details={"to": last.step}, sealed={"reason": reason},
            tell=(
                to_applicant(work.case, "returned", now, step=work.at.step_name, to=last.step),
                to_department(work.case, department_id, "task_retracted", now) if department_id else None,
            ),
        )  # fmt: skip
