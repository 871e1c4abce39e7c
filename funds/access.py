"""Who may read funds, and decide on them: two officers of finance, never the proposer, by whichever hand."""

from datetime import date

from accounts.actor import Actor
from accounts.models import Role
from casework import access
from casework.access import FINANCE, FINANCE_ROLES, Verdict
from casework.sight import SUPERVISION
from funds.models import FundDecision


def is_finance(by: Actor) -> bool:
    """Whether the actor pays, approves or is head at Finance."""
    return by.is_officer and by.post is not None and by.post.department.code == FINANCE and by.has_role(*FINANCE_ROLES)


def may_read(by: Actor) -> bool:
    """Finance, every head of department, and supervision read the funds; what is paid to whom only finance does."""
    return is_finance(by) or (by.is_officer and by.has_role(Role.HEAD, *SUPERVISION))


def may_decide(by: Actor, decision: FundDecision, verb: str, on: date | None = None) -> Verdict:
    """Whether the actor may approve, reject or withdraw the decision; a deputy's hand is also the principal's."""
    if not (verdict := access.may(by, verb, on=on)):
        return verdict
    if not decision.is_open:
        return Verdict(False, "fund_decided")
    proposers = {decision.proposed_by_id, decision.proposed_as.user_id}
    is_proposer = bool(proposers & by.hands)
    if verb == "withdraw_fund":
        return Verdict(is_proposer, "only_the_proposer")
    return Verdict(not is_proposer, "fund_needs_a_second")
