"""What the pages of the second factor share: the code's field, the tries, the device that is being set up."""

from typing import Any

import segno
from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import now

from accounts.actor import Actor
from accounts.models import User
from casework.sealing import Erased, unwrap, wrap
from casework.second_factor import code_at, grouped, new_secret, otpauth, step_of
from flows.actions.use_second_factor import use_second_factor
from flows.errors import Invalid
from policy import T
from web import lockout
from web.forms import PlainForm, Understood, problems
from web.reading import read_code
from web.templatetags.look import say

ISSUER = T("闵行残疾人就业", "Minhang Employment Service")
TOO_MANY = T(
    "输错了太多次。为了安全，请过 {minutes} 分钟再试；急着办，请找管理员。",
    "There were too many wrong tries. For safety, please try again in {minutes} minutes; if it is urgent, ask an administrator.",
)
_PENDING = "pending"


class CodeForm(PlainForm):
    """One field for the phone's code; a recovery code fits in it too."""

    def __init__(self, *args: Any, recovery: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hint = T("6 位数字，每 30 秒换一个。有空格没关系。", "6 digits, new every 30 seconds. Spaces are fine.")
        either = T(
            "6 位数字，每 30 秒换一个。手机不在身边，可以输一个 12 位的恢复码。",
            "6 digits, new every 30 seconds. Without the phone, type a recovery code of 12 digits.",
        )
        attrs = {"class": "input input--short", "autocomplete": "one-time-code", "inputmode": "numeric"}
        self.fields["one_time_code"] = Understood(
            read=read_code,
            write=str,
            label=say(T("手机上的码", "Code on your phone")),
            help_text=say(either if recovery else hint),
            error=T("请输入手机上的码。", "Please type the code on your phone."),
            max_length=60,
            widget=forms.TextInput(attrs={**attrs, "spellcheck": "false"}),
        )


def proving(user: User, request: HttpRequest) -> Actor:
    """The officer who is signing in: known by their password, in no post yet."""
    return Actor("officer", user=user, request_id=request.id)


def refused(by: Actor, code: str, *, recovery: bool = True) -> T | None:
    """Why the code does not count, or None where it is taken now. Too many failures close the door for a while."""
    assert by.user is not None
    whose = str(by.user.pk)
    number = lockout.CODES.take(whose)
    if not number:
        return TOO_MANY.fill(minutes=max(1, lockout.CODES.minutes(whose)))
    try:
        use_second_factor(code=code, by=by, now=now(), recovery=recovery)
    except Invalid as invalid:
        if number == lockout.CODES.most:
            lockout.note(by.user, "code")
        return next(iter(invalid.errors.values()))
    lockout.CODES.forget(whose)
    return None


def pending_secret(request: HttpRequest) -> str:
    """The secret of the device that this session is setting up; a reload shows the same, another session another."""
    try:
        whose, secret = unwrap(request.session[_PENDING])
    except (KeyError, Erased, ValueError):
        whose, secret = None, ""
    if whose != str(_who(request)):
        secret = new_secret()
        request.session[_PENDING] = wrap([str(_who(request)), secret])
    return str(secret)


def forget_pending(request: HttpRequest) -> None:
    request.session.pop(_PENDING, None)


def set_up_page(request: HttpRequest, template: str, form: CodeForm, login: str, **context: Any) -> HttpResponse:
    """The QR code, the secret in words and the field for the first code."""
    secret = pending_secret(request)
    address = otpauth(secret, login, str(say(ISSUER)))
    given = {
        "form": form, "errors": problems(form), "qr": _qr(address), "secret": grouped(secret), "otpauth": address,
        "shown": code_at(secret, step_of(now())) if settings.SECOND_FACTOR_SHOWN else None, **context,
    }  # fmt: skip
    return render(request, template, given)


def _who(request: HttpRequest) -> Any:
    """Whose device it is: the officer signed in, or the one who has just given the password."""
    return request.user.pk or request.session.get("halfway", {}).get("user")


def _qr(address: str) -> SafeString:
    """An inline drawing without style or script, as the page's policy wants it; white behind it in every contrast."""
    drawn = segno.make_qr(address, error="m").svg_inline(scale=4, border=4, dark="#000", light="#fff", svgclass=None)
    return mark_safe(drawn)  # noqa: S308  made of the address alone, by the library
