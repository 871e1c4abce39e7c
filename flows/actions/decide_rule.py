"""Decide a rule proposal (审定规则提案): a second administrator publishes it, or rejects it with a reason."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from accounts.actor import Actor
from casework import access, published
from casework.access import ActionSpec
from casework.historic import keep
from casework.models import Parameter, ParameterEnd, PolicyVersion, RuleProposal, VersionEnd
from casework.record import write_on
from casework.rules import Change, lock
from flows.actions.propose_rule import details, open_proposal
from flows.errors import Invalid, ProofNeeded
from flows.rules import LONG, backtest_of, entered, place, row_of
from policy import T

PUBLISH = access.register_action(ActionSpec("publish_rule", needs="any_case", holder="administrators", proof=True))
REJECT = access.register_action(ActionSpec("reject_rule", needs="any_case", holder="administrators", proof=True))
MOST = 1000
WHY = T("请写明为什么不同意，提出的人会看到。", "Please say why; the person who proposed it reads it.")

UNTESTED = T(
    "公布前要有一次完成的试算，而且试算以后没有公布过别的。请先试算。",
    "Publishing needs a finished back-test, with nothing else published since. Please run it first.",
)


def publish_rule(*, proposal_id: int, by: Actor, now: datetime, answer: str = "") -> Parameter | PolicyVersion:
    """The figure or version, published; what it cuts short gets its end as a row of its own.

    Raises NotThere, NotAllowed("needs_a_second_person"), AlreadyDone("rule_decided"), ProofNeeded, and Invalid where
    something published meanwhile is in the way, or there is no finished back-test beside what is published now.
    """
    _prove(by, now)
    _short(answer)
    with transaction.atomic():
        proposal = open_proposal(proposal_id, by, "publish_rule", now)
        new = entered(proposal)
        changed = place(new, proposal.district_id)
        lock(proposal.district_id, "publication")  # so that nothing else is published beside what was back-tested
        if backtest_of(proposal) is None:
            raise Invalid(backtest=UNTESTED)
        _end(proposal, changed)
        row = row_of(new, proposal.district_id, now)
        if isinstance(row, Parameter):
            keep(row, by, "rule_published", now)
            proposal.parameter = row
        else:
            row.save(force_insert=True)
            proposal.version = row
        _decide(proposal, "published", by, now, answer)
        ended = {str(line.row): last.isoformat() for line, last in changed.ends}
        write_on(proposal, "rule_published", by, now, details={**details(proposal), "row": row.pk, "ended": ended})
        transaction.on_commit(published.forget)
        return row


def reject_rule(*, proposal_id: int, by: Actor, now: datetime, answer: str) -> None:
    """Not published, with the reason. Raises the same, and Invalid without one."""
    _prove(by, now)
    if not answer.strip():
        raise Invalid(answer=WHY)
    _short(answer)
    with transaction.atomic():
        proposal = open_proposal(proposal_id, by, "reject_rule", now)
        _decide(proposal, "rejected", by, now, answer)
        write_on(proposal, "rule_rejected", by, now, details={"name": proposal.name})


def _decide(proposal: RuleProposal, state: str, by: Actor, now: datetime, answer: str) -> None:
    proposal.state, proposal.decided_by, proposal.decided_at, proposal.answer = state, by.user, now, answer.strip()
    keep(proposal, by, f"rule_{state}", now)


def _end(proposal: RuleProposal, changed: Change) -> None:
    for line, last in changed.ends:
        common = {"district_id": proposal.district_id, "last_day": last, "proposal": proposal}
        if isinstance(line.row, Parameter):
            ParameterEnd.objects.create(**common, parameter=line.row)
        else:
            VersionEnd.objects.create(**common, version=line.row)


def _prove(by: Actor, now: datetime) -> None:
    if not by.proof_is_fresh(now, settings.PROOF_LASTS_MINUTES):
        raise ProofNeeded


def _short(answer: str) -> None:
    if len(answer) > MOST:
        raise Invalid(answer=LONG.fill(most=MOST))
