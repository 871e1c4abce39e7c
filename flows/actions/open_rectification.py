"""Open the rectification of a unit that employs too few (整改): by itself, with the signature that records its return."""

import uuid
from datetime import datetime

from django.conf import settings
from django.utils.timezone import localdate

from accounts.actor import CLOCK
from casework import references, states
from casework.assessment import newest_answers
from casework.filing import ABOUT
from casework.models import AnswerSet, Case
from casework.outbox import to_applicant
from casework.published import parameters
from casework.sealing import seal
from flows.conclude import conclude
from flows.engine import Work, chain_for, open_case

CODE = "rectification"


def open_rectification(*, returned: Case, shortfall: int, now: datetime) -> Case:
    """The case in which the unit says how and by when it puts the shortfall of its return right; its first step waits for
    the unit. The caller has the return's lock and asks once: a second of the same return breaks a constraint.
    """
    flow, today = chain_for(CODE), localdate(now)
    case = Case(
        district_id=returned.district_id, reference=references.new(returned.district.reference_prefix, today),
        submission_key=uuid.uuid5(returned.submission_key, CODE), measure=CODE, as_of=today,
        policy_version=parameters(returned.district_id).version(today), organisation=returned.organisation,
        town_id=returned.town_id, opened_at=now, created=now, language=returned.language or settings.LANGUAGE_CODE,
        state=states.SUBMITTED, last_event="submitted",
    )  # fmt: skip
    work = open_case(case, flow, CLOCK, now)
    answers = {"facts": {"shortfall": shortfall}, ABOUT: True}
    AnswerSet.objects.create(
        district_id=case.district_id, case=case, number=1, answers=seal(case.key, answers), submitted_at=now,
        submitted_by_id=newest_answers(returned).submitted_by_id,
    )  # fmt: skip
    opened = work.opened[-1]
    case.step, case.department_id, case.version = opened.step_name, opened.department_id, 0
    conclude(
        work, "submitted", details={"chain": flow.__name__, "of": returned.reference},
        tell=(to_applicant(case, "rectification_opened", now, due=opened.due.isoformat()),),
    )  # fmt: skip
    arrived = Work(case, CLOCK, now, "submit")
    conclude(arrived, "accepted", outcome="on_arrival", details={"to": case.step})
    return case
