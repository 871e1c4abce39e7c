"""Proving again who signs, where the last proof is older than 15 minutes."""

from dataclasses import replace
from datetime import datetime

from django.http import HttpRequest
from django.utils.timezone import now

from accounts.actor import Actor
from casework import access
from policy import T
from web.forms import Problem
from web.public.tries import Tries

PROOFS = Tries("proof", most=8, seconds=15 * 60)
WRONG_PASSWORD = T("密码不对。请再输一次，您写的都还在。", "The password is not right. What you wrote is still here.")
TOO_MANY = T(
    "密码错了太多次。请过 15 分钟再签，您写的都还在。",
    "The password was wrong too often. Please sign in 15 minutes; what you wrote is still here.",
)


def unproved(request: HttpRequest, verb: str) -> list[Problem]:
    """What is wrong with the password that this signature needs again; right, it counts for the next 15 minutes."""
    if not access.proof_is_due(request.actor, verb):
        return []
    if PROOFS.used_up(str(request.user.pk)):
        return [Problem(TOO_MANY, "f-password")]
    if not request.user.check_password(request.POST.get("password", "")):
        PROOFS.count(str(request.user.pk))
        return [Problem(WRONG_PASSWORD, "f-password")]
    PROOFS.forget(str(request.user.pk))
    request.session["proved_at"] = now().isoformat()
    return []


def proved(request: HttpRequest) -> Actor:
    """The actor with the proof that the session holds by now: `unproved` may just have noted a right password."""
    at = request.session.get("proved_at")
    return replace(request.actor, proved_at=datetime.fromisoformat(at)) if at else request.actor
