"""Comment on a case (批注), for the departments or also for the applicant; never edited, withdrawn as withdrawn.

What the applicant writes (留言) is read by the departments, and whoever handles the case is told.
"""

from datetime import datetime, timedelta

from accounts.actor import Actor
from casework import access
from casework.access import ActionSpec
from casework.models import Comment, Message
from casework.outbox import to_applicant, to_handler
from casework.queries import open_task
from casework.sealing import seal, unseal
from flows import engine
from flows.conclude import note
from flows.errors import AlreadyDone, Invalid, NotAllowed
from policy import T

COMMENT = access.register_action(ActionSpec("comment", needs="any_case", holder="seers"))
WITHDRAW = access.register_action(ActionSpec("withdraw_comment", needs="any_case", holder="seers"))
AUDIENCES = ("departments", "applicant")
LONGEST = 2000
AT_ONCE = timedelta(minutes=10)


def comment(*, case_id: int, by: Actor, now: datetime, text: str, audience: str = "departments") -> Comment:
    """A remark that stays as it is written. The same words again at once (a double click) are the remark that is there."""
    with engine.at_work(case_id=case_id, by=by, verb="comment", now=now) as work:
        if not text.strip():
            raise Invalid(text=T("请写批注。", "Please write the comment."))
        if len(text) > LONGEST:
            raise Invalid(
                text=T("最多 {n} 个字。请写短一些。", "At most {n} characters. Please shorten it.").fill(n=LONGEST)
            )
        if audience not in AUDIENCES:
            raise Invalid(audience=T("请选谁能看到。", "Please choose who reads it."))
        last = Comment.objects.filter(case=work.case, by_id=by.user_id).order_by("-pk").first()
        if last is not None and now - last.at < AT_ONCE and unseal(work.case.key, last.text) == text.strip():
            return last
        audience = "applicant" if by.is_applicant else audience
        made = Comment.objects.create(
            district_id=work.case.district_id, case=work.case, by_id=by.user_id,
            department_id=by.post.department_id if by.post else None, audience=audience, text=seal(work.case.key, text.strip()), at=now,
        )  # fmt: skip
        note(
            work,
            "commented",
            details={"comment": made.pk, "audience": audience},
            sealed={"text": text},
            tell=_told(work, audience),
        )
        return made


def _told(work: engine.Work, audience: str) -> tuple[Message | None, ...]:
    if work.by.is_applicant:
        task = open_task(work.case)
        return (to_handler(work.case, task, "commented", work.now),) if task else ()
    return (to_applicant(work.case, "commented", work.now),) if audience == "applicant" else ()


def withdraw_comment(*, case_id: int, by: Actor, now: datetime, comment_id: int) -> None:
    """Its writer marks it as withdrawn; it stays readable as that. A second time is no error."""
    with engine.at_work(case_id=case_id, by=by, verb="withdraw_comment", now=now) as work:
        made = Comment.objects.filter(pk=comment_id, case=work.case).first()
        if made is None:
            raise AlreadyDone
        if made.by_id != by.user_id:
            raise NotAllowed("written_by_another")
        if made.withdrawn_at is None:
            made.withdrawn_at = now
            made.save(update_fields=["withdrawn_at"])
            note(work, "comment_withdrawn", details={"comment": made.pk})
