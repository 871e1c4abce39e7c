"""Give the opinion that was asked for (出意见): once, in one's own name; the task stays with its handler."""

from datetime import datetime

from accounts.actor import Actor
from casework import access, states
from casework.access import ActionSpec
from casework.models import Signature
from casework.outbox import to_handler
from casework.sealing import seal
from flows import engine
from flows.conclude import note
from flows.errors import Invalid, NotAllowed
from policy import T

SPEC = access.register_action(
    ActionSpec("give_opinion", holder="asked", proof=True, states=frozenset(states.OPEN) - {states.SUSPENDED})
)
OUTCOMES = ("agreed", "refused", "given")


def give_opinion(*, case_id: int, task_id: int, by: Actor, now: datetime, outcome: str, opinion: str) -> None:
    """`outcome` is agreed or refused of an added signer, given of a delegation; a refusal needs its reason."""
    with engine.at_work(case_id=case_id, task_id=task_id, by=by, verb="give_opinion", now=now) as work:
        asked = Signature.objects.filter(task=work.at, closed_at=None, waits=False, user_id__in=by.hands).first()
        if asked is None:
            raise NotAllowed("not_asked")
        if outcome not in (("given",) if asked.kind == "delegate" else ("agreed", "refused")):
            raise Invalid(outcome=T("请选同意还是不同意。", "Please say whether you agree."))
        if outcome != "agreed" and not opinion.strip():
            raise Invalid(opinion=T("请写下您的意见。", "Please write your opinion."))
        asked.outcome, asked.closed_at, asked.signed_by_id = outcome, now, by.user_id
        asked.opinion = seal(work.case.key, opinion.strip())
        asked.save(update_fields=["outcome", "closed_at", "signed_by", "opinion"])
        note(
            work, "opinion_given", details={"signature": asked.pk, "kind": asked.kind, "outcome": outcome},
            sealed={"opinion": opinion}, tell=(to_handler(work.case, work.at, "opinion_given", now),),
        )  # fmt: skip
