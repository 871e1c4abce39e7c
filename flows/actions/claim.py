"""Claim a task (签收), or give it back (退还): one handler at a time."""

from datetime import datetime

from accounts.actor import Actor
from casework import access, states
from casework.access import ActionSpec
from flows import engine
from flows.conclude import note
from flows.errors import AlreadyDone

CLAIM = access.register_action(
    ActionSpec("claim", holder="department", states=frozenset(states.OPEN) - {states.SUSPENDED, states.CORRECTION})
)
RELEASE = access.register_action(ActionSpec("release"))


def claim(*, case_id: int, task_id: int, by: Actor, now: datetime) -> None:
    """The actor handles the task from now on. Raises AlreadyDone("taken") where somebody else does already."""
    with engine.at_work(case_id=case_id, task_id=task_id, by=by, verb="claim", now=now) as work:
        if work.at.owner_id is not None:
            if work.at.owner_id == by.user_id:
                return
            raise AlreadyDone("taken")
        assert by.user is not None  # `may` let an officer through
        engine.claim(work, by.user)
        note(work, "claimed")


def release(*, case_id: int, task_id: int, by: Actor, now: datetime) -> None:
    """The task waits again for anyone of the department."""
    with engine.at_work(case_id=case_id, task_id=task_id, by=by, verb="release", now=now) as work:
        engine.release(work)
        note(work, "released")
