"""Advise against at a review (不同意): the next step opens with the negative opinion first."""

from collections.abc import Mapping
from datetime import datetime

from accounts.actor import Actor
from casework import access, states
from casework.access import ActionSpec
from casework.judgements import Judged, write_judgements
from casework.outbox import to_applicant
from flows import engine
from flows.announce import next_holder
from flows.conclude import conclude
from flows.errors import Invalid
from policy import T

SPEC = access.register_action(
    ActionSpec("advise_against", finishes=True, signs=True, proof=True, states=frozenset({states.IN_REVIEW}))
)


def advise_against(
    *, case_id: int, task_id: int, by: Actor, now: datetime, opinion: str,
    judgements: Mapping[str, Judged] | None = None, seen: int | None = None,
) -> None:  # fmt: skip
    """A negative opinion, with its reason; the case goes on, for only intake and the deciding step end one."""
    with engine.at_work(case_id=case_id, task_id=task_id, by=by, verb="advise_against", now=now, seen=seen) as work:
        if not opinion.strip():
            raise Invalid(opinion=T("请写明不同意的理由。", "Please give the reason why you advise against it."))
        summary = write_judgements(work.at, judgements or {}, by.user_id, now, needs_all=True)
        if summary.problems:
            raise Invalid(**summary.problems)
        engine.finish(work, "advised_against")
        opened = work.opened[-1]
        conclude(
            work, "advised_against", clause=summary.clause, details={"to": opened.step_name},
            sealed={"opinion": opinion, "judgements": summary.text},
            tell=(
                to_applicant(work.case, "advised_against", now, step=work.at.step_name),
                *next_holder(work, against=True),
            ),
        )  # fmt: skip
