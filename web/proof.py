"""Proving again who signs: the password or the phone's code, where the last proof is older than 15 minutes.

The pages include `templates/parts/proof.html`; the views call `unproved` before the action and hand on `proved`.
"""

from dataclasses import replace
from datetime import datetime

from django.http import HttpRequest
from django.utils.timezone import now

from accounts.actor import Actor
from casework import access
from policy import T
from web import lockout
from web.forms import Problem
from web.reading import NotUnderstood, read_code
from web.second_factor import refused

EMPTY = T(
    "请输入密码，或者手机上的 6 位码。您写的都还在。",
    "Please type the password, or the 6 digits on your phone. What you wrote is still here.",
)
WRONG_PASSWORD = T("密码不对。请再输一次，您写的都还在。", "The password is not right. What you wrote is still here.")
TOO_MANY = T(
    "密码错了太多次。请过 {minutes} 分钟再签，或者用手机上的码。您写的都还在。",
    "The password was wrong too often. Please sign in {minutes} minutes, or use your phone's code. What you wrote is still here.",
)


def unproved(request: HttpRequest, verb: str) -> list[Problem]:
    """What is wrong with the proof that this signature needs again; right, it counts for the next 15 minutes."""
    if not access.proof_is_due(proved(request), verb):
        return []
    code, password = request.POST.get("one_time_code", "").strip(), request.POST.get("password", "")
    if not code and not password:
        return [Problem(EMPTY, "f-password")]
    wrong = _code(request, code) if code else _password(request, password)
    if wrong is None:
        request.session["proved_at"] = now().isoformat()
    return [wrong] if wrong else []


def proved(request: HttpRequest) -> Actor:
    """The actor with the proof that the session holds by now: `unproved` may just have noted a right one."""
    at = request.session.get("proved_at")
    return replace(request.actor, proved_at=datetime.fromisoformat(at)) if at else request.actor


def _password(request: HttpRequest, password: str) -> Problem | None:
    whose = str(request.user.pk)
    number = lockout.PROOFS.take(whose)
    if not number:
        return Problem(TOO_MANY.fill(minutes=max(1, lockout.PROOFS.minutes(whose))), "f-password")
    if not request.user.check_password(password):
        if number == lockout.PROOFS.most:
            lockout.note(request.user, "signature")
        return Problem(WRONG_PASSWORD, "f-password")
    lockout.PROOFS.forget(whose)
    return None


def _code(request: HttpRequest, typed: str) -> Problem | None:
    """The phone's code alone: a recovery code is for signing in without the phone."""
    try:
        code = read_code(typed)
    except NotUnderstood as error:
        return Problem(error.text, "f-one_time_code")
    wrong = refused(request.actor, code, recovery=False)
    return Problem(wrong, "f-one_time_code") if wrong else None
