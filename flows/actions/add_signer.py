"""Ask others beside the handler (加签、委派), and take the question back (减签); the chain itself does not change.

`before`, `parallel` and `delegate` hold the handler's signature until they are given; `after` follows the case to the
next step and holds that one's.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from accounts.actor import Actor
from casework import access, states
from casework.access import ActionSpec
from casework.models import Signature
from casework.outbox import to_officer
from casework.sealing import seal
from flows import engine
from flows.colleagues import adviser
from flows.conclude import give_scope, note
from flows.errors import AlreadyDone, Invalid, NotAllowed
from policy import T

MOST = 10
KINDS = ("before", "parallel", "after")
_WHERE = frozenset(states.OPEN) - {states.CORRECTION, states.SUSPENDED}
ADD = access.register_action(ActionSpec("add_signer", states=_WHERE))
REMOVE = access.register_action(ActionSpec("remove_signer", states=_WHERE))
DELEGATE = access.register_action(ActionSpec("delegate", states=_WHERE))
_ASKED = {"delegate": "delegated"}


def add_signer(*, case_id: int, task_id: int, by: Actor, now: datetime, to: int, kind: str, question: str) -> Signature:
    """Ask the officer `to` (a user's key) to sign too: before, parallel to, or after the handler."""
    if kind not in KINDS:
        raise Invalid(kind=T("请选什么时候签。", "Please choose when they sign."))
    return _ask("add_signer", case_id, task_id, by, now, to, kind, question)


def delegate(*, case_id: int, task_id: int, by: Actor, now: datetime, to: int, question: str) -> Signature:
    """Ask the officer `to` for an opinion; the task stays the handler's and waits for it."""
    return _ask("delegate", case_id, task_id, by, now, to, "delegate", question)


def _ask(
    verb: str, case_id: int, task_id: int, by: Actor, now: datetime, to: int, kind: str, question: str
) -> Signature:
    with engine.at_work(case_id=case_id, task_id=task_id, by=by, verb=verb, now=now) as work:
        if not question.strip():
            raise Invalid(question=T("请写明要问什么。", "Please write what you ask."))
        if kind == "after" and work.step == engine.chain_of(work.case).steps[-1]:
            raise Invalid(kind=T("这是最后一步，后面没有人再签。", "This is the last step; nobody signs after it."))
        return ask(work, _ASKED.get(kind, "signer_added"), to, kind, question)


def ask(
    work: engine.Work, event: str, to: int, kind: str, question: str, *, roles: Sequence[str] = (),
    details: Mapping[str, Any] | None = None,
) -> Signature:  # fmt: skip
    """Put the question to the officer `to`, who must hold one of the `roles` where some are given; on record as `event`."""
    post = adviser(work.case, to, work.by, work.today)
    if roles and post.role not in roles:
        raise Invalid(to=T("请选一位审批人或者负责人。", "Please choose an approver or a head."))
    standing = Signature.objects.filter(task=work.at, closed_at=None)
    if standing.filter(user_id=to).exists():
        raise AlreadyDone("asked_already")
    if standing.count() >= MOST:
        raise Invalid(to=T("最多同时问 {n} 位。", "At most {n} people at a time.").fill(n=MOST))
    asked = Signature.objects.create(
        district_id=work.case.district_id, task=work.at, kind=kind, department_id=post.department_id, user_id=to,
        asked_by_id=work.by.user_id, asked_at=work.now, question=seal(work.case.key, question.strip()),
        waits=kind == "after",
    )  # fmt: skip
    give_scope(work.case, [post.department_id], "asked")
    told = to_officer(work.case, post, "opinion_asked", work.now, step=work.at.step_name)
    note(
        work, event, details={"signature": asked.pk, "kind": kind, "of_user": to, **(details or {})},
        sealed={"question": question}, tell=(told,) if kind != "after" else (),
    )  # fmt: skip
    return asked


def remove_signer(*, case_id: int, task_id: int, by: Actor, now: datetime, signature_id: int) -> None:
    """Whoever asked takes the question back while it is open."""
    with engine.at_work(case_id=case_id, task_id=task_id, by=by, verb="remove_signer", now=now) as work:
        asked = Signature.objects.filter(pk=signature_id, task=work.at).exclude(kind="countersign").first()
        if asked is None:
            raise Invalid(signature=T("请选要取消的那一位。", "Please choose whom to take off."))
        if not asked.is_open:
            raise AlreadyDone("opinion_given")
        if asked.asked_by_id != by.user_id:
            raise NotAllowed("asked_by_another")
        asked.outcome, asked.closed_at = "void", now
        asked.save(update_fields=["outcome", "closed_at"])
        note(work, "signer_removed", details={"signature": asked.pk, "of_user": asked.user_id})
