"""Somebody in the demonstration asks to have their data erased; the administrators have not answered yet."""

from datetime import datetime

from demo.around import Office, flexible
from demo.people import Cast
from flows.actions.ask_erasure import ask_erasure
from flows.actions.withdraw import withdraw

LEAVES = 20  # place in the list of applicants


def happen(cast: Cast, begins: datetime, latest: datetime) -> None:
    """One who moves away: their only application is withdrawn, and they ask."""
    office = Office(cast, begins, latest)
    case = office.sent("flexible_employment_subsidy", LEAVES, flexible(1, office.moment))
    by = cast.applicant(LEAVES, office.now)
    withdraw(case_id=case.pk, by=by, now=office.now, reason="搬到外区了。（示例）")
    reason = "我搬到外区了，不再在这里申请。（示例）"
    ask_erasure(person_id=by.on_behalf_of.pk, by=by, now=office.now, reason=reason)
