"""How the site looks and which language it speaks: kept in two cookies, without signing in."""

from dataclasses import asdict

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now

from flows.actions.choose_language import choose_language
from web.guard import public
from web.middleware import CHOICES, COOKIE, Settings
from web.public.back import next_of

YEAR = 60 * 60 * 24 * 365


@public
def display(request: HttpRequest) -> HttpResponse:
    """Display settings (显示设置): each button changes one of them, and the page says which are on."""
    onward = next_of(request)
    if request.method != "POST":
        return render(request, "public/display.html", {"next": onward})
    changed = {name: request.POST[name] for name in CHOICES if request.POST.get(name) in CHOICES[name]}
    chosen = Settings() if "reset" in request.POST else Settings(**{**asdict(request.display), **changed})
    return keep(redirect(onward or reverse("display")), COOKIE, chosen.written())


@public
def language(request: HttpRequest) -> HttpResponse:
    """The other language, on the page where one was; whoever is signed in also gets their messages in it."""
    wanted = request.POST.get("language")
    answer = redirect(next_of(request, reverse("start")))
    if wanted not in dict(settings.LANGUAGES):
        return answer
    if request.actor.user is not None:
        choose_language(user=request.actor.user, language=wanted, now=now())
    return keep(answer, settings.LANGUAGE_COOKIE_NAME, wanted)


def keep(answer: HttpResponse, name: str, value: str) -> HttpResponse:
    answer.set_cookie(
        name, value, max_age=YEAR, httponly=True, samesite="Lax", secure=bool(settings.SESSION_COOKIE_SECURE)
    )
    return answer
