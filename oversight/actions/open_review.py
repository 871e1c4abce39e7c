"""A supervisor opens a review (督查核查) of what a pattern found: a case of its own, which two others of supervision sign."""

import uuid
from datetime import datetime
from typing import Final

from django.db import transaction

from accounts.actor import CLOCK, Actor
from casework import access
from casework.access import ActionSpec
from casework.filing import ABOUT
from casework.models import Case
from casework.outbox import to_department
from casework.record import write_on
from casework.sealing import new_key
from flows.actions.begin import begin
from flows.conclude import conclude
from flows.engine import Work, chain_of
from flows.errors import AlreadyDone
from oversight.guarding import key_for, locked_hit, written
from oversight.hits import cases_of, in_sentences
from oversight.models import PatternHit
from policy import T

SPEC = access.register_action(ActionSpec("open_review", needs="any_case", holder="supervisors"))
CODE: Final = "audit_review"
_NAMESPACE: Final = uuid.UUID("5a0c7f0e-9f43-4a6c-8d52-2b7a4f3c1d88")


def open_review(*, hit_id: int, reason: str, by: Actor, now: datetime) -> Case:
    """The review's case, of a hit that nobody has looked at, or that is to be followed up. A second time gives the one
    that is there. Raises NotThere, NotAllowed, AlreadyDone, Invalid."""
    with transaction.atomic():
        hit = locked_hit(hit_id, by, "open_review", now)
        said = written(reason, "reason", T("请写明要查什么。", "Please say what is to be looked into."))
        if hit.review_id is not None:
            return Case.objects.get(pk=hit.review_id)
        if hit.result not in ("", PatternHit.FOLLOW_UP):
            raise AlreadyDone("hit_marked")
        assert by.post is not None
        case = _begun(hit, said, by, now)
        hit.result, hit.marked_by_id, hit.marked_as_id, hit.marked_at = PatternHit.REVIEW, by.user_id, by.post.pk, now
        hit.review = case
        hit.save(update_fields=["result", "marked_by", "marked_as", "marked_at", "review"])
        write_on(
            hit, "hit_marked", by, now, details={"pattern": hit.pattern, "result": hit.result, "review": case.pk},
            sealed={"reason": said}, key=key_for(hit),
        )  # fmt: skip
        return case


def _begun(hit: PatternHit, said: str, by: Actor, now: datetime) -> Case:
    """The case at its first step; what is to be looked into names officers and cases, and is sealed under its own key."""
    assert by.post is not None
    [found] = in_sentences([hit])
    cases = "、".join(one.shown_reference for one in cases_of(hit))
    what = _WHAT.fill(pattern=found.pattern.title, sentence=found.sentence, cases=cases or "—", reason=said).zh
    work, _ = begin(
        district=hit.district, measure=CODE, answers={"facts": {"what": what}, ABOUT: True},
        submission_key=uuid.uuid5(_NAMESPACE, f"hit {hit.pk}"), by=by, now=now, language="zh-hans", submitted_by_id=by.user_id,
        applicant_department=by.post.department, own_key=new_key("officer", hit.district_id),
    )  # fmt: skip
    case = work.case
    conclude(
        work, "submitted", details={"chain": chain_of(case).__name__, "hit": hit.pk},
        tell=(to_department(case, case.department_id, "task_opened", now),),
    )  # fmt: skip
    conclude(Work(case, CLOCK, now, "submit"), "accepted", outcome="on_arrival", details={"to": case.step})
    return case


_WHAT: Final = T(
    "值得一看的情形“{pattern}”：{sentence} 案件：{cases}。要查的：{reason}",
    "Pattern “{pattern}”: {sentence} Cases: {cases}. To be looked into: {reason}",
)
