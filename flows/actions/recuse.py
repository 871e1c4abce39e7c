"""Step aside (回避): the handler by themselves, or where the applicant challenges them and the head agrees."""

from datetime import datetime

from accounts.actor import Actor
from accounts.models import Post
from casework import access, states
from casework.access import ActionSpec
from casework.models import Recusal
from casework.outbox import to_applicant, to_head
from casework.queries import open_task
from casework.sealing import seal
from casework.wording import RECUSALS
from flows import engine
from flows.conclude import note
from flows.errors import AlreadyDone, Invalid, NotAllowed
from policy import T

_RUNNING = frozenset(states.OPEN) - {states.CORRECTION}
RECUSE = access.register_action(ActionSpec("recuse", states=_RUNNING))
CHALLENGE = access.register_action(
    ActionSpec("challenge", needs="open_case", holder="applicant", states=_RUNNING - {states.SUSPENDED})
)
DECIDE = access.register_action(ActionSpec("decide_challenge", needs="any_case", holder="head"))


def recuse(*, case_id: int, task_id: int, by: Actor, now: datetime, ground: str, text: str) -> Recusal:
    """The handler steps aside: the task waits for a colleague, and the case leaves the handler's lists for good."""
    with engine.at_work(case_id=case_id, task_id=task_id, by=by, verb="recuse", now=now) as work:
        _check(ground, text)
        asked = Recusal.objects.filter(case=work.case, user=work.at.owner, outcome="").first()
        made = asked or _row(work, ground, text, user_id=work.at.owner_id)
        made.outcome, made.decided_by_id, made.decided_at = "upheld", by.user_id, now
        made.save()
        engine.release(work)
        note(
            work, "recused", details={"recusal": made.pk, "ground": ground}, sealed={"text": text},
            tell=(to_head(work.case, made.department_id, "recused", now, step=work.at.step_name),),
        )  # fmt: skip
        return made


def challenge(*, case_id: int, by: Actor, now: datetime, ground: str, text: str) -> Recusal:
    """The applicant asks that the handler at the present step steps aside; the head of the department decides."""
    with engine.at_work(case_id=case_id, by=by, verb="challenge", now=now) as work:
        _check(ground, text)
        work.task = task = open_task(work.case)
        if task is None or task.department_id is None:
            raise NotAllowed("held_outside")
        if Recusal.objects.filter(case=work.case, department_id=task.department_id, outcome="").exists():
            raise AlreadyDone("challenged_already")
        made = _row(work, ground, text, user_id=task.owner_id)
        made.save()
        note(
            work, "challenged", details={"recusal": made.pk, "ground": ground}, sealed={"text": text},
            tell=(to_head(work.case, made.department_id, "challenged", now, step=task.step_name),),
        )  # fmt: skip
        return made


def decide_challenge(
    *, recusal_id: int, by: Actor, now: datetime, upheld: bool, answer: str, user_id: int | None = None
) -> None:
    """The head says whether the officer steps aside; where nobody had the task, `user_id` says who is meant."""
    found = Recusal.objects.get(pk=recusal_id)
    with engine.at_work(case_id=found.case_id, by=by, verb="decide_challenge", now=now) as work:
        found.refresh_from_db()
        verdict = access.may_decide_challenge(by, found, "decide_challenge", work.today)
        if not verdict:
            raise NotAllowed(verdict.reason)
        if not found.is_open:
            raise AlreadyDone("challenge_decided")
        if not answer.strip():
            raise Invalid(answer=T("请写下理由，申请人会看到。", "Please give the reason; the applicant reads it."))
        found.user_id = found.user_id or user_id
        if upheld and not _is_of_the_department(found, work):
            raise Invalid(user=T("请选是哪一位。", "Please say who is meant."))
        found.outcome = "upheld" if upheld else "dismissed"
        found.answer, found.decided_by_id, found.decided_at = seal(work.case.key, answer.strip()), by.user_id, now
        found.save(update_fields=["outcome", "answer", "decided_by", "decided_at", "user"])
        if upheld:
            _release(work, found)
        event = "challenge_upheld" if upheld else "challenge_dismissed"
        note(
            work, event, details={"recusal": found.pk}, sealed={"answer": answer},
            tell=(to_applicant(work.case, event, now),),
        )  # fmt: skip


def _check(ground: str, text: str) -> None:
    if ground not in RECUSALS:
        raise Invalid(ground=T("请选一个理由。", "Please choose a ground."))
    if not text.strip():
        raise Invalid(text=T("请写几句是什么情况。", "Please say in a few words what it is."))


def _row(work: engine.Work, ground: str, text: str, user_id: int | None) -> Recusal:
    """The row of a recusal at the present step, not saved yet."""
    assert work.task is not None
    assert work.task.department_id is not None
    return Recusal(
        district_id=work.case.district_id, case=work.case, step=work.task.step_name,
        department_id=work.task.department_id, user_id=user_id, asked_by_applicant=work.by.is_applicant, ground=ground,
        text=seal(work.case.key, text.strip()), asked_at=work.now,
    )  # fmt: skip


def _is_of_the_department(found: Recusal, work: engine.Work) -> bool:
    posts = Post.objects.in_force(work.today).filter(user_id=found.user_id or 0)
    gone = Recusal.objects.filter(case=work.case, user_id=found.user_id or 0, outcome="upheld")
    return posts.filter(department_id=found.department_id).exists() and not gone.exists()


def _release(work: engine.Work, found: Recusal) -> None:
    """Whoever steps aside gives back the task that they hold."""
    task = open_task(work.case)
    if task is not None and task.owner_id is not None and task.owner_id == found.user_id:
        work.task = task
        engine.release(work)
