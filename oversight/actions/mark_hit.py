"""A supervisor has looked at what a pattern found (看过), and says with what result, and why."""

from datetime import datetime
from typing import Final

from django.db import transaction

from accounts.actor import Actor
from casework import access
from casework.access import ActionSpec
from casework.record import write_on
from flows.errors import AlreadyDone, Invalid
from oversight.guarding import key_for, locked_hit, written
from oversight.models import PatternHit
from policy import T

SPEC = access.register_action(ActionSpec("mark_hit", needs="any_case", holder="supervisors"))
RESULTS: Final = (PatternHit.NOTHING, PatternHit.EXPLAINED, PatternHit.FOLLOW_UP)


def mark_hit(*, hit_id: int, result: str, reason: str, by: Actor, now: datetime) -> PatternHit:
    """The hit with its result; the reason stands sealed in its record. What is to be followed up may be marked again, with
    how that ended. The same again is no error. Raises NotThere, NotAllowed, AlreadyDone, Invalid."""
    with transaction.atomic():
        hit = locked_hit(hit_id, by, "mark_hit", now)
        if result not in RESULTS:
            raise Invalid(result=T("请选一个结果。", "Please choose a result."))
        said = written(reason, "reason", T("请写明您看到了什么。", "Please say what you saw."))
        if hit.result == result:
            if hit.marked_by_id == by.user_id:
                return hit
            raise AlreadyDone("hit_marked")
        if hit.result not in ("", PatternHit.FOLLOW_UP):
            raise AlreadyDone("hit_marked")
        assert by.post is not None
        hit.result, hit.marked_by_id, hit.marked_as_id, hit.marked_at = result, by.user_id, by.post.pk, now
        hit.save(update_fields=["result", "marked_by", "marked_as", "marked_at"])
        write_on(
            hit, "hit_marked", by, now, details={"pattern": hit.pattern, "result": result}, sealed={"reason": said},
            key=key_for(hit),
        )  # fmt: skip
        return hit
