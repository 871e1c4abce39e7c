"""What is recorded of officers' sign-in (登录): in, out, locked after failures, and the lock ended. Never what was typed."""

from datetime import datetime

from django.db import transaction

from accounts.actor import CLOCK, Actor
from accounts.models import User
from casework import access
from casework.access import ActionSpec
from casework.record import write_on
from flows.officers import district_of, officer_for

SPEC = access.register_action(ActionSpec("end_lock_out", needs="any_case", holder="administrators", proof=True))


def sign_in(*, how: str, by: Actor, now: datetime) -> None:
    """Signed in, in the actor's post; `how` is the last proof: code, recovery, set_up, or post for a change of posts."""
    _note("signed_in", by, now, {"how": how})


def sign_out(*, by: Actor, now: datetime) -> None:
    """Signed out by the button."""
    _note("signed_out", by, now, {})


def lock_out(*, user: User, what: str, now: datetime) -> None:
    """Too many failures of one kind: `password`, `code`, or `signature` for the password at signing."""
    with transaction.atomic():
        write_on(user, "locked_out", CLOCK, now, district_id=district_of(user), details={"what": what})


def end_lock_out(*, user_id: int, by: Actor, now: datetime) -> User:
    """An administrator lets the officer try again at once. The account; the caller forgets the counts.

    Raises NotThere, NotAllowed("not_ones_own_account"), ProofNeeded.
    """
    user = officer_for(by, "end_lock_out", user_id, now)
    with transaction.atomic():
        write_on(user, "lock_ended", by, now, district_id=district_of(user))
    return user


def _note(event: str, by: Actor, now: datetime, details: dict[str, str]) -> None:
    if by.user is not None and by.post is not None:
        with transaction.atomic():
            write_on(by.user, event, by, now, district_id=by.post.district_id, details=details)
