"""Reopen a closed case after a won appeal (重新办理): an administrator, with the document; people who signed stay out."""

from datetime import datetime

from accounts.actor import Actor
from casework import access, files, states
from casework.access import ActionSpec
from casework.evidence import read_upload
from casework.exclusions import release
from casework.models import Evidence
from casework.outbox import to_applicant
from casework.sealing import keyed_digest, seal
from flows import engine, money
from flows.actions.correct_decision import fall
from flows.actions.return_to import free_position
from flows.announce import next_holder
from flows.conclude import conclude
from flows.errors import Invalid, NotAllowed
from flows.letters import void_unserved
from flows.steps import Step
from policy import T

SPEC = access.register_action(
    ActionSpec("reopen", needs="closed_case", holder="administrators", proof=True, states=frozenset({states.CLOSED}))
)
APPEALABLE = ("granted", "refused", "not_accepted", "lapsed", "recorded", "completed", "founded", "unfounded")
PAPER = "appeal_decision"


def reopen(
    *, case_id: int, by: Actor, now: datetime, to: str, reason: str, name: str, content: bytes, seen: int | None = None
) -> None:
    """A new round at the step `to`, no later than the deciding one. `content` is the document that orders it.

    Raises Invalid, `casework.evidence.BadFile` for a document that can't be read, NotAllowed for a withdrawn case.
    """
    with engine.at_work(case_id=case_id, by=by, verb="reopen", now=now, seen=seen) as work:
        case = work.case
        if case.outcome not in APPEALABLE:
            raise NotAllowed("not_appealable")
        if to not in [step.name for step in steps_to(engine.chain_of(case))]:
            raise Invalid(to=T("请选从哪一步重新办。", "Please choose the step at which it begins again."))
        if not reason.strip():
            raise Invalid(reason=T("请写明按什么文书重新办。", "Please say which decision orders it."))
        paper = _kept(work, name, content)
        release(case, now)
        money.set_aside(work)
        fall(work)
        free_position(work)
        void_unserved(work)
        engine.reopen(work, to)
        conclude(
            work, "reopened", details={"to": to, "evidence": paper.pk}, sealed={"reason": reason},
            tell=(to_applicant(case, "reopened", now, to=to), *next_holder(work)),
        )  # fmt: skip


def steps_to(chain: type[engine.CaseFlow]) -> list[Step]:
    """Where a new round may begin: an officer's step up to the deciding one, acceptance left out."""
    steps = list(chain.steps)
    decided = next(number for number, step in enumerate(steps) if step.decides)
    found = [
        step
        for step in steps[: decided + 1]
        if step.kind != "intake" and step.by.kind in ("department", "town", "leader")
    ]
    return found


def _kept(work: engine.Work, name: str, content: bytes) -> Evidence:
    checked, key = read_upload(name, content), work.case.key
    return Evidence.objects.create(
        district_id=work.case.district_id, case=work.case, code=PAPER, key=key, stored_as=files.put(key, checked.content),
        digest=keyed_digest(key, checked.content), media_type=checked.media_type, size=len(checked.content),
        pages=checked.pages, name=seal(key, checked.name), description=seal(key, ""), uploaded_at=work.now,
        uploaded_by_id=work.by.user_id,
    )  # fmt: skip
