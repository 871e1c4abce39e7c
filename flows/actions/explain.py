"""Explain in writing why a date was missed (书面说明): asked for with a red card, written by the department."""

from datetime import datetime

from accounts.actor import Actor
from casework import access
from casework.access import ActionSpec
from casework.models import Explanation
from casework.outbox import to_supervisors
from casework.sealing import seal
from flows import engine
from flows.conclude import note
from flows.errors import AlreadyDone, Invalid, NotAllowed
from policy import T

SPEC = access.register_action(ActionSpec("explain", needs="any_case", holder="seers"))


def explain(*, explanation_id: int, by: Actor, now: datetime, text: str) -> None:
    """Written once, by anyone of the department that was late. Raises AlreadyDone, Invalid, NotAllowed."""
    asked = Explanation.objects.get(pk=explanation_id)
    with engine.at_work(case_id=asked.case_id, by=by, verb="explain", now=now) as work:
        asked.refresh_from_db()
        if by.post is None or by.post.department_id != asked.department_id:
            raise NotAllowed("other_department")
        if asked.at is not None:
            raise AlreadyDone("explained")
        if not text.strip():
            raise Invalid(text=T("请写明为什么过期，现在怎么办。", "Please say why it is late and what happens now."))
        asked.text, asked.by_id, asked.at = seal(work.case.key, text.strip()), by.user_id, now
        asked.save(update_fields=["text", "by", "at"])
        note(
            work, "explained", details={"explanation": asked.pk}, sealed={"text": text},
            tell=(to_supervisors(work.case, "explained", now),),
        )  # fmt: skip
