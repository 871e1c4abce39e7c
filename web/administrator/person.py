"""One officer: posts, a new password, the second factor, the lock, declared ties, the account's end. Never one's own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import Department, Post
from casework import access
from casework.models import Relation
from casework.sealing import unseal
from casework.wording import REASONS
from flows.actions.appoint import appoint, end_post
from flows.actions.declare_relation import end_relation
from flows.actions.open_account import close_account, give_password
from flows.actions.reset_second_factor import reset_second_factor
from flows.actions.sign_in import end_lock_out
from flows.errors import AlreadyDone, Invalid, NotAllowed, NotThere
from oversight.officers import Officer, officers, page
from policy import T
from web import lockout, proof
from web.administrator.posts import post_fields
from web.forms import PlainForm, Problem, add_errors, problems
from web.guard import for_administrators
from web.reading import NotUnderstood, plain, read_date, read_key
from web.templatetags.look import say


@dataclass(frozen=True)
class Change:
    """One thing that an administrator does to an account: the right it needs, what is said afterwards, and the act."""

    verb: str
    done: T
    run: Callable[[HttpRequest, "dict[str, Any]"], Any]


def _give_a_post(request: HttpRequest, given: dict[str, Any]) -> None:
    said, officer = given["said"], given["officer"]
    department = Department.objects.get(district_id=request.actor.post.district_id, code=said["department"])
    appoint(
        user=officer.user,
        department=department,
        role=said["role"],
        since=said["since"],
        by=given["by"],
        now=given["now"],
    )


def _end_a_post(request: HttpRequest, given: dict[str, Any]) -> None:
    post = Post.objects.select_related("user", "department").get(
        pk=read_key(request.POST.get("post", "")), user=given["officer"].user
    )
    try:
        until = read_date(request.POST.get("until", ""))
    except NotUnderstood as error:
        raise Invalid(until=error.text) from error
    end_post(post=post, until=until, by=given["by"], now=given["now"])


def _unlock(request: HttpRequest, given: dict[str, Any]) -> None:
    lockout.end(end_lock_out(**_on(given)))


def _reset(request: HttpRequest, given: dict[str, Any]) -> None:
    reset_second_factor(**_on(given), reason=plain(request.POST.get("reason", "")))


def _end_a_tie(request: HttpRequest, given: dict[str, Any]) -> None:
    end_relation(
        relation_id=read_key(request.POST.get("relation", "")), reason=plain(request.POST.get("why", "")), by=given["by"],
        now=given["now"],
    )  # fmt: skip


def _on(given: dict[str, Any]) -> dict[str, Any]:
    return {"user_id": given["officer"].user.pk, "by": given["by"], "now": given["now"]}


CHANGES = {
    "appoint": Change("appoint", T("任职给好了。", "The post is given."), _give_a_post),
    "end_post": Change("appoint", T("离任记好了。", "The end of the post is noted."), _end_a_post),
    "password": Change("give_password", T("新密码在下面，只显示这一次。", "The new password stands below, this once."), lambda request, given: give_password(**_on(given))),
    "reset": Change("reset_second_factor", T("重设好了。这个人的登录都已经结束，下次登录时设置新的手机。",
                                             "Reset. Their sessions have ended; at the next sign-in they set up a new phone."), _reset),
    "unlock": Change("end_lock_out", T("锁解开了，现在就能再登录。", "The lock has ended; they can sign in now."), _unlock),
    "end_tie": Change("end_relation", T("撤销了。", "It is ended."), _end_a_tie),
    "close": Change("close_account", T("账号停了。这个人的任职到昨天为止，不能再登录。", "The account is closed: the posts ended yesterday, and nobody signs in with it."),
                    lambda request, given: close_account(**_on(given))),
}  # fmt: skip
FIELDS = {"until": "f-until", "reason": "f-reason"}
WHICH = T("请按您要办的那一个按钮。", "Please press the button of what you want done.")


@for_administrators
@never_cache
@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, user_id: int) -> HttpResponse:
    """One officer of the district, and what an administrator may do for them; nothing for oneself."""
    one = _officer(request, user_id)
    form = PlainForm(request.POST if request.POST.get("do") == "appoint" else None)
    form.fields |= post_fields(request)
    errors: list[Problem] = []
    if request.method == "POST" and "restore" not in request.POST:
        done = _change(request, one, form)
        if isinstance(done, HttpResponse):
            return done
        errors = done
    ties = Relation.objects.filter(user_id=user_id, ended_at=None).select_related("key", "officer")
    context: dict[str, Any] = {
        "one": one, "is_locked": lockout.is_locked(one.user), "here": "people", "typed": request.POST, "form": form,
        "errors": [*(problems(form) if "restore" not in request.POST else []), *errors],
        "is_own": one.user.pk == request.actor.user_id, "posts": _posts(one),
        "ties": [(tie, unseal(tie.key, tie.label) if tie.key else "") for tie in ties],
        "proof_due": access.proof_is_due(proof.proved(request), "reset_second_factor"),
    }  # fmt: skip
    return render(request, "administrator/person.html", context, status=400 if context["errors"] else 200)


def _posts(one: Officer) -> list[Post]:
    """Those in force and those to come."""
    return [
        post for post in Post.objects.filter(user=one.user).select_related("department").order_by("since", "pk")
        if post.until is None or post.until >= localdate()
    ]  # fmt: skip


def _officer(request: HttpRequest, user_id: int) -> Officer:
    rows = page(officers(request.actor.post.district_id).filter(pk=user_id), localdate())
    if not rows:
        raise NotThere
    return rows[0]


def _change(request: HttpRequest, one: Officer, form: PlainForm) -> HttpResponse | list[Problem]:
    change = CHANGES.get(request.POST.get("do", ""))
    if change is None and request.POST.get("do"):
        raise NotThere
    if change is None:
        return [Problem(WHICH)]
    if form.is_bound and not form.is_valid():
        return []
    if wrong := proof.unproved(request, change.verb):
        return wrong
    given = {
        "officer": one,
        "by": proof.proved(request),
        "now": now(),
        "said": form.cleaned_data if form.is_bound else {},
    }
    try:
        password = change.run(request, given)
    except Invalid as invalid:
        if form.is_bound:
            add_errors(form, invalid.errors)
            return []
        return [Problem(text, FIELDS.get(name, "")) for name, text in invalid.errors.items()]
    except (AlreadyDone, NotAllowed) as error:
        return [Problem(REASONS[error.reason])]
    messages.success(request, say(change.done))
    if password:
        context = {"user_given": one.user, "password": password, "here": "people"}
        return render(request, "administrator/password_given.html", context)
    return redirect("person", one.user.pk)
