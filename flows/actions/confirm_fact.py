"""Confirm a fact (核实) that no register has confirmed: the handler has made sure, and says how."""

from datetime import datetime

from accounts.actor import Actor
from casework import access, states
from casework.access import ActionSpec
from casework.models import FactOrigin
from flows import engine
from flows.conclude import note
from flows.errors import AlreadyDone, Invalid
from policy import T

SPEC = access.register_action(
    ActionSpec("confirm_fact", states=frozenset({states.SUBMITTED, states.IN_REVIEW}))
)  # fmt: skip


def confirm_fact(
    *, case_id: int, task_id: int, by: Actor, now: datetime, fact: str, reason: str, seen: int | None = None
) -> FactOrigin:
    """What the applicant answered is right. Raises AlreadyDone where nothing waits there, Invalid without a reason."""
    with engine.at_work(case_id=case_id, task_id=task_id, by=by, verb="confirm_fact", now=now, seen=seen) as work:
        origin = work.case.origins.filter(fact=fact).exclude(state__in=SETTLED).first()
        if origin is None:
            raise AlreadyDone("nothing_to_confirm")
        if not reason.strip():
            raise Invalid(reason=T("请写怎样核实的。", "Please say how it was confirmed."))
        before, origin.state = origin.state, FactOrigin.CONFIRMED
        origin.confirmed_by_id, origin.confirmed_at = by.user_id, now
        origin.save()
        note(
            work, "fact_confirmed", details={"fact": fact, "source": origin.source, "was": before}, raises_version=True,
            sealed={"reason": reason},
        )  # fmt: skip
        return origin


SETTLED = (FactOrigin.TOLD, FactOrigin.CONFIRMED)
