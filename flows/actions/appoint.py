"""Give somebody a post, and end it (任职、离任): the fact that every right is derived from."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localdate

from accounts.actor import Actor
from accounts.models import Department, Post, Role, User
from accounts.rights import derive
from casework import access
from casework.access import ActionSpec
from casework.historic import keep
from casework.record import write_on
from flows.errors import Invalid, NotAllowed, ProofNeeded
from policy import T

SPEC = access.register_action(ActionSpec("appoint", needs="any_case", holder="administrators", proof=True))
FOUNDER = Actor("clock")  # who appoints the first administrator, of a district that has none


def appoint(
    *, user: User, department: Department, role: str, since: date, by: Actor, now: datetime, until: date | None = None
) -> Post:
    """The post, recorded, with the rights derived from it. The same post twice is one post.

    Only an administrator appoints, in their own district, never themselves; the founder only while nobody is one.
    Raises NotAllowed, ProofNeeded, Invalid for days that can't be.
    """
    if until is not None and until < since:
        raise Invalid(until=T("最后一天在第一天前面。", "The last day is before the first."))
    with transaction.atomic():
        _may_appoint(by, user, now, department.district_id)
        post = Post.objects.filter(user=user, department=department, role=role, since=since).first()
        if post is None:
            post = Post(
                district=department.district, user=user, department=department, role=role, since=since, until=until
            )
            keep(post, by, "appointed", now)
            write_on(
                post, "appointed", by, now,
                details={"user": user.pk, "department": department.code, "role": str(role), "since": since.isoformat()},
            )  # fmt: skip
            derive(user, localdate(now))
        return post


def end_post(*, post: Post, until: date, by: Actor, now: datetime) -> None:
    """The post ends with that day, yesterday at the earliest; the rights end with the post.

    Raises NotAllowed, ProofNeeded, Invalid.
    """
    if until < max(post.since, localdate(now) - timedelta(days=1)):
        raise Invalid(
            until=T(
                "最后一天不能早于昨天，也不能早于任职的第一天。",
                "The last day can't be before yesterday, nor before the post began.",
            )
        )
    with transaction.atomic():
        _may_appoint(by, post.user, now, post.district_id)
        post.until = until
        keep(post, by, "ended", now)
        write_on(post, "post_ended", by, now, details={"until": until.isoformat()})
        derive(post.user, localdate(now))


def _may_appoint(by: Actor, user: User, now: datetime, district_id: int) -> None:
    if by == FOUNDER and not Post.objects.filter(role=Role.ADMINISTRATOR, district_id=district_id).exists():
        return
    post = by.post
    if post is None or post.district_id != district_id or user.pk in (by.user_id, post.user_id):
        raise NotAllowed("only_an_administrator")
    if not access.may(by, "appoint", on=localdate(now)):
        raise NotAllowed("only_an_administrator")
    if not by.proof_is_fresh(now, settings.PROOF_LASTS_MINUTES):
        raise ProofNeeded
