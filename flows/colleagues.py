"""Whom a task may be given to, or an opinion asked of: officers with a post in force whom no duty keeps from the case."""

from datetime import date

from accounts.actor import Actor
from accounts.models import Post, Role
from casework import access, duties
from casework.models import Case, Task
from flows.errors import Invalid, NotAllowed
from policy import T

_NOBODY = T("请选一位同事。", "Please choose a colleague.")
_NEVER_ASKED = (Role.ADMINISTRATOR, Role.AUDITOR)


def handlers_for(task: Task, on: date) -> list[Post]:
    """Posts of the task's department that handle its step, whoever holds them; the present handler left out."""
    posts = Post.objects.in_force(on).filter(department_id=task.department_id or 0).exclude(user_id=task.owner_id or 0)
    return [post for post in posts.order_by("user__display_name") if access.handles(post, task)]


def advisers_for(case: Case, on: date) -> list[Post]:
    """Posts whose opinion may be asked for: of any department of the district."""
    posts = Post.objects.in_force(on).filter(district_id=case.district_id).exclude(role__in=_NEVER_ASKED)
    return list(posts.order_by("department_id", "user__display_name"))


def new_handler(task: Task, user_id: int, on: date) -> Post:
    """The post in which somebody takes the task over. Raises Invalid for nobody fit, NotAllowed where a duty bars them."""
    post = next((one for one in handlers_for(task, on) if one.user_id == user_id), None)
    if post is None:
        raise Invalid(to=_NOBODY)
    if duties.barred(Actor("officer", user=post.user, post=post), task.process, task.step_name):
        raise NotAllowed("colleague_barred")
    return post


def adviser(case: Case, user_id: int, by: Actor, on: date) -> Post:
    """The post in which somebody gives an opinion. Raises Invalid, or NotAllowed where the case is kept from them."""
    post = next((one for one in advisers_for(case, on) if one.user_id == user_id), None)
    if post is None or user_id == by.user_id:
        raise Invalid(to=_NOBODY)
    if duties.kept_from(Actor("officer", user=post.user, post=post), case):
        raise NotAllowed("colleague_barred")
    return post
