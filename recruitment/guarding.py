"""The way of an act on a round: its row locked, the right judged, a fresh proof where the act asks for one."""

from datetime import datetime

from django.utils.timezone import localdate

from accounts.actor import Actor
from casework import access
from casework.access import Verdict
from flows.errors import NotAllowed, NotThere, ProofNeeded
from recruitment.models import Round


def may_lead(by: Actor, one: Round, verb: str, now: datetime) -> Verdict:
    """Whether the actor may do this to the round: an officer of the department whose plan it is."""
    return access.may(by, verb, case=one.plan, on=localdate(now))


def locked_round(round_id: int, by: Actor, verb: str, now: datetime) -> Round:
    """The round, locked until the transaction ends. Raises NotThere, NotAllowed, ProofNeeded."""
    district_id = by.post.district_id if by.post is not None else 0
    rows = Round.objects.select_for_update(of=("self",), no_key=True).filter(pk=round_id, district_id=district_id)
    found = rows.select_related("plan", "department").first()
    if found is None:
        raise NotThere
    if not (verdict := may_lead(by, found, verb, now)):
        raise NotAllowed(verdict.reason)
    if access.proof_is_due(by, verb, now):
        raise ProofNeeded
    return found
