"""For whom a page is. Every view says so with one of these; a test walks all addresses and finds none without."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.models import Role
from casework.sealing import wrap
from flows.errors import NotThere

View = Callable[..., HttpResponse]
# Whose browser this was last, so that what somebody typed is given back to nobody else.
LAST_SEEN = "last_seen"
_NOT_KEPT = ("csrfmiddlewaretoken", "password")
_MOST_KEPT, _KEPT_SECONDS = 200_000, 3600


def public(view: View) -> View:
    """Anyone, signed in or not."""
    view.audience = "public"  # type: ignore[attr-defined]
    return view


def for_applicants(view: View) -> View:
    """Applicants signed in; others are led to sign in and come back."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.actor.is_applicant:
            return view(request, *args, **kwargs)
        return _sign_in_first(request, "signin")

    guarded.audience = "applicant"  # type: ignore[attr-defined]
    return guarded


def for_officers(view: View) -> View:
    """Officers with a post in force."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.actor.is_officer:
            return view(request, *args, **kwargs)
        return _sign_in_first(request, "officer_signin")

    guarded.audience = "officer"  # type: ignore[attr-defined]
    return guarded


def for_supervision(view: View) -> View:
    """Supervisors and auditors; to other officers the page is not there."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.actor.is_officer:
            return _sign_in_first(request, "officer_signin")
        if not request.actor.has_role(Role.SUPERVISOR, Role.AUDITOR):
            raise NotThere
        return view(request, *args, **kwargs)

    guarded.audience = "supervision"  # type: ignore[attr-defined]
    return guarded


def for_anyone_signed_in(view: View) -> View:
    """Applicants and officers: the look-up inside decides what each may see."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.actor.is_applicant or request.actor.is_officer:
            return view(request, *args, **kwargs)
        return _sign_in_first(request, "signin")

    guarded.audience = "signed in"  # type: ignore[attr-defined]
    return guarded


def posted(to: str) -> Callable[[View], View]:
    """A page that is only sent to. Whoever opens its address, after a mistake or from a bookmark, lands on `to`."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            return view(request, *args, **kwargs) if request.method == "POST" else redirect(to, *args, **kwargs)

        return guarded

    return decorate


def _sign_in_first(request: HttpRequest, page: str) -> HttpResponse:
    if request.user.is_authenticated:
        raise NotThere
    back = request.get_full_path()
    if request.method == "POST":
        keep_form(request)
        back = reverse("kept")
    return redirect(f"{reverse(page)}?{urlencode({'next': back})}")


def keep_form(request: HttpRequest) -> None:
    """The session ended while somebody was typing: what they sent is kept, sealed, until they have signed in again."""
    fields = [(name, value) for name, values in request.POST.lists() for value in values if name not in _NOT_KEPT]
    whose = request.get_signed_cookie(LAST_SEEN, default="")
    if whose and sum(len(value) for _, value in fields) <= _MOST_KEPT:
        form = {"to": request.get_full_path(), "fields": fields, "files": bool(request.FILES), "whose": whose}
        request.session["kept"] = wrap(form)
        request.session.set_expiry(_KEPT_SECONDS)
