"""For whom a page is. Every view says so with one of these; a test walks all addresses and finds none without."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.models import Role
from flows.errors import NotThere

View = Callable[..., HttpResponse]


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


def _sign_in_first(request: HttpRequest, page: str) -> HttpResponse:
    if request.user.is_authenticated:
        raise NotThere
    back = request.get_full_path() if request.method == "GET" else ""
    return redirect(f"{reverse(page)}?{urlencode({'next': back})}" if back else reverse(page))
