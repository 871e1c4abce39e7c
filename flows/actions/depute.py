"""Deputies and absences (代理、不在岗): who acts for a post from one day to another, and why that is needed."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from accounts.actor import Actor
from accounts.models import Absence, Department, Deputy, Post, Role, User
from accounts.rights import HANDLES
from casework.historic import keep
from casework.record import write_on
from flows.errors import Invalid, NotAllowed
from policy import T

LONGEST_DAYS = 366


def set_deputy(
    *, principal: Post, user: User, since: date, until: date, by: Actor, now: datetime, step_kinds: Sequence[str] = ()
) -> Deputy:
    """The user acts for the post, both days included, for these kinds of step (all where none is named).

    Set by the post's holder, the head of its department or an administrator. The same again is one deputy. Raises
    Invalid where the days or the colleague do not fit, NotAllowed.
    """
    _may_plan(by, principal.user, principal.department_id, now)
    _check_days(since, until, now)
    kinds = [name.removeprefix("handle_") for name in HANDLES[principal.role]]
    if unknown := set(step_kinds) - set(kinds):
        raise Invalid(
            step_kinds=T("这个岗位不办：{kinds}。", "The post does not do: {kinds}.").fill(kinds=tuple(sorted(unknown)))
        )
    colleague = Post.objects.in_force(localdate(now)).filter(user=user, department_id=principal.department_id)
    if user.pk == principal.user_id or not colleague.exists():
        raise Invalid(user=T("代理人要是本部门的同事。", "A deputy is a colleague of the same department."))
    with transaction.atomic():
        Post.objects.select_for_update(no_key=True, of=("self",)).get(pk=principal.pk)
        standing = Deputy.objects.filter(principal=principal, ended_at=None, since__lte=until, until__gte=since)
        if same := standing.filter(user=user, since=since, until=until, step_kinds=sorted(step_kinds)).first():
            return same
        if standing.exists():
            raise Invalid(since=T("这几天已经有人代理了。", "Somebody is deputy on these days already."))
        made = Deputy(
            district_id=principal.district_id, principal=principal, user=user, since=since, until=until,
            step_kinds=sorted(step_kinds),
        )  # fmt: skip
        keep(made, by, "deputised", now)
        write_on(
            made, "deputised", by, now,
            details={
                "post": principal.pk, "user": user.pk, "since": since.isoformat(), "until": until.isoformat(),
                "step_kinds": sorted(step_kinds),
            },
        )  # fmt: skip
        return made


def end_deputy(*, deputy: Deputy, by: Actor, now: datetime) -> None:
    """The mandate ends at once; a second time is no error."""
    _may_plan(by, deputy.principal.user, deputy.principal.department_id, now)
    with transaction.atomic():
        found = Deputy.objects.select_for_update(of=("self",)).get(pk=deputy.pk)
        if found.ended_at is None:
            found.ended_at = now
            keep(found, by, "deputy_ended", now)
            write_on(found, "deputy_ended", by, now, details={"post": found.principal_id, "user": found.user_id})


def note_absence(*, user: User, since: date, until: date, kind: str, by: Actor, now: datetime) -> Absence:
    """The user is away on these days, both included; noted by themselves or the head of their department."""
    post = _post_of(user, now)
    _may_plan(by, user, post.department_id, now)
    _check_days(since, until, now)
    if kind not in Absence.KINDS:
        raise Invalid(kind=T("请选原因。", "Please choose the reason."))
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        standing = Absence.objects.filter(user=user, since=since, until=until, cancelled_at=None).first()
        if standing is not None:
            return standing
        made = Absence(district_id=post.district_id, user=user, since=since, until=until, kind=kind)
        keep(made, by, "absent", now)
        details = {"user": user.pk, "since": since.isoformat(), "until": until.isoformat(), "kind": kind}
        write_on(made, "absence_noted", by, now, details=details)
        return made


def cancel_absence(*, absence: Absence, by: Actor, now: datetime) -> None:
    """The absence does not happen; a second time is no error."""
    _may_plan(by, absence.user, _post_of(absence.user, now).department_id, now)
    with transaction.atomic():
        found = Absence.objects.select_for_update(of=("self",)).get(pk=absence.pk)
        if found.cancelled_at is None:
            found.cancelled_at = now
            keep(found, by, "absence_cancelled", now)
            write_on(found, "absence_cancelled", by, now, details={"user": found.user_id})


def _may_plan(by: Actor, user: User, department_id: int, now: datetime) -> None:
    """Themselves, the head of the department, or an administrator of the district."""
    if not by.holds_post(localdate(now)) or by.post is None:
        raise NotAllowed("no_post")
    if by.deputy_for is not None:
        raise NotAllowed("not_as_a_deputy")
    is_head = by.has_role(Role.HEAD) and by.post.department_id == department_id
    if by.user_id == user.pk or is_head:
        return
    here = Department.objects.filter(pk=department_id, district_id=by.post.district_id)
    if not (by.has_role(Role.ADMINISTRATOR) and here.exists()):
        raise NotAllowed("only_oneself_or_the_head")


def _post_of(user: User, now: datetime) -> Post:
    post = Post.objects.in_force(localdate(now)).filter(user=user).order_by("pk").first()
    if post is None:
        raise NotAllowed("no_post")
    return post


def _check_days(since: date, until: date, now: datetime) -> None:
    if until < since:
        raise Invalid(until=T("到期的日子在开始以前。", "The last day lies before the first."))
    if until < localdate(now):
        raise Invalid(until=T("这几天已经过去了。", "These days are past."))
    if (until - since).days >= LONGEST_DAYS:
        raise Invalid(until=T("最长一年。", "At most a year."))
