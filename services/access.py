"""Who may do something for a unit or a person, on what is no case: the judge, then for whom the account acts."""

from datetime import date, datetime
from typing import Any

from django.utils.timezone import localdate

from accounts.actor import Actor
from casework import access, acting
from casework.models import Case, Evidence, Mandate, Organisation, Person
from flows.actions.attach import keep_file
from flows.errors import NotAllowed, NotThere
from policy import T

PAPER, LONGEST = "told_paper", 200


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


def has_an_account(unit: Organisation, on: date) -> bool:
    """Whether an account acts for the unit, and may do more than read."""
    return acting.mandates_for(unit, on).exclude(role=Mandate.READER).exists()


def on_whose_word(unit: Organisation | None, by: Actor, word: str, now: datetime) -> dict[str, T]:
    """What is wrong with who tells it: an officer tells it only for a unit that can't itself, and names whose word it is.

    Raises NotAllowed where the unit has an account of its own.
    """
    if not by.is_officer:
        return {}
    if unit is not None and has_an_account(unit, localdate(now)):
        raise NotAllowed("has_an_account")
    if not word.strip():
        return {"word": T("请写是谁说的：姓名、哪里的。", "Please say who told it: name and office.")}
    if len(word) > LONGEST:
        return {"word": T("最多 {most} 个字。", "At most {most} characters.").fill(most=LONGEST)}
    return {}


def paper_kept(case: Case, paper: tuple[str, bytes] | None, by: Actor, now: datetime) -> Evidence | None:
    """The paper kept with the case, where there is one. Raises `casework.evidence.BadFile`."""
    return keep_file(case, PAPER, *paper, by=by, now=now)[0] if paper is not None else None
