"""Who may do something for a unit or a person, on what is no case: the judge, then for whom the account acts."""

from datetime import datetime
from typing import Any

from django.utils.timezone import localdate

from accounts.actor import Actor
from casework import access, acting
from casework.models import Organisation, Person
from flows.errors import NotAllowed, NotThere


def allowed(by: Actor, verb: str, now: datetime, whom: Organisation | Person | None = None) -> Actor:
    """The actor as the record names it, who may do this for the unit or person. Raises NotAllowed, NotThere."""
    on = localdate(now)
    verdict = access.may(by, verb, on=on)
    if not verdict:
        raise NotAllowed(verdict.reason)
    if whom is None:
        return by
    if by.is_applicant:
        if reason := acting.why_not_change(by, whom, on):
            raise NotAllowed(reason)
        return acting.as_acting_for(by, whom, on)
    if by.post is None or whom.district_id != by.post.district_id:
        raise NotThere
    return by


def may_for(by: Actor, verb: str, now: datetime, whom: Any) -> bool:
    """Whether the button is worth drawing."""
    try:
        allowed(by, verb, now, whom)
    except (NotAllowed, NotThere):
        return False
    return True
