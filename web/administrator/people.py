"""The officers and how they sign in: who has a second factor, who is locked out; reset and let in again."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET, require_http_methods

from casework import access
from casework.wording import REASONS
from flows.actions.reset_second_factor import reset_second_factor
from flows.actions.sign_in import end_lock_out
from flows.errors import AlreadyDone, Invalid, NotAllowed, NotThere, ProofNeeded
from oversight.officers import PAGE, Officer, officers, page
from policy import T
from web import lockout, proof
from web.forms import Problem
from web.guard import for_administrators
from web.reading import plain, read_key
from web.templatetags.look import say

DONE = {
    "reset": T(
        "重设好了。这个人的登录都已经结束，下次登录时设置新的手机。",
        "Reset. Their sessions have ended; at the next sign-in they set up a new phone.",
    ),
    "unlock": T("锁解开了，现在就能再登录。", "The lock has ended; they can sign in now."),
}
VERBS = {"reset": "reset_second_factor", "unlock": "end_lock_out"}


@for_administrators
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Every officer of the district with posts, second factor and last sign-in; one is found by name or work number."""
    asked = plain(request.GET.get("who", ""))[:60]
    found = officers(request.actor.post.district_id, asked)
    rows = page(found, localdate(), read_key(request.GET.get("after", "")))
    following = {"who": asked, "after": rows[PAGE - 1].user.pk} if len(rows) > PAGE else {}
    context = {
        "rows": [(row, lockout.is_locked(row.user)) for row in rows[:PAGE]], "asked": asked, "here": "people",
        "next": urlencode(following),
    }  # fmt: skip
    return render(request, "administrator/people.html", context)


@for_administrators
@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, user_id: int) -> HttpResponse:
    """One officer: reset their second factor with a reason, or end a lock; never one's own."""
    errors = _act(request, user_id) if request.method == "POST" else []
    if request.method == "POST" and not errors:
        return redirect("person", user_id)
    one = _officer(request, user_id)
    context: dict[str, Any] = {
        "one": one, "is_locked": lockout.is_locked(one.user), "here": "people", "errors": errors, "typed": request.POST,
        "is_own": one.user.pk == request.actor.user_id,
        "proof_due": access.proof_is_due(proof.proved(request), "reset_second_factor"),
    }  # fmt: skip
    return render(request, "administrator/person.html", context, status=400 if errors else 200)


def _officer(request: HttpRequest, user_id: int) -> Officer:
    found = officers(request.actor.post.district_id).filter(pk=user_id)
    rows = page(found, localdate())
    if not rows:
        raise NotThere
    return rows[0]


def _act(request: HttpRequest, user_id: int) -> list[Problem]:
    do, reason = request.POST.get("do", ""), plain(request.POST.get("reason", ""))
    if do not in VERBS:
        raise NotThere
    if wrong := proof.unproved(request, VERBS[do]):
        return wrong
    given: dict[str, Any] = {"user_id": user_id, "by": proof.proved(request), "now": now()}
    try:
        if do == "reset":
            reset_second_factor(**given, reason=reason)
        else:
            lockout.end(end_lock_out(**given))
    except Invalid as invalid:
        return [Problem(text, "f-reason") for text in invalid.errors.values()]
    except (AlreadyDone, NotAllowed) as error:
        return [Problem(REASONS[error.reason])]
    except ProofNeeded:
        return [Problem(proof.EMPTY, "f-password")]
    messages.success(request, say(DONE[do]))
    return []
