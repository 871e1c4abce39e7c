"""Ask back what a unit was paid (追回), clause 四（五）: the case opens with the signature that found it due."""

import uuid
from datetime import datetime
from decimal import Decimal

from django.db.models import Sum

from accounts.actor import CLOCK, Actor
from casework.filing import ABOUT
from casework.models import Case
from casework.outbox import to_applicant, to_department
from flows.actions.begin import begin
from flows.conclude import conclude
from flows.engine import Work, chain_of
from funds.models import Payable

CODE = "reclaim"


def open_reclaim(*, paid: Case, why: str, mark: str, by: Actor, now: datetime) -> Case | None:
    """The case in which it is decided that what was paid on `paid` is asked back; None where nothing was paid.

    `why` is what was found, in plain words; `mark` tells several of one grant apart. Whoever found it is its registrar
    and signs no step of it. The caller has the transaction and asks once: the same again breaks a constraint.
    """
    came = Payable.objects.filter(case=paid, state="paid").aggregate(n=Sum("amount"))["n"] or Decimal(0)
    if not came:
        return None
    facts = {"case_reference": paid.reference, "reclaimed": f"{came:.2f}", "instalments": False, "what": why}
    work, _ = begin(
        district=paid.district, measure=CODE, answers={"facts": facts, ABOUT: True},
        submission_key=uuid.uuid5(paid.submission_key, f"{CODE} {mark}"), by=by, now=now, language=paid.language,
        submitted_by_id=by.user_id, organisation=paid.organisation, person=paid.person, town_id=paid.town_id,
        registrar=by.user,
    )  # fmt: skip
    case = work.case
    conclude(
        work, "submitted", details={"chain": chain_of(case).__name__, "answers": 1, "of": paid.reference},
        tell=(to_applicant(case, "reclaim_opened", now), to_department(case, case.department_id, "task_opened", now)),
    )  # fmt: skip
    conclude(Work(case, CLOCK, now, "submit"), "accepted", outcome="on_arrival", details={"to": case.step})
    return case
