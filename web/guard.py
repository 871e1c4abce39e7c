"""For whom a page is. Every view says so with one of these; a test walks all addresses and finds none without."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import get_resolver, reverse

from accounts.actor import Actor
from accounts.models import Role
from casework.access import keeps_records, leads_rounds, serves
from casework.sealing import wrap
from casework.sight import SUPERVISION
from flows.errors import NotThere
from funds.access import is_finance, may_read

View = Callable[..., HttpResponse]
# Whose browser this was last, so that what somebody typed is given back to nobody else.
LAST_SEEN = "last_seen"
_NOT_KEPT = ("csrfmiddlewaretoken", "password", "one_time_code")
_MOST_KEPT, _KEPT_SECONDS = 200_000, 3600


def public(view: View) -> View:
    """Anyone, signed in or not."""
    view.audience = "public"  # type: ignore[attr-defined]
    return view


def _only(audience: str, sign_in: str, fits: Callable[[Actor], bool]) -> Callable[[View], View]:
    """Those whom it fits; others are led to sign in and come back."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not fits(request.actor):
                return _sign_in_first(request, sign_in)
            if _must_choose_a_password(request) and not hasattr(guarded, "opens_with_a_given_password"):
                return redirect("my_password")
            return view(request, *args, **kwargs)

        guarded.audience = audience  # type: ignore[attr-defined]
        return guarded

    return decorate


def _must_choose_a_password(request: HttpRequest) -> bool:
    return request.actor.is_officer and request.user.password_given_at is not None


for_applicants = _only("applicant", "signin", lambda by: by.is_applicant)
# Officers with a post in force.
for_officers = _only("officer", "officer_signin", lambda by: by.is_officer)
# Supervisors and auditors; to other officers the page is not there.
for_supervision = _only(
    "supervision", "officer_signin", lambda by: by.is_officer and by.has_role(Role.SUPERVISOR, Role.AUDITOR)
)
# Heads of department, likewise.
for_heads = _only("head", "officer_signin", lambda by: by.is_officer and by.has_role(Role.HEAD))
# Administrators, likewise.
for_administrators = _only(
    "administrator", "officer_signin", lambda by: by.is_officer and by.has_role(Role.ADMINISTRATOR)
)
# Officers of finance who pay, approve or lead; and whoever reads the funds.
for_finance = _only("finance", "officer_signin", is_finance)
for_money = _only("money", "officer_signin", may_read)
# Officers of the federation and administrators: records of other offices.
for_record_keepers = _only("record keepers", "officer_signin", lambda by: by.is_officer and keeps_records(by))
# The departments that lead recruitment rounds; and supervision, which reads what they come to.
for_round_leaders = _only("round leaders", "officer_signin", lambda by: by.is_officer and leads_rounds(by))
for_rounds = _only(
    "rounds", "officer_signin", lambda by: by.is_officer and (leads_rounds(by) or by.has_role(*SUPERVISION))
)
# Administrators and supervision: how the system itself fares.
for_overview = _only(
    "overview",
    "officer_signin",
    lambda by: by.is_officer and by.has_role(Role.ADMINISTRATOR, Role.SUPERVISOR, Role.AUDITOR),
)
# Officers of the federation who look after work and services.
for_service_officers = _only("officer", "officer_signin", lambda by: by.is_officer and serves(by))
# Applicants and officers: the look-up inside decides what each may see.
for_anyone_signed_in = _only("signed in", "signin", lambda by: by.is_applicant or by.is_officer)


def posted(to: str) -> Callable[[View], View]:
    """A page that is only sent to. Whoever opens its address, after a mistake or from a bookmark, lands on `to`, with those
    of its keys that `to` has too."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method == "POST":
                return view(request, *args, **kwargs)
            named = get_resolver().reverse_dict.getlist(to)[0][0][0][1]
            return redirect(to, *args, **{name: kwargs[name] for name in named})

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
