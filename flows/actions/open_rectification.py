"""Open the rectification of a unit that employs too few (整改): by itself, with the signature that records its return."""

import uuid
from datetime import datetime

from accounts.actor import CLOCK
from casework.assessment import newest_answers
from casework.filing import ABOUT
from casework.models import Case
from casework.outbox import to_applicant
from flows.actions.begin import begin
from flows.conclude import conclude
from flows.engine import Work, chain_of

CODE = "rectification"


def open_rectification(*, returned: Case, shortfall: int, now: datetime) -> Case:
    """The case in which the unit says how and by when it puts the shortfall of its return right; its first step waits for
    the unit. The caller has the return's lock and asks once: a second of the same return breaks a constraint.
    """
    work, _ = begin(
        district=returned.district, measure=CODE, answers={"facts": {"shortfall": shortfall}, ABOUT: True},
        submission_key=_key(returned), by=CLOCK, now=now, language=returned.language,
        submitted_by_id=newest_answers(returned).submitted_by_id, organisation=returned.organisation,
        town_id=returned.town_id,
    )  # fmt: skip
    case, opened = work.case, work.opened[-1]
    conclude(
        work, "submitted", details={"chain": chain_of(case).__name__, "of": returned.reference},
        tell=(to_applicant(case, "rectification_opened", now, due=opened.due.isoformat()),),
    )  # fmt: skip
    arrived = Work(case, CLOCK, now, "submit")
    conclude(arrived, "accepted", outcome="on_arrival", details={"to": case.step})
    return case


def is_of(case: Case, returned: Case | None) -> bool:
    """Whether this rectification was opened by that return."""
    return returned is not None and case.submission_key == _key(returned)


def rectification_of(returned: Case) -> Case | None:
    """The rectification that the return opened, if it did."""
    return Case.objects.filter(submission_key=_key(returned)).first()


def _key(returned: Case) -> uuid.UUID:
    return uuid.uuid5(returned.submission_key, CODE)
