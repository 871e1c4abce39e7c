"""The second factor at sign-in: set up the first time, asked for every time after the password."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts.models import User
from casework.models import SecondFactor
from casework.second_factor import RECOVERY_DIGITS, confirmed, grouped, shown_code
from casework.wording import REASONS
from flows.actions.set_up_second_factor import set_up_second_factor
from flows.errors import AlreadyDone, Invalid
from policy import T
from web import lockout
from web.forms import Problem, add_errors, problems
from web.guard import public
from web.public.back import next_of
from web.public.entering import halfway, onward, passed, posts_of
from web.second_factor import CodeForm, pending_secret, proving, refused, set_up_page
from web.templatetags.look import say

FEW = T(
    "用掉了一个恢复码，还剩 {n} 个。手机找不到了，请在页面最下面“登录用的手机”里换一部。",
    "One recovery code is used, {n} are left. If the phone is lost, change it at “Phone for signing in” below.",
)


@public
@never_cache
@sensitive_post_parameters("one_time_code")
def officer_second_factor(request: HttpRequest) -> HttpResponse:
    """After the password: the code; for who has no device yet, its set-up. Anybody else gives the password first."""
    user = halfway(request)
    if user is None or not posts_of(request, user):
        return redirect("officer_signin")
    factor = confirmed(user)
    return _set_up(request, user) if factor is None else _ask(request, user, factor)


def _ask(request: HttpRequest, user: User, factor: SecondFactor) -> HttpResponse:
    whose = str(user.pk)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        if minutes := lockout.CODES.minutes(whose):
            return render(request, "public/locked_out.html", {"minutes": minutes}, status=429)
        code = form.cleaned_data["one_time_code"]
        wrong = refused(proving(user, request), code)
        if wrong is None:
            return _in(request, user, "recovery" if len(code) == RECOVERY_DIGITS else "code")
        add_errors(form, {"one_time_code": wrong})
    context = {
        "form": form, "errors": problems(form), "next": next_of(request), "shown": shown_code(factor, now()),
    }  # fmt: skip
    return render(request, "public/officer_second_factor.html", context)


def _in(request: HttpRequest, user: User, how: str) -> HttpResponse:
    """Both factors were right: on to the post. Who used a recovery code is told how many are left."""
    if not passed(request, user, how):
        return redirect("officer_signin")
    factor = confirmed(user)
    if how == "recovery" and factor is not None:
        messages.success(request, say(FEW.fill(n=factor.recovery_left)))
    return redirect(onward(request, user, next_of(request, reverse("bench"))))


def _set_up(request: HttpRequest, user: User) -> HttpResponse:
    """The first device, or the first after a reset; its code confirms it, and the recovery codes are shown once."""
    form = CodeForm(request.POST if request.method == "POST" else None, recovery=False)
    if form.is_bound and form.is_valid():
        by, to = proving(user, request), next_of(request, reverse("bench"))
        try:
            codes = set_up_second_factor(
                secret=pending_secret(request), code=form.cleaned_data["one_time_code"], replaces=None, by=by, now=now()
            )
        except Invalid as invalid:
            add_errors(form, invalid.errors)
        except AlreadyDone as done:
            return _again(request, REASONS[done.reason])
        else:
            if not passed(request, user, "set_up"):
                return redirect("officer_signin")
            context = {"codes": [grouped(one) for one in codes], "onward": onward(request, user, to)}
            return render(request, "public/recovery_codes.html", context)
    return set_up_page(request, "public/second_factor_set_up.html", form, user.login, next=next_of(request))


def _again(request: HttpRequest, why: T) -> HttpResponse:
    """Somebody has set up a device for this account in between: the page asks for its code."""
    form = CodeForm()
    context = {"form": form, "errors": [Problem(why, "f-one_time_code")], "next": next_of(request)}
    return render(request, "public/officer_second_factor.html", context, status=409)
