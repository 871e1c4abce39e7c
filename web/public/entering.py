"""An officer's way in: password, second factor, post. Nobody is signed in before the last of them.

Until then the session only knows who has given their password (`halfway`), and who has passed both and has several
posts to choose from (`choosing`).
"""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import localdate, now

from accounts.actor import Actor
from accounts.models import Deputy, Post, User
from casework.second_factor import confirmed, stamp
from flows.actions.sign_in import sign_in
from web.second_factor import forget_pending

BACKEND = "web.accounts.Accounts"
LASTS = timedelta(minutes=10)


def begin(request: HttpRequest, user: User) -> None:
    """The password was right. The session's key is a new one; whoever was signed in here is so no longer."""
    held = request.session.get("post") if request.user == user else None
    if request.user.is_authenticated:
        logout(request)
    request.session.cycle_key()
    request.session.pop("choosing", None)
    request.session["halfway"] = {"user": user.pk, "at": now().isoformat(), "held": held}


def halfway(request: HttpRequest) -> User | None:
    """Who has given their password here within ten minutes, and not passed the second factor yet."""
    return _known(request.session.get("halfway"))


def chooser(request: HttpRequest) -> User | None:
    """Who may choose a post: an officer signed in, or one who has just passed both factors."""
    return request.actor.user if request.actor.is_officer else _known(request.session.get("choosing"))


def passed(request: HttpRequest, user: User, how: str) -> bool:
    """The second factor was right: what the session may do now is choose a post. False where it was reset meanwhile."""
    held, factor = request.session.pop("halfway", {}).get("held"), confirmed(user)
    if factor is None or factor.confirmed_at is None:
        return False
    forget_pending(request)
    request.session.cycle_key()
    request.session["choosing"] = {
        "user": user.pk, "at": now().isoformat(), "held": held, "how": how, "factor": stamp(factor.confirmed_at),
    }  # fmt: skip
    return True


def onward(request: HttpRequest, user: User, to: str) -> str:
    """After `passed`: signed in where there is one post, or the one held before, and on to `to`; else to choose."""
    posts, held = posts_of(request, user), request.session["choosing"]["held"]
    post = next((one for one in posts if one.pk == held), posts[0] if len(posts) == 1 else None)
    if post is None:
        return f"{reverse('choose_post')}?{urlencode({'next': to})}"
    act_as(request, user, post)
    return to


def act_as(request: HttpRequest, user: User, post: Post, deputy: Deputy | None = None) -> None:
    """Signed in, in this post, one's own or as its deputy, recorded; the session's key is a new one, and the proof keeps
    its moment."""
    choosing: dict[str, Any] = request.session.pop("choosing", None) or {
        "at": request.session.get("proved_at"), "factor": request.session.get("factor"), "how": "post",
    }  # fmt: skip
    proved_at = datetime.fromisoformat(choosing["at"])
    by = Actor("officer", user=user, post=post, deputy_for=deputy, proved_at=proved_at, request_id=request.id)
    sign_in(how=choosing["how"], by=by, now=now())
    login(request, user, backend=BACKEND)
    request.session.cycle_key()
    request.session.pop("deputy", None)
    if deputy is not None:
        request.session["deputy"] = deputy.pk
    request.session["proved_at"], request.session["factor"] = choosing["at"], choosing["factor"]
    request.session["post"], request.session["seen"] = post.pk, now().timestamp()


def to_page(page: str, onward_to: str) -> HttpResponse:
    """On to a page that leads on to the address after it."""
    return redirect(f"{reverse(page)}?{urlencode({'next': onward_to})}" if onward_to else reverse(page))


def posts_of(request: HttpRequest, user: User) -> list[Post]:
    """The officer's posts in the district whose pages these are."""
    posts = Post.objects.in_force(localdate()).filter(user=user, district_id=request.district.pk)
    return list(posts.order_by("department__pk", "role"))


def mandates_of(request: HttpRequest, user: User) -> list[Deputy]:
    """The posts of others there in which the officer may act today."""
    planned = Deputy.objects.filter(
        user=user, ended_at=None, principal__district_id=request.district.pk
    ).select_related("principal__user", "principal__department")
    return [one for one in planned.order_by("pk") if one.is_in_force(localdate())]


def _known(noted: dict[str, Any] | None) -> User | None:
    if not noted or now() - datetime.fromisoformat(noted["at"]) > LASTS:
        return None
    return User.objects.filter(pk=noted["user"], is_active=True, kind=User.OFFICER).first()
