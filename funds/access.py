"""Who may decide on a fund: two officers of finance, never the proposer, by whichever hand."""

from datetime import date

from accounts.actor import Actor
from casework import access
from casework.access import Verdict
from funds.models import FundDecision


def may_decide(by: Actor, decision: FundDecision, verb: str, on: date | None = None) -> Verdict:
    """Whether the actor may approve, reject or withdraw the decision; a deputy's hand is also the principal's."""
    if not (verdict := access.may(by, verb, on=on)):
        return verdict
    if not decision.is_open:
        return Verdict(False, "fund_decided")
    proposers = {decision.proposed_by_id, decision.proposed_as.user_id}
    is_proposer = bool(proposers & ({by.user_id} | ({by.post.user_id} if by.post else set())))
    if verb == "withdraw_fund":
        return Verdict(is_proposer, "only_the_proposer")
    return Verdict(not is_proposer, "fund_needs_a_second")
