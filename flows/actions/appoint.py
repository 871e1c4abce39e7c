"""Give somebody a post, and end it (任职、离任): the fact that every right is derived from."""

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from accounts.actor import Actor
from accounts.models import Department, Post, Role, User
from accounts.rights import derive
from casework.historic import keep
from casework.models import Relation
from casework.record import write_on
from casework.sealing import index
from flows.errors import NotAllowed

FOUNDER = Actor("clock")  # who appoints the first administrator, on an empty system


def appoint(
    *, user: User, department: Department, role: str, since: date, by: Actor, now: datetime, until: date | None = None
) -> Post:
    """The post, recorded, with the rights derived from it. The same post twice is one post.

    Only an administrator appoints, never themselves; the founder only while nobody is one.
    """
    with transaction.atomic():
        _may_appoint(by, user, now)
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
    """The post ends with that day; the rights end with the post."""
    with transaction.atomic():
        _may_appoint(by, post.user, now)
        post.until = until
        keep(post, by, "ended", now)
        write_on(post, "post_ended", by, now, details={"until": until.isoformat()})
        derive(post.user, localdate(now))


def declare_relation(*, user: User, kind: str, number: str, by: Actor, now: datetime) -> Relation:
    """An officer declares kin or a former employer by the person's or the unit's number; it bars them from its cases."""
    if by.post is None or by.user_id != user.pk:
        raise NotAllowed("only_for_oneself")
    with transaction.atomic():
        relation, made = Relation.objects.get_or_create(
            district=by.post.district, user=user, kind=kind, number_index=index(number), ended_at=None,
            defaults={"declared_at": now},
        )  # fmt: skip
        if made:
            write_on(relation, "relation_declared", by, now, details={"kind": kind})
        return relation


def _may_appoint(by: Actor, user: User, now: datetime) -> None:
    if by == FOUNDER and not Post.objects.filter(role=Role.ADMINISTRATOR).exists():
        return
    if not by.holds_post(localdate(now)) or not by.has_role(Role.ADMINISTRATOR) or by.user_id == user.pk:
        raise NotAllowed("only_an_administrator")
