"""Ask a register again for a case (再查登记系统): its handler does, where a fact waits to be confirmed.

The view asks first (`look_up`) and hands on what came of it; here the facts of the case are settled anew.
"""

from datetime import datetime

from accounts.actor import Actor
from casework import access, states
from casework.access import ActionSpec
from casework.assessment import newest_answers
from casework.origins import settle
from casework.sealing import unseal
from flows import engine
from flows.conclude import note

SPEC = access.register_action(
    ActionSpec("check_register", states=frozenset({states.SUBMITTED, states.IN_REVIEW}))
)  # fmt: skip


def check_register(
    *, case_id: int, task_id: int, by: Actor, now: datetime, register: str, outcome: str, seen: int | None = None
) -> int:
    """How many facts are still to be confirmed. `outcome` is what asking came to, a key without personal data."""
    with engine.at_work(case_id=case_id, task_id=task_id, by=by, verb="check_register", now=now, seen=seen) as work:
        case = work.case
        waiting = 0
        if case.person is not None:
            facts = unseal(case.key, newest_answers(case).answers)["facts"]
            waiting = settle(case, facts, now, before=facts, only=register)
        note(work, "register_asked", details={"register": register, "outcome": outcome}, raises_version=True)
        return waiting
