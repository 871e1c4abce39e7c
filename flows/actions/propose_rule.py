"""Propose a new figure or version of the rules, and take the proposal back (提出、撤回规则提案)."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localdate

from accounts.actor import Actor
from casework import access
from casework.access import ActionSpec
from casework.historic import keep
from casework.models import RuleProposal
from casework.record import write_on
from casework.rules import lock
from flows.errors import AlreadyDone, NotAllowed, NotThere, ProofNeeded
from flows.rules import Entered, judge

SPEC = access.register_action(ActionSpec("propose_rule", needs="any_case", holder="administrators", proof=True))
WITHDRAW = access.register_action(ActionSpec("withdraw_rule", needs="any_case", holder="administrators"))


def propose_rule(*, new: Entered, by: Actor, now: datetime) -> RuleProposal:
    """The proposal, for a second administrator to decide. The same one twice is one proposal.

    Raises Invalid with the mistakes, AlreadyDone("rule_open") while another proposal for the name is open, ProofNeeded.
    """
    verdict = access.may(by, "propose_rule", on=localdate(now))
    if not verdict or by.post is None:
        raise NotAllowed(verdict.reason)
    if not by.proof_is_fresh(now, settings.PROOF_LASTS_MINUTES):
        raise ProofNeeded
    district_id = by.post.district_id
    with transaction.atomic():
        lock(district_id, new.name)
        waiting = RuleProposal.objects.filter(district_id=district_id, name=new.name, state="proposed").first()
        if waiting is not None:
            if _is_the_same(waiting, new, by):
                return waiting
            raise AlreadyDone("rule_open")
        judge(new, district_id, localdate(now))
        proposal = RuleProposal(
            district_id=district_id, kind=RuleProposal.VERSION if new.is_version else RuleProposal.PARAMETER,
            name=new.name, content=new.content(), document=new.document, reason=new.reason, proposed_by=by.user,
            proposed_as=by.post, proposed_at=now,
        )  # fmt: skip
        keep(proposal, by, "rule_proposed", now)
        write_on(proposal, "rule_proposed", by, now, details=details(proposal))
        return proposal


def withdraw_rule(*, proposal_id: int, by: Actor, now: datetime) -> None:
    """The proposer takes it back while nobody has decided it. Raises NotThere, NotAllowed, AlreadyDone."""
    with transaction.atomic():
        proposal = open_proposal(proposal_id, by, "withdraw_rule", now)
        proposal.state, proposal.decided_by, proposal.decided_at = "withdrawn", by.user, now
        keep(proposal, by, "rule_withdrawn", now)
        write_on(proposal, "rule_withdrawn", by, now, details={"name": proposal.name})


def open_proposal(proposal_id: int, by: Actor, verb: str, now: datetime) -> RuleProposal:
    """The proposal, locked after its name, for somebody who may do this to it."""
    if by.post is None:
        raise NotThere
    here = RuleProposal.objects.filter(pk=proposal_id, district_id=by.post.district_id)
    found = here.first()
    if found is None:
        raise NotThere
    lock(found.district_id, found.name)
    proposal = here.select_for_update(of=("self",)).select_related("proposed_as").get()
    verdict = access.may_decide_rule(by, proposal, verb, localdate(now))
    if verdict.reason == "rule_decided":
        raise AlreadyDone("rule_decided")
    if not verdict:
        raise NotAllowed(verdict.reason)
    return proposal


def details(proposal: RuleProposal) -> dict[str, object]:
    """What the record says of it: the whole entry, as published figures are nobody's personal data."""
    return {**proposal.content, "name": proposal.name, "caused_by": proposal.document}


def _is_the_same(waiting: RuleProposal, new: Entered, by: Actor) -> bool:
    return waiting.proposed_by_id == by.user_id and (
        (waiting.content, waiting.document, waiting.reason) == (new.content(), new.document, new.reason)
    )
