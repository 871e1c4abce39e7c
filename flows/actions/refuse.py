"""Refuse (不予批准): only the deciding step may; the letter gives the ground and how to appeal."""

from collections.abc import Mapping
from datetime import datetime

from accounts.actor import Actor
from casework import access, states
from casework.access import ActionSpec
from casework.assessment import waits_for_a_figure
from casework.judgements import Judged, write_judgements
from casework.outbox import to_applicant
from flows import engine
from flows.actions.hold_claims import unfounded
from flows.conclude import conclude
from flows.errors import Invalid
from flows.letters import write_letter
from policy import T

SPEC = access.register_action(
    ActionSpec("refuse", finishes=True, signs=True, proof=True, states=frozenset({states.IN_REVIEW}))
)


WAITS = T(
    "这一件只差一个还没有公布的标准，不能因此不予批准。请“中止办理”，理由选“标准还没有公布”；公布以后恢复。",
    "Only a figure that is not published yet is missing; that is no ground to refuse. Please pause the case on that ground, "
    "and resume it once the figure is published.",
)


def refuse(
    *, case_id: int, task_id: int, by: Actor, now: datetime, reason: str,
    judgements: Mapping[str, Judged] | None = None, seen: int | None = None,
) -> None:  # fmt: skip
    """The case closes as refused. `reason` is read by the applicant and must not be empty."""
    with engine.at_work(case_id=case_id, task_id=task_id, by=by, verb="refuse", now=now, seen=seen) as work:
        if not reason.strip():
            raise Invalid(
                reason=T("请写明不予批准的理由，申请人会看到。", "Please give the reason; the applicant reads it.")
            )
        if waits_for_a_figure(work.case):
            raise Invalid(reason=WAITS)
        summary = write_judgements(work.at, judgements or {}, by.user_id, now, needs_all=False)
        engine.finish_alone(work, "refused")
        engine.close(work, done=True)
        write_letter(work, "refused", reason=reason)
        conclude(
            work, "refused", clause=summary.clause, sealed={"reason": reason, "judgements": summary.text},
            tell=(to_applicant(work.case, "refused", now, step=work.at.step_name), *unfounded(work.case, now)),
        )  # fmt: skip
