"""Countersign (会签、或签): one department's signature in a round; the last one that is needed ends the step."""

from datetime import datetime

from accounts.actor import Actor
from casework import access, states
from casework.access import ActionSpec
from casework.models import Signature
from casework.outbox import to_applicant
from casework.sealing import seal
from flows import engine
from flows.announce import granted, next_holder
from flows.conclude import conclude, note
from flows.errors import Invalid
from flows.letters import write_letter
from flows.steps import Countersign
from policy import T

SPEC = access.register_action(
    ActionSpec("countersign", holder="party", signs=True, proof=True, states=frozenset({states.IN_REVIEW}))
)


def countersign(
    *, case_id: int, task_id: int, by: Actor, now: datetime, agrees: bool, opinion: str = "", seen: int | None = None
) -> None:
    """The actor signs for their department. A refusal needs its reason; whether it ends the round, the step says."""
    with engine.at_work(case_id=case_id, task_id=task_id, by=by, verb="countersign", now=now, seen=seen) as work:
        if not agrees and not opinion.strip():
            raise Invalid(opinion=T("请写明不同意的理由。", "Please give the reason why you do not agree."))
        assert by.post is not None  # `may` let an officer through
        mine = Signature.objects.get(task=work.at, kind="countersign", department_id=by.post.department_id)
        mine.outcome, mine.closed_at, mine.signed_by_id = "agreed" if agrees else "refused", now, by.user_id
        mine.opinion = seal(work.case.key, opinion.strip())
        mine.save(update_fields=["outcome", "closed_at", "signed_by", "opinion"])
        details = {"outcome": mine.outcome, "round": work.at.pk}
        if (ended := tally(work)) is None:
            note(work, "countersigned", details=details, sealed={"opinion": opinion})
        else:
            _end(work, ended, details, opinion)


def tally(work: engine.Work) -> bool | None:
    """Whether the round has agreed (True) or can't agree any more (False); None while it is open."""
    step = work.step
    assert isinstance(step, Countersign)
    outcomes = list(Signature.objects.filter(task=work.at, kind="countersign").values_list("outcome", flat=True))
    agreed, refused, left = outcomes.count("agreed"), outcomes.count("refused"), outcomes.count("")
    if agreed >= step.need:
        return True
    return False if (refused and step.ends_on_refusal) or agreed + left < step.need else None


def _end(work: engine.Work, agreed: bool, details: dict[str, object], opinion: str) -> None:
    """The round is over: signatures still open are void, and the case goes on, or closes where the round decides."""
    Signature.objects.filter(task=work.at, closed_at=None).update(outcome="void", closed_at=work.now)
    decides = work.step.decides
    event = ("granted" if agreed else "refused") if decides else ("agreed" if agreed else "advised_against")
    if event == "refused":
        engine.finish_alone(work, event)
        engine.close(work, done=True)
    else:
        engine.finish(work, event)
    opened = work.opened[-1] if work.opened else None
    if decides:
        after_notice = opened is not None and opened.kind == "publicity"
        write_letter(work, event, reason=opinion if event == "refused" else "", after_notice=after_notice)
    told = granted(work) if event == "granted" else to_applicant(work.case, event, work.now, step=work.at.step_name)
    conclude(
        work, event, details={**details, "to": opened.step_name if opened else ""}, sealed={"opinion": opinion},
        tell=(told, *next_holder(work)),
    )  # fmt: skip
