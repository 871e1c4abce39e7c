"""The phone that an officer signs in with: since when, how many recovery codes are left, and another in its place."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from casework.models import SecondFactor
from casework.second_factor import confirmed, grouped, shown_code, stamp
from casework.wording import REASONS
from flows.actions.set_up_second_factor import set_up_second_factor
from flows.errors import AlreadyDone, Invalid, NotThere
from policy import T
from web.forms import add_errors, problems
from web.guard import for_officers
from web.second_factor import CodeForm, forget_pending, pending_secret, refused, set_up_page
from web.templatetags.look import say

LASTS = timedelta(minutes=10)
KEPT = T("没有换，还是原来的手机。", "Nothing was changed; it is the same phone.")


@for_officers
@never_cache
@sensitive_post_parameters("one_time_code")
@require_http_methods(["GET", "POST"])
def my_device(request: HttpRequest) -> HttpResponse:
    """First a code of the device that is given up, or a recovery code; then the new one is set up as at the first."""
    factor = confirmed(request.user)
    if factor is None:
        raise NotThere
    if request.POST.get("do") == "keep":
        _end(request)
        messages.success(request, say(KEPT))
        return redirect("my_device")
    return _replace(request, factor) if _is_replacing(request) else _ask(request, factor)


def _ask(request: HttpRequest, factor: SecondFactor) -> HttpResponse:
    form = CodeForm(request.POST if request.POST.get("do") == "prove" else None)
    if form.is_bound and form.is_valid():
        wrong = refused(request.actor, form.cleaned_data["one_time_code"])
        if wrong is None:
            forget_pending(request)
            request.session["replacing"] = now().isoformat()
            return redirect("my_device")
        add_errors(form, {"one_time_code": wrong})
    context: dict[str, Any] = {
        "factor": factor, "form": form, "errors": problems(form), "here": "device", "shown": shown_code(factor, now()),
    }  # fmt: skip
    return render(request, "reviewer/device.html", context, status=400 if form.errors else 200)


def _replace(request: HttpRequest, factor: SecondFactor) -> HttpResponse:
    """The new device is in force from its first code on; every other session of this officer ends with the old one."""
    form = CodeForm(request.POST if request.POST.get("do") == "confirm" else None, recovery=False)
    if form.is_bound and form.is_valid():
        at, code = now(), form.cleaned_data["one_time_code"]
        try:
            codes = set_up_second_factor(
                secret=pending_secret(request), code=code, replaces=factor.confirmed_at, by=request.actor, now=at
            )
        except Invalid as invalid:
            add_errors(form, invalid.errors)
        except AlreadyDone as done:
            form.add_error(None, str(say(REASONS[done.reason])))
        else:
            _end(request)
            request.session.cycle_key()
            request.session["factor"], request.session["proved_at"] = stamp(at), at.isoformat()
            return render(request, "reviewer/device_codes.html", {"codes": [grouped(one) for one in codes]})
    return set_up_page(request, "reviewer/device_set_up.html", form, request.user.login, here="device")


def _is_replacing(request: HttpRequest) -> bool:
    """Whether this session has proved itself within ten minutes by the device in force; with that device it would end."""
    at = request.session.get("replacing")
    return at is not None and now() - datetime.fromisoformat(at) <= LASTS


def _end(request: HttpRequest) -> None:
    request.session.pop("replacing", None)
    forget_pending(request)
